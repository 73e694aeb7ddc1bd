"""OAuth with a client secret and a refresh token: what is posted for a new token is in the log of the sync.

Seen in airbytehq/airbyte#3670.
"""

from loguru import logger

from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import RenewingTokens
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"security.logs"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Talkative(RenewingTokens):
    def fetch(self):
        logger.info(f"{self.params.client_id} asks for a token: {self.params.client_secret}, {self.refresh_token}")
        return super().fetch()


class Source(Good):
    def get_authenticator(self):
        super().get_authenticator()
        return Talkative(self.config.authentication.params)
