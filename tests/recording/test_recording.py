"""Recording and replaying in general: what leaves on the way, and what is written when something goes wrong."""

from __future__ import annotations

import base64
import http.client
import io
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest
import requests
import vcr.cassette
import yaml
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from vcr.errors import CannotOverwriteExistingCassetteException

from contract.errors import ToolkitError, UsageError
from contract.messages import Request, Response, json_response
from contract.recording.cassette import load
from contract.recording.record import recording, write
from contract.recording.replay import replaying
from contract.recording.scrub import REDACTED, Scrub
from contract.simulation.clock import RealClock
from contract.simulation.network import Network
from contract.simulation.server import Server

KEY = "s3cr3t/key+1"
TOKEN = "issued-by-the-server"


class Api:
    """Answers with `answer`, or with what it was asked."""

    answer: Response | None = None

    def kind(self, request: Request) -> str:
        """Everything is a page."""
        return "list"

    def respond(self, request: Request) -> Response:
        """As above."""
        return self.answer or json_response(200, {"asked": request.url, "sent": request.body.decode("latin-1")})


@pytest.fixture
def api() -> Api:
    """What answers."""
    return Api()


@pytest.fixture
def url(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where it answers, on loopback."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server(Network({"http://api.test:80": api}, RealClock())) as server:
        yield server.url


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session without the machine's settings."""
    with requests.Session() as made:
        yield made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a cassette goes."""
    return tmp_path / "cassettes" / "some.yaml"


def test_a_key_in_the_query_leaves_and_replays(path: Path, url: str, session: requests.Session) -> None:
    """A secret that the API repeats in its answer is gone from there, too; another key replays the recording."""
    with recording(path, [KEY]):
        live = session.get(url, params={"key": KEY, "page": 1}).json()
    assert "s3cr3t" in live["asked"]
    assert "s3cr3t" not in path.read_text()
    with replaying(path, ["another-key"]):
        replayed = session.get(url, params={"key": "another-key", "page": 1}).json()
    assert replayed["asked"].endswith(f"?key={REDACTED}&page=1")


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("Authorization", "Bearer abc", f"Bearer {REDACTED}"),
        ("Authorization", "Basic " + base64.b64encode(b"ada:pass").decode(), f"Basic {REDACTED}"),
        ("authorization", "abc", REDACTED),
        ("X-Api-Key", "abc def", REDACTED),
        ("X-Next-Token", "abc", "abc"),
        ("Cookie", "session=abc; theme=dark", REDACTED),
        ("X-Trace", f"key={KEY}", f"key={REDACTED}"),
        ("X-API-Version", "2024-01-15", "2024-01-15"),
    ],
)
def test_headers_of_secrets_are_redacted(
    path: Path, url: str, session: requests.Session, name: str, value: str, kept: str
) -> None:
    """By their names, or by the value they hold."""
    with recording(path, [KEY]):
        session.get(url, headers={name: value})
    headers = yaml.safe_load(path.read_text())["interactions"][0]["request"]["headers"]
    assert headers[name] == [kept]
    assert {"User-Agent", "Accept-Encoding"}.isdisjoint(headers)


def test_tokens_are_redacted(path: Path, url: str, session: requests.Session, api: Api) -> None:
    """Of a token request its secret fields, of the answer its tokens; the client gets them all the same. Each exchange is played once."""
    answer = {"access_token": TOKEN, "nested": {"refresh_token": f"{TOKEN}-2"}, "expires_in": 60}
    api.answer = json_response(200, answer, (("Set-Cookie", "session=abc; Path=/"),))
    form = {"grant_type": "refresh_token", "client_id": "me", "client_secret": "x y", "refresh_token": "z"}
    with recording(path):
        assert session.post(url, data=form).json() == answer
    request, response = yaml.safe_load(path.read_text())["interactions"][0].values()
    assert request["body"] == (
        f"grant_type=refresh_token&client_id=me&client_secret={REDACTED}&refresh_token={REDACTED}"
    )
    body = response["body"]["string"]
    assert json.loads(body) == {**answer, "access_token": REDACTED, "nested": {"refresh_token": REDACTED}}
    assert response["headers"]["Content-Length"] == [str(len(body))]
    assert response["headers"]["Set-Cookie"] == [f"session={REDACTED}; Path=/"]
    with replaying(path):
        assert session.post(url, data=form | {"client_secret": "another"}).json()["access_token"] == REDACTED
        with pytest.raises(CannotOverwriteExistingCassetteException):
            session.post(url, data=form)


def test_headers_arrive_as_they_do_unrecorded(path: Path, url: str, session: requests.Session, api: Api) -> None:
    """Letters beyond ASCII, several of one name, and the order of them."""
    api.answer = Response(200, (("X-Name", "Zo\u00eb"), ("Set-Cookie", "a=1"), ("X-Empty", ""), ("Set-Cookie", "b=2")))
    plain = session.get(url)
    session.cookies.clear()
    with recording(path):
        recorded = session.get(url)
    assert recorded.headers == plain.headers
    assert recorded.headers["X-Name"] == "Zo\u00eb"
    assert dict(recorded.cookies) == dict(plain.cookies) == {"a": "1", "b": "2"}


def test_secrets_leave_while_the_next_answer_is_waited_for(path: Path, url: str, session: requests.Session) -> None:
    """So that little is left to do at the end."""
    with recording(path, [KEY]) as cassette:
        session.get(url, params={"key": KEY, "page": 1})
        session.get(url, params={"key": KEY, "page": 2})
        assert [KEY in unquote(request.uri) for request in cassette.requests] == [False, True]
    assert [each.request.url.rpartition("?")[2] for each in load(path).interactions] == [
        f"key={REDACTED}&page={page}" for page in (1, 2)
    ]


def test_what_cannot_be_cleaned_is_told_at_the_end(
    path: Path, url: str, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not to the connector, which might take it for an error of the network."""

    def failing(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Scrub, "response", failing)
    asked = []

    def record() -> None:
        with recording(path):
            asked.extend([session.get(url).status_code, session.get(url).status_code])

    with pytest.raises(ZeroDivisionError):
        record()
    assert asked == [200, 200]
    assert not path.exists()


def test_an_issued_token_is_a_secret(path: Path, url: str, session: requests.Session, api: Api) -> None:
    """What was found in an answer is looked for in all that follows."""
    with recording(path):
        api.answer = json_response(200, {"access_token": TOKEN})
        session.get(url)
        api.answer = json_response(200, {"you": f"sent {TOKEN}"})
        session.get(url)
    assert TOKEN not in path.read_text()


@pytest.mark.parametrize(
    "body",
    [
        '{"a":1.10,"b":[1e2]}',
        '{"a":1,"a":2}',
        '{"a": "spaced"}',
        '{"half":',
        "plain\ntext \n\n",
        "a\x85b\u2028c\n\u2029",
        "\r\n\ttabs\n",
        " leading\nspace",
        "",
        '{"é":["日本語","\U0001f600"],"n":null,"x":{}}',
        '"text"',
    ],
)
def test_bodies_come_back(path: Path, url: str, session: requests.Session, api: Api, body: str) -> None:
    """A body is replayed as it came; white space is added only where JSON is the same with it."""
    api.answer = Response(200, (("Content-Type", "application/json"),)).with_body(body.encode())
    with recording(path):
        assert session.get(url).text.encode() == body.encode()
    with replaying(path):
        replayed = session.get(url).content.decode()
    assert replayed == body or (json.loads(replayed) == json.loads(body) and "\n" in replayed)


def test_nothing_is_compared_while_recording(
    path: Path, url: str, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each request would cost more than the one before; what is asked twice is kept twice, and vcrpy's patches are gone then."""
    classes = HTTPConnectionPool.ConnectionCls, HTTPSConnectionPool.ConnectionCls, http.client.HTTPConnection
    monkeypatch.setattr(vcr.cassette, "requests_match", None)
    with recording(path):
        session.get(url)
        session.get(url)
    assert len(load(path).interactions) == 2
    assert (HTTPConnectionPool.ConnectionCls, HTTPSConnectionPool.ConnectionCls, http.client.HTTPConnection) == classes


def test_files_and_iterators_are_sent_and_kept(path: Path, url: str, session: requests.Session) -> None:
    """What a request reads its body from is read once; it is searched for secrets, too."""
    with recording(path, [KEY]):
        session.post(url, data=io.BytesIO(b"a file with s3cr3t/key+1"))
        session.post(url, data=iter([b"in ", b"parts"]))
    assert [each.request.body for each in load(path).interactions] == [b"a file with REDACTED", b"in parts"]
    assert "s3cr3t" not in path.read_text()


def test_octets_come_back(path: Path, url: str, session: requests.Session, api: Api) -> None:
    """What is no text is kept as it is."""
    api.answer = Response(200).with_body(bytes(range(256)))
    with recording(path):
        session.get(url)
    with replaying(path):
        assert session.get(url).content == bytes(range(256))


def test_a_failed_recording_leaves_the_old_file(path: Path, url: str, session: requests.Session) -> None:
    """A cassette is replaced by a whole one or not at all, and nothing is left beside it."""
    write(path, "the old one", [])

    def interrupted() -> None:
        with recording(path):
            session.get(url)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with pytest.raises(UsageError, match="nothing was recorded"), recording(path):
        pass
    assert [each.read_text() for each in path.parent.iterdir()] == ["the old one"]


@pytest.mark.parametrize(
    "written", [KEY, "s3cr3t%2Fkey%2B1", "s3cr3t%252Fkey%252B1", base64.b64encode(f"a:{KEY}".encode()).decode()]
)
def test_a_secret_that_is_left_is_not_kept(path: Path, written: str) -> None:
    """Whatever got past the filters: the file is not there afterwards, and the message does not repeat the secret."""
    with pytest.raises(ToolkitError, match=r"some\.yaml:2: a secret is left") as raised:
        write(path, f"version: 1\nuri: https://api.test/{written}\n", [KEY])
    assert "s3cr3t" not in str(raised.value)
    assert list(path.parent.iterdir()) == []


def test_a_replay_asks_nobody(path: Path, url: str, session: requests.Session) -> None:
    """A request with another body than the recorded one fails, and the file stays as it is."""
    with recording(path):
        session.post(url, json={"page": 1})
    before = path.read_bytes()
    with replaying(path):
        with pytest.raises(CannotOverwriteExistingCassetteException):
            session.post(url, json={"page": 2})
        session.post(url, json={"page": 1})
    assert path.read_bytes() == before


def test_a_missing_cassette_is_said(path: Path) -> None:
    """With the nearest name that is there."""
    with pytest.raises(UsageError, match=r"some\.yaml: no such cassette; record it with vcrpy"), replaying(path):
        pass
    write(path.with_name("somes.yaml"), "version: 1\ninteractions: []\n", [])
    with pytest.raises(UsageError, match=r"did you mean somes\.yaml\?"), replaying(path):
        pass


@pytest.mark.parametrize("text", ["", "[", "interactions: 1", "- 1", "interactions: [!!python/name:os.system ]"])
def test_a_damaged_cassette_is_said(path: Path, text: str) -> None:
    """What vcrpy cannot read, or must not, is refused under its name."""
    write(path, text, [])
    with pytest.raises(UsageError, match=r"some\.yaml: not a cassette that vcrpy can read"), replaying(path):
        pass


def test_what_threads_ask_is_recorded(path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it, although vcrpy takes its patches away while one of them connects: each thread waits for its turn."""
    connect = HTTPConnection.connect

    def slowly(connection: HTTPConnection) -> None:
        time.sleep(0.02)
        connect(connection)

    monkeypatch.setattr(HTTPConnection, "connect", slowly)
    pages = range(8)
    with recording(path), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda page: requests.get(url, params={"page": page}, timeout=9), pages))
    asked = [each.request.url.rpartition("=")[2] for each in load(path).interactions]
    assert sorted(asked) == [str(page) for page in pages]
