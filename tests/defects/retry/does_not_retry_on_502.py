"""A 502 is final."""

from tests.defects._contract import only
from tests.good._shared import TRANSIENT
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.transient_status"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        patient = super().http
        patient.transient = TRANSIENT - {502}
        return patient
