"""A body that breaks off ends the sync."""

import requests

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.network_faults"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        patient = super().http
        patient.broken = (requests.exceptions.ConnectTimeout,)
        return patient
