"""streams() names one that the config's Enum does not know."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.streams"})
MAY_BREAK = frozenset({"interface.config_class"})
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def streams():
        return ["orders", "refunds"]
