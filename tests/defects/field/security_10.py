"""The key is a query parameter, and every request is logged with its full URL.

Seen in airbytehq/airbyte#2009.
"""

from loguru import logger

from tests.defects.field._query_key import CONTRACT as GOOD
from tests.defects.field._query_key import Source as Good

BREAKS = frozenset({"security.logs"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def send(self, method, url, **kwargs):
        answer = super().send(method, url, **kwargs)
        logger.info(f"GET {answer.url}: {answer.status_code}")
        return answer
