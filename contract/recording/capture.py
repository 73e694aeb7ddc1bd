"""One stream is recorded as bizon syncs it: the check, the count, then pages, until the end or as many as are wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract.errors import UsageError
from contract.recording.record import recording
from contract.subject.building import Subject
from contract.subject.driving import one_turn, stored
from contract.subject.leaks import masked


@dataclass(frozen=True)
class Captured:
    """What a recording came to. ``ended``: to the end of the stream; ``interrupted``: by Ctrl-C, what came is kept."""

    path: Path
    pages: int
    records: int
    ended: bool
    interrupted: bool = False


Progress = Callable[[int, int], None]
"""Is told of each page: how many pages and records there are now."""


def capture(
    subject: Subject,
    stream: str,
    path: Path,
    *,
    pages: int | None = None,
    progress: Progress = lambda pages, records: None,
) -> Captured:
    """Record ``stream`` into a new cassette at ``path``, in place of an older one.

    Args:
        subject: the connector, with the credentials that the API knows.
        stream: its name.
        path: where the cassette goes; the file is whole, or as it was before.
        pages: how many calls of `get()`; None: until the stream ends.
        progress: is told of each page.

    Raises:
        UsageError: the connection check says no, or the connector raises; nothing is kept of what was recorded.
        ToolkitError: what was recorded still holds a secret of the config; nothing is kept of it.
    """
    read = _Reading(subject, stream, pages, progress)
    with recording(path, subject.secrets(None)):
        try:
            read()
        except KeyboardInterrupt:
            if not read.pages:
                raise
            return Captured(path, read.pages, read.records, ended=False, interrupted=True)
    return Captured(path, read.pages, read.records, ended=read.ended)


@dataclass
class _Reading:
    """A sync under way: how far it is."""

    subject: Subject
    stream: str
    most: int | None
    progress: Progress
    pages: int = 0
    records: int = 0
    ended: bool = False

    def __call__(self) -> None:
        source = self._asked("it cannot be built", lambda: self.subject.build(self.stream))
        checked = self._asked("check_connection()", source.check_connection)
        if not (isinstance(checked, tuple) and checked[:1] == (True,)):
            said = checked[1] if isinstance(checked, tuple) and len(checked) > 1 else checked
            raise self._refused(f"check_connection() says no: {said}")
        self._asked("get_total_records_count()", source.get_total_records_count)
        pagination: dict[str, Any] = {}
        while not self.ended and (self.most is None or self.pages < self.most):
            turn = one_turn(source, pagination)
            if turn.error is not None or turn.problem is not None:
                raise self._refused(f"get() number {self.pages + 1} {turn.problem or f'raised {_told(turn.error)}'}")
            self.pages, self.records, self.ended = self.pages + 1, self.records + len(turn.records), turn.last
            self.progress(self.pages, self.records)
            pagination = stored(turn.next_pagination)

    def _asked(self, what: str, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except UsageError:
            raise
        except Exception as error:
            raise self._refused(f"{what} raised {_told(error)}") from error

    def _refused(self, why: str) -> UsageError:
        text = masked(f"{self.stream}: {why}", self.subject.secrets(None))
        return UsageError(f"{text}; nothing of it is kept: put it right and record again")


def _told(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"
