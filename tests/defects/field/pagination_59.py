"""A cursor may hold + / & or =; it is concatenated to the URL, where it turns into other parameters.

Seen in NousResearch/hermes-agent#111535.
"""

from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"pagination.opaque_cursor"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    def ask(self, path, **params):
        cursor = params.pop("cursor", None)
        return super().ask(f"{path}?cursor={cursor}" if cursor else path, **params)
