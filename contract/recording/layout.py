"""How a cassette of ours is laid out: the YAML that Python's own emitter writes, most of it without asking the emitter.

Always alike: small heads, and bodies as literal blocks, so that recordings can be read and compared line by line. vcrpy
reads it as it is. The emitter takes milliseconds for a page; what it would write for plain letters is known.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import ascii_letters, digits, punctuation
from typing import Any, NoReturn

import yaml
from vcr.request import Request
from vcr.serializers.compat import convert_to_unicode

from contract.recording.inference.pages import Found
from contract.subject.incremental import RecordsAfter

BEGIN = "version: 1\ninteractions:"
END = "\nmetadata:\n"

Exchange = tuple[Request, dict[str, Any]]
"""A request and its answer, as vcrpy keeps them."""


@dataclass(frozen=True)
class Since:
    """What bizon hands to an incremental run: when the last one began, and when this one did, both in UTC."""

    last_run: dt.datetime
    run_started_at: dt.datetime

    def call(self) -> RecordsAfter:
        """The call of such a run, as bizon makes it where no earlier one has left a state."""
        return RecordsAfter.without_a_state(self.last_run, self.run_started_at)


def increment_of(path: Path) -> Path:
    """Where the incremental run of a stream is recorded whose cassette is at ``path``."""
    return path.with_suffix(f".incremental{path.suffix}")


def written(
    exchanges: Iterable[Exchange], recorded_at: dt.datetime, since: Since | None = None, found: Found | None = None
) -> str:
    """The text of a cassette, ``since`` for an incremental run, ``found`` where its records are.

    No line is folded: a secret in two pieces would not be found.

    What stands last tells when it was recorded, and that the file is whole.
    """
    interactions = "\n".join(_interaction(*each) for each in exchanges)
    told = {} if since is None else {"last_run": since.last_run, "run_started_at": since.run_started_at}
    states = "".join(f"  {name}: '{at.isoformat()}'\n" for name, at in told.items())
    place = f"  records: {found.to_json()}\n" if found else ""
    return f"{BEGIN}\n{interactions}{END}{place}{states}  recorded_at: '{recorded_at.isoformat(timespec='seconds')}'\n"


def _interaction(request: Request, response: dict[str, Any]) -> str:
    asked = {
        "method": request.method,
        "uri": request.uri,
        "body": convert_to_unicode(request.body),
        "headers": {name: [value] for name, value in request.headers.items()},
    }
    answered = {
        "status": {"code": response["status"]["code"], "message": response["status"]["message"]},
        "headers": response["headers"],
        "body": {"string": convert_to_unicode(response["body"]["string"])},
    }
    try:
        return "\n".join(("- request:", *_request(asked), "  response:", *_response(answered)))
    except _Odd:
        # With something behind it: the end of a file is written otherwise.
        return by_emitter([{"request": asked, "response": answered}, None]).removesuffix("\n- null\n")


def by_emitter(value: Any) -> str:
    """``value`` as YAML."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))


class _Dumper(yaml.SafeDumper):
    """Python's own and not libYAML's: every machine writes the same."""

    def ignore_aliases(self, data: Any) -> bool:
        """Equal values are written twice."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if any(each in text for each in "\x85\u2028\u2029"):
        style = '"'  # line breaks in YAML 1.1, which come back as another one unless they are escaped
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


# -- without the emitter


class _Odd(Exception):
    """How the emitter writes this is not known here."""


def _request(asked: Mapping[str, Any]) -> Iterator[str]:
    yield f"    method: {_line(asked['method'])}"
    yield f"    uri: {_line(asked['uri'])}"
    yield f"    body: {'null' if asked['body'] is None else _body(asked['body'], 6)}"
    yield from _headers(asked["headers"])


def _response(answered: Mapping[str, Any]) -> Iterator[str]:
    code, message = answered["status"]["code"], answered["status"]["message"]
    yield "    status:"
    yield f"      code: {code}" if type(code) is int else _odd()
    yield f"      message: {_line(message)}"
    yield from _headers(answered["headers"])
    yield "    body:"
    yield f"      string: {_body(answered['body']['string'], 8)}"


def _headers(headers: Mapping[str, list[Any]]) -> Iterator[str]:
    yield "    headers:" if headers else "    headers: {}"
    for name, values in headers.items():
        yield f"      {_line(name) if len(name) < LONGEST_NAME else _odd()}:"
        yield from (f"      - {_line(value)}" for value in values or _odd())


_PLAIN = re.compile(r"[!-&(-,/-9;->@-~](?:[ -&(-9;-~]|:(?! |$)|(?<! )#)*(?<! )")
"""ASCII without quotes in it, which stands for itself, with two exceptions (YAML 1.1, sections 5.1, 5.3 and 9.1.3)."""

_INDICATORS = frozenset('#,[]{}&*!|>%@`"')
"""What begins something else than text."""


def _line(text: Any) -> str:
    """How a short text is written behind its key."""
    return _scalar(text) if isinstance(text, str) else _odd()


@lru_cache(maxsize=1024)  # most headers come again and again
def _scalar(text: str) -> str:
    if text == "":
        return "''"
    if not _PLAIN.fullmatch(text):
        _odd()
    taken = _Dumper.yaml_implicit_resolvers.get(text[0], ())
    quoted = text[0] in _INDICATORS or any(pattern.match(text) for _, pattern in taken)
    return f"'{text}'" if quoted else text


LONGEST_NAME = 120
"""Characters: much longer keys are written in another way (YAML 1.1, section 9.3.2)."""

_ASCII = f"{ascii_letters}{digits}{punctuation} \n".encode()
_PRINTED = re.compile("[\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]*")

_UNEVEN = re.compile("\n(?<=[ \n]\n)")
"""An empty line, or a space at the end of one."""


def _body(text: Any, indent: int) -> str:
    """How a body is written: JSON of several lines as a literal block, of one line in quotes; forms as they are."""
    if not isinstance(text, str) or text[:1] not in {"{", "["} or text[-1] not in {"}", "]"}:
        return _line(text)
    rest = text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="surrogatepass")
    if not _PRINTED.fullmatch(rest) or _UNEVEN.search(text):
        _odd()
    if "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    return "|-\n" + " " * indent + text.replace("\n", "\n" + " " * indent)


def _odd() -> NoReturn:
    raise _Odd
