"""Basic with only a token ends in an AttributeError."""

from bizon.source.auth.config import AuthType
from requests.auth import HTTPBasicAuth

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"auth.wrong_params"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        given = self.config.authentication
        if given is not None and given.type is AuthType.BASIC:
            self.credentials = HTTPBasicAuth(given.params.username, given.params.password)
            return self.credentials
        return super().get_authenticator()
