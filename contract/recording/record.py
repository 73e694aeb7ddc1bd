"""A cassette is written: by vcrpy, without secrets, whole or not at all."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPMessage
from pathlib import Path
from typing import Any
from unittest import mock

import vcr.patch
import vcr.stubs
import yaml
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from vcr.cassette import Cassette, CassetteContextDecorator
from vcr.config import VCR
from vcr.request import Request
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from contract.errors import ToolkitError, UsageError
from contract.garbage import uncollected
from contract.recording.anonymous import Anonymous
from contract.recording.cassette import found_of, interaction, since_of
from contract.recording.inference import pages
from contract.recording.inference.pages import Delivered
from contract.recording.layout import END, Exchange, Since, written
from contract.recording.scrub import Scrub
from contract.subject.leaks import holds_any


@contextmanager
def recording(
    path: Path,
    secrets: Iterable[str] = (),
    anonymous: Anonymous | None = None,
    since: Since | None = None,
    delivered: Sequence[Delivered] = (),
) -> Iterator[Cassette]:
    """Every exchange of the process inside goes over the network and into a new cassette at ``path``.

    Secrets are taken out while the next answer is waited for. The file is written at the end, in place of an older one; where
    the block fails, the older one stays. Where ``anonymous`` is given, personal values are replaced in it. ``since`` is
    there for an incremental run. Where ``delivered`` holds some of the first records at the end of the block, the file says where
    in the answers they stand.

    Raises:
        ToolkitError: what was recorded still holds one of ``secrets``, or a personal value; nothing is left of it.
        UsageError: nothing was recorded.
    """
    options = VCR(record_mode="all").get_merged_config(path=str(path))
    scrub = Scrub(secrets)
    with (
        _resets_quickly(),
        _headers_quickly(),
        CassetteContextDecorator.from_args(_Kept, **options) as cassette,
        _one_request_at_a_time(),
        _while_waiting(lambda: scrub.some(cassette.data)),
    ):
        yield cassette
    if not cassette.data:
        raise UsageError(f"{path}: nothing was recorded; make requests inside the recording")
    with uncollected():
        clean, problems = scrub.all(cassette.data), [*scrub.problems]
        first = [interaction(*each) for each in clean[:LOOKED_THROUGH]] if delivered else []
        found = pages.found_by([pages.Exchange(each.request, each.response) for each in first], delivered)
        if anonymous is not None:
            anonymous.learn(clean)
            clean, further = _anonymised(clean, anonymous)
            problems += further
        for problem in problems:
            raise ToolkitError(f"{path}: {problem}; the recording is not kept")
        write(path, written(clean, dt.datetime.now(dt.UTC), since, found), scrub.secrets, anonymous)


LOOKED_THROUGH = 200
"""Exchanges in which the first delivered records are looked for: they came early."""


def anonymise(path: Path, secrets: Iterable[str], anonymous: Anonymous) -> bool:
    """Replace in a cassette what only later recordings have told to be personal; whether there was something to replace.

    Raises:
        ToolkitError: a personal value is left; the recording is not kept.
    """
    text = path.read_text(encoding="utf-8")
    if not anonymous.left(text):
        return False
    requests, responses = deserialize(text, yamlserializer)[:2]
    told = yaml.safe_load(text.rpartition(END)[2])
    recorded_at = dt.datetime.fromisoformat(told["recorded_at"])
    made, problems = _anonymised(list(zip(requests, responses, strict=True)), anonymous)
    try:
        for problem in problems:
            raise ToolkitError(f"{path}: {problem}; the recording is not kept")
        write(path, written(made, recorded_at, since_of(told), found_of(told)), secrets, anonymous)
    except ToolkitError:
        path.unlink()
        raise
    return True


def _anonymised(exchanges: Iterable[Exchange], anonymous: Anonymous) -> tuple[list[Exchange], list[str]]:
    """Exchanges without personal values, and why they cannot be kept."""
    made = [anonymous.replaced(*each) for each in exchanges]
    bodies = [body for request, response in made for body in (request.body, response["body"]["string"])]
    problems = ["personal data is in a compressed file, which cannot be changed"] * any(
        map(anonymous.unreachable, bodies)
    )
    # As text it is looked at in the file.
    texts = (body.decode("utf-8", "surrogateescape") for body in bodies if isinstance(body, bytes))
    problems += ["personal data is left in a body"] * any(map(anonymous.left, texts))
    return made, problems


class _Kept(Cassette):
    """What comes over the network, until the recording ends and vcrpy's patches are gone.

    Only then is the file written: an error while vcrpy saves would leave its patches in place.
    """

    def can_play_response_for(self, request: Request) -> bool:
        """No: vcrpy would compare each request with everything recorded until now."""
        return False

    def append(self, request: Request, response: dict[str, Any]) -> None:
        """Keep an exchange; the headers as they are now, for vcrpy changes them while the client reads."""
        headers = {name: list(values) for name, values in response["headers"].items()}
        if not isinstance(request.body, bytes | None):
            # What was read from a file or an iterator is gone when it has been read once more.
            request = Request(request.method, request.uri, request.body_bytes, dict(request.headers))
        self.data.append((request, {**response, "headers": headers}))

    def _load(self) -> None:
        """Nothing of an older file: recording begins anew."""

    def _save(self, force: bool = False) -> None:
        """Nothing yet."""


@contextmanager
def _resets_quickly() -> Iterator[None]:
    """Inside, vcrpy takes its patches away for a request as it always does, but knows which ones they are.

    It looks for a dozen modules that are not installed and mocks anew, twice a request: half a millisecond.
    """
    originals = [(each.getter(), each.attribute, each.new) for each in vcr.patch.reset_patchers()]

    @contextmanager
    def reset() -> Iterator[None]:
        patched = [(holder, name, getattr(holder, name)) for holder, name, _ in originals]
        for original in originals:
            setattr(*original)
        try:
            yield
        finally:
            for each in patched:
                setattr(*each)

    with mock.patch.object(vcr.patch, "force_reset", reset):
        yield


@contextmanager
def _headers_quickly() -> Iterator[None]:
    """Inside, vcrpy hands on the headers of an answer as they came.

    It writes them as a text and has that parsed, twice a request: 70 microseconds, and letters beyond ASCII become others.
    """

    def message(headers: dict[str, list[str]]) -> HTTPMessage:
        made = HTTPMessage()
        for name, values in headers.items():
            for value in values:
                made[name] = value
        return made

    with mock.patch.object(vcr.stubs, "parse_headers", message):
        yield


@contextmanager
def _one_request_at_a_time() -> Iterator[None]:
    """Inside, the threads of the process make their requests one after another.

    While vcrpy connects and sends, it takes its patches away for the whole process: what another thread connects to
    in that moment would not be recorded, and nobody would be told.
    """
    turn, urlopen = threading.RLock(), HTTPConnectionPool.urlopen

    def in_turn(pool: HTTPConnectionPool, *args: Any, **kwargs: Any) -> Any:
        with turn:
            return urlopen(pool, *args, **kwargs)

    with mock.patch.object(HTTPConnectionPool, "urlopen", in_turn):
        yield


@contextmanager
def _while_waiting(work: Callable[[], object]) -> Iterator[None]:
    """Inside, ``work`` is done between a request and its answer: until that comes, there is time."""
    turn, getresponse = threading.Lock(), HTTPConnection.getresponse

    def after_work(connection: HTTPConnection) -> HTTPResponse:
        with turn, suppress(Exception):  # the connector would be told, and nobody else: at the end it is tried again
            work()
        return getresponse(connection)

    with mock.patch.object(HTTPConnection, "getresponse", after_work):
        yield


def write(path: Path, text: str, secrets: Iterable[str], anonymous: Anonymous | None = None) -> None:
    """Write a cassette in one step, unless it holds a secret, or a personal value that should have been replaced.

    Raises:
        ToolkitError: it does; the message says where, and not which.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode())
        lines = part.read_bytes().decode()
        if holds_any(lines, secrets):
            number = next((at for at, line in enumerate(lines.splitlines(), 1) if holds_any(line, secrets)), 1)
            raise ToolkitError(f"{path}:{number}: a secret is left; the recording is not kept")
        if anonymous and anonymous.left(lines):
            number = next((at for at, line in enumerate(lines.splitlines(), 1) if anonymous.left(line)), 1)
            raise ToolkitError(f"{path}:{number}: personal data is left; the recording is not kept")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
