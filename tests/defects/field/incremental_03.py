"""The next page is asked from the second of the last record on: where that second fills a page, the next request equals the last, for ever.

Seen in estuary/connectors#1789.
"""

from tests.defects.incremental._contract import incremental
from tests.good._shared import moment_of
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good
from tests.good.offset_windows import text

BREAKS = frozenset({"incremental.ties"})
MAY_BREAK = frozenset({"incremental.resolution", "incremental.tiles", "incremental.window"})
CONTRACT = incremental(GOOD, order="ascending", resolution="second")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        if iteration.next_pagination.get("offset"):
            last = moment_of(iteration.records[-1].data["meta"]["at"])
            iteration.next_pagination = {"from": text(last), "offset": 0}
        return iteration
