"""Any page size is accepted."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Config
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.bounds"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    @staticmethod
    def get_config_class():
        return Unbounded


class Unbounded(Config):
    page_size: int = 20
