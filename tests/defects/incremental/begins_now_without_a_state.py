"""Where no state was stored, since there were no records yet, a run begins at its own start."""

from tests.defects.incremental._contract import incremental
from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.quiet_period"})
MAY_BREAK = frozenset()
CONTRACT = incremental(GOOD, complete_until=None)


class Source(Good):
    @staticmethod
    def complete_until(body):
        return 0

    def get_records_after(self, source_state, pagination=None):
        now = int(source_state.run_started_at.timestamp())
        return self.iteration(pagination or {}, now, updated_after=source_state.state.get("after", now))
