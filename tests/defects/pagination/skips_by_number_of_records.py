"""It passes over as many records as came before, so what is inserted or deleted under way shifts the rest."""

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.live_changes"})
MAY_BREAK = frozenset({"pagination.one_page_per_get"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def get(self, pagination=None):
        wanted = (pagination or {}).get("read", 0)
        read, iteration = 0, super().get({})
        while read + len(iteration.records) <= wanted and iteration.next_pagination:
            read += len(iteration.records)
            iteration = super().get(iteration.next_pagination)
        kept = iteration.records[wanted - read :]
        onward = {"read": wanted + len(kept)} if iteration.next_pagination else {}
        return SourceIteration(next_pagination=onward, records=kept)
