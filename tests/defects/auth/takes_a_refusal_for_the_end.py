"""401 and 403 behind the first page end the stream."""

from bizon.source.models import SourceIteration
from requests import HTTPError

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"auth.rejected", "retry.client_errors"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        try:
            return super().get(pagination)
        except HTTPError as error:
            if pagination and error.response.status_code in (401, 403):
                return SourceIteration(next_pagination={}, records=[])
            raise
