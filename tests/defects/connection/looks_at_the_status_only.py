"""A sign-in page with status 200 passes the check."""

from tests.good._shared import Patient, reason
from tests.good.offset_post_body import CONTRACT as GOOD
from tests.good.offset_post_body import URL
from tests.good.offset_post_body import Source as Good

BREAKS = frozenset({"connection.reports"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        try:
            Patient(self.session.request).ask("POST", URL, json={"from": 0, "size": 1})
        except Exception as error:
            return False, reason(error)
        return True, None
