"""Rows are one per day, campaign and country; the id leaves out the country, and each campaign keeps one of them at random.

Seen in airbytehq/airbyte#55173.
"""

from tests.good.offset_compound_ids import CONTRACT as GOOD
from tests.good.offset_compound_ids import Source as Good

BREAKS = frozenset({"records.identity"})
MAY_BREAK = frozenset()
CONTRACT = GOOD


class Source(Good):
    keys = ("day", "campaign")
