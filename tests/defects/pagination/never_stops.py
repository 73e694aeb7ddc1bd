"""The last page points at itself for ever."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.terminates"})
MAY_BREAK = frozenset({"pagination.complete", "retry.retry_after_capped"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        iteration = super().get(pagination)
        return iteration.model_copy(update={"next_pagination": iteration.next_pagination or {"offset": 0}})
