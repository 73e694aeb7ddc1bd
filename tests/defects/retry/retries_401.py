"""A 401 is taken for a hiccup."""

from tests.defects._contract import only
from tests.good._shared import TRANSIENT
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"retry.client_errors", "auth.rejected"})
MAY_BREAK = frozenset({"auth.early_revocation"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @property
    def http(self):
        patient = super().http
        patient.transient = TRANSIENT | {401}
        return patient
