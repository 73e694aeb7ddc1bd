"""The count reads the first page, and leaves on the source where it ends: bizon counts and reads with one source."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"engine.delivers", "engine.resumes"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    ahead = None

    def get_total_records_count(self):
        try:
            body = self.page({})
            self.ahead = self.onward(body, {})
            return body["total"] or None
        except Exception:
            return None

    def get(self, pagination=None):
        return super().get(pagination or self.ahead)
