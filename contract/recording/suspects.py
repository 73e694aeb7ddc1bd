"""What looks like a secret in a recording, and is none that was known: for the author to look at."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from contract.messages import Headers
from contract.recording.cassette import Recording
from contract.recording.inference.pages import scalars
from contract.recording.scrub import REDACTED

LONG = 24
"""Characters from which on a text may be a key; shorter ones are names and ids."""

DENSE = 4.0
"""Bits a character (Shannon) from which on it is hardly written by people: English has about 4 a letter only where each is used
alike, hexadecimal at most 4, random letters and digits 5 to 6."""

_KEY = re.compile(r"[A-Za-z0-9+/_=.~-]+")
_KNOWN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d{4}-\d\d-\d\dT[\d:.+Z-]+")
"""A UUID (RFC 9562), a time."""

SHOWN = 12
"""Characters of such a text that a message shows."""


def suspects(recording: Recording) -> list[str]:
    """Texts that look like keys, each with the place where it stands first, and how it begins.

    Cursors look alike, and are no secret: what a request sends back that an answer gave is left out.
    """
    places: dict[str, str] = {}
    given: set[str] = set()
    for number, (request, response) in enumerate(((each.request, each.response) for each in recording.interactions), 1):
        for name, values in request.query.items():
            for value in values:
                if value not in given:
                    places.setdefault(value, f"query parameter {name} of request {number}")
        for where, text in _values(response.headers, response.json):
            given.add(text)
            places.setdefault(text, f"{where} of answer {number}")
        for where, text in _values(request.headers, request.json):
            places.setdefault(text, f"{where} of request {number}")
    sent = {value for each in recording.interactions for values in each.request.query.values() for value in values}
    return [
        f"{text[:SHOWN]}… ({len(text)} characters), {place}"
        for text, place in places.items()
        if looks_random(text) and not (text in sent and text in given)
    ]


def looks_random(text: str) -> bool:
    """Whether a text is long, of letters and digits that were not written by people."""
    if len(text) < LONG or REDACTED in text or not _KEY.fullmatch(text) or _KNOWN.fullmatch(text):
        return False
    kinds = [re.search(kind, text) for kind in ("[a-z]", "[A-Z]", "[0-9]")]
    times = Counter(text).values()
    bits = -sum(count / len(text) * math.log2(count / len(text)) for count in times)
    return all(kinds) and bits >= DENSE


def _values(headers: Headers, body: object) -> Iterator[tuple[str, str]]:
    yield from ((f"header {name}", value.rpartition(" ")[2]) for name, value in headers)
    yield from ((".".join(keys), value) for keys, value in scalars(body) if isinstance(value, str))
