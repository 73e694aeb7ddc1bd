"""This connector and an older revision of it, in the same simulated world: what does a release change for its users?

Either revision is observed in a process of its own (two versions of one module do not fit into one), by this toolkit,
with today's description of the API. The older one is taken out of git into a folder that is gone afterwards.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from contract.description.document import Document, read
from contract.docket import Docket, Settings
from contract.errors import UsageError
from contract.revisions import git
from contract.strategies import empty, once, rich


@dataclass(frozen=True)
class Observation:
    """One undisturbed sync of one stream, as JSON values."""

    stream: str
    case: str
    error: str | None = None
    records: dict[str, Any] = field(default_factory=dict)
    """The data of each record, by its id, in order."""
    checkpoints: list[Any] = field(default_factory=list)
    pages: int = 0
    requests: int = 0


@dataclass(frozen=True)
class Difference:
    """What is not the same of one sync: the aspect, and how it differs, in words."""

    stream: str
    case: str
    aspect: str
    said: str


def observe(document: Document, folder: Path) -> Iterator[Observation]:
    """The syncs of every described stream: of nothing, of three pages, and of records of many shapes.

    Args:
        document: the contract; its ``source`` is looked for in ``folder``.
        folder: where the connector is.

    Raises:
        UsageError: the connector cannot be loaded.
    """
    docket = Docket(Document(folder / document.path.name, document.contract), Settings(keep=False))
    for stream in document.contract.streams:
        limits = docket.limits(stream)
        for domain in (empty, once, rich):
            case = next(iter(domain.enumerate(limits)))
            if not limits.reaches(case.size):
                continue
            with docket.undisturbed(stream, case) as trial:
                sync = trial.sync()
                yield Observation(
                    stream,
                    str(case),
                    None if sync.error is None else repr(sync.error),
                    {record.id: record.data for record in sync.records},
                    sync.paginations,
                    len(sync.turns),
                    len(trial.calls("sync")),
                )


def compare(file: Path, revision: str) -> tuple[list[Observation], list[Difference]]:
    """What the connector of ``file`` does today, and where ``revision`` of it does something else.

    Raises:
        UsageError: there is no such revision, no description to simulate, or one of both cannot be loaded.
    """
    document = read(file)
    if not document.contract.streams:
        raise UsageError(f"{file}: revisions are compared in simulated syncs, and there is no `api:` to simulate")
    root = Path(git(document.folder, "rev-parse", "--show-toplevel").decode().strip())
    with tempfile.TemporaryDirectory() as scratch:
        older = Path(scratch).resolve()
        commit = git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        with tarfile.open(fileobj=io.BytesIO(git(root, "archive", "--format=tar", commit))) as archive:
            archive.extractall(older, filter="data")
        before = _observed(document, older / document.folder.resolve().relative_to(root.resolve()), older)
    today = _observed(document, document.folder, root)
    return today, [each for old, new in zip(before, today, strict=True) for each in _differences(old, new)]


def _observed(document: Document, folder: Path, root: Path) -> list[Observation]:
    """What the connector in ``folder`` does, seen by a process whose modules come from ``root``."""
    command = [sys.executable, "-P", "-m", "contract.against", str(document.path.absolute()), str(folder)]
    ran = subprocess.run(command, cwd=root, capture_output=True, check=False)  # noqa: S603 - this very Python
    if ran.returncode:
        raise UsageError(f"{folder}: {ran.stderr.decode('utf-8', 'replace').strip()}")
    return [Observation(**each) for each in json.loads(ran.stdout.splitlines()[-1])]


def _differences(old: Observation, new: Observation) -> Iterator[Difference]:
    def told(aspect: str, said: str) -> Difference:
        return Difference(new.stream, new.case, aspect, said)

    if old.error != new.error:
        yield told("ids", f"{old.error or 'ended well'} → {new.error or 'ended well'}")
    if list(old.records) != list(new.records):
        yield told("ids", _moved(list(old.records), list(new.records)))
    changed = [name for name in new.records if name in old.records and old.records[name] != new.records[name]]
    if changed:
        name = changed[0]
        more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        yield told("data", f"{name}: {_short(old.records[name])} → {_short(new.records[name])}{more}")
    if old.checkpoints != new.checkpoints:
        pairs = [(a, b) for a, b in zip(old.checkpoints, new.checkpoints, strict=False) if a != b]
        a, b = pairs[0] if pairs else (f"{len(old.checkpoints)} of them", f"{len(new.checkpoints)}")
        yield told("checkpoints", f"{_short(a)} → {_short(b)}")
    if old.requests != new.requests:
        yield told("requests", f"{old.requests} for {old.pages} pages → {new.requests} for {new.pages}")


def _moved(old: Sequence[str], new: Sequence[str]) -> str:
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    parts = [f"{len(names)} {what}: {', '.join(names[:3])}" for names, what in ((gone, "gone"), (come, "new")) if names]
    return "; ".join(parts) or "the same ones, in another order"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def main() -> None:
    """Observe the connector in the folder that is named second, by the contract that is named first; as JSON."""
    file, folder = map(Path, sys.argv[1:])
    try:
        found = [asdict(each) for each in observe(read(file), folder)]
    except UsageError as error:
        sys.exit(str(error))
    sys.stdout.write("\n" + json.dumps(found, default=repr) + "\n")


if __name__ == "__main__":
    main()
