"""The days that are asked for are those of UTC; the API's begin hours later."""

import copy

from tests.good.page_since_day import CONTRACT as GOOD
from tests.good.page_since_day import Source as Good

BREAKS = frozenset({"incremental.resolution", "incremental.quiet_period"})
MAY_BREAK = frozenset({"incremental.state", "incremental.future_dated"})
CONTRACT = copy.deepcopy(GOOD)
for each in CONTRACT["api"]["streams"].values():
    each["incremental"]["zone"] = "-11:00"


class Source(Good):
    """Right where the API lives in UTC."""
