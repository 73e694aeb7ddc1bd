"""The connector of a trial in bizon's own pipeline, and a source in its place that does everything right.

A pipeline that breaks a promise with that source as well breaks it by bizon's doing, which is no finding about a connector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from contract.simulation.faults import Status
from contract.trial._trial import Trial
from contract.trial.apart import Enter, answers

if TYPE_CHECKING:  # they import bizon, which planning does without
    from contract.subject.pipeline import Delivered, Ended, Pipeline, RightSources

PHASES = {"check_connection": "check", "get_total_records_count": "count"}
"""The phases of what bizon asks a source besides its pages."""


class Piped:
    """Pipelines around the connector of ``trial``; ``apart``: in processes of their own.

    ``instead_of`` others, around a right source, which pages, counts and meets failures as their connector did.
    """

    def __init__(self, trial: Trial, folder: Path, *, apart: bool = False, instead_of: Piped | None = None) -> None:
        self.trial = trial
        self.pipelines: list[Pipeline] = []
        self.ends: list[Ended] = []
        """How each run ended."""
        self.page_size = trial.case.page_size
        """Of the pages that the connector asks for."""
        self._folder = folder
        self._apart = apart
        self._instead_of = instead_of
        self._fails_from: int | None = None
        self._backend: Any = None

    @contextmanager
    def on_backend(self) -> Iterator[Piped]:
        """Inside, pipelines keep their state in the backend that the environment names, in a place of their own."""
        from contract.subject.backends import configured

        with configured() as self._backend:
            yield self

    def pipeline(self, **options: Any) -> Pipeline:
        """A new pipeline with ``options`` in its `source:`, in a folder of its own."""
        folder = self._folder / str(len(self.pipelines))
        folder.mkdir()
        source = self.trial.subject.mapping_for(self.trial.stream_name, **(self.trial.options | options))
        self.pipelines.append(self._around(folder, source))
        return self.pipelines[-1]

    def _around(self, folder: Path, source: Mapping[str, Any]) -> Pipeline:
        if not self._apart:
            from contract.subject.pipeline import Pipeline

            return Pipeline(folder, source, self._built, self._backend)
        from contract.subject.processes import Loads, ProcessPipeline

        trial, world = self.trial, self.trial.world
        there = (
            self._right_source(self._instead_of)
            if self._instead_of
            else Loads(trial.contract.source, trial.folder.resolve())
        )
        return ProcessPipeline(
            folder,
            source,
            self._built,
            self._backend,
            there=there,
            arrange=Enter(world.clock.now()),
            answers=answers(world),
        )

    def run(self, pipeline: Pipeline, *, killed_before: int | None = None) -> Ended:
        """One run of ``pipeline``, killed before that call of the source, or to its end."""
        self.trial.happened(f"run {self.runs + 1} of bizon's pipeline")
        with self.trial.phase("sync"):
            self.ends.append(pipeline.run(killed_before=killed_before))
        self.page_size = self._asked_size() or self.page_size
        return self.ends[-1]

    def _asked_size(self) -> int | None:
        """The page size in the last request for a page, by a connector that may have no option for it."""
        described, pages = self.trial.stream.page_size, self.trial.calls("sync", "list")
        asked = str(described.send.sent_in(pages[-1].request)) if described and pages else ""
        return int(asked) if asked.isdecimal() else None

    @contextmanager
    def failing_from(self, page: int) -> Iterator[None]:
        """Inside, the API fails at every page from number ``page`` on, counted from 0 and from now."""
        self._fails_from = page
        try:
            with self.trial.disturbed(Status(500), at=page, times=None, kind="list"):
                yield
        finally:
            self._fails_from = None

    def keys(self, records: Sequence[Delivered]) -> list[str]:
        """What the API calls each record at a destination."""
        return self.trial.keys(records)

    @property
    def runs(self) -> int:
        """How many were made."""
        return len(self.ends)

    @property
    def right(self) -> bool:
        """Whether a right source is in the connector's place."""
        return self._instead_of is not None

    def _built(self, source: Mapping[str, Any]) -> Any:
        if self._instead_of is not None:
            return self._right_source(self._instead_of)(source)
        return self._in_phases(self.trial.listened(self.trial.subject.made_of(source)))

    def _right_source(self, its: Piped) -> RightSources:
        """A source that returns all records, in pages as large as ``its``."""
        from contract.subject.pipeline import RightSources

        held = [(each.id, each.data) for each in self.trial.world.collection.held]
        pages = [held[at : at + its.page_size] for at in range(0, len(held), its.page_size)]
        counted = any(len(held) in pipeline.counted for pipeline in its.pipelines)
        return RightSources(pages, len(held) if counted else None, self._fails_as(its))

    def _fails_as(self, its: Piped) -> int | None:
        """The page of this run that is refused: where the API is down, the one at which it was for ``its`` connector."""
        if self._fails_from is None or self.runs >= len(its.ends) or its.ends[self.runs].success:
            return self._fails_from
        return its.ends[self.runs].pages

    def _in_phases(self, source: Any) -> Any:
        for name, phase in PHASES.items():
            setattr(source, name, self._in_phase(phase, getattr(source, name)))
        return source

    def _in_phase(self, phase: str, call: Callable[[], Any]) -> Callable[[], Any]:
        def asked() -> Any:
            with self.trial.world.network.phase(phase):
                return call()

        return asked


Scenario = Callable[[Piped], str | None]
"""What is done with pipelines, and what is wrong with what came of it; None where nothing is."""


def judge_piped(trial: Trial, scenario: Scenario, *, apart: bool = False) -> None:
    """``scenario`` finds nothing wrong; what it finds with a right source, too, is bizon's doing and nothing to judge.

    ``apart``: bizon's runner works in processes of its own, and not in threads.
    """
    from contract.subject.pipeline import BIZON

    with TemporaryDirectory(prefix="bizon-contract-") as folder:
        piped = Piped(trial, Path(folder), apart=apart)
        with piped.on_backend():
            wrong = scenario(piped)
    if wrong is None:
        trial.judged(runs=piped.runs)
        return
    with trial.elsewhere(), TemporaryDirectory(prefix="bizon-contract-") as folder:
        right = Piped(trial, Path(folder), apart=apart, instead_of=piped)
        with right.on_backend():
            its = scenario(right)
    trial.need(
        its is None, f"{BIZON} is at fault, and not the connector: with a source that does everything right, {its}"
    )
    trial.lost(wrong)
