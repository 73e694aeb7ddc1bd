"""A position of today's form without the part of the issues is taken for an old one: the issues go on from where worklogs of the first page stood.

Seen in airbytehq/airbyte-python-cdk#261.
"""

from bizon.source.models import SourceIteration

from tests.defects._contract import described
from tests.good._shared import records_of, rows_of
from tests.good.cursor_children import CONTRACT as GOOD
from tests.good.cursor_children import Source as Good

BREAKS = frozenset({"checkpoints.compatible"})
MAY_BREAK = frozenset()
CONTRACT = described(GOOD, "issues", paging={"style": "offset", "send": "startAt"}, total="total")


def start_of_issues(pagination):
    """Release 1.0 left ``{"startAt": 2}``, 2.0 a number each for issues and worklogs: ``{"issues": 2, "worklogs": 3}``."""
    if "issues" not in pagination:
        pagination = {"issues": next(iter(pagination.values()), 0)}
    return pagination["issues"]


class Source(Good):
    def get(self, pagination=None):
        start = start_of_issues(pagination or {})
        body = self.ask("/issues", limit=self.config.limit, startAt=start)
        records = records_of("issues", rows_of(body, "issues"), "key")
        for record in records:
            record.data["worklogs"] = self.worklogs(record.id)
            record.data["watchers"] = self.watchers(record.id, record.data["watchers"])
        onward = start + len(records)
        if not records and onward < body["total"]:
            raise ValueError(f"issues: {onward} of {body['total']} came, and then an empty page")
        return SourceIteration(next_pagination={"issues": onward} if onward < body["total"] else {}, records=records)
