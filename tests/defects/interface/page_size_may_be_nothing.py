"""A page size of 0 is accepted, which the API serves, too: pages of nothing, for ever."""

from typing import Any

from pydantic import Field

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Config
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.bounds"})
MAY_BREAK = frozenset()


def _with_least(contract: dict[str, Any], least: int) -> dict[str, Any]:
    streams = {
        name: stream | {"page_size": stream["page_size"] | {"min": least}}
        for name, stream in contract["api"]["streams"].items()
    }
    return contract | {"api": contract["api"] | {"streams": streams}}


CONTRACT = _with_least(GOOD, 0)


class Source(Good):
    @staticmethod
    def get_config_class():
        return Unbounded


class Unbounded(Config):
    page_size: int = Field(20, ge=0, lt=51)
