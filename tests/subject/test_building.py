"""A subject is built for a stream and its options, and what a config does not allow is said without its secrets."""

from __future__ import annotations

import gc
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import annotated_types
import pytest
from bizon.source.auth.builder import AuthBuilder
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.session import Session
from bizon.source.source import AbstractSource
from pydantic import Field, PositiveInt, SecretStr, field_validator

from contract.description.auth import Basic, Bearer
from contract.errors import SubjectLoadError
from contract.subject.building import Bounds, Subject
from contract.subject.loading import load_class

TOKEN = "acme-token-1234"


class Streams(str, Enum):
    """The streams of the connector below."""

    CUSTOMERS = "customers"
    ORDERS = "orders"


class AcmeConfig(SourceConfig):
    """Options of every kind."""

    stream: Streams
    base_url: str = "https://api.acme.com"
    page_size: int = Field(100, ge=1, le=250)
    region: str = Field("eu", alias="acme_region")
    customer_ids: list[str] = Field(default_factory=list)
    retries: Annotated[int, Field(gt=0)] | None = None
    days: Annotated[int, annotated_types.Interval(ge=2, lt=31)] = 7
    workers: PositiveInt = 1
    ratio: float = Field(0.5, gt=0, le=2.5)
    webhook: SecretStr = SecretStr("hook-secret")

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if not value.startswith("https://"):
            raise ValueError(f"{value} is no https URL")
        return value


class AcmeSource(AbstractSource):
    """A connector that sends nothing."""

    @staticmethod
    def streams() -> list[str]:
        return list(Streams)

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return AcmeConfig

    def get_authenticator(self) -> Any:
        if self.config.authentication is None:
            raise LookupError("authentication is missing")
        return AuthBuilder.token(self.config.authentication.params)

    def check_connection(self) -> tuple[bool, Any]:
        return True, None

    def get(self, pagination: dict[str, Any] | None = None) -> SourceIteration:
        return SourceIteration(next_pagination={}, records=[])

    def get_total_records_count(self) -> int | None:
        return None


@pytest.fixture
def subject() -> Subject:
    """The connector with a config as contract.yml gives it."""
    return Subject(
        AcmeSource,
        {"name": "acme", "authentication": {"type": "api_key", "params": {"token": TOKEN}}, "page_size": 10},
    )


def refused(subject: Subject, **options: Any) -> str:
    """What building with ``options`` says."""
    with pytest.raises(SubjectLoadError) as caught:
        subject.build("orders", **options)
    assert caught.value.__cause__ is None, "pydantic's own error shows the values"
    assert caught.value.__context__ is None
    return str(caught.value)


def test_streams_are_plain_text(subject: Subject) -> None:
    """A member of a str Enum would print as its name."""
    assert [f"{name}" for name in subject.streams()] == ["customers", "orders"]


def test_a_source_is_built_for_a_stream(subject: Subject) -> None:
    """The stream is set, and init_pipeline is off."""
    config = subject.build("orders").config
    assert (config.stream, config.init_pipeline, config.page_size) == (Streams.ORDERS, False, 10)


def test_options_take_the_place_of_the_configs(subject: Subject) -> None:
    """For one source: the next one is built from the config again."""
    config = subject.build("orders", page_size=3, customer_ids=["c1"]).config
    assert (config.page_size, config.customer_ids) == (3, ["c1"])
    assert subject.build("orders").config.page_size == 10


def test_every_source_has_its_own_config() -> None:
    """What one instance changes in a nested value, the next one does not see."""
    subject = Subject(AcmeSource, {"name": "acme", "customer_ids": ["c1"], "authentication": None})
    subject.config_for("orders").customer_ids.append("c2")
    assert subject.config_for("orders").customer_ids == ["c1"]


