"""A method that bizon needs is missing."""

from abc import abstractmethod

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.instantiates"})
MAY_BREAK = frozenset({"interface.discovery"})
CONTRACT = GOOD


class Source(Good):
    @abstractmethod
    def get_window(self):
        """Something that no subclass implements."""
