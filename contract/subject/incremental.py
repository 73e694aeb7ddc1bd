"""bizon's call of an incremental run, with the state that bizon 0.6.4 hands to it."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from bizon.source.models import SourceIncrementalState
from bizon.source.source import AbstractSource

OPTIONS = {"sync_mode": "incremental"}
"""What stands in the config of a pipeline that syncs incrementally."""


@dataclass
class RecordsAfter:
    """A call of `get_records_after`, as bizon's producer makes it.

    Within a process every page gets the same SourceIncrementalState. ``last_run`` and ``run_started_at`` are naive and
    mean UTC, as they come from bizon's backend; bizon's model adds the zone.
    """

    last_run: dt.datetime
    state: dict[str, Any]
    run_started_at: dt.datetime
    _given: list[tuple[AbstractSource, SourceIncrementalState]] = field(default_factory=list, repr=False)

    @classmethod
    def without_a_state(cls, last_run: dt.datetime, run_started_at: dt.datetime) -> RecordsAfter:
        """The call where no earlier run has left a state. Both instants are aware."""
        last_run, started = (at.astimezone(dt.UTC).replace(tzinfo=None) for at in (last_run, run_started_at))
        return cls(last_run, {}, started)

    def __str__(self) -> str:
        return f"get_records_after(last_run={self.last_run:%Y-%m-%dT%H:%M:%S}, state={self.state})"

    def __call__(self, source: AbstractSource, pagination: Any) -> object:
        """The page after ``pagination``."""
        return source.get_records_after(source_state=self._state_of(source), pagination=pagination)

    @property
    def changed(self) -> bool:
        """Whether a connector changed the state that it was given."""
        return any(given.state != self.state for _, given in self._given)

    def _state_of(self, source: AbstractSource) -> SourceIncrementalState:
        for asked, given in self._given:
            if asked is source:
                return given
        made = SourceIncrementalState(
            last_run=self.last_run,
            state=copy.deepcopy(self.state),
            cursor_field=source.config.cursor_field,
            run_started_at=self.run_started_at,
        )
        self._given.append((source, made))
        return made
