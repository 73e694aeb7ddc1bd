"""The list is sorted by id, not by the time of change; the watermark is saved with each batch, and a run that is cut short leaves older changes behind it.

Seen in PostHog/posthog#70029.
"""

from tests.defects.incremental._contract import incremental
from tests.good.next_url_own_state import CONTRACT as GOOD
from tests.good.next_url_own_state import Source as Good

BREAKS = frozenset({"incremental.descending_interrupted"})
MAY_BREAK = frozenset()
CONTRACT = incremental(GOOD, order="none")


class Source(Good):
    def get_records_after(self, source_state, pagination=None):
        iteration = super().get_records_after(source_state, pagination)
        if iteration.next_pagination:
            iteration.next_state = {"after": iteration.next_pagination["newest"] - 1}
        return iteration
