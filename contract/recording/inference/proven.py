"""A draft that is proven: of the ways in which a recording can be explained, the first from which the connector syncs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from contract.description.api import Api
from contract.errors import ToolkitError
from contract.recording.inference.draft import draft
from contract.recording.inference.listing import Draft
from contract.recording.played import Played
from contract.subject.building import Subject

Tried = Callable[[Api, Collection[str]], dict[str, str | None]]
"""Why the connector does not sync the streams named from the simulation of a description, by stream; None where it does."""


@dataclass(frozen=True)
class Proven:
    """A draft, and for each stream why the connector does not sync from it (None: it does)."""

    draft: Draft
    api: Api
    problems: dict[str, str | None]

    def doubt_of_runs(self, stream: str) -> str | None:
        """Why no incremental run can be judged by it; None where one can, as far as syncs can be."""
        return self.draft.doubts_of_runs.get(stream)

    def doubt(self, stream: str) -> str | None:
        """Why nothing can be judged by the simulation of this draft; None where it can."""
        doubt, problem = self.draft.doubts.get(stream), self.problems.get(stream)
        if doubt is None and problem is not None:
            return f"the connector does not sync from what is drafted from them ({problem})"
        return doubt


def prove(subject: Subject, recordings: Sequence[Played], tried: Tried) -> Proven:
    """Draft the API of ``recordings``.

    Raises:
        UsageError: one of them holds no page of records that the connector delivered.
    """
    names = [played.stream for played in recordings]
    made = draft(subject, recordings)
    syncing = [played.stream for played in recordings if played.problem is None]
    problems = first = {played.stream: played.problem for played in recordings} | tried(_api(made), syncing)
    ways = dict.fromkeys(names, 0)
    while left := [name for name, problem in problems.items() if problem and ways[name] + 1 < made.ways[name]]:
        ways |= {name: ways[name] + 1 for name in left}
        made = draft(subject, recordings, ways)
        problems = problems | tried(_api(made), left)
    if lost := [name for name, problem in problems.items() if problem and ways[name]]:
        made = draft(subject, recordings, ways | dict.fromkeys(lost, 0))
        problems |= {name: first[name] for name in lost}
    return Proven(made, _api(made), problems)


def _api(made: Draft) -> Api:
    try:
        return Api.model_validate(made.values)
    except ValidationError as error:
        raise ToolkitError(f"the draft is no description: {error}") from error
