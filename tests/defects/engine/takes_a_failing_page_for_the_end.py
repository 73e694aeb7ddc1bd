"""A page behind the first one that the API fails at ends the stream, with a warning."""

import requests
from bizon.source.models import SourceIteration
from loguru import logger

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"engine.failure_is_failure", "retry.gives_up"})
MAY_BREAK = frozenset({"pagination.depth_cap", "retry.client_errors", "auth.rejected"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        try:
            return super().get(pagination)
        except requests.HTTPError as error:
            if not pagination:
                raise
            logger.warning(f"the stream ends here: {error}")
            return SourceIteration(next_pagination={}, records=[])
