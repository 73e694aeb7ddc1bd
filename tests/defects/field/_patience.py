"""Connectors that are right but for their patience, to which each bug gives another one: pages by cursor, and one export."""

from tests.defects._contract import only
from tests.good._shared import ONE_ATTEMPT, Patient
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good
from tests.good.none_session_each import CONTRACT as EXPORTED
from tests.good.none_session_each import URL
from tests.good.none_session_each import Source as GoodExport

CUSTOMERS = only(GOOD, "customers")
EXPORT = only(EXPORTED, "employees")


class Patience(Good):
    patience = Patient

    @property
    def http(self):
        return self.patience(self.session.request, getattr(self.session.auth, "renew", None))


class Export(GoodExport):
    patience = Patient

    def get_retry_policy(self):
        return ONE_ATTEMPT

    def answer(self, **kwargs):
        return self.patience(self.session.request).get(URL, auth=self.auth, **kwargs)