def test_authentication_is_kept_replaced_or_taken_away(subject: Subject) -> None:
    """None is a config without credentials, and not the config's own."""
    other = {"type": "bearer", "params": {"token": "other-token"}}
    assert subject.config_for("orders").authentication.params.token == TOKEN
    assert subject.config_for("orders", authentication=other).authentication.params.token == "other-token"
    assert subject.config_for("orders", authentication=None).authentication is None


def test_exceptions_of_the_connector_come_through(subject: Subject) -> None:
    """What connector code raises while it is built is judged by clauses."""
    with pytest.raises(LookupError, match="authentication is missing"):
        subject.build("orders", authentication=None)


def test_a_refused_option_is_named_with_the_problem(subject: Subject) -> None:
    """Name and bounds, and where to put it right."""
    said = refused(subject, page_size=251)
    assert "`page_size`: Input should be less than or equal to 250" in said
    assert "contract.yml" in said


def test_an_unknown_stream_names_the_known_ones(subject: Subject) -> None:
    """pydantic lists the members of the Enum."""
    with pytest.raises(SubjectLoadError, match="`stream`: Input should be 'customers' or 'orders'"):
        subject.config_for("order")


def test_a_missing_option_is_named() -> None:
    """The name of a nested one is its whole path."""
    with pytest.raises(SubjectLoadError, match=r"`authentication\.type` is missing"):
        Subject(AcmeSource, {"name": "acme", "authentication": {"params": {"token": TOKEN}}}).config_for("orders")


def test_an_option_too_many_is_guessed() -> None:
    """Where the config class forbids what it does not know."""

    class StrictConfig(AcmeConfig, extra="forbid"):
        pass

    class StrictSource(AcmeSource):
        @staticmethod
        def get_config_class() -> type[SourceConfig]:
            return StrictConfig

    with pytest.raises(SubjectLoadError, match=r"`page_sise` is not an option of it\. Did you mean page_size\?"):
        Subject(StrictSource, {"name": "acme", "page_sise": 3}).config_for("orders")


def test_a_dropped_option_is_noticed(subject: Subject) -> None:
    """Where the config class drops it without a word, as pydantic does by default."""
    assert subject.unknown_options() == ()
    assert Subject(AcmeSource, {"name": "acme", "page_sise": 3}).unknown_options() == ("page_sise",)


@pytest.mark.parametrize(
    "options",
    [
        {"authentication": {"type": "api_key", "params": {"tokn": TOKEN}}},
        {"authentication": TOKEN},
        {"authentication": {"type": TOKEN, "params": {"token": TOKEN}}},
        {"base_url": f"http://ada:{TOKEN}@api.acme.com", "authentication": None},
    ],
)
def test_a_refusal_shows_no_secret(subject: Subject, options: dict[str, Any]) -> None:
    """Neither from pydantic, which shows its input, nor from a validator of the connector's own."""
    assert TOKEN not in refused(subject, **options)


def test_options_are_known_by_name_and_alias(subject: Subject) -> None:
    """As they are written in a config."""
    assert subject.has_option("page_size")
    assert subject.has_option("acme_region")
    assert not subject.has_option("page_sise")
    assert "acme_region" in subject.options()


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("page_size", Bounds(1, 250)),
        ("retries", Bounds(1, None)),
        ("days", Bounds(2, 30)),
        ("workers", Bounds(1, None)),
        ("ratio", Bounds(1, 2)),
        ("base_url", Bounds()),
        ("no_such_option", Bounds()),
    ],
)
def test_bounds_are_read_wherever_they_stand(subject: Subject, option: str, expected: Bounds) -> None:
    """In the field, inside an optional type, as an interval or a type of pydantic's; as whole numbers."""
    assert subject.option_bounds(option) == expected


def test_the_enum_of_the_stream_is_found(subject: Subject) -> None:
    """And is absent where the stream is text."""

    class TextSource(AcmeSource):
        @staticmethod
        def get_config_class() -> type[SourceConfig]:
            return SourceConfig

    assert subject.stream_enum() is Streams
    assert Subject(TextSource, {}).stream_enum() is None


