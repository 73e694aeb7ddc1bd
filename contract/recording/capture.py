"""One stream is recorded as bizon syncs it: the check, the count, then pages, until the end or as many as are wanted.

Where the connector reads what has changed since an instant, such a run is recorded as well, beside it: a cassette of its own
(`customers.incremental.yaml`), so that each of them is what vcrpy replays of one run of bizon's, and neither has to be looked
for in the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.errors import UsageError
from contract.recording.anonymous import Anonymous
from contract.recording.inference.pages import Delivered
from contract.recording.instants import Moments
from contract.recording.layout import Since, increment_of
from contract.recording.record import recording
from contract.subject.building import Subject
from contract.subject.driving import Call, get, one_turn, stored
from contract.subject.incremental import OPTIONS
from contract.subject.leaks import masked


@dataclass(frozen=True)
class Captured:
    """What a recording came to. ``ended``: to the end of the stream; ``interrupted``: by Ctrl-C, what came is kept."""

    path: Path
    pages: int
    records: int
    ended: bool
    interrupted: bool = False
    divided_at: dt.datetime | None = None
    """An instant in UTC since when some of the records changed, and others did not; None where their times tell none."""


Progress = Callable[[int, int], None]
"""Is told of each page: how many pages and records there are now."""


def capture(
    subject: Subject,
    stream: str,
    path: Path,
    *,
    pages: int | None = None,
    progress: Progress = lambda pages, records: None,
    anonymous: Anonymous | None = None,
) -> Captured:
    """Record ``stream`` into a new cassette at ``path``, in place of an older one.

    Args:
        subject: the connector, with the credentials that the API knows.
        stream: its name.
        path: where the cassette goes; the file is whole, or as it was before.
        pages: how many calls of `get()`; None: until the stream ends.
        progress: is told of each page.
        anonymous: replaces what is personal.

    Raises:
        UsageError: the connection check says no, or the connector raises; nothing is kept of what was recorded.
        ToolkitError: what was recorded still holds a secret of the config, or a personal value; nothing is kept of it.
    """
    return _Reading(subject, stream, pages, progress).into(path, anonymous)


A_WEEK = dt.timedelta(days=7)
"""Before an incremental run, since when it is asked for changes where the records do not tell a better instant."""

FIRST = 3
"""Calls whose records tell where in the answers they stand."""

FURTHER = 10
"""Calls that an incremental run may take more than the full sync: some read window after window, the oldest first."""


def capture_increment(
    subject: Subject,
    stream: str,
    full: Captured,
    *,
    pages: int | None = None,
    progress: Progress = lambda pages, records: None,
    anonymous: Anonymous | None = None,
) -> Captured:
    """Record one incremental run of ``stream`` beside ``full``, from an instant since when some of its records changed.

    The arguments are those of `capture`. bizon hands no state of an earlier run to it, only the instant.

    Raises:
        UsageError: the connector raises; nothing is kept of the run.
        ToolkitError: what was recorded still holds a secret of the config, or a personal value; nothing is kept of it.
    """
    now = dt.datetime.now(dt.UTC)
    since = Since(full.divided_at or now.replace(microsecond=0) - A_WEEK, now)
    most = full.pages + FURTHER if pages is None else pages
    return _Reading(subject, stream, most, progress, since).into(increment_of(full.path), anonymous)


@dataclass
class _Reading:
    """A sync under way, or an incremental run ``since`` an instant: how far it is."""

    subject: Subject
    stream: str
    most: int | None
    progress: Progress
    since: Since | None = None
    pages: int = 0
    records: int = 0
    ended: bool = False
    moments: Moments = field(default_factory=Moments)
    first: list[Delivered] = field(default_factory=list)
    """The records of the first calls."""

    def into(self, path: Path, anonymous: Anonymous | None) -> Captured:
        """Record it at ``path``."""
        interrupted = False
        with recording(path, self.subject.secrets(None), anonymous, self.since, self.first):
            try:
                self._read()
            except KeyboardInterrupt:
                if not self.pages:
                    raise
                interrupted = True
        divided_at = self.moments.dividing(dt.datetime.now(dt.UTC))
        return Captured(path, self.pages, self.records, self.ended, interrupted, divided_at)

    def _read(self) -> None:
        call: Call = get if self.since is None else self.since.call()
        options = {} if self.since is None else OPTIONS
        source = self._asked("it cannot be built", lambda: self.subject.build(self.stream, **options))
        checked = self._asked("check_connection()", source.check_connection)
        if not (isinstance(checked, tuple) and checked[:1] == (True,)):
            said = checked[1] if isinstance(checked, tuple) and len(checked) > 1 else checked
            raise self._refused(f"check_connection() says no: {said}")
        self._asked("get_total_records_count()", source.get_total_records_count)
        pagination: dict[str, Any] = {}
        while not self.ended and (self.most is None or self.pages < self.most):
            turn = one_turn(source, pagination, call=call)
            if turn.error is not None or turn.problem is not None:
                by = "get()" if self.since is None else "get_records_after()"
                raise self._refused(f"{by} number {self.pages + 1} {turn.problem or f'raised {_told(turn.error)}'}")
            self.pages, self.records, self.ended = self.pages + 1, self.records + len(turn.records), turn.last
            if self.pages <= FIRST:
                self.first += [Delivered(record.id, record.data) for record in turn.records]
            self.moments.add(record.data for record in turn.records)
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
