"""The authenticator is fed from the wrong option: the start date is sent where the key belongs.

Seen in airbytehq/airbyte#54673.
"""

from tests.good.cursor_post_body import CONTRACT as GOOD
from tests.good.cursor_post_body import Config as GoodConfig
from tests.good.cursor_post_body import Source as Good

BREAKS = frozenset({"auth.dispatch", "interface.dispatch", "connection.accepts"})
MAY_BREAK = frozenset()
CONTRACT = GOOD | {"config": GOOD["config"] | {"start_date": "2026-01-01"}}


class Config(GoodConfig):
    start_date: str = "2020-01-01"


class Source(Good):
    @staticmethod
    def get_config_class():
        return Config

    def get_authenticator(self):
        authenticator = super().get_authenticator()
        authenticator._token = self.config.start_date
        return authenticator
