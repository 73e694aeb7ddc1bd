"""The connector with its config: one instance per stream and credentials, as a new process builds it."""

from __future__ import annotations

import copy
import gc
import math
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import requests
from bizon.source.config import SourceConfig
from bizon.source.discover import find_unknown_source_keys, is_source_class_implementing_incremental
from bizon.source.session import Session
from bizon.source.source import AbstractSource as AbstractSource
from pydantic.fields import FieldInfo

from contract.description.auth import Auth
from contract.errors import SubjectLoadError
from contract.subject import credentials
from contract.subject.credentials import Authentication, Mistake
from contract.subject.leaks import holds_any, secrets_of
from contract.subject.refusals import refused, validated

KEEP: Any = type("Keep", (), {"__repr__": lambda _: "KEEP"})()
"""Stands for the config's own `authentication`, where None is a config without one."""


class Bounds(NamedTuple):
    """The least and the greatest whole number that an option takes; None where it is open."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Subject:
    """A connector under contract: its class, and bizon's `source:` mapping as contract.yml gives it."""

    source_class: type[AbstractSource]
    config: Mapping[str, Any]

    # -- what the class says

    def streams(self) -> tuple[str, ...]:
        """The names that `streams()` of the class returns, as plain str where they are members of an Enum."""
        return tuple(each.value if isinstance(each, Enum) else each for each in self.source_class.streams())

    def config_class(self) -> type[SourceConfig]:
        """What `get_config_class()` of the class returns."""
        return self.source_class.get_config_class()

    def is_config_class(self, found: object) -> bool:
        """Whether ``found`` is a class of bizon configs."""
        return isinstance(found, type) and issubclass(found, SourceConfig)

    def stream_enum(self) -> type[Enum] | None:
        """The Enum that the config's `stream` is typed as; None where it is not."""
        described = self._field("stream")
        kinds = _kinds(described.annotation) if described else ()
        return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)), None)

    def has_option(self, name: str) -> bool:
        """Whether the config class has the option ``name``."""
        return self._field(name) is not None

    def option_value(self, name: str) -> Any:
        """What the config says of the option ``name``, or its default; None where it has neither."""
        described = self._field(name)
        default = described.get_default(call_default_factory=False) if described else None
        return self.config.get(name, default)

    def option_bounds(self, name: str) -> Bounds:
        """Between what the config class keeps the option ``name``; open where it does not, or has no such option."""
        described = self._field(name)
        return Bounds() if described is None else _bounds(described)

    def supports_incremental(self) -> bool:
        """Whether bizon takes `get_records_after` for overridden: its source text does not end in `pass`."""
        try:
            return bool(is_source_class_implementing_incremental(self.source_class))
        except OSError:  # the text is not to be had
            return self.source_class.get_records_after is not AbstractSource.get_records_after

    def options(self) -> tuple[str, ...]:
        """The names of all options of the config class, as they are written in a config."""
        fields: Mapping[str, FieldInfo] = getattr(self.config_class(), "model_fields", {})
        return tuple(each.alias or name for name, each in fields.items())

    def unknown_options(self) -> tuple[str, ...]:
        """Keys of the config that the config class does not declare, and that pydantic drops without a word."""
        return tuple(find_unknown_source_keys(self.config_class(), self.config))

    def refuses(self, config: Mapping[str, Any]) -> str | None:
        """Why the config class refuses ``config``, an example's `source:`; None where it takes it.

        A reference that bizon has still to resolve (`env://…`) may stand anywhere in it.
        """
        return "; ".join(refused(self.config_class(), config)) or None

    # -- instances

    def build(self, stream: str, *, authentication: Any = KEEP, **options: Any) -> AbstractSource:
        """A new source for ``stream``. ``options`` take the place of those in the config.

        Exceptions of connector code come through as they are.

        Raises:
            SubjectLoadError: the config does not validate.
        """
        config = self.config_for(stream, authentication=authentication, **options)
        try:
            return self.source_class(config=config)
        except Exception as error:
            _make_closable(error)
            raise

    def made_of(self, mapping: Mapping[str, Any]) -> AbstractSource:
        """A new source of bizon's `source:` mapping, as it is. Exceptions of connector code and of pydantic come through."""
        return self.source_class(config=self.config_class().model_validate(mapping))

    def config_for(self, stream: str, *, authentication: Any = KEEP, **options: Any) -> SourceConfig:
        """The validated config for ``stream``.

        Raises:
            SubjectLoadError: it does not validate; the message names each option and never shows a secret.
        """
        raw = self.mapping_for(stream, authentication=authentication, **options)
        config_class = self.config_class()
        found = validated(config_class, raw)
        if isinstance(found, list):
            raise SubjectLoadError(
                f"{config_class.__name__} refuses the config for stream {stream!r}: {'; '.join(found)}. "
                "Put it right under `config:` in contract.yml"
            )
        return found

    def mapping_for(self, stream: str, *, authentication: Any = KEEP, **options: Any) -> dict[str, Any]:
        """The config for ``stream`` as bizon's `source:` mapping, not yet validated."""
        raw = copy.deepcopy(dict(self.config)) | options | {"stream": stream, "init_pipeline": False}
        if authentication is not KEEP:
            raw["authentication"] = authentication
        return raw

    # -- credentials

    @property
    def authentication(self) -> Mapping[str, Any] | None:
        """The config's own `authentication`."""
        own = self.config.get("authentication")
        return own if isinstance(own, Mapping) else None

    def authentication_for(
        self, auth: Auth, name: str, *, refresh_token: str | None = None, token_url: str | None = None
    ) -> Authentication | None:
        """See `contract.subject.credentials.authentication_for`: with this config's own params kept."""
        return credentials.authentication_for(
            auth, name, self.authentication, refresh_token=refresh_token, token_url=token_url
        )

    def variants(self, auths: Iterable[Auth]) -> list[tuple[str, Auth]]:
        """The bizon auth types that ``auths`` stand for, each once, with what it stands for."""
        return credentials.variants(auths, self.authentication)

    def unlisted_authentications(self, auths: Iterable[Auth]) -> list[tuple[str, Authentication]]:
        """The auth types of bizon that ``auths`` do not list, each as a whole mapping with params that open nothing."""
        return credentials.unlisted_types(auths, self.authentication)

    def mistaken_authentications(self, auths: Iterable[Auth]) -> list[Mistake]:
        """For each type that ``auths`` list, params of other types, and the options that are missing then."""
        return credentials.mistaken(auths, self.authentication)

    def wrong_credentials(self) -> Authentication | None:
        """The config's own `authentication` with another value in place of each secret; None where it has none."""
        return None if self.authentication is None else credentials.spoilt(self.authentication)

    def carries_credentials(self, source: AbstractSource) -> bool:
        """Whether a session of ``source`` would put credentials on its requests. Nothing is sent to find out."""
        secrets = secrets_of(source.config)
        return any(
            session.auth is not None
            or len(session.cookies) > 0
            or holds_any(f"{dict(session.headers)} {session.params!r}", secrets)
            for session in self.sessions(source).values()
        )

    def sessions(self, source: AbstractSource) -> dict[str, requests.Session]:
        """The sessions that ``source`` holds, by the names of its attributes."""
        return {name: held for name, held in vars(source).items() if isinstance(held, requests.Session)}

    def objects_held(self, source: AbstractSource) -> int:
        """How many objects ``source`` keeps alive: those that it reaches, but for code, and for what runs it."""
        seen: set[int] = set()
        waiting: list[Any] = [source]
        while waiting:
            held = waiting.pop()
            if id(held) in seen or isinstance(held, _CODE) or type(held).__module__.startswith("contract."):
                continue
            seen.add(id(held))
            waiting += gc.get_referents(held)
        return len(seen)

    def secrets(self, authentication: Authentication | None = None) -> tuple[str, ...]:
        """Every secret value of the config, and of ``authentication`` where it takes the place of the config's own."""
        found = secrets_of(self.config)
        return found if authentication is None else tuple(dict.fromkeys((*secrets_of(authentication), *found)))

    def _field(self, name: str) -> FieldInfo | None:
        fields: Mapping[str, FieldInfo] = getattr(self.config_class(), "model_fields", {})
        return fields.get(name) or next((each for each in fields.values() if each.alias == name), None)


