"""A description drafted from recordings, and proven: the connector has to sync from the simulation of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contract.description.document import Document
from contract.docket import Docket
from contract.errors import UsageError
from contract.recording.inference.proven import prove
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
    proven = prove(docket.subject, [play(docket.subject, name, path) for name, path in paths.items()], docket.tried)
    return Inferred(text_of(proven.draft), tuple(proven.draft.questions), proven.problems)


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
