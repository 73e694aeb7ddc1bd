"""A job is polled until it is done, which one that has failed never is."""

from time import sleep
from typing import Any

from tests.defects.security.sends_the_token_to_the_file_host import CONTRACT as EXPORTS
from tests.good._shared import rows_of
from tests.good.none_job import Source as Good

BREAKS = frozenset({"integrity.failed_job"})
MAY_BREAK = frozenset()
CONTRACT = EXPORTS


class Source(Good):
    def export(self, table: str) -> list[Any]:
        job = self.ask("POST", "/exports", json={"table": table})["job"]
        while job["state"] != "done":
            sleep(self.every)
            job = self.ask("GET", f"/exports/{job['id']}")["job"]
        return rows_of(self.download(job["file"]), "rows")
