"""The refresh token of the config is sent, also when the API has given a newer one."""

from tests.good.next_url_oauth import CONTRACT as GOOD
from tests.good.next_url_oauth import RenewingTokens
from tests.good.next_url_oauth import Source as Good

BREAKS = frozenset({"auth.rotating_refresh_token"})
MAY_BREAK = frozenset({"auth.unsupported_type", "auth.missing", "auth.wrong_params"})
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        return Old(self.config.authentication.params)


class Old(RenewingTokens):
    def renew(self):
        super().renew()
        self.refresh_token = self.params.refresh_token
