"""The first page of an API that counts from 0 is asked with 1."""

from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"pagination.complete"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def page(self, number):
        return super().page(number + 1)
