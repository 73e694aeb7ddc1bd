"""An optional setting is null; null is not treated like absent, and nothing can be listed.

Seen in airbytehq/airbyte#11919.
"""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.instantiates"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def __init__(self, config):
        super().__init__(config)
        self.chosen = config.status.lower()
