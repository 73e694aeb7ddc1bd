"""A description drafted from recordings, and proven: the connector has to sync from the simulation of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from contract.description.api import Api
from contract.description.document import Document
from contract.docket import Docket
from contract.errors import ToolkitError, UsageError
from contract.recording.inference.draft import Draft, draft
from contract.recording.inference.writing import text_of
from contract.recording.played import play


@dataclass(frozen=True)
class Inferred:
    """A draft: its text, what is open about it, and for each stream why it does not sync from it (None: it does)."""

    text: str
    questions: tuple[str, ...]
    problems: dict[str, str | None]


def infer(document: Document) -> Inferred:
    """Draft the `api:` of a contract from its cassettes, one for each stream: ``<cassettes>/<stream>.yaml``.

    Where several styles of paging explain a recording, it is the first from which the connector syncs.

    Raises:
        UsageError: there are no cassettes, or one of them shows nothing.
    """
    docket = Docket(document)
    paths = cassettes_of(document, docket.subject.streams())
    recordings = [play(docket.subject, name, path) for name, path in paths.items()]
    made = draft(docket.subject, recordings)
    problems = first = _tried(document, made)
    ways = dict.fromkeys(paths, 0)
    while left := [name for name, problem in problems.items() if problem and ways[name] + 1 < made.ways[name]]:
        ways |= {name: ways[name] + 1 for name in left}
        made = draft(docket.subject, recordings, ways)
        problems = problems | _tried(document, made, left)
    if lost := [name for name, problem in problems.items() if problem and ways[name]]:
        made = draft(docket.subject, recordings, ways | dict.fromkeys(lost, 0))
        problems |= {name: first[name] for name in lost}
    return Inferred(text_of(made), tuple(made.questions), problems)


def _tried(document: Document, made: Draft, streams: Collection[str] | None = None) -> dict[str, str | None]:
    """Why the connector does not sync from a draft, by stream; None where it does."""
    try:
        api = Api.model_validate(made.values)
    except ValidationError as error:
        raise ToolkitError(f"the draft is no description: {error}") from error
    drafted = Docket(replace(document, contract=document.contract.model_copy(update={"api": api})))
    return {name: drafted.baseline(name) for name in (api.streams if streams is None else streams)}


def cassettes_of(document: Document, streams: tuple[str, ...]) -> dict[str, Path]:
    """The recordings of the streams, by their names.

    Raises:
        UsageError: there are none, with where they were looked for.
    """
    folder = document.cassettes
    found = {name: path for name in streams if (path := folder / f"{name}.yaml").is_file()}
    if not found:
        raise UsageError(
            f"{folder}: no recording of a stream ({', '.join(f'{name}.yaml' for name in streams)}); `bizon-contract record`"
        )
    return found


def write(document: Document, inferred: Inferred) -> None:
    """Put the draft behind what the file holds.

    Raises:
        UsageError: the file cannot be written.
    """
    text = document.path.read_text("utf-8")
    try:
        document.path.write_text(f"{text.rstrip()}\n{inferred.text}", "utf-8")
    except OSError as error:
        raise UsageError(f"{document.path} cannot be written: {error.strerror}") from error
