"""The check returns True or False, and no pair."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"connection.accepts", "connection.reports", "connection.empty_account"})
MAY_BREAK = frozenset({"retry.transient_status", "retry.network_faults", "retry.gives_up"})
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        return super().check_connection()[0]
