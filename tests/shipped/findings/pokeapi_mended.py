"""The findings on bizon's PokeAPI source behind its first one: `python -m tests.shipped.findings.pokeapi_mended`."""

import json
from functools import partial
from typing import Any
from unittest import mock

from tests.shipped import mended
from tests.shipped.findings._server import (
    BROKEN,
    LATIN,
    MALFORMED,
    Answer,
    in_turn,
    show,
    standing_in,
    stored,
    sync,
)
from tests.shipped.findings.pokeapi import EMPTY, poke, whatever_is_asked

MENDED = partial(poke, mended.MendedPokeAPI)


def page(*names: str, link: str | None = None, **more: Any) -> Answer:
    body = {"results": [{"name": name, **more} for name in names], "next": link}
    return 200, {}, json.dumps(body, ensure_ascii=False).encode()


def main() -> None:
    with standing_in() as hosts, mock.patch.object(mended, "BASE_URL", hosts.api):
        show(
            "pagination.next_link: a link that begins with the path is no URL",
            lambda: sync(MENDED()),
            in_turn(page("a", link="/pokemon?offset=1"), EMPTY),
        )
        show(
            "pagination.stuck_cursor: a link that repeats is followed for ever",
            lambda: f"{len(sync(MENDED()))} records, and goes on",
            in_turn(page("a", link=f"{hosts.api}/pokemon?offset=1")),
        )
        show("pagination.total: a count that fails raises", lambda: MENDED().get_total_records_count(), in_turn(BROKEN))
        show(
            "records.charset: a wrong charset makes mojibake",
            lambda: stored(MENDED().get({}).records),
            in_turn((200, LATIN, page("Zoë")[2])),
        )
        show(
            "records.hostile_json: NaN becomes null",
            lambda: stored(MENDED().get({}).records),
            in_turn(page("a", x=float("nan"))),
        )
        show(
            "records.missing_id: which record has none is not told",
            lambda: sync(MENDED()),
            in_turn((200, {}, b'{"results": [{"url": "u"}]}')),
        )
        show(
            "retry.retry_after_malformed: a malformed Retry-After ends the sync",
            lambda: sync(MENDED()),
            in_turn(MALFORMED, EMPTY),
        )
        show(
            "integrity.error_envelope: 200 with an error beside no records is the end",
            lambda: f"records {sync(MENDED())}",
            in_turn((200, {}, b'{"error": {"message": "quota exceeded"}, "results": []}')),
        )
        show(
            "integrity.reason: what the API says of an error is lost",
            lambda: sync(MENDED()),
            in_turn((200, {}, b'{"error": {"message": "no such workspace"}}')),
        )
        whatever_is_asked(MENDED)


if __name__ == "__main__":
    main()
