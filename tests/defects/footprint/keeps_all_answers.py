"""Answers are cached by their page and never dropped."""

from tests.defects._contract import only
from tests.good.next_header_pages import CONTRACT as GOOD
from tests.good.next_header_pages import Source as Good

BREAKS = frozenset({"footprint.memory"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "commits")


class Source(Good):
    def __init__(self, config):
        super().__init__(config)
        self.answers = {}

    def page(self, number, size):
        if (number, size) not in self.answers:
            self.answers[number, size] = super().page(number, size)
        return self.answers[number, size]
