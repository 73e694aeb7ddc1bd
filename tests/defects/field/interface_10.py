"""The key goes into a header; the published option is called token and the code reads api_token, so that no valid configuration exists.

Seen in airbytehq/airbyte#4230.
"""

from tests.good.cursor_post_body import CONTRACT as GOOD
from tests.good.cursor_post_body import Source as Good

BREAKS = frozenset({"interface.instantiates"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        self.key = self.config.authentication.params.api_token
        return super().get_authenticator()
