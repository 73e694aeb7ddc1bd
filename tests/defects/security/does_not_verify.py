"""Certificates are not verified."""

import urllib3

from tests.defects._contract import only
from tests.good.offset_own_session import CONTRACT as GOOD
from tests.good.offset_own_session import Source as Good

BREAKS = frozenset({"security.tls_verify"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "contacts")


class Source(Good):
    def get_session(self):
        session = super().get_session()
        session.verify = False
        urllib3.disable_warnings()
        return session
