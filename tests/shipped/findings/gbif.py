"""The findings on bizon's GBIF source: `python -m tests.shipped.findings.gbif`."""

import json
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from bizon.connectors.sources.gbif.src import source as gbif

from tests.shipped.findings._server import (
    BROKEN,
    LATIN,
    MALFORMED,
    Answer,
    Script,
    cut_short,
    in_turn,
    show,
    standing_in,
    stored,
    sync,
)

KEY = {"type": "api_key", "params": {"token": "made-up"}}
EMPTY: Answer = (200, {}, b'{"results": [], "endOfRecords": true}')
MIDWAY: Answer = (200, {}, b'{"results": [], "endOfRecords": false, "count": 5}')
NO_KEY: Answer = (200, {}, b'{"results": [{"key": null}, {}], "endOfRecords": true}')
ZOE = json.dumps({"results": [{"key": 1, "name": "Zoë"}], "endOfRecords": True}, ensure_ascii=False).encode()


def capped_at_one(path: str) -> Answer:
    """Five records, one a page, whatever `limit` says."""
    offset = int(parse_qs(urlsplit(path).query)["offset"][0])
    page = {"results": [{"key": 100 + offset}] if offset < 5 else [], "endOfRecords": offset >= 4}
    return 200, {}, json.dumps(page).encode()


def bees(**options: Any) -> Any:
    return gbif.GBIFSource(gbif.GBIFSourceConfig(name="gbif", **options))


def ended() -> str:
    sync(bees(), 1000)
    return f"ended without a word after {len(Script.asked)} pages of 300"


def main() -> None:
    with standing_in() as hosts, mock.patch.object(gbif, "BASE_URL", hosts.api):
        show(
            "interface.bounds: a page size of nothing is accepted, and never gets on",
            lambda: f"{sync(bees(page_limit=0), 20)} after 20 pages",
            in_turn(MIDWAY),
        )
        show(
            "pagination.depth_cap: the API says that there is more, and the sync ends",
            ended,
            in_turn(MIDWAY),
        )
        show(
            "pagination.short_pages: pages that the API caps lose records",
            lambda: f"of 100 to 104: {sync(bees(page_limit=3))}",
            capped_at_one,
        )
        show("pagination.total: a count that fails raises", lambda: bees().get_total_records_count(), in_turn(BROKEN))
        show(
            "records.charset: a wrong charset makes mojibake",
            lambda: stored(bees().get({}).records),
            in_turn((200, LATIN, ZOE)),
        )
        show(
            "records.hostile_json: NaN becomes null",
            lambda: stored(bees().get({}).records),
            in_turn((200, {}, b'{"results": [{"key": 1, "x": NaN}]}')),
        )
        show(
            "records.missing_id: records without a key get one made up", lambda: f"ids {sync(bees())}", in_turn(NO_KEY)
        )
        show("retry.transient_status: one 500 is not retried", lambda: sync(bees()), in_turn(BROKEN, EMPTY))
        show(
            "retry.network_faults: a body cut short is not asked again",
            lambda: sync(bees()),
            in_turn(cut_short(EMPTY[2]), EMPTY),
        )
        show(
            "retry.retry_after_malformed: a malformed Retry-After ends the sync",
            lambda: sync(bees()),
            in_turn(MALFORMED, EMPTY),
        )
        show("retry.timeouts: no timeout", lambda: f"timeout {bees().session.timeout}", in_turn(BROKEN))
        show(
            "auth.unsupported_type: credentials are ignored",
            lambda: f"auth {bees(authentication=KEY).session.auth}",
            in_turn(BROKEN),
        )
        show(
            "connection.reports: a check that fails raises",
            lambda: bees().check_connection(),
            in_turn((401, {}, b"{}")),
        )
        show(
            "integrity.missing_records_key: 200 without results is the end",
            lambda: f"records {sync(bees())}",
            in_turn((200, {}, b"{}")),
        )
        show(
            "integrity.error_envelope: 200 with an error is the end",
            lambda: f"records {sync(bees())}",
            in_turn((200, {}, b'{"message": "quota"}')),
        )
        show(
            "integrity.contradiction: an empty page in the middle is skipped",
            lambda: bees(page_limit=2).get({}),
            in_turn(MIDWAY),
        )


if __name__ == "__main__":
    main()
