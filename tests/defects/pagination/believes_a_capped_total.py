"""The stream ends where the total says, of which the API tells no more than ten thousand."""

from tests.defects._contract import described
from tests.defects.pagination.ends_at_an_optional_total import Source as Believer
from tests.good.offset_post_body import CONTRACT as GOOD

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
STREAM = next(iter(GOOD["api"]["streams"]))
CONTRACT = described(GOOD, STREAM, optional=[], totals={"cap": 10_000})


class Source(Believer):
    """Its total ends the stream."""
