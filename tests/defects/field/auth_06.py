"""Only the clock decides about renewal: the 401 for a token that the server ended early is final.

Seen in airbytehq/airbyte-python-cdk#886.
"""

from tests.good._shared import Tokens
from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"auth.early_revocation"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return Tokens(super().get_authenticator().params)
