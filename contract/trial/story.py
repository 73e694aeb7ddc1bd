"""The story of a failure: the exchanges of a sync and what the connector made of them, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from contract.results import Exchange
from contract.simulation.network import Call
from contract.simulation.strangers import STRANGE
from contract.subject.leaks import CUT

LONGEST = 110
"""Characters that one part of an exchange is shown with."""

MOST = 14
"""Exchanges that a story shows; the middle of a longer one is left out."""


LONG = 60.0
"""Seconds between two exchanges that a story tells of."""


def tell(
    calls: Sequence[Call],
    returned: Mapping[int, str],
    mask: Callable[[str], str],
    begun: Mapping[int, str] = MappingProxyType({}),
) -> tuple[Exchange, ...]:
    """The exchanges in order; what happened between them is a line without an answer.

    Args:
        calls: what was asked.
        returned: what the connector did, by the number of calls made until then.
        mask: takes secrets out of a text.
        begun: what began, by the number of calls made until then: another sync, a resumed one.
    """
    steps: list[Exchange] = []
    if 0 in returned or not calls:
        steps.append(Exchange("(no request)", "", _masked(returned.get(0), mask)))
    for made, call in enumerate(calls):
        waited = call.at - calls[made - 1].at if made else 0
        if waited >= LONG:
            steps.append(Exchange(f"… {duration(waited)} later …", ""))
        if made in begun and made:
            steps.append(Exchange(short(mask(f"— {begun[made]} —")), ""))
        steps.append(Exchange(mask(asked(call)), mask(answered(call)), _masked(returned.get(made + 1), mask)))
    return _shortened(list(_told_once(steps)))


def _told_once(steps: Iterable[Exchange]) -> Iterator[Exchange]:
    """What repeats itself is told once, and how often it came again."""
    for step, alike in groupby(steps):
        again = len(list(alike)) - 1
        yield step
        if again == 1:
            yield step
        elif again:
            yield Exchange(f"… the same {again} more times …", "")


def _shortened(steps: list[Exchange]) -> tuple[Exchange, ...]:
    if len(steps) <= MOST:
        return tuple(steps)
    left_out = len(steps) - MOST + 1
    gap = Exchange(f"… {left_out} more exchanges …", "")
    return (*steps[: MOST // 2], gap, *steps[left_out + MOST // 2 :])


def duration(seconds: float) -> str:
    """``90 s``, ``15 min``, ``6.0 h`` or ``12 days``."""
    for unit, length, digits in (("days", 86_400.0, 0), ("h", 3_600.0, 1), ("min", 60.0, 0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.{digits}f} {unit}"
    return f"{seconds:.0f} s"


def asked(call: Call) -> str:
    """``GET /v2/customers?page_size=2``, readable: the query decoded, a body shown; a host that is not the API's, too."""
    request = call.request
    parts = urlsplit(request.url)
    host = f"{parts.scheme}://{parts.netloc}" if call.position.kind == STRANGE else ""
    query = f"?{unquote(parts.query)}" if parts.query else ""
    body = f" {request.body.decode('utf-8', 'replace')}" if request.body else ""
    return short(f"{request.method} {host}{parts.path or '/'}{query}{body}")


def answered(call: Call) -> str:
    """``200: r1, r2, and more``, or what went wrong."""
    fault = f" ({call.fault.name})" if call.fault else ""
    if call.broken is not None:
        return f"{call.broken}{'' if call.fault and call.fault.name == str(call.broken) else fault}"
    assert call.response is not None
    if call.fault is not None and call.fault.name.startswith(str(call.response.status)):
        return call.fault.name
    if call.response.page is not None:
        page = call.response.page
        shown = ", ".join(page.ids[:4]) + (f", … ({len(page.ids)})" if len(page.ids) > 4 else "")
        return short(
            f"{call.response.status}: {shown or 'no records'}; {'the last page' if page.last else 'more'}{fault}"
        )
    body = call.response.body.decode("utf-8", "replace")
    return short(f"{call.response.status}{fault} {body}")


def short(text: str, most: int = LONGEST) -> str:
    """``text`` in one line of at most ``most`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}{CUT}"


def _masked(text: str | None, mask: Callable[[str], str]) -> str | None:
    return None if text is None else mask(text)
