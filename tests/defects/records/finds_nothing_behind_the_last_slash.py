"""The id is what stands behind the last slash of the URL, which is nothing."""

from tests.good.none_public import Source as Public
from tests.good.none_url_ids import CONTRACT as GOOD

BREAKS = frozenset({"records.identity"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Public):
    def get(self, pagination=None):
        read = super().get(pagination)
        for record in read.records:
            record.id = record.id.rpartition("/")[2]
        return read
