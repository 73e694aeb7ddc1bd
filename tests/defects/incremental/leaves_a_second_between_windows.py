"""Each window begins a second behind the end of the one before, which the API leaves out."""

import datetime as dt

from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good
from tests.good.offset_windows import text

BREAKS = frozenset({"incremental.window_limit"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        after = iteration.next_pagination
        if after and not after["offset"]:
            after["from"] = text(dt.datetime.fromisoformat(after["from"]) + dt.timedelta(seconds=1))
        return iteration
