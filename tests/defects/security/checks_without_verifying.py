"""The check does not verify the certificate."""

from functools import partial

from tests.good.offset_post_body import CONTRACT as GOOD
from tests.good.offset_post_body import Source as Good

BREAKS = frozenset({"security.tls_verify"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        send = self.session.request
        self.session.request = partial(send, verify=False)
        try:
            return super().check_connection()
        finally:
            self.session.request = send
