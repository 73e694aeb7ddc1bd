"""A type that is not supported is ignored without a word."""

from bizon.source.auth.config import AuthType

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"auth.unsupported_type"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        given = self.config.authentication
        if given is not None and given.type is not AuthType.BASIC:
            self.credentials = None
            return None
        return super().get_authenticator()
