"""A recording that is older than its contract allows."""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"recording.age"})
MAY_BREAK = frozenset()
CONTRACT = GOOD | {"cassettes": "recorded", "cassettes_max_age": 30}


class Source(Good):
    """The connector is as it should be."""
