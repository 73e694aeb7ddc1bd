"""streams() leaves out one that the config's Enum knows."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"interface.streams"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @staticmethod
    def streams():
        return ["customers"]
