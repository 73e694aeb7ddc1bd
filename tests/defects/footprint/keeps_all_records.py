"""Every record that was read stays on the source."""

from tests.good.page_retry_policy import CONTRACT as GOOD
from tests.good.page_retry_policy import Source as Good

BREAKS = frozenset({"footprint.memory"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def __init__(self, config):
        super().__init__(config)
        self.delivered = []

    def get(self, pagination=None):
        page = super().get(pagination)
        self.delivered += page.records
        return page
