"""A 404 without a body means that there is nothing, and is passed over; before that its body is parsed for the log, which raises.

Seen in PostHog/posthog#78746.
"""

import requests
from loguru import logger

from tests.good.none_not_found import CONTRACT as GOOD
from tests.good.none_public import Source as Listed

BREAKS = frozenset({"integrity.documented_empty"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Listed):
    def rows(self):
        try:
            return super().rows()
        except requests.HTTPError as error:
            logger.info(f"{error.response.status_code}: {error.response.json()}")
            if error.response.status_code == 404:
                return []
            raise
