"""What is wrong with bizon's Notion source, a line each: `python -m tests.shipped.findings.notion`. Nothing is waited for."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from bizon.connectors.sources.notion.src import source as notion
from bizon.source.models import SourceIncrementalState, source_records_to_df
from requests.adapters import HTTPAdapter

from tests.shipped.findings._lines import BROKEN, Answer, Script, in_turn, serving, show


def ok(*results: Any, cursor: str | None = None, more: bool | None = None, **headers: str) -> Answer:
    """A list."""
    body = {"results": list(results), "next_cursor": cursor, "has_more": bool(cursor) if more is None else more}
    return 200, headers, json.dumps(body, ensure_ascii=False).encode()


def refused(status: int) -> Answer:
    """An error, as Notion words it."""
    return status, {}, json.dumps({"object": "error", "status": status, "message": "no"}).encode()


ONE = ok({"id": "1"})
DATABASE: Answer = (200, {}, b'{"id": "d", "data_sources": [{"id": "s"}, {"id": "t"}]}')
HTML: Answer = (200, {"Content-Type": "text/html"}, b"<p>Sign in</p>")
MALFORMED: Answer = (429, {"Retry-After": "50, 53"}, b"{}")


def behind_a_database(*answers: Answer):
    """The database, and what its data sources say in turn."""
    said = in_turn(*answers)
    return lambda path: DATABASE if "/databases/" in path else said(path)


def after(count: int, first: Answer, then: Answer):
    """The first answer so many times, and then the other one for ever."""
    return in_turn(*[first] * count, then)


BASIC = {"username": "ada", "password": "made-up-password"}
BLOCKS = {"database_ids": [], "page_ids": ["p"]}
LATIN = ok({"id": "1", "name": "Zoë"}, **{"Content-Type": "application/json; charset=iso-8859-1"})
NAN: Answer = (200, {}, b'{"results": [{"id": "1", "x": NaN}]}')
NO_ID: Answer = (200, {}, b'{"object": "database"}')
CUT: Answer = (200, {"Content-Length": "999"}, ONE[2])
NULL: Answer = (200, {}, b'{"results": null, "has_more": false}')
AGAIN = ok({"id": "1"}, cursor="same")
NOWHERE = ok({"id": "1"}, more=True)


class Notion:
    """bizon's source, and what is done with it."""

    def __init__(self, ready: Callable[[Any], Any]) -> None:
        self.ready = ready

    def config(self, stream: str = "users", **options: Any) -> Any:
        token = {"type": "api_key", "params": {"token": "made-up-token"}}
        given = {"name": "notion", "stream": stream, "authentication": token, "database_ids": ["d"]} | options
        return notion.NotionSourceConfig(**given)

    def source(self, stream: str = "users", **options: Any) -> Any:
        return self.ready(notion.NotionSource(self.config(stream, **options)))

    def sync(self, stream: str, most: int = 20, **options: Any) -> list[str]:
        made, pagination, ids = self.source(stream, **options), {}, []
        for _ in range(most):
            iteration = made.get(pagination)
            ids += [record.id for record in iteration.records]
            pagination = iteration.next_pagination
            if not pagination:
                return ids
        return [*ids, "and so on"]

    def stored(self) -> list[str]:
        return source_records_to_df(self.source().get({}).records)["data"].to_list()

    def timeout(self) -> Any:
        with mock.patch.object(HTTPAdapter, "send", autospec=True, side_effect=HTTPAdapter.send) as sent:
            self.source().get({})
        return sent.call_args.kwargs["timeout"]

    def credentials_of(self, **authentication: Any) -> Any:
        self.source(authentication=authentication).get({})
        return Script.headers_sent[0].get("Authorization")

    def second_get(self) -> int:
        made = self.source("pages")
        first = made.get({})
        before = len(Script.asked)
        made.get(first.next_pagination)
        return len(Script.asked) - before

    def run(self, stream: str, **options: Any) -> list[str]:
        """A run behind one that began half a minute past noon."""
        made, pagination, ids = self.source(stream, **options), {}, []
        state = SourceIncrementalState(last_run=datetime(2026, 1, 1, 12, 0, 30, tzinfo=UTC))
        while True:
            iteration = made.get_records_after(state, pagination)
            ids += [record.id for record in iteration.records]
            pagination = iteration.next_pagination
            if not pagination:
                return ids

    def checkpoint(self) -> int:
        return len(json.dumps(self.source("blocks").get({}).next_pagination))


def of_the_config_and_the_check(made: Notion) -> None:
    show("printing the config shows the token", lambda: str(made.config()).partition("params=")[2][:50], in_turn(ONE))
    show("no timeout", made.timeout, in_turn(ONE))
    show("without authentication: an AttributeError", lambda: made.source(authentication=None), in_turn(ONE))
    show("basic credentials are not sent", lambda: made.credentials_of(type="basic", params=BASIC), in_turn(ONE))
    show(
        "params of another type", lambda: made.source(authentication={"type": "api_key", "params": BASIC}), in_turn(ONE)
    )
    show("the check says yes to HTML", lambda: made.source().check_connection(), in_turn(HTML))
    show("no right to list users: the check says no", lambda: made.source().check_connection(), in_turn(refused(403)))
    show("a body cut short is not asked again", lambda: made.sync("users"), in_turn(CUT, ONE))
    show("a malformed Retry-After ends the sync", lambda: made.sync("users"), in_turn(MALFORMED, ONE))
    show("a wrong charset turns names into mojibake", made.stored, in_turn(LATIN))
    show("NaN becomes null", made.stored, in_turn(NAN))
    show("a record without an id is told by its key alone", lambda: made.sync("users"), in_turn(ok({"name": "Ada"})))


