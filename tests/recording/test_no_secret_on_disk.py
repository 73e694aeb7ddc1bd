"""A random secret, put anywhere into an exchange in any encoding, never reaches the disk; or nothing is kept."""

from __future__ import annotations

import base64
import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.errors import ToolkitError
from contract.recording.record import recording
from tests.support.drawing import few
from tests.support.exchanges import ENCODINGS, PLACES, REFUSED, Exchange, answer, answered, asked, assert_nowhere

secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)
others = st.text(st.characters(categories=("L", "N", "P", "S")) | st.just(" "), min_size=8, max_size=24).map(str.strip)


def kept(exchanges: list[Exchange], known: list[str]) -> str:
    """What the file of a recording holds; nothing where it was not kept."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some.yaml"
        try:
            with recording(path, known) as cassette:
                for request, response in exchanges:
                    cassette.append(copy.deepcopy(request), copy.deepcopy(response))
        except ToolkitError:
            assert list(Path(folder).iterdir()) == []
            return ""
        return path.read_text("utf-8")


@few(150)
@given(
    secret=secrets | others.filter(lambda text: len(text) >= 8),
    place=st.sampled_from(list(PLACES)),
    encoding=st.sampled_from(list(ENCODINGS)),
)
def test_a_secret_of_the_config_is_written_nowhere(secret: str, place: str, encoding: str) -> None:
    """Wherever it stands, in whatever encoding."""
    assert_nowhere(secret, kept([PLACES[place](ENCODINGS[encoding](secret))], [secret]))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_is_taken_out_of_all_places(encoding: str) -> None:
    """And the rest is kept; but a recording is refused with what cannot be searched, or not be changed."""
    secret = "p\"s's/+w&0\\rdä%2F😀"
    written = ENCODINGS[encoding](secret)
    taken_out = {name: make for name, make in PLACES.items() if name not in REFUSED}
    text = kept([make(written) for make in taken_out.values()], [secret])
    assert text.count("- request:") == len(taken_out)
    assert_nowhere(secret, text)
    for name in REFUSED:
        assert not kept([PLACES[name](written)], [secret])


def token_answer(it: str) -> Exchange:
    body = {"access_token": it, "token_type": "bearer", "expires_in": 60}
    return asked(body=b"grant_type=client_credentials&scope=all")[0], answer(json.dumps(body).encode())


BY_NAME: dict[str, Callable[[str], Exchange]] = {
    "Authorization": lambda it: asked(Authorization=f"Bearer {it}"),
    "basic": lambda it: asked(Authorization="Basic " + base64.b64encode(f"ada:{it}".encode()).decode()),
    "API key": lambda it: asked(**{"x-api-key": it}),
    "token answer": token_answer,
    "camel case": lambda it: answered(json.dumps({"data": [{"accessToken": it, "n": 1.10}]}, indent=1).encode()),
    "token in JSON in JSON": lambda it: asked(body=json.dumps({"variables": json.dumps({"password": it})}).encode()),
    "form": lambda it: asked(body=f"client_secret={quote_plus(it)}&grant_type=password&a=b".encode()),
    "form, in the middle": lambda it: asked(body=f"grant_type=x&assertion={quote_plus(it)}&a=b".encode()),
    "query": lambda it: asked(f"https://api.test/a?page=1&api_key={quote(it, safe='')}"),
    "link": lambda it: answered(json.dumps({"next": f"https://b.test/a?access_token={quote(it, safe='')}"}).encode()),
    "location": lambda it: answered(code=302, Location=[f"https://b.test/#id_token={quote(it, safe='')}"]),
    "URL in a URL": lambda it: asked("https://a.test/?to=" + quote(f"https://b.test/?sig={quote(it, safe='')}&x=1", safe="")),
    "user of a URL": lambda it: answered(json.dumps({"git": f"https://{quote(it, safe='')}@b.test/a.git"}).encode()),
    "password of a URL": lambda it: answered(json.dumps({"db": f"pg://ada:{quote(it, safe='')}@b.test/a"}).encode()),
    "header of an answer": lambda it: answered(**{"X-Auth-Token": [it]}),
    "cookies joined": lambda it: answered(**{"set-cookie": [f"theme=dark; Path=/, session={it}; Path=/"]}),
}  # fmt: skip


@few(150)
@given(
    secret=st.from_regex(r"[A-Za-z0-9+/_.~-]{16,39}[0-9][a-z]", fullmatch=True),
    place=st.sampled_from(list(BY_NAME)),
    echo=st.sampled_from([name for name in PLACES if name not in REFUSED]),
    encoding=st.sampled_from(list(ENCODINGS)),
    before=st.booleans(),
)
def test_what_its_name_tells_is_written_nowhere(
    secret: str, place: str, echo: str, encoding: str, before: bool
) -> None:
    """Although no config has it; nor where it is said again, or was said before, without the name."""
    exchanges = [BY_NAME[place](secret), PLACES[echo](ENCODINGS[encoding](secret))]
    text = kept(exchanges[::-1] if before else exchanges, [])
    assert text.count("- request:") == 2
    assert_nowhere(secret, text)
