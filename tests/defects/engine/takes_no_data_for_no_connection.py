"""The check asks for the total, and refuses an account that has none: its first sync fails until there is a record."""

from tests.defects._contract import only
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"connection.empty_account", "engine.empty_stream"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    def check_connection(self):
        works, why = super().check_connection()
        if works and self.get_total_records_count() is None:
            return False, f"{self.config.base_url} has no {self.config.stream.value}"
        return works, why
