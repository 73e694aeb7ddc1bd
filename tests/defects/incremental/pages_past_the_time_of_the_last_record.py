"""The next page is asked from behind the time of the last record: others of that instant are lost."""

from tests.defects.incremental._contract import incremental
from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.ties"})
MAY_BREAK = frozenset({"incremental.paging", "incremental.resolution", "incremental.tiles", "incremental.window"})
CONTRACT = incremental(GOOD, order="ascending")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        if pagination:
            began = int(source_state.run_started_at.timestamp())
            iteration = self.iteration({}, began, updated_after=pagination["after"])
        else:
            iteration = super().get_records_after(source_state, pagination)
        if iteration.next_pagination:
            iteration.next_pagination = {"after": iteration.records[-1].data["updated"]}
        return iteration
