"""A public API whose records are told apart by their URL; the id is what stands at its end."""

from bizon.source.models import SourceIteration

from tests.good.none_public import CONTRACT as PUBLIC
from tests.good.none_public import STREAM
from tests.good.none_public import Source as Public

CODED = STREAM | {"record": {"code": "https://open.acme.test/geo/countries/FR/", "name": "France"}}
CONTRACT = PUBLIC | {"api": PUBLIC["api"] | {"streams": {"countries": CODED}}}


class Source(Public):
    def get(self, pagination: dict | None = None) -> SourceIteration:
        read = super().get(pagination)
        for number, record in enumerate(read.records):
            record.id = record.id.rstrip("/").rpartition("/")[2]
            if not record.id:
                raise ValueError(f"{self.config.stream.value}: the URL of record {number} of the page has no end")
        return read
