"""Pages that end with an empty one, newest first; the API is asked by the day, so each run reads the last day again."""

import datetime as dt

from bizon.source.models import SourceIncrementalState, SourceIteration

from tests.good._shared import Patient, decode, moment_of, records_of, rows_of
from tests.good.page_bare_array import CONTRACT as FULL
from tests.good.page_bare_array import Source as Full


class Source(Full):
    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        number = pagination["page"] if pagination else 0
        params = {"p": number, "n": 3, "changed": source_state.last_run.astimezone(dt.UTC).date().isoformat()}
        rows = rows_of(decode(Patient(self.session.request).get("https://blog.acme.test/posts.json", params=params)))
        return SourceIteration(
            next_pagination={"page": number + 1} if rows else {},
            records=records_of("posts", rows, moment=lambda row: moment_of(row["meta"]["changed"])),
        )


POSTS = FULL["api"]["streams"]["posts"]
INCREMENTAL = {"send": "changed", "field": "meta.changed", "format": "date", "order": "descending"}
CONTRACT = FULL | {"api": FULL["api"] | {"streams": {"posts": POSTS | {"incremental": INCREMENTAL}}}}
