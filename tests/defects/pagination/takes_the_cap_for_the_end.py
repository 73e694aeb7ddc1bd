"""The API does not page beyond its cap, and its refusal ends the stream."""

from bizon.source.models import SourceIteration
from requests import HTTPError

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"pagination.depth_cap"})
MAY_BREAK = frozenset({"retry.client_errors"})
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        try:
            return super().get(pagination)
        except HTTPError as error:
            if error.response.status_code == 400 and pagination:
                return SourceIteration(next_pagination={}, records=[])
            raise
