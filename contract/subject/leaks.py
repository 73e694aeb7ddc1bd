"""Secrets: which values of a config are secret, and where a text holds one, plain or encoded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus, unquote, urlsplit

from pydantic import BaseModel, SecretBytes, SecretStr

SHORTEST = 4
"""Characters that a value needs to be searched for: a shorter one is found everywhere."""

CUT = "…"
"""Stands where a text was cut short."""

_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|passphrase|credential|cookie|authorization|signature|dsn$"
    r"|(^|[_-])(api|access|private|signing|encryption|auth|account|service|subscription)[_-]?key$|^key$",
    re.IGNORECASE,
)
_PUBLIC_NAME = re.compile(
    r"(^|_)(endpoint|url|uri|name|date|format|type|header|method|field|path|file|expiry|seconds|size|count|limit|id|ids)$"
    r"|^access-control-",  # headers that say what a browser may do: Access-Control-Allow-Credentials: true (Fetch, section 3.3)
    re.IGNORECASE,
)
_BASE64_SHORTEST = 6
"""Characters of base64 that a match needs inside a longer run: fewer are found by chance."""


class Leak(NamedTuple):
    """A secret that a text holds, and how it is written there: plain, URL-encoded, escaped or base64."""

    secret: str
    form: str


def secrets_of(config: Mapping[str, Any] | BaseModel | None) -> tuple[str, ...]:
    """Every secret value of a config or a part of it: what its key calls one, SecretStr, and the password in a URL."""
    return tuple(dict.fromkeys(value for value in _secret_values(config, secret=False) if len(value) >= SHORTEST))


def names_secret(name: str) -> bool:
    """Whether an option or a header of that name holds a secret."""
    return bool(_SECRET_NAME.search(name)) and not _PUBLIC_NAME.search(name)


def find_secrets(text: str, secrets: Iterable[str]) -> list[Leak]:
    """Every secret that ``text`` holds: once for each form it is written in."""
    return [
        Leak(secret, form)
        for secret in dict.fromkeys(secrets)
        for form, written in _forms(secret).items()
        if any(each in text for each in written)
    ]


def masked(text: str, secrets: Iterable[str], mask: str = "***") -> str:
    """``text`` with ``mask`` in place of every secret, plain or encoded, and of what is left of one that was cut off (`…`)."""
    known = tuple(dict.fromkeys(secrets))
    pattern = _any_of(known)
    if pattern is None:
        return text
    *cut, end = pattern.sub(lambda _: mask, text).split(CUT)
    return CUT.join([*(_without_beginning(each, known, mask) for each in cut), end])


def _without_beginning(text: str, secrets: tuple[str, ...], mask: str) -> str:
    """``text`` with ``mask`` in place of the beginning of a secret that it ends in."""
    kept = min(
        (
            len(text) - length
            for each in _written(secrets)
            for length in range(SHORTEST, min(len(each), len(text) + 1))
            if text.endswith(each[:length])
        ),
        default=None,
    )
    return text if kept is None else text[:kept] + mask


def holds_any(text: str, secrets: Iterable[str]) -> bool:
    """Whether ``text`` holds one of ``secrets``: the quick question before `find_secrets`."""
    # Not by the pattern of `masked`: looking for one text after the other is many times faster.
    return any(
        shared in text and any(each in text for each in written)
        for secret in secrets
        for shared, written in _signs(secret)
    )


def without_longer(texts: Iterable[str]) -> tuple[str, ...]:
    """Those of ``texts`` that contain none of the others: where none of them stands, nothing of ``texts`` does."""
    kept = dict.fromkeys(texts)
    return tuple(each for each in kept if not any(other in each for other in kept if other != each))


@lru_cache(maxsize=4096)
def _signs(secret: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands in each text that holds ``secret``; ahead of it letters that it shares, which most texts do not hold either."""
    forms = dict(_forms(secret))
    in_base64 = without_longer(forms.pop("base64", ()))
    spelled = without_longer(each for written in forms.values() for each in written)
    runs = (run for run in re.findall("[A-Za-z0-9]+", secret) if all(run in each for each in spelled))
    return (max(runs, key=len, default=""), spelled), *(("", (each,)) for each in in_base64)


@lru_cache(maxsize=256)
def _any_of(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    # The longest first, so that what contains another one is masked whole.
    written = sorted(_written(secrets), key=len, reverse=True)
    return re.compile("|".join(re.escape(each) for each in written)) if written else None


@lru_cache(maxsize=256)
def _written(secrets: tuple[str, ...]) -> frozenset[str]:
    """However one of ``secrets`` may be written."""
    return frozenset(each for secret in secrets for forms in _forms(secret).values() for each in forms)


@lru_cache(maxsize=4096)
def _forms(secret: str) -> dict[str, tuple[str, ...]]:
    """How ``secret`` may be written, by the name of the form; a form that equals an earlier one is left out."""
    if len(secret) < SHORTEST:
        return {}
    forms: dict[str, set[str]] = {
        "plain": {secret},
        "URL-encoded": set(_percent_encoded(secret)),
        "escaped": {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]},
        "base64": set(written_in_base64(secret)),
    }
    seen: set[str] = set()
    found: dict[str, tuple[str, ...]] = {}
    for form, written in forms.items():
        fresh = written - seen
        if fresh:
            found[form] = tuple(sorted(fresh))
        seen |= fresh
    return found


def _percent_encoded(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    for once in (quote(raw, safe=""), quote(raw), quote_plus(raw), quote(raw, safe="!$&'()*+,;=:@/?")):
        yield once
        yield re.sub(r"%..", lambda found: found[0].lower(), once)
        yield quote(once, safe="")
    if "%" in secret:
        # Given encoded already, it may be shown decoded.
        decoded = unquote(secret)
        if len(decoded) >= SHORTEST:
            yield decoded


def written_in_base64(secret: str) -> Iterator[str]:
    """``secret`` in base64: alone, and inside something longer, at each of the three ways it can be aligned there."""
    raw = secret.encode("utf-8", "surrogatepass")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
        for ahead in range(3):
            # Only characters that the secret alone decides: six bits each.
            start, end = -(-8 * ahead // 6), 8 * (ahead + len(raw)) // 6
            inside = encode(b"\0" * ahead + raw + b"\0\0").decode()[start:end]
            if len(inside) >= _BASE64_SHORTEST:
                yield inside


def _secret_values(value: Any, *, secret: bool) -> Iterator[str]:
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case SecretBytes():
            yield value.get_secret_value().decode("utf-8", "replace")
        case BaseModel():
            for name in {**type(value).model_fields, **(value.model_extra or {})}:
                yield from _secret_values(getattr(value, name), secret=secret or names_secret(name))
        case Mapping():
            for key, inside in value.items():
                yield from _secret_values(inside, secret=secret or names_secret(str(key)))
        case str():
            yield from _in_text(value, secret=secret)
        case list() | tuple() | set() | frozenset():
            for each in value:
                yield from _secret_values(each, secret=secret)


def _in_text(value: str, *, secret: bool) -> Iterator[str]:
    if secret:
        yield str.__str__(value)
        return
    if "://" in value and "@" in value:
        try:
            password = urlsplit(value).password
        except ValueError:
            return
        if password:
            yield password
            yield unquote(password)
