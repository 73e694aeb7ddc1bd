"""What the Acme connector does beyond the clauses of its contract: security, integrity, increments, its HTTP settings."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import requests
from bizon.source.models import SourceIncrementalState
from loguru import logger
from pydantic import ValidationError

from acme_connector.config import AcmeSourceConfig
from acme_connector.errors import AcmeError
from acme_connector.source import AcmeSource
from contract.description.document import read
from contract.messages import Request, Response, json_response
from contract.simulation.clock import VirtualClock
from contract.simulation.faults import Lost, ReadTimedOut, Refused, Status, html
from contract.simulation.network import Network
from contract.simulation.wire import Wire
from contract.subject.loading import load_class
from contract.trial import World

CONTRACT = read(Path(__file__).parents[2] / "acme_connector" / "contract.yml").contract
RECORD = {"id": "r1", "updated_at": "2024-05-01T12:00:00Z"}
STATE = SourceIncrementalState(last_run=dt.datetime(2024, 5, 1, 12, 0, 0, 250_000, tzinfo=dt.UTC))


class Scripted:
    """A host that answers with one body, and keeps what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    def kind(self, request: Request) -> str:
        return "list"

    def respond(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer if isinstance(self.answer, Response) else json_response(200, self.answer)


@pytest.fixture
def clock():
    made = VirtualClock()
    with made.installed():
        yield made


def source(stream: str = "customers", **options: Any) -> AcmeSource:
    return AcmeSource(AcmeSourceConfig.model_validate({"name": "acme", "stream": stream} | options))


def answered(answer: Any, stream: str = "customers", *, origin: str = "https://api.acme.com:443", **options: Any):
    """What `get()` makes of an answer, and what was asked for it."""
    host = Scripted(answer)
    with Wire(Network({origin: host}, VirtualClock())):
        return source(stream, **options).get({}), host.asked


@pytest.mark.parametrize(
    ("stream", "answer"),
    [
        ("customers", {}),
        ("customers", {"results": None, "has_more": False}),
        ("customers", {"results": {"id": "r1"}, "has_more": False}),
        ("customers", {"results": ["r1"], "has_more": False}),
        ("customers", {"results": [], "has_more": "no"}),
        ("customers", {"results": [RECORD], "has_more": True, "next_cursor": None}),
        ("customers", {"error": {"message": "quota"}}),
        ("customers", {"results": [], "has_more": False, "error": "quota"}),
        ("orders", {"total": 3}),
        ("orders", {"data": [], "total": 3}),
        ("products", {"items": [RECORD]}),
        ("products", {"items": [RECORD], "links": {}}),
        ("products", {"items": [RECORD], "links": {"next": 2}}),
    ],
)
def test_an_answer_that_is_not_as_documented_is_an_error(stream, answer):
    """A missing records key, an error envelope, a wrong shape or a contradiction is never an empty page."""
    with pytest.raises(AcmeError, match=stream):
        answered(answer, stream)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v2/products",
        "http://api.acme.com/v2/products?page=2",
        "//evil.example/v2/products",
        # urllib.parse reads the host behind the @, urllib3 connects to the one before the backslash.
        "https://evil.example\\@api.acme.com/v2/products",
        "https://user:password@api.acme.com/v2/products",
    ],
)
def test_a_next_link_to_another_origin_is_refused(link):
    """The next link of a page leads nowhere else, and not to http: the credentials stay."""
    with pytest.raises(AcmeError, match="leads to"):
        answered({"items": [RECORD], "links": {"next": link}}, "products")


@pytest.mark.parametrize(
    "body",
    [
        b'{"results": [{"id": "r1", "amount": 1e999}], "has_more": false}',
        b'{"results": [{"id": "r1", "name": "\\ud800"}], "has_more": false}',
    ],
)
def test_what_bizon_would_change_or_refuse_is_an_error(body):
    """A float beyond all floats, which bizon stores as null, and half of a surrogate pair are no answer."""
    with pytest.raises(AcmeError, match="not JSON"):
        answered(Response(200, (("Content-Length", str(len(body))),), body))


@pytest.mark.parametrize("value", ["9" * 5000, "Fri, 31 Dec 99999 23:59:59 GMT"])
def test_a_retry_after_beyond_all_numbers_is_none(value, clock):
    """A Retry-After that Python cannot read is backed off from, like one that is absent."""
    host = Scripted(json_response(429, {}, (("Retry-After", value),)))
    with Wire(Network({"https://api.acme.com:443": host}, clock)), pytest.raises(requests.HTTPError):
        source().get({})
    assert len(host.asked) == 11


