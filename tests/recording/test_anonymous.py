"""A recording without personal data: no value is left on the disk, and what comes in its place is the same everywhere."""

from __future__ import annotations

import base64
import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contract.description.api import Listing
from contract.errors import ToolkitError
from contract.messages import Request as Asked
from contract.recording.anonymous import Anonymous
from contract.recording.cassette import load
from contract.recording.played import play
from contract.recording.record import anonymise, recording
from contract.recording.scrub import REDACTED
from contract.recording.spelling import Spelled
from contract.trial import world
from tests.support.drawing import few
from tests.support.exchanges import (
    ENCODINGS,
    PLACES,
    REFUSED,
    Exchange,
    answered,
    asked,
    assert_nowhere,
    read_every_way,
)
from tests.support.recorded import FILES, docket_of, record

emails = st.from_regex(r"[A-Za-z]{3,8}([.+-][a-zé0-9]{2,6}){0,2}@[a-z]{4,8}\.(io|fr)", fullmatch=True)
names = st.from_regex(r"[A-ZÉÅЖ][a-zéøж]{4,8}( [A-Z][a-z]{4,8}-[a-z]{2}){0,1}", fullmatch=True)
phones = st.from_regex(r"\+[1-9]{2}\([1-9]{3}\)[0-9]{3}-[0-9]{3}", fullmatch=True)
VALUES = {"email": emails, "first_name": names, "mobilePhone": phones}


def recorded(path: Path, exchanges: list[Exchange], anonymous: Anonymous | None = None) -> str:
    """The file of a recording; nothing where it was not kept."""
    try:
        with recording(path, anonymous=anonymous) as cassette:
            for request, response in exchanges:
                cassette.append(copy.deepcopy(request), copy.deepcopy(response))
    except ToolkitError:
        assert not path.exists()
        return ""
    return path.read_text("utf-8")


def kept(path: Path, exchanges: list[Exchange], anonymous: Anonymous | None = None) -> str:
    """The same of a recording without personal data."""
    return recorded(path, exchanges, anonymous or Anonymous())


def person(**values: Any) -> Exchange:
    """An answer with one record."""
    return answered(json.dumps({"results": [{"id": "r-17", **values}]}, ensure_ascii=False).encode())


def record_of(path: Path) -> dict[str, Any]:
    """The record of `person`, as it was kept."""
    return next(
        each.response.json["results"][0] for each in load(path).interactions if "results" in (each.response.json or {})
    )


@few(120)
@given(
    key_and_value=st.sampled_from(list(VALUES)).flatmap(lambda key: st.tuples(st.just(key), VALUES[key])),
    place=st.sampled_from(list(PLACES)),
    encoding=st.sampled_from(list(ENCODINGS)),
    before=st.booleans(),
)
def test_a_personal_value_is_written_nowhere(tmp_path_factory, key_and_value, place, encoding, before) -> None:
    """Wherever it stands, in whatever encoding; and where it could be read is its substitute."""
    key, value = key_and_value
    folder = tmp_path_factory.mktemp("kept")
    holder, exchange = person(**{key: value}), PLACES[place](ENCODINGS[encoding](value))
    # A word that is a key, or in a path before an answer tells it, is one of the API.
    assume(key != "first_name" or "key" not in place.lower())
    first = before and place != "path"
    text = kept(folder / "a.yaml", [exchange, holder] if first else [holder, exchange])
    assert_nowhere(value, text)
    assert bool(text) is (place not in REFUSED)
    if text:
        made = record_of(folder / "a.yaml")[key]
        assert made != value
        assume(made != REDACTED)  # the user of a URL is a secret everywhere
        there = readable(value, recorded(folder / "b.yaml", [exchange]))
        assert readable(made, text.replace(f'"{made}"', "", 1)) is there


def readable(value: str, text: str) -> bool:
    """Whether it can be read somewhere."""
    return any(value in one for one in read_every_way(text))


