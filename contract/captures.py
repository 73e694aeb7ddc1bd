"""What recording a contract's streams needs besides the recording itself: credentials, files, and what has changed since."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contract.description.document import Document
from contract.docket import Docket
from contract.errors import UnknownNameError, UsageError
from contract.planning import unknown
from contract.recording.anonymous import Anonymous
from contract.recording.capture import Captured
from contract.recording.capture import capture as capture
from contract.recording.capture import capture_increment as capture_increment
from contract.recording.cassette import load
from contract.recording.drift import drift
from contract.recording.inference.draft import draft
from contract.recording.played import play
from contract.recording.record import anonymise
from contract.recording.suspects import suspects
from contract.subject.building import Subject
from contract.subject.real import real


def subject_of(document: Document, config: Path | None) -> Subject:
    """The connector, with the credentials of the pipeline in ``config`` where it is given.

    Raises:
        UsageError: the file or the connector cannot be used.
    """
    return real(Docket(document).subject, config)


def planned(document: Document, subject: Subject, wanted: Sequence[str]) -> dict[str, Path]:
    """Where each stream is recorded to.

    Raises:
        UnknownNameError: a stream that the connector does not have.
    """
    known = subject.streams()
    for name in wanted:
        if name not in known:
            raise UnknownNameError(f"{unknown('stream', name, known)}; it has {', '.join(known)}")
    return {name: document.cassettes / f"{name}.yaml" for name in known if not wanted or name in wanted}


def refuse_existing(work: Mapping[str, Path]) -> None:
    """Nothing that was recorded is replaced without being told to.

    Raises:
        UsageError: a stream has a cassette; the message says how old it is.
    """
    there = {name: path for name, path in work.items() if path.exists()}
    if there:
        told = ", ".join(f"{os.path.relpath(path)} ({_age(path)})" for path in there.values())
        raise UsageError(f"recorded already: {told}; --again records anew, --refresh also shows what has changed")


def _age(path: Path) -> str:
    try:
        recorded_at = load(path).recorded_at
    except UsageError:
        return "which cannot be read"
    if recorded_at is None:
        return "it does not say when"
    days = (dt.datetime.now(dt.UTC) - recorded_at).days
    return "today" if days < 1 else f"{days} day{'s' if days > 1 else ''} ago"


def shape(document: Document, stream: str, path: Path) -> dict[str, Any] | None:
    """What the cassette of a stream shows of the API; None where it cannot be played any more."""
    try:
        subject = Docket(document).subject
        return dict(draft(subject, [play(subject, stream, path)]).values)
    except UsageError:
        return None


def changes(document: Document, before: Mapping[str, Any] | None, stream: str, path: Path) -> list[str]:
    """What has changed in the shape of the API since ``before``, one line each."""
    now = shape(document, stream, path)
    if before is None or now is None:
        return ["the shapes cannot be compared: one of the recordings cannot be played with the config of the contract"]
    return list(drift(before, now)) or ["the shape of the API is as it was"]


def looked_at(captured: Captured) -> list[str]:
    """What the author should look at in a recording."""
    return suspects(load(captured.path))


def anonymous_of(document: Document, keys: Sequence[str]) -> Anonymous:
    """What replaces personal values, those under ``keys``, too; the config of the contract, which is read by all, stays as it is."""
    return Anonymous(keys, _texts(document.contract.config))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def anonymised(recorded: Sequence[tuple[str, Captured]], subject: Subject, anonymous: Anonymous) -> Iterator[str]:
    """Replace in the first recordings, too, what only later ones have told to be personal; what there is to say, one line each.

    Raises:
        ToolkitError: a personal value is left in one of them, which is not kept.
    """
    for _, captured in recorded:
        anonymise(captured.path, subject.secrets(None), anonymous)
    # Never the values themselves.
    told = ", ".join(f"{number} {name}" for name, number in sorted(anonymous.counted.items()))
    yield f"replaced: {told}" if told else "replaced: nothing, no value was found that is personal"
    yield from filter(None, (_unlike(stream, captured, subject) for stream, captured in recorded))


def _unlike(stream: str, captured: Captured, subject: Subject) -> str | None:
    """What a recording comes to when it is played, where that is not what it was recorded as.

    So it is where the connector sorts or compares personal values, whose order does not stay.
    """
    played = play(subject, stream, captured.path)
    turns = played.sync.turns
    pages, records = len(turns), sum(len(turn.records) for turn in turns)
    if (pages, records, played.sync.ended) == (captured.pages, captured.records, captured.ended):
        return None
    why = played.sync.error or next(reversed(played.recorded.missed), "it ends elsewhere")
    return (
        f"{stream}: without personal data it replays as {pages} pages, {records} records: {why}; "
        "does the connector sort or compare what was replaced, or ask for it by its config?"
    )
