"""A listing that fails is a warning and an empty page; what could not be listed looks as if it had been deleted.

Seen in datahub-project/datahub#19899.
"""

import requests
from bizon.source.models import SourceIteration
from loguru import logger

from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"retry.gives_up", "retry.client_errors"})
MAY_BREAK = frozenset({"auth.rejected", "pagination.expired_cursor"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        try:
            return super().get(pagination)
        except requests.RequestException as error:
            logger.warning(f"issues could not be listed: {type(error).__name__}")
            return SourceIteration(next_pagination={}, records=[])
