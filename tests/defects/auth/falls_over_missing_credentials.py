"""authentication: null ends in an AttributeError."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"auth.missing"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        self.kind = self.config.authentication.type
        return super().get_authenticator()
