"""Whatever goes wrong, get() returns an empty iteration."""

from bizon.source.models import SourceIteration

from tests.good.offset_requests import CONTRACT as GOOD
from tests.good.offset_requests import Source as Good

BREAKS = frozenset({"retry.gives_up", "retry.client_errors", "auth.rejected", "records.missing_id"})
MAY_BREAK = frozenset(
    {
        "integrity.contradiction",
        "integrity.error_envelope",
        "integrity.missing_records_key",
        "integrity.not_json",
        "integrity.wrong_shape",
        "pagination.depth_cap",
        "records.hostile_json",
    }
)
CONTRACT = GOOD


class Source(Good):
    def get(self, pagination=None):
        try:
            return super().get(pagination)
        except Exception:
            return SourceIteration(next_pagination={}, records=[])
