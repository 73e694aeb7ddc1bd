"""What YAML cannot say of an API of exports: a job that is polled, and a signed link to a file on another host."""

import contract

POLLS = 2
"""How often a job is asked before it is done."""

FILES = "https://files.exports.test"


@contract.handles("POST /v1/exports")
def create(visit: contract.Visit):
    """A job for each table that is asked for."""
    table = (visit.request.json or {}).get("table")
    if table not in visit.api.described.streams:
        visit.refuse(400, f"no table {table!r}")
    visit.memory[table] = 0
    return visit.answer({"job": {"id": table, "state": "queued"}}, status=202)


@contract.handles("GET /v1/exports/{job}")
def poll(visit: contract.Visit):
    """How far it is, and in the end where its file is."""
    job = visit.named["job"]
    if job not in visit.memory:
        visit.refuse(404, f"no job {job}")
    visit.memory[job] += 1
    if visit.memory[job] < POLLS:
        return visit.answer({"job": {"id": job, "state": "running"}})
    return visit.answer({"job": {"id": job, "state": "done", "file": f"{FILES}/{job}.json?signature=5f0c"}})


@contract.handles(f"GET {FILES}/accounts.json", serves="accounts", public=True)
def download(visit: contract.Visit):
    """The file: who has the link may read it."""
    page = visit.page("accounts")
    return visit.answer({"rows": page.rows}, page=page)