def test_config_classes_are_told() -> None:
    """An instance, another class and nothing are none."""
    subject = Subject(AcmeSource, {})
    assert [subject.is_config_class(each) for each in (AcmeConfig, AcmeSource, None, {})] == [True, False, False, False]


def test_secrets_are_those_of_the_config_and_of_what_takes_its_place(subject: Subject) -> None:
    """A secret of the config stays one while other credentials are tried."""
    variant = subject.authentication_for(Basic(type="basic", username="ada", password="basic-password"), "basic")
    assert subject.secrets() == (TOKEN,)
    assert set(subject.secrets(variant)) == {TOKEN, "basic-password"}


def test_wrong_credentials_are_well_formed(subject: Subject) -> None:
    """Every secret is another one; the rest stays."""
    assert subject.wrong_credentials() == {"type": "api_key", "params": {"token": "wrong-token"}}
    assert Subject(AcmeSource, {"name": "acme"}).wrong_credentials() is None


def test_credentials_are_seen_on_the_session(subject: Subject) -> None:
    """An authenticator, a header or a cookie; nothing is sent to find out."""
    source = subject.build("orders")
    assert subject.carries_credentials(source)
    source.session.auth = None
    assert not subject.carries_credentials(source)
    source.session.headers["X-Key"] = TOKEN
    assert subject.carries_credentials(source)


def test_examples_may_hold_references(subject: Subject) -> None:
    """What bizon has still to resolve is no value to check."""
    example = {"name": "acme", "stream": "orders", "page_size": "env://PAGE_SIZE"}
    assert subject.refuses(example) is None
    assert subject.refuses(example | {"page_size": "many"}) is not None
    assert subject.refuses(example | {"stream": "invoices"}) is not None


def test_variants_know_the_configs_own_type(subject: Subject) -> None:
    """A bearer token is bizon's bearer and its api_key."""
    assert [name for name, _ in subject.variants([Bearer(type="bearer", token="t")])] == ["api_key", "bearer"]


def test_a_source_that_fails_in_its_session_fails_once(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """bizon's `__del__` finds a session to close, and adds no second error to the first."""

    class NoSession(AcmeSource):
        def get_session(self) -> Session:
            raise LookupError("no session today")

    with pytest.raises(LookupError, match="no session today"):
        Subject(NoSession, subject.config).build("orders")
    gc.collect()
    assert capsys.readouterr().err == ""


def test_bizons_dummy_is_built() -> None:
    """A connector that bizon ships."""
    dummy = load_class("bizon.connectors.sources.dummy.src.source:DummySource", Path())
    subject = Subject(dummy, {"name": "dummy", "authentication": {"type": "api_key", "params": {"token": "dummy_key"}}})
    assert subject.build("plants").check_connection() == (True, None)


class Incremental(AcmeSource):
    """Reads what has changed."""

    def get_records_after(self, source_state: Any, pagination: dict[str, Any] | None = None) -> SourceIteration:
        """As bizon wants it."""
        return SourceIteration(next_pagination={}, records=[])


class Promising(AcmeSource):
    """Has the method, and nothing in it: bizon takes it for not overridden."""

    def get_records_after(self, source_state: Any, pagination: dict[str, Any] | None = None) -> SourceIteration:
        pass


@pytest.mark.parametrize(("source_class", "supported"), [(AcmeSource, False), (Incremental, True), (Promising, False)])
def test_increments_are_supported_where_bizon_says_so(
    source_class: type[AbstractSource], supported: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the text of the method; by the method itself where there is no text."""
    subject = Subject(source_class, {})
    assert subject.supports_incremental() is supported

    def no_text(_: object) -> str:
        raise OSError("could not get source code")

    monkeypatch.setattr("inspect.getsource", no_text)
    assert subject.supports_incremental() is (source_class is not AcmeSource)
