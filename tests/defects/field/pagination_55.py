"""Some answers leave the total out, or send 0; it defaults to 0, which is reached after the first page.

Seen in OpenCTI-Platform/connectors#6016.
"""

from bizon.source.models import SourceIteration

from tests.good._shared import decode, records_of, rows_of
from tests.good.offset_own_session import CONTRACT as GOOD
from tests.good.offset_own_session import Source as Good

BREAKS = frozenset({"pagination.optional_signals"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        if self.config.stream not in self.streams():
            raise ValueError(f"there is no stream {self.config.stream}; there are contacts and deals")
        skip = (pagination or {}).get("skip", 0)
        answer = self.ask(f"/{self.config.stream}", skip=skip, limit=self.config.batch)
        total, rows = int(answer.headers.get("X-Total-Count", 0)), rows_of(decode(answer))
        skipped = skip + len(rows)
        return SourceIteration(
            next_pagination={} if skipped >= total else {"skip": skipped},
            records=records_of(self.config.stream, rows),
        )
