"""The same cursor comes on two pages running; the guard sees it, warns, and ends the sync as if it were whole.

Seen in Servosity/msp-skills#179.
"""

from bizon.source.models import SourceIteration
from loguru import logger

from tests.good.relay_variables import CONTRACT as GOOD
from tests.good.relay_variables import Source as Good

BREAKS = frozenset({"pagination.stuck_cursor"})
MAY_BREAK = frozenset({"integrity.contradiction"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        try:
            return super().get(pagination)
        except ValueError as error:
            if "leads back" not in str(error):
                raise
            logger.warning(f"stopped: {error}")
            return SourceIteration(next_pagination={}, records=[])
