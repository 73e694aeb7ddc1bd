"""Errors tell the headers of the request that failed."""

import requests

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"security.errors"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def page(self, pagination):
        try:
            return super().page(pagination)
        except requests.RequestException as error:
            headers = getattr(error.request, "headers", {})
            raise RuntimeError(f"{error} while asking with {dict(headers)}") from error
