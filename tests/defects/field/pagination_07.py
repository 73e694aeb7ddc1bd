"""Beyond a number of records the header with the number of pages is left out; without it the first page is taken for the last.

Seen in apache/devlake#8187.
"""

import copy

from tests.good._shared import Patient, decode, rows_of
from tests.good.page_bare_array import CONTRACT as GOOD
from tests.good.page_bare_array import Source as Good

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
CONTRACT = copy.deepcopy(GOOD)
POSTS = CONTRACT["api"]["streams"]["posts"]
POSTS["paging"]["pages"] = "header:X-Total-Pages"
POSTS["optional"] = ["pages"]


class Source(Good):
    pages = 1

    def page(self, number):
        answer = Patient(self.session.request).get("https://blog.acme.test/posts.json", params={"p": number, "n": 3})
        self.pages = int(answer.headers.get("X-Total-Pages") or 1)
        return rows_of(decode(answer))

    def get(self, pagination=None):
        iteration = super().get(pagination)
        if iteration.next_pagination.get("page", 0) >= self.pages:
            iteration.next_pagination = {}
        return iteration
