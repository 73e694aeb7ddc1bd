"""The story of a failure: the exchanges of a sync and what the connector made of them, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import unquote, urlsplit

from contract.messages import Request
from contract.results import Exchange
from contract.simulation.network import Call

LONGEST = 110
"""Characters that one part of an exchange is shown with."""

MOST = 14
"""Exchanges that a story shows; the middle of a longer one is left out."""


def tell(calls: Sequence[Call], returned: dict[int, str], mask: Callable[[str], str]) -> tuple[Exchange, ...]:
    """The exchanges in order. ``returned`` says, by the number of calls made until then, what the connector did.

    ``mask`` takes secrets out of a text.
    """
    steps: list[Exchange] = []
    for made, call in enumerate(calls, start=1):
        steps.append(Exchange(mask(asked(call.request)), mask(answered(call)), _masked(returned.get(made), mask)))
    if 0 in returned or not calls:
        steps.insert(0, Exchange("(no request)", "", _masked(returned.get(0), mask)))
    if len(steps) <= MOST:
        return tuple(steps)
    left_out = len(steps) - MOST + 1
    gap = Exchange(f"… {left_out} more exchanges …", "")
    return (*steps[: MOST // 2], gap, *steps[left_out + MOST // 2 :])


def asked(request: Request) -> str:
    """``GET /v2/customers?page_size=2``, readable: the query decoded, a body shown."""
    parts = urlsplit(request.url)
    query = f"?{unquote(parts.query)}" if parts.query else ""
    body = f" {request.body.decode('utf-8', 'replace')}" if request.body else ""
    return short(f"{request.method} {parts.path or '/'}{query}{body}")


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
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _masked(text: str | None, mask: Callable[[str], str]) -> str | None:
    return None if text is None else mask(text)
