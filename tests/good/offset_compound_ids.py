"""A report whose rows have no id of their own: a day, a campaign and a country are one together."""

from typing import Any

from bizon.source.models import SourceRecord

from tests.good._shared import records_of
from tests.good.offset_own_session import CONTRACT as PLAIN
from tests.good.offset_own_session import STREAM
from tests.good.offset_own_session import Source as Plain

KEYS = ("day", "campaign", "country")
REPORT = {"id": "day", "id_with": ["campaign", "country"], "record": {"campaign": 7, "country": "FR", "clicks": 12}}
CONTRACT = PLAIN | {"api": PLAIN["api"] | {"streams": {"contacts": STREAM | REPORT}}}


class Source(Plain):
    keys = KEYS

    def records(self, rows: list[Any]) -> list[SourceRecord]:
        made = records_of(self.config.stream, rows, "day")
        for number, record in enumerate(made):
            parts = [record.data.get(key) for key in self.keys]
            if None in parts:
                raise ValueError(f"{self.config.stream}: row {number} of the page lacks one of {', '.join(self.keys)}")
            record.id = "|".join(map(str, parts))
        return made
