"""An API that answers 404, without a body, where a language has no countries; every other 404 is an error."""

from typing import Any

import requests

from tests.good.none_public import CONTRACT as LISTED
from tests.good.none_public import STREAM
from tests.good.none_public import Source as Listed

CONTRACT = LISTED | {"api": LISTED["api"] | {"streams": {"countries": STREAM | {"empty": ["not_found"]}}}}


class Source(Listed):
    def rows(self) -> list[Any]:
        try:
            return super().rows()
        except requests.HTTPError as error:
            if error.response.status_code == 404 and not error.response.content:
                return []
            raise
