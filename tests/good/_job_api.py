"""What YAML cannot say of an API of exports: a job that is polled, and a signed link to a file on another host."""

import contract

FILES = "https://files.exports.test"


@contract.handles("POST /v1/exports")
def create(visit: contract.Visit):
    """A job for each table that is asked for."""
    table = (visit.request.json or {}).get("table")
    if table not in visit.api.described.streams:
        visit.refuse(400, f"no table {table!r}")
    return visit.answer({"job": {"id": visit.start_job(), "state": "queued"}}, status=202)


@contract.handles("GET /v1/exports/{job}")
def poll(visit: contract.Visit):
    """How far it is, and in the end where its file is, or what went wrong."""
    job = visit.named["job"]
    state = visit.job_state(job)
    beside = {"done": {"file": f"{FILES}/{job}.json?signature=5f0c"}, "failed": {"error": "out of memory"}}
    return visit.answer({"job": {"id": job, "state": state, **beside.get(state, {})}})


@contract.handles(f"GET {FILES}/{{job}}.json", serves="accounts", public=True)
def download(visit: contract.Visit):
    """The file: who has the link may read it."""
    page = visit.page("accounts")
    return visit.answer({"rows": page.rows}, page=page)
