"""Sana's reports: a job that is polled, and a signed link to a CSV file on another host."""

import csv
import io

import contract


@contract.handles("POST /reports/query")
def create(visit: contract.Visit):
    """A job."""
    return visit.answer({"data": {"jobId": visit.start_job()}})


@contract.handles("GET /reports/jobs/{job}")
def poll(visit: contract.Visit):
    """How far it is, and in the end where its file is."""
    job = visit.named["job"]
    state = visit.job_state(job)
    if state != "done":
        return visit.answer({"data": {"status": state}})
    url = f"https://files.sana-reports.com/{job}.csv?X-Amz-Signature=5f0c"
    return visit.answer({"data": {"status": "successful", "link": {"url": url}}})


@contract.handles("GET https://files.sana-reports.com/{job}.csv", serves="insight_report", public=True)
def download(visit: contract.Visit):
    """The file."""
    page = visit.page("insight_report")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(page.rows[0]) if page.rows else ["id"])
    writer.writeheader()
    writer.writerows(page.rows)
    return visit.answer(text.getvalue(), page=page, media_type="text/csv")