@pytest.mark.parametrize("kind", ["api_key", "bearer"])
def test_a_token_with_a_line_break_is_refused_unseen(kind):
    """A token that cannot stand in a header is refused when the source is built, and not shown."""
    with pytest.raises(AcmeError, match="line break") as caught:
        source(authentication={"type": kind, "params": {"token": "very-secret\n"}})
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "authentication",
    [
        {"type": "bearer", "params": {"token": "very-secret"}},
        {"type": "basic", "params": {"username": "ada", "password": "very-secret"}},
    ],
)
def test_an_error_envelope_that_echoes_credentials_is_not_repeated(authentication):
    """The text of an error in a 200 may hold what was sent: the exception then does without it."""
    with pytest.raises(AcmeError, match="customers") as caught:
        answered({"error": "the credential very-secret is not known"}, authentication=authentication)
    assert "known" not in str(caught.value)


@pytest.mark.parametrize("error", ["the workspace is gone", {"message": "the workspace\nis gone", "code": 17}])
def test_an_error_envelope_is_told_in_the_api_s_words(error):
    """What the API says of an error in a 200 is in the exception, in one line."""
    with pytest.raises(AcmeError, match="the workspace is gone$"):
        answered({"error": error})


@pytest.mark.parametrize("announced", [None, "soon", "3600.5", 0, 10**12])
def test_any_announced_lifetime_is_lived_with(announced, clock):
    """However the token endpoint announces a token's life, one token serves a sync."""
    params = {
        "token_refresh_endpoint": "https://api.acme.com/oauth/token",
        "client_id": "c",
        "client_secret": "s",
        "refresh_token": "r",
        "expiry_skew_seconds": 9000,
    }
    tokens = Scripted({"access_token": "t1", "expires_in": announced, "results": [RECORD], "has_more": False})
    with Wire(Network({"https://api.acme.com:443": tokens}, clock)):
        made = source(authentication={"type": "oauth", "params": params})
        made.get({})
        made.get({})
    assert [request.method for request in tokens.asked] == ["POST", "GET", "GET"]


@pytest.mark.parametrize(
    "options",
    [
        {"http": {"timeout": None}},
        {"base_url": "https://user:password@api.acme.com/v2"},
        {"base_url": "https://api.acme.com/v2?key=1"},
        {"base_url": "api.acme.com"},
        {"customer_ids": ["a,b"]},
    ],
)
def test_options_that_cannot_work_are_refused(options):
    """No timeout, credentials or a query in the base URL, and a comma in an id are refused by name."""
    with pytest.raises(ValidationError, match=next(iter(options))):
        source(**options)


def test_a_stored_link_to_another_origin_is_refused():
    """A checkpoint that somebody changed sends no credentials elsewhere."""
    with Wire(Network({}, VirtualClock())), pytest.raises(AcmeError, match="evil"):
        source("products").get({"next": "https://evil.example/v2/products"})


def test_a_redirect_is_refused():
    """A redirect is an error, and what it points at is not asked."""
    with pytest.raises(AcmeError, match="redirects"):
        answered(Response(302, (("Location", "https://evil.example/"), ("Content-Length", "0"))))


def test_paginations_hold_no_secret():
    """What bizon stores holds a cursor, an offset or a link, and nothing else."""
    iteration, asked = answered(
        {"results": [RECORD], "has_more": True, "next_cursor": "c2"},
        authentication={"type": "bearer", "params": {"token": "very-secret"}},
    )
    assert iteration.next_pagination == {"cursor": "c2"}
    assert asked[0].header("Authorization") == "Bearer very-secret"


@pytest.mark.parametrize("stream", ["customers", "orders"])
def test_increments_ask_for_what_was_updated_since_the_last_run(stream):
    """`updated_since` is the last run's instant in UTC, on every page, with the page's own parameters."""
    pages = {
        "customers": {"results": [RECORD], "has_more": True, "next_cursor": "c2"},
        "orders": {"data": [RECORD], "total": 2},
    }
    host = Scripted(pages[stream])
    with Wire(Network({"https://api.acme.com:443": host}, VirtualClock())):
        made = source(stream)
        first = made.get_records_after(STATE)
        host.answer = {"results": [], "has_more": False} if stream == "customers" else pages[stream]
        made.get_records_after(STATE, first.next_pagination)
    assert [request.query["updated_since"] for request in host.asked] == [["2024-05-01T12:00:00.250000Z"]] * 2
    assert host.asked[1].query[{"customers": "cursor", "orders": "offset"}[stream]] == [
        {"customers": "c2", "orders": "1"}[stream]
    ]


def test_products_have_no_increments():
    """Products cannot be read incrementally, and the connector says so before it asks anything."""
    with pytest.raises(AcmeError, match="full_refresh"):
        source("products").get_records_after(STATE)


