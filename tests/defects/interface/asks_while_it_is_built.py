"""Building the source asks the API."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.instantiates"})
MAY_BREAK = frozenset({"auth.rejected", "pagination.page_size", "records.hostile_json", "retry.client_errors"})
CONTRACT = GOOD


class Source(Good):
    def __init__(self, config):
        super().__init__(config)
        self.account = self.total()

    def total(self):
        return self.get_total_records_count()
