"""History is read in windows, each of them paged; the end of the first window is kept, and the later ones are asked with it.

Seen in estuary/connectors#4811.
"""

from tests.good.offset_windows import CONTRACT as GOOD
from tests.good.offset_windows import Source as Good

BREAKS = frozenset({"incremental.window_limit"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    until = None

    def page(self, offset, **window):
        if "until" in window:
            self.until = self.until or window["until"]
            window |= {"until": self.until}
        return super().page(offset, **window)