def test_timestamps_are_those_of_updated_at():
    """A record's timestamp is its `updated_at`, and the time of extraction where it has none."""
    iteration, _ = answered({"results": [RECORD, {"id": 7}], "has_more": False})
    assert iteration.records[0].timestamp == dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
    assert iteration.records[1].timestamp.utcoffset() is not None
    assert iteration.records[1].id == "7"


def test_a_time_that_is_none_is_an_error():
    """It names the stream, and the record by its position."""
    with pytest.raises(AcmeError, match="customers: record 0 of the page: updated_at"):
        answered({"results": [{"id": "r1", "updated_at": "yesterday"}], "has_more": False})


def test_http_settings_take_effect_without_a_warning():
    """`source.http` rules timeouts and retries, and bizon has nothing to warn of."""
    said: list[str] = []
    sink = logger.add(said.append, level="WARNING")
    try:
        _, asked = answered(
            {"results": [], "has_more": False}, http={"timeout": 7, "retries": {"total": 3, "backoff_factor": 1}}
        )
        made = source(http={"retries": {"total": 3}})
    finally:
        logger.remove(sink)
    assert (asked[0].connect_timeout, asked[0].read_timeout) == (7, 7)
    assert made.get_retry_policy().total == 3
    assert said == []


def test_the_defaults_are_ten_retries_of_five_statuses():
    """Unless it is configured, there are timeouts, and ten retries on 429, 500, 502, 503 and 504."""
    policy = source().get_retry_policy()
    assert policy.total == 10
    assert set(policy.status_forcelist) == {429, 500, 502, 503, 504}
    assert set(policy.allowed_methods) == {"GET", "POST"}
    assert policy.respect_retry_after_header
    assert source().config.http.timeout == (10, 60)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_retries_on_http_as_on_https(scheme, clock):
    """A 503 is asked again on either scheme."""
    host = Scripted(json_response(503, {}))
    port = {"http": 80, "https": 443}[scheme]
    with Wire(Network({f"{scheme}://api.acme.com:{port}": host}, clock)), pytest.raises(requests.HTTPError):
        source(base_url=f"{scheme}://api.acme.com/v2").get({})
    assert len(host.asked) == 11


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Status(401), "GET /me answered 401: the credentials are refused"),
        (Status(403), "GET /me answered 403: the credentials may not do this"),
        (Status(404), "GET /me answered 404: is base_url right?"),
        (Status(418), "GET /me answered 418"),
        (Lost(Refused), "api.acme.com could not be reached: connection refused"),
        (Lost(ReadTimedOut), "api.acme.com could not be reached: it did not answer in time"),
        (html(), "/v2/me answered 200 with what is not JSON"),
    ],
)
def test_the_check_says_what_happened(fault, said):
    """The message of a failed check names the status, or the host and what happened, in one line."""
    from contract.strategies import Case

    world = World(CONTRACT.api, "customers", Case().hit_by(fault, times=None, phase="check"))
    with world.entered(), world.network.phase("check"):
        ok, message = source(authentication=CONTRACT.config["authentication"]).check_connection()
    assert ok is False
    assert message.startswith(said)
    assert "\n" not in message


def test_the_check_wants_an_id():
    """An answer of /me without an id is no success."""
    with Wire(Network({"https://api.acme.com:443": Scripted({"name": "ada"})}, VirtualClock())):
        ok, message = source().check_connection()
    assert (ok, "id" in message) == (False, True)


@pytest.mark.parametrize("page_size", [0, 251, -1, "many"])
def test_page_sizes_beyond_the_api_s_are_refused(page_size):
    """page_size goes from 1 to 250."""
    with pytest.raises(ValidationError, match="page_size"):
        source(page_size=page_size)


def test_a_refused_config_does_not_show_its_token():
    """pydantic's error about a config holds no value of it."""
    with pytest.raises(ValidationError) as caught:
        source(page_size=0, authentication={"type": "bearer", "params": {"token": "very-secret"}})
    assert "very-secret" not in str(caught.value)


def test_it_loads_by_its_path():
    """bizon's `source_file_path` loads a file without a package around it."""
    folder = Path(__file__).parents[2]
    assert load_class("acme_connector/source.py:AcmeSource", folder).streams() == ["customers", "orders", "products"]


def test_a_cookie_config_is_a_warning_and_no_credentials():
    """Cookies are not supported: a warning says so, and requests go without credentials."""
    said: list[str] = []
    sink = logger.add(said.append, level="WARNING")
    try:
        made = source(authentication={"type": "cookies", "params": {"cookies": {"sid": "very-secret"}}})
    finally:
        logger.remove(sink)
    assert made.session.auth is None
    assert "cookies" in said[0]
    assert "very-secret" not in said[0]
