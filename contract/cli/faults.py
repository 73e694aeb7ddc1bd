"""``--fault``: what goes wrong, and with which request, as people type it.

503@2                      the second request is answered with 503
429:Retry-After=3@4        the fourth with 429 and this header; more headers after `;`
500@3+                     the third and all after it
reset@1  refused@1  timeout@1      the connection is reset, refused, or silent
cut@2  html@2              the body breaks off; an HTML page comes instead
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from contract.errors import UsageError

if TYPE_CHECKING:
    from contract.messages import Headers
    from contract.simulation.faults import Fault, Rule

KINDS = ("reset", "refused", "timeout", "cut", "html")

LOWEST, HIGHEST = 200, 599
"""Final status codes (RFC 9110, section 15)."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORM = "KIND@N or KIND@N+, as in 503@2, 429:Retry-After=3@4, reset@1 or 500@3+"


def parse(text: str) -> Rule:
    """The rule that ``text`` means; requests count from 1 here, from 0 there.

    Raises:
        UsageError: it means none; the message says what would.
    """
    from contract.simulation.faults import Rule

    kind, at, where = text.rpartition("@")
    if not at or not kind:
        raise UsageError(f"--fault {text}: does not say what happens to which request; write {_FORM}")
    number = re.fullmatch(r"([0-9]{1,9})(\+?)", where)
    if number is None or int(number[1]) == 0:
        raise UsageError(
            f"--fault {text}: `{where}` is no request; requests are counted from 1: {kind}@1, or {kind}@1+"
        )
    return Rule(_fault(text, kind), at=int(number[1]) - 1, times=None if number[2] else 1)


def _fault(text: str, kind: str) -> Fault:
    from contract.simulation.faults import CutShort, Lost, ReadTimedOut, Refused, Reset, Status, html

    named: dict[str, Fault] = {
        "reset": Lost(Reset),
        "refused": Lost(Refused),
        "timeout": Lost(ReadTimedOut),
        "cut": CutShort(),
        "html": html(),
    }
    if kind in named:
        return named[kind]
    status, colon, headers = kind.partition(":")
    if re.fullmatch("[0-9]+", status):
        if not LOWEST <= int(status) <= HIGHEST:
            raise UsageError(f"--fault {text}: {status} is no final status; write one from {LOWEST} to {HIGHEST}")
        return Status(int(status), _headers(text, headers) if colon else ())
    if status in named:
        raise UsageError(f"--fault {text}: only a status takes headers; write {status} without them")
    near = difflib.get_close_matches(kind, named, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"--fault {text}: `{kind}` is no fault; {hint}known are a status such as 503, {', '.join(named)}")


def _headers(text: str, written: str) -> Headers:
    pairs = []
    for part in written.split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals or not _TOKEN.fullmatch(name) or not value.isprintable() or not value.isascii():
            raise UsageError(f"--fault {text}: `{part}` is no header; write NAME=VALUE, more after `;`")
        pairs.append((name, value))
    return tuple(pairs)