_CODE = (type, ModuleType, FunctionType, CodeType, BuiltinFunctionType)
"""What is there once, and leads to everything."""

_BOUNDS: tuple[tuple[str, Callable[[float], int], str], ...] = (
    ("ge", math.ceil, "least"),
    ("gt", lambda value: math.floor(value) + 1, "least"),
    ("le", math.floor, "most"),
    ("lt", lambda value: math.ceil(value) - 1, "most"),
)
"""The names that annotated_types gives to constraints, and which whole number is the last one inside each."""


def _bounds(described: FieldInfo) -> Bounds:
    least: list[int] = []
    most: list[int] = []
    for each in (*_flat(described.metadata), *_nested(described.annotation)):
        for name, round_inwards, found in _BOUNDS:
            value = getattr(each, name, None)
            if isinstance(value, int | float) and not isinstance(value, bool):
                (least if found == "least" else most).append(round_inwards(value))
    return Bounds(max(least, default=None), min(most, default=None))


def _nested(annotation: Any) -> list[Any]:
    """The constraints inside ``Annotated[int, Field(ge=1)] | None``, at any depth of the union."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return [*_flat(metadata), *_nested(inner)]
    if get_origin(annotation) in (list, tuple, set, dict):
        return []
    return [each for argument in get_args(annotation) for each in _nested(argument)]


def _flat(metadata: Iterable[Any]) -> list[Any]:
    """The constraints one by one: a Field holds a list of them, an Interval is several in one."""
    return [inside for each in metadata for inside in (_flat(each.metadata) if isinstance(each, FieldInfo) else [each])]


def _kinds(annotation: Any) -> set[Any]:
    """The plain types of an annotation: ``{Streams, NoneType}`` for ``Annotated[Streams, …] | None``."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    arguments = get_args(annotation)
    return {kind for argument in arguments for kind in _kinds(argument)} if arguments else {annotation}


def _make_closable(error: BaseException) -> None:
    """Give a source whose `__init__` raised a session to close.

    bizon's `__del__` closes the session, and where there is none Python prints a second error beside the one that
    is being told, or raises it under pytest.
    """
    for frame, _ in traceback.walk_tb(error.__traceback__):
        built = frame.f_locals.get("self")
        if isinstance(built, AbstractSource) and not hasattr(built, "session"):
            built.session = Session()
