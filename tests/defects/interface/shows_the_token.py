"""The source prints its config, token and all."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.secret_fields"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def __repr__(self):
        return f"Source({self.config.model_dump()})"
