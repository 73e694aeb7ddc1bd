"""The key goes into a header of another name."""

from tests.good.cursor_post_body import CONTRACT as GOOD
from tests.good.cursor_post_body import Source as Good

BREAKS = frozenset({"auth.dispatch", "interface.dispatch", "connection.accepts"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def get_authenticator(self):
        authenticator = super().get_authenticator()
        authenticator._auth_header = "X-Key"
        return authenticator
