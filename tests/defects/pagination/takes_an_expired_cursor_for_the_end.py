"""A cursor that the API no longer knows ends the stream."""

import requests

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"pagination.expired_cursor"})
MAY_BREAK = frozenset({"retry.client_errors"})
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        try:
            return super().page(pagination)
        except requests.HTTPError as error:
            if pagination and error.response.status_code in (400, 404, 410):
                return {"data": [], "has_more": False}
            raise
