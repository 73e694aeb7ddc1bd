"""The stream is free text, and an unknown one is asked from the API."""

from bizon.source.models import SourceIteration

from tests.defects._contract import only
from tests.good._shared import decode, moment_of, records_of, rows_of
from tests.good.cursor_session import CONTRACT as GOOD
from tests.good.cursor_session import Config
from tests.good.cursor_session import Source as Good

BREAKS = frozenset({"interface.config_class"})
MAY_BREAK = frozenset()
CONTRACT = only(GOOD, "customers")


class Source(Good):
    @staticmethod
    def get_config_class():
        return Anything

    def page(self, pagination):
        return decode(self.http.get(self.url(f"/{self.config.stream}"), params=self.params(pagination)))

    def get(self, pagination=None):
        pagination = pagination or {}
        body = self.page(pagination)
        rows = rows_of(body, "data")
        moment = lambda row: moment_of(row.get("updated_at"))  # noqa: E731
        records = records_of(self.config.stream, rows, moment=moment)
        return SourceIteration(next_pagination=self.onward(body, pagination), records=records)


class Anything(Config):
    stream: str
