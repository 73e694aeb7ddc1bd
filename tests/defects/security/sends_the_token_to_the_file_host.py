"""The file behind a signed link is asked with the session, which has the user's token."""

from typing import Any

from tests.good._shared import Patient, decode
from tests.good.none_job import CONTRACT as GOOD
from tests.good.none_job import Source as Good

BREAKS = frozenset({"security.file_hosts"})
MAY_BREAK = frozenset()
CONTRACT = {**GOOD, "api": {**GOOD["api"], "handlers": ["../../good/_job_api.py"]}}


class Source(Good):
    def download(self, link: str) -> Any:
        return decode(Patient(self.session.request).get(link))