def of_lists(made: Notion) -> None:
    show("200 without results: a success", lambda: made.sync("users"), in_turn((200, {}, b"{}")))
    show("200 with an error: a success", lambda: made.sync("users"), in_turn((200, {}, refused(429)[2])))
    show("more without a cursor: the first page, for ever", lambda: made.sync("users"), in_turn(NOWHERE))
    show("a cursor that repeats is followed for ever", lambda: made.sync("users"), in_turn(AGAIN))


def of_databases(made: Notion) -> None:
    show("databases, 500 for ever: a success", lambda: made.sync("databases"), in_turn(BROKEN))
    for status in (401, 403, 404):
        show(f"databases, {status}: a success", lambda: made.sync("databases"), in_turn(refused(status)))
    show("databases, a malformed Retry-After: a success", lambda: made.sync("databases"), in_turn(MALFORMED, DATABASE))
    show("databases, HTML: a success", lambda: made.sync("databases"), in_turn(HTML))
    show("databases, null: a success", lambda: made.sync("databases"), in_turn((200, {}, b"null")))
    show("databases, one without an id: a success", lambda: made.sync("databases"), in_turn(NO_ID))
    show("data sources, 500 for ever: a success", lambda: made.sync("data_sources"), in_turn(BROKEN))


def of_pages(made: Notion) -> None:
    expired = behind_a_database(ok({"id": "1"}, cursor="c"), refused(400), ok({"id": "3"}))
    show("pages, a cursor that has expired: the rest is left out", lambda: made.sync("pages"), expired)
    show("pages, 500 for ever: a success", lambda: made.sync("pages"), behind_a_database(BROKEN))
    show("pages, null: a success", lambda: made.sync("pages"), behind_a_database(NULL))
    lost = behind_a_database(NOWHERE, ok({"id": "3"}))
    show("pages, more without a cursor: the rest is left out", lambda: made.sync("pages"), lost)
    two = behind_a_database(ok({"id": "1"}, cursor="c"), ok({"id": "2"}), ok({"id": "3"}))
    show("pages, one get() reads two pages", made.second_get, two)


def of_blocks(made: Notion) -> None:
    show("blocks, 500 for ever: a success", lambda: made.sync("blocks", **BLOCKS), in_turn(BROKEN))
    nested = in_turn(ok({"id": "1", "has_children": True}), refused(400))
    show("blocks, the children of one refused: a success", lambda: made.sync("blocks", **BLOCKS), nested)
    show(
        "blocks, a cursor that repeats: no get() returns",
        lambda: made.sync("blocks", **BLOCKS),
        after(300, AGAIN, BROKEN),
    )
    show("blocks, more without a cursor: twice", lambda: made.sync("blocks", **BLOCKS), in_turn(NOWHERE, ONE))
    pages = ok(*({"id": f"00000000-0000-4000-8000-{number:012x}"} for number in range(500)))
    show("blocks, the checkpoint of 500 pages is beyond 64 KiB", made.checkpoint, behind_a_database(pages, ok()))


def of_increments(made: Notion) -> None:
    def page(name: str, edited: str, database: str = "d") -> dict[str, Any]:
        parent = {"type": "database_id", "database_id": database}
        return {"object": "page", "id": name, "last_edited_time": f"2026-01-01T{edited}:00.000Z", "parent": parent}

    late, later = page("12:00:45", "12:00"), page("12:01:10", "12:01")
    show(
        "increments, edited in the minute of the last run: lost",
        lambda: made.run("all_pages"),
        in_turn(ok(later, late)),
    )
    elsewhere = page("of another database", "13:00", "other")
    show("increments of pages: those of all databases", lambda: made.run("pages"), in_turn(ok(elsewhere)))
    none = {"database_ids": []}
    show("increments of all_blocks_markdown: none", lambda: made.run("all_blocks_markdown", **none), in_turn(ok(later)))
    source = page("s", "13:00") | {"object": "data_source"}
    searched = in_turn(ok(source, cursor="c"), ok(source))
    twice = lambda path: DATABASE if "/databases/" in path else searched(path)  # noqa: E731
    show("increments, a database whose data sources are on two pages: twice", lambda: made.run("databases"), twice)
    failing = lambda path: refused(403) if "/databases/" in path else ok(source)  # noqa: E731
    show("increments, a database that is refused: a success", lambda: made.run("databases"), failing)


def main() -> None:
    with serving() as (url, ready), mock.patch("time.sleep"):
        notion.BASE_URL = url
        for tell in (of_the_config_and_the_check, of_lists, of_databases, of_pages, of_blocks, of_increments):
            tell(Notion(ready))


if __name__ == "__main__":
    main()