awkward = st.text(st.sampled_from("ab1 %&\\\"'/+=@.#;u0é\n25x{[:,"), max_size=12) | emails | names | phones
encoded = st.tuples(awkward, st.sampled_from(list(ENCODINGS.values()))).map(lambda pair: pair[1](pair[0]))
json_values = st.recursive(
    awkward
    | encoded
    | st.integers(-(10**16), 10**16)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.none()
    | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["email", "name", "phone", "zip", "note", "iban", "birthday", "ip", "id", "a"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@few(300)
@given(st.lists(json_values, min_size=1, max_size=3), st.booleans(), st.sampled_from([None, 1]))
def test_whatever_is_answered_keeps_its_shape(tmp_path_factory, values, ascii_only, indent) -> None:
    """Keys, types and all that is not personal; what is replaced becomes one value, and two never the same."""
    path = tmp_path_factory.mktemp("kept") / "a.yaml"
    bodies = [{"users": each} for each in values]
    anonymous = Anonymous()
    texts = [json.dumps(body, ensure_ascii=ascii_only, indent=indent).encode() for body in bodies]
    assert kept(path, [answered(text) for text in texts], anonymous)
    made = [each.response.json for each in load(path).interactions]
    pairs = [pair for body, other in zip(bodies, made, strict=True) for pair in leaves_of(body, other)]
    changed = {(Spelled(value).bare, Spelled(other).bare) for value, other in pairs if value != other}
    assert len(changed) == len({value for value, _ in changed}) == len({other for _, other in changed})
    if not anonymous.counted:
        assert made == bodies


def leaves_of(value: Any, made: Any) -> Iterator[tuple[Any, Any]]:
    """Each text with what it became; the types are the same."""
    assert type(value) is type(made)
    match value:
        case dict():
            assert value.keys() == made.keys()
            for key, inside in value.items():
                yield from leaves_of(inside, made[key])
        case list():
            for one, other in zip(value, made, strict=True):
                yield from leaves_of(one, other)
        case str():
            yield value, made


@pytest.mark.parametrize("place", REFUSED)
def test_what_cannot_be_changed_is_refused(tmp_path: Path, place: str) -> None:
    """Nothing is kept of it."""
    assert kept(tmp_path / "a.yaml", [person(email="ada@corp.io"), PLACES[place]("ada@corp.io")]) == ""


@pytest.mark.parametrize("ahead", [b"\x0a\x0b", b"\x00\x0a\x0b", b"\xff\x0a\x0b\x01"])
def test_a_cursor_that_is_no_text_is_refused(tmp_path: Path, ahead: bytes) -> None:
    """Where a value is in the midst of it."""
    cursor = base64.b64encode(ahead + b"ada@corp.io\x18\xff").decode()
    assert (
        kept(tmp_path / "a.yaml", [person(email="ada@corp.io"), answered(json.dumps({"next": cursor}).encode())]) == ""
    )


PERSONAL: dict[str, Any] = {
    "email": "ada@corp.io",
    "FirstName": "Ada",
    "lastname": "Lovelace",
    "billing_city": "Paris",
    "postalCode": "75001",
    "zip": 75001,
    "phone": 4915112345678,
    "work_phone": "+49 151 12345678",
    "date_of_birth": "1990-05-17",
    "birthday": "1990-05-17T00:00:00Z",
    "ssn": "123-45-6789",
    "iban": "DE89370400440532013000",
    "ip_address": "8.8.8.8",
    "phones": ["+1 555 0100 200", {"type": "home", "number": "+1 555 0100 201"}],
    "address": {"line1": "12 Main Street", "line2": "Floor 3", "city": "Paris"},
    "name": {"first": "Ada", "last": "Lovelace"},
    "owner": {"name": "Grace Hopper"},
    "assigned_by": {"display_name": "Grace Hopper"},
    "customer_name": "Grace Hopper",
}
OTHER: dict[str, Any] = {
    "id": "cus_1",
    "type": "customer",
    "status": "active",
    "username": "ada99",
    "plan": {"name": "Gold", "first": 1},
    "company": "Acme",
    "country": "FR",
    "created_at": "2024-01-02T03:04:05Z",
    "balance": 1.10,
    "count": 75001,
    "address": {"id": "adr_1", "type": "billing", "country": "FR", "verified": True},
    "phone_type": "mobile",
    "email_verified": True,
    "file_name": "a.pdf",
    "email_count": 12,
    "cursor": "eyJpZCI6IDE3fQ==",
    "version": "1.2.3.4",
    "token_id": "0d1b4a7e-0b1a-4d7a-9a51-8a2f34a3d0b5",
    "avatar": "https://cdn.test/logo@2x.png",
    "mobile": None,
    "city": "",
}


def test_what_is_personal_is_told_by_its_name(tmp_path: Path) -> None:
    """However the API writes names; everything else stays, to the octet."""
    kept(tmp_path / "a.yaml", [person(**PERSONAL)])
    made = record_of(tmp_path / "a.yaml")
    for key, value in PERSONAL.items():
        assert_other(value, made[key])
    text = json.dumps({"tags": [OTHER], "n": [1.10, 1e2]}, indent=1)
    kept(tmp_path / "b.yaml", [answered(text.encode())])
    assert load(tmp_path / "b.yaml").interactions[0].response.body.decode() == text


def assert_other(value: Any, made: Any) -> None:
    """Every text and number in it is another one, but for what tells of which sort it is."""
    match value:
        case dict():
            assert value.keys() == made.keys()
            for key, inside in value.items():
                if key != "type":
                    assert_other(inside, made[key])
        case list():
            for one, other in zip(value, made, strict=True):
                assert_other(one, other)
        case _:
            assert type(made) is type(value)
            assert made != value


@pytest.mark.parametrize(
    ("body", "personal"),
    [
        ({"name": "Gold", "price": 1}, False),
        ({"name": "Ada L.", "email": None}, True),
        ({"name": "Ada L.", "firstName": "Ada"}, True),
        ({"users": [{"name": "Ada L."}]}, True),
        ({"data": {"customers": {"edges": [{"node": {"name": "Ada L."}}]}}}, True),
        ({"products": [{"name": "Gold"}]}, False),
        ({"author": {"id": 1, "name": "Ada L."}}, True),
        ({"users": [{"plan": {"name": "Gold"}}]}, False),
    ],
)
def test_a_name_is_personal_where_it_is_a_person_s(tmp_path: Path, body: dict[str, Any], personal: bool) -> None:
    """By what is above it, or beside it."""
    kept(tmp_path / "a.yaml", [answered(json.dumps(body).encode())])
    assert (load(tmp_path / "a.yaml").interactions[0].response.json != body) is personal


def test_the_path_tells_whom_an_answer_is_about(tmp_path: Path) -> None:
    """`GET /customers` answers with people."""
    body = json.dumps({"results": [{"name": "Ada L."}]}).encode()
    request, _ = asked("https://api.test/v1/customers?page=1")
    kept(tmp_path / "a.yaml", [(request, answered(body)[1])])
    assert "Ada" not in (tmp_path / "a.yaml").read_text("utf-8")


def test_words_of_the_api_are_replaced_under_their_names_only(tmp_path: Path) -> None:
    """A city that is called as a key, a host or a path that is asked from the start; and what is short, which may be anything."""
    body = {
        "results": [{"city": "orders", "last_name": "Li", "zip": "1010"}],
        "orders": 1,
        "total": 1010,
        "kind": "orders",
    }
    request, _ = asked("https://api.test/orders?zip=1010&after=1010")
    kept(tmp_path / "a.yaml", [(request, answered(json.dumps(body).encode())[1])])
    [exchange] = load(tmp_path / "a.yaml").interactions
    made = exchange.response.json
    assert made["results"][0]["city"] != "orders"
    assert (made["orders"], made["total"], made["kind"]) == (1, 1010, "orders")
    assert exchange.request.path == "/orders"
    assert exchange.request.query == {"zip": [made["results"][0]["zip"]], "after": ["1010"]}
    assert made["results"][0]["zip"] != "1010"


def test_a_path_that_an_answer_has_told_is_replaced(tmp_path: Path) -> None:
    """So that the connector asks for it when it is played."""
    exchanges = [
        person(email="ada@corp.io", last_name="Lovelace"),
        asked("https://api.test/people/Lovelace/ada%40corp.io"),
    ]
    kept(tmp_path / "a.yaml", exchanges)
    made = record_of(tmp_path / "a.yaml")
    path = load(tmp_path / "a.yaml").interactions[1].request.path
    assert path == f"/people/{made['last_name']}/{quote(made['email'], safe='')}"


@few(60)
@given(emails, names)
def test_cursors_go_on_to_match(tmp_path_factory, email: str, name: str) -> None:
    """In clear, URL-encoded, in base64, in JSON in base64; in a link, a header, a query, a body."""
    assume(name not in email)
    path = tmp_path_factory.mktemp("kept") / "a.yaml"
    cursor = base64.urlsafe_b64encode(json.dumps({"after": [email, name, 17]}).encode()).decode()
    link = f"https://api.test/a?after={quote(email, safe='')}&cursor={quote(cursor, safe='')}&page=2"
    body = {"results": [{"id": 17, "email": email, "first_name": name}], "next": link, "cursor": cursor}
    kept(
        path,
        [
            answered(json.dumps(body).encode(), Link=[f'<{link}>; rel="next"']),
            asked(link, json.dumps({"after": email, "cursor": cursor}).encode()),
        ],
    )
    first, second = load(path).interactions
    made = first.response.json
    row = made["results"][0]
    assert second.request.url == made["next"]
    assert first.response.header("Link") == f'<{made["next"]}>; rel="next"'
    assert Asked("GET", made["next"]).query == {"after": [row["email"]], "cursor": [made["cursor"]], "page": ["2"]}
    assert json.loads(base64.urlsafe_b64decode(made["cursor"])) == {"after": [row["email"], row["first_name"], 17]}
    assert second.request.json == {"after": row["email"], "cursor": made["cursor"]}


def test_recordings_that_belong_together_agree(tmp_path: Path) -> None:
    """What only the second one tells to be personal is replaced in the first one afterwards, which tells as before when it was recorded."""
    anonymous = Anonymous()
    first, second = tmp_path / "orders.yaml", tmp_path / "people.yaml"
    kept(first, [person(ref="Lovelace", email="ada@corp.io"), asked(body=b"\xff ada@corp.io")], anonymous)
    kept(second, [person(last_name="Lovelace", email="ada@corp.io")], anonymous)
    at = load(first).recorded_at
    assert "Lovelace" in first.read_text("utf-8")
    assert anonymise(first, (), anonymous)
    assert not anonymise(first, (), anonymous)
    assert load(first).recorded_at == at
    assert record_of(first)["ref"] == record_of(second)["last_name"]
    assert record_of(first)["email"] == record_of(second)["email"]
    assert "Lovelace" not in first.read_text("utf-8")


def test_a_number_is_the_same_in_every_form(tmp_path: Path) -> None:
    """As text with or without punctuation, as a number, in a text."""
    body = {"phone": "+49 (151) 1234567", "a": 491511234567, "b": "wa.me/491511234567", "c": "or +49 (151) 1234567, d"}
    kept(tmp_path / "a.yaml", [answered(json.dumps(body).encode())])
    made = load(tmp_path / "a.yaml").interactions[0].response.json
    digits = re.sub(r"\D", "", made["phone"])
    assert digits != "491511234567"
    assert made == {"phone": made["phone"], "a": int(digits), "b": f"wa.me/{digits}", "c": f"or {made['phone']}, d"}


def test_another_recording_has_other_substitutes(tmp_path: Path) -> None:
    """Nothing leads from one back to the value."""
    made = set()
    for number in range(3):
        kept(tmp_path / f"{number}.yaml", [person(email="ada.lovelace@corp.io")])
        made.add(record_of(tmp_path / f"{number}.yaml")["email"])
    assert len(made) == 3


def test_more_names_can_be_given_and_values_can_be_kept(tmp_path: Path) -> None:
    """All that is under such a name goes; what the contract's config holds stays."""
    anonymous = Anonymous(["nickName"], ["me@corp.io"])
    kept(
        tmp_path / "a.yaml",
        [person(nick_name={"a": ["Countess", 17]}, email="me@corp.io", note="to me@corp.io")],
        anonymous,
    )
    made = record_of(tmp_path / "a.yaml")
    assert_other(["Countess", 17], made["nick_name"]["a"])
    assert (made["email"], made["note"]) == ("me@corp.io", "to me@corp.io")
    assert anonymous.counted == {"nick_name": 2}


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Whatever a simulated API holds has personal data; and where ids are plain text, an e-mail address is the id."""
    held: dict[str, list[Any]] = {}
    without = world.records_of

    def records_of(stream: Listing, count: int, *more: Any) -> list[tuple[str, dict[str, Any]]]:
        made = []
        for number, (name, data) in enumerate(without(stream, count, *more)):
            email = f"{'ABC'[number % 3]}da+{number}@corp-{number % 2}.io"
            person = {**data, "email": email, "last_name": f"Lovelace{chr(97 + number % 26) * 3}"}
            plain = name == data.get("id") and not getattr(stream, "id_with", ()) and name.isalnum()
            made.append((email, {**person, "id": email}) if plain else (name, person))
        held[str(stream.path)] = made
        return made

    monkeypatch.setattr(world, "records_of", records_of)
    return held


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_without_personal_data_replays(file: Path, tmp_path: Path, people: dict[str, list[Any]]) -> None:
    """In all paging styles the connector gets as many pages and records, asks for all that was recorded, and leaves nothing personal."""
    docket, anonymous = docket_of(file), Anonymous()
    record(docket, tmp_path, anonymous=anonymous)
    assert anonymous.counted
    originals = [
        each for records in people.values() for _, data in records for each in (data["email"], data["last_name"])
    ]
    for name in docket.contract.streams:
        path = tmp_path / f"{name}.yaml"
        text = unquote(path.read_text("utf-8"))
        assert not [each for each in originals if each in text]
        played = play(docket.subject, name, path)
        assert (played.sync.error, played.sync.ended) == (None, True)
        assert played.recorded.unplayed == []
        assert len(set(played.sync.ids)) == len(played.sync.ids) >= 2
