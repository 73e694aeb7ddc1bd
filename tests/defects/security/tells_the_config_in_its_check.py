"""The message of a failing check shows the credentials of the config."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"security.errors"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def check_connection(self):
        fine, message = super().check_connection()
        return fine, message and f"{message} (user and password: {self.config.authentication.params})"
