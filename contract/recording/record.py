"""A cassette is written: by vcrpy, without secrets, whole or not at all."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from urllib3.connectionpool import HTTPConnectionPool
from vcr.cassette import Cassette
from vcr.config import VCR
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.serialize import serialize

from contract.errors import ToolkitError, UsageError
from contract.recording.disguise import held
from contract.recording.scrub import Scrub


@contextmanager
def recording(path: Path, secrets: Iterable[str] = ()) -> Iterator[Cassette]:
    """Every exchange of the process inside goes over the network and into a new cassette at ``path``.

    The file is written at the end, in place of an older one; where the block fails, the older one stays.

    Raises:
        ToolkitError: what was recorded still holds one of ``secrets``; nothing is left of it.
        UsageError: nothing was recorded.
    """
    scrub = Scrub(secrets)
    kept = _Kept(scrub)
    recorder = VCR(record_mode="all", record_on_exception=False)
    recorder.register_persister(kept)
    with recorder.use_cassette(str(path), **scrub.options) as cassette, _one_request_at_a_time():
        yield cassette
    for problem in scrub.problems:
        raise ToolkitError(f"{path}: {problem}; the recording is not kept")
    if not kept.text:
        raise UsageError(f"{path}: nothing was recorded; make requests inside the recording")
    write(path, kept.text, scrub.secrets)


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


def write(path: Path, text: str, secrets: Iterable[str]) -> None:
    """Write a cassette in one step, unless it holds a secret.

    Raises:
        ToolkitError: it does; the message says where, and not which.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        for number, line in enumerate(part.read_text(encoding="utf-8").splitlines(), 1):
            if held(line, secrets) or held(line.replace("''", "'"), secrets):
                raise ToolkitError(f"{path}:{number}: a secret is left; the recording is not kept")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class _Kept:
    """What vcrpy would write, kept until its patches are gone: an error while it saves would leave them in place."""

    def __init__(self, scrub: Scrub) -> None:
        self._scrub = scrub
        self.text = ""

    def load_cassette(self, path: str, serializer: Any) -> Any:
        """Nothing: recording begins anew."""
        raise CassetteNotFoundError

    def save_cassette(self, path: str, cassette_dict: dict[str, Any], serializer: Any) -> None:
        """Keep it as text, also without what was found to be a secret only later."""
        scrub = self._scrub
        requests = [scrub.request(each) for each in cassette_dict["requests"]]
        responses = [scrub.response(each) for each in cassette_dict["responses"]]
        octets = [*(each.body or b"" for each in requests), *(each["body"]["string"] for each in responses)]
        for number, body in enumerate(octets):
            # As text it is looked at in the file.
            if isinstance(body, bytes) and body and held(body.decode("utf-8", "surrogateescape"), scrub.secrets):
                scrub.problems[f"a secret is left in body {number % len(requests) + 1}"] = None
        self.text = serialize({"requests": requests, "responses": responses}, _Readable)


class _Readable:
    """vcrpy's YAML in its own order, and text of several lines as such. vcrpy reads it as it is."""

    @staticmethod
    def serialize(cassette_dict: dict[str, Any]) -> str:
        """The text of a cassette. No line is folded: a secret in two pieces would not be found.

        What stands last tells when it was recorded, and that the file is whole.
        """
        recorded_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        whole = {**cassette_dict, "metadata": {"recorded_at": recorded_at}}
        return yaml.dump(whole, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))


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
