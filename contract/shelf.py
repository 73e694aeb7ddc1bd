"""The recordings of a contract, looked at one by one: how old they are, what they hold, and whether they still fit."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from contract.captures import changes, planned, shape
from contract.description.document import Document
from contract.docket import Docket
from contract.errors import ContractError, UsageError
from contract.recording.cassette import Interaction, load
from contract.recording.layout import increment_of
from contract.recording.played import Played, play
from contract.recording.scrub import REDACTED
from contract.recording.suspects import suspects
from contract.revisions import git
from contract.simulation.network import Runaway


@dataclass(frozen=True)
class Shelved:
    """The cassette of a sync of one stream, or of an incremental run ``since`` an instant.

    ``days`` is its age, None where it does not say when it was recorded; ``hosts`` and ``statuses`` count exchanges;
    ``masked`` names the places where secrets were, ``suspects`` the texts that look like one. ``problems`` say why it is
    to be recorded anew, none where it is as good as on its first day.
    """

    stream: str
    path: Path
    days: int | None = None
    pages: int = 0
    records: int = 0
    ended: bool = False
    since: dt.datetime | None = None
    hosts: tuple[tuple[str, int], ...] = ()
    statuses: tuple[tuple[int, int], ...] = ()
    masked: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def shelf(document: Document, wanted: Sequence[str] = (), max_age: int | None = None) -> Iterator[Shelved]:
    """Each cassette that there is of the streams ``wanted``, of all of them where none is named.

    Args:
        document: the contract.
        wanted: streams.
        max_age: days, beyond which a recording is too old; None: what the contract says (`cassettes_max_age`).

    Raises:
        UnknownNameError: a stream that the connector does not have.
        UsageError: the connector cannot be loaded; a stream that was asked for by name has no cassette, or none has one.
    """
    subject = Docket(document).subject
    limit = document.contract.cassettes_max_age if max_age is None else max_age
    work = planned(document, subject, wanted)
    absent = [str(path) for name, path in work.items() if not path.is_file() and (name in wanted or len(work) == 1)]
    if absent or not any(path.is_file() for path in work.values()):
        told = ", ".join(absent) or f"{document.cassettes} holds no cassette of {', '.join(work)}"
        raise UsageError(f"{told}: not recorded; record it with `bizon-contract record`")
    for name, full in work.items():
        for path in (full, increment_of(full)):
            if path.is_file():
                yield _looked_at(name, path, limit, partial(play, subject, name, path))


def since(document: Document, stream: str, path: Path, revision: str) -> list[str]:
    """What has changed in the shape of the API since the cassette at ``path`` was that of ``revision``, one line each.

    Raises:
        UsageError: there is no such revision, or no such cassette in it.
    """
    folder = path.parent.resolve()
    commit = git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    with tempfile.TemporaryDirectory() as scratch:
        older = Path(scratch) / path.name
        for each in (older, increment_of(older)):
            if each == older or git(folder, "ls-tree", commit, f"./{each.name}"):
                each.write_bytes(git(folder, "show", f"{commit}:./{each.name}"))
        return changes(document, shape(document, stream, older), stream, path)


Player = Callable[[], Played]


def _looked_at(stream: str, path: Path, limit: int | None, played: Player) -> Shelved:
    try:
        recording = load(path)
    except UsageError as error:
        return Shelved(stream, path, problems=(str(error),))
    exchanges = recording.interactions
    days = None if recording.recorded_at is None else (dt.datetime.now(dt.UTC) - recording.recorded_at).days
    problems = []
    if limit is not None and days is None:
        problems.append(f"it does not say when it was recorded, and may be {limit} days old at most")
    elif limit is not None and days is not None and days > limit:
        problems.append(f"{days} days old, {limit} are allowed")
    found, problem = _played(played)
    if problem:
        problems.append(problem)
    return Shelved(
        stream,
        path,
        days,
        pages=len(found.sync.turns) if found else 0,
        records=len(found.sync.records) if found else 0,
        ended=bool(found and found.whole),
        since=recording.since.last_run if recording.since else None,
        hosts=tuple(Counter(urlsplit(each.request.url).netloc for each in exchanges).items()),
        statuses=tuple(sorted(Counter(each.response.status for each in exchanges).items())),
        masked=tuple(dict.fromkeys(place for each in exchanges for place in _masked(each))),
        suspects=tuple(suspects(recording)),
        problems=tuple(problems),
    )


def _played(player: Player) -> tuple[Played | None, str | None]:
    """The recording as the connector plays it today, and why it does not fit any more."""
    try:
        found = player()
    except ContractError:
        raise
    except (Exception, Runaway) as error:
        return None, f"it does not fit the connector any more: {type(error).__name__}: {error}"
    if found.sync.error is not None:
        return found, f"it does not fit the connector any more: {type(found.sync.error).__name__}: {found.sync.error}"
    if not found.sync.turns and found.recording.since is not None:
        return found, None  # it asks up to its own present time, which is another one each time
    if not found.sync.turns:
        missed = found.recorded.missed[-1:] or ["no page of it is asked for"]
        return found, f"it does not fit the connector any more: {missed[0]}"
    return found, None


_MASKED_KEY = re.compile(rf"[\"&?]?([\w.-]+)\"?\s*[:=]\s*\"?{REDACTED}")


def _masked(each: Interaction) -> Iterator[str]:
    """Where something was taken out of an exchange."""
    for name, value in (*each.request.headers, *each.response.headers):
        if REDACTED in value:
            yield f"header {name}"
    yield from (f"query parameter {name}" for name, values in each.request.query.items() if REDACTED in values)
    for what, body in (("sent", each.request.body), ("answered", each.response.body)):
        if REDACTED.encode() in body:
            names = dict.fromkeys(_MASKED_KEY.findall(body.decode("utf-8", "replace")))
            yield from (f"{name} in what was {what}" for name in names or ["a text"])
