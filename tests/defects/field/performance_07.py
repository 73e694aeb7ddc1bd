"""A call for each parent under a rate limit; the limiter knows the top of the tree alone, and the first refusal further down ends the sync.

Seen in cloudquery/cloudquery#8558.
"""

from tests.good._shared import Patient, decode
from tests.good.cursor_children import API
from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"retry.rate_limited_api"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Hasty(Patient):
    attempts = 1


class Source(Good):
    def ask(self, path, **params):
        if path == "/issues":
            return super().ask(path, **params)
        return decode(Hasty(self.session.request).get(API + path, params=params))
