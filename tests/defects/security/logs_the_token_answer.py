"""What the token endpoint answers is logged."""

from loguru import logger

from tests.good._shared import Tokens
from tests.good.keyset_post_body import CONTRACT as GOOD
from tests.good.keyset_post_body import Source as Good

BREAKS = frozenset({"security.logs"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Talkative(Tokens):
    def fetch(self):
        answer = super().fetch()
        logger.info(f"a new token: {answer}")
        return answer


class Source(Good):
    def get_authenticator(self):
        return Talkative(super().get_authenticator().params)
