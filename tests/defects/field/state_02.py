"""Pages wait in a buffer while the position is saved as soon as they are fetched: a worker that takes over skips what waited.

Seen in PostHog/posthog#98762.
"""

from tests.good.keyset_bare_array import CONTRACT as GOOD
from tests.good.keyset_bare_array import Source as Good

BREAKS = frozenset({"pagination.resume"})
MAY_BREAK = frozenset({"pagination.stateless"})
CONTRACT = GOOD


class Source(Good):
    waiting = ()

    def get(self, pagination=None):
        waiting = self.waiting if pagination else ()
        iteration = super().get(pagination)
        if iteration.next_pagination:
            self.waiting, iteration.records = iteration.records, [*waiting]
        else:
            iteration.records = [*waiting, *iteration.records]
        return iteration
