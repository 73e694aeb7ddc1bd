"""The API does not page beyond a round number of records; an increment ends just below it, and reports success.

Seen in airbytehq/airbyte#23630.
"""

from pydantic import Field

from tests.defects._contract import described
from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Config as GoodConfig
from tests.good.offset_windows import Source as Good

BREAKS = frozenset({"incremental.paging"})
MAY_BREAK = frozenset()
CAP = 100
CONTRACT = described(GOOD, "entries", depth_cap=CAP, page_size={"send": "limit", "option": "page_size", "max": 20})


class Config(GoodConfig):
    page_size: int = Field(20, ge=1, le=20)


class Source(Good):
    @staticmethod
    def get_config_class():
        return Config

    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        if iteration.next_pagination.get("offset", 0) >= CAP:
            iteration.next_pagination = {}
        return iteration
