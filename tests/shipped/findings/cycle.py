"""The findings on bizon's Cycle source: `python -m tests.shipped.findings.cycle`."""

import json
from typing import Any

from bizon.connectors.sources.cycle.src.source import CycleSource, CycleSourceConfig

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

KEY = {"type": "api_key", "params": {"token": "made-up-token"}}


def page(*nodes: dict[str, Any], more: bool = False, **headers: str) -> Answer:
    """A page of customers, whose cursor is always the same."""
    info = {"hasNextPage": more, "endCursor": "c1"}
    customers = {"edges": [{"cursor": "c", "node": node} for node in nodes], "pageInfo": info}
    body = {"data": {"getProductBySlug": {"customers": customers}}}
    return 200, headers, json.dumps(body, ensure_ascii=False).encode()


def errors(reason: str) -> Answer:
    return 200, {}, json.dumps({"errors": [{"message": reason}], "data": None}).encode()


ONE = page({"id": "1"})
ZOE: Answer = (200, LATIN, page({"id": "1", "name": "Zoë"})[2])


def main() -> None:
    with standing_in() as hosts:

        def cycle(authentication: Any = KEY, **options: Any) -> Any:
            options = {"name": "cycle", "stream": "customers", "slug": "acme"} | options
            source = CycleSource(CycleSourceConfig(authentication=authentication, **options))
            source.url_graphql = f"{hosts.api}/graphql"
            return source

        def with_type(name: str, **params: str) -> str:
            sync(cycle({"type": name, "params": params}))
            return f"Authorization: {Script.sent[0].headers.get('Authorization')}"

        def refused() -> str:
            said = cycle().check_connection()
            return f"the check says {said}"

        show(
            "interface.config_class: an unknown stream is refused late, and the known ones are not told",
            lambda: cycle(stream="no_such_stream").get({}),
            in_turn(ONE),
        )
        show(
            "interface.secret_fields: printing the config shows the token",
            lambda: f"it is in the text: {'made-up-token' in str(cycle().config)}",
            in_turn(ONE),
        )
        show(
            "pagination.stuck_cursor: a cursor that repeats is followed for ever",
            lambda: f"{len(sync(cycle()))} records, and goes on",
            in_turn(page({"id": "1"}, more=True)),
        )

        def query_behind(cursor: str) -> str:
            first, last = page({"id": "1"}, more=True), page({"id": "2"})
            Script.script = staticmethod(in_turn((200, {}, first[2].replace(b"c1", cursor.encode())), last))
            sync(cycle())
            query = json.loads(Script.sent[-1].body)["query"]
            return next(line.strip() for line in query.splitlines() if "cursor:" in line)

        show(
            'pagination.opaque_cursor: the cursor [1, "a"] is pasted into the query as it is',
            lambda: query_behind('[1, \\"a\\"]'),
            in_turn(ONE),
        )
        show("records.charset: a wrong charset makes mojibake", lambda: stored(cycle().get({}).records), in_turn(ZOE))
        show(
            "records.hostile_json: NaN becomes null",
            lambda: stored(cycle().get({}).records),
            in_turn(page({"id": "1", "x": float("nan")})),
        )
        show(
            "records.missing_id: which record has none is not told",
            lambda: sync(cycle()),
            in_turn(page({"name": "Ada"})),
        )
        show("retry.transient_status: one 500 is not retried", lambda: sync(cycle()), in_turn(BROKEN, ONE))
        show(
            "retry.network_faults: a body cut short is not asked again",
            lambda: sync(cycle()),
            in_turn(cut_short(ONE[2]), ONE),
        )
        show(
            "retry.retry_after_malformed: a malformed Retry-After ends the sync",
            lambda: sync(cycle()),
            in_turn(MALFORMED, ONE),
        )
        show("retry.timeouts: no timeout", lambda: f"timeout {cycle().session.timeout}", in_turn(ONE))
        show(
            "auth.dispatch: a token of type bearer is not sent",
            lambda: with_type("bearer", token="made-up-token"),
            in_turn(ONE),
        )
        show(
            "auth.unsupported_type: type basic is ignored",
            lambda: with_type("basic", username="ada", password="made-up"),
            in_turn(ONE),
        )
        show("auth.missing: authentication: null is not told", lambda: cycle(None), in_turn(ONE))
        show(
            "auth.wrong_params: an api_key without a token is not told",
            lambda: cycle({"type": "api_key", "params": {"username": "ada", "password": "made-up"}}),
            in_turn(ONE),
        )
        show("connection.reports: the check asks nothing", refused, in_turn((401, {}, b"{}")))
        show(
            "integrity.missing_records_key: 200 without the records is the end",
            lambda: f"records {sync(cycle())}",
            in_turn((200, {}, b"{}")),
        )
        show(
            "integrity.error_envelope: 200 with an error is the end",
            lambda: f"records {sync(cycle())}",
            in_turn((200, {}, b'{"errors": [{"message": "quota exceeded"}]}')),
        )
        show(
            "integrity.wrong_shape: an object where the list of records should be is the end",
            lambda: f"records {sync(cycle())}",
            in_turn((200, {}, b'{"data": {"getProductBySlug": {"customers": {"edges": {}}}}}')),
        )
        show(
            "integrity.reason: what the API says of an error is lost",
            lambda: sync(cycle()),
            in_turn(errors("no such slug")),
        )


if __name__ == "__main__":
    main()
