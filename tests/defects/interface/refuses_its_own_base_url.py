"""The pattern of the option was written for another version of the API; a default is not validated."""

from pydantic import Field

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Config as GoodConfig
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"interface.base_url_forms"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Config(GoodConfig):
    base_url: str = Field(GoodConfig.model_fields["base_url"].default, pattern="/v1$")


class Source(Good):
    @staticmethod
    def get_config_class():
        return Config
