"""The example chooses a backend that bizon does not have."""

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"interface.example_configs"})
MAY_BREAK = frozenset()
CONTRACT = GOOD | {"examples": "*.example.yml"}


class Source(Good):
    pass
