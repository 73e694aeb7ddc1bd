"""Integers beyond 2^53 stand in a column where another row holds a fraction; they are pushed through a float when the column gets its type.

Seen in bruin-data/ingestr#1156.
"""

from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"records.payload"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        page = super().get(pagination)
        for record in page.records:
            row = record.data.items()
            record.data = {key: float(each) if type(each) is int and key != "seq" else each for key, each in row}
        return page
