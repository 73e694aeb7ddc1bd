"""Histories of a pipeline in bizon's own engine, against a model of what its destination must hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from contract.description.places import look_up
from contract.simulation.faults import Schedule, Status
from contract.strategies import FAULTS, argument, kind, records_of
from contract.trial.incremental import Runs
from contract.trial.pipeline import Piped
from contract.trial.wording import difference

if TYPE_CHECKING:  # it imports bizon, which planning does without
    from contract.subject.pipeline import Ended

MODES = ("full_refresh", "incremental")
"""bizon's sync modes in which a history may be; its first step says which."""

FIRST_SEED = 0
"""Records that appear under way are plain."""


class PipelineHistory:
    """One pipeline: its runs, and what its destination must hold.

    The model. A run succeeds where no more than one thing went wrong in it; it fails where the API is down for good. What fails or is
    killed leaves the destination as it was. A full refresh that succeeds leaves what the API holds; behind an interrupted one
    there may be more, since bizon's file destination keeps the rows of both. An incremental run takes nothing away, and in
    the end the newest version of every record has come.

    Nothing changes in the course of a run: what then may be lost depends on how the API pages, and is judged by stateful.runs.
    """

    def __init__(self, piped: Piped, mode: str) -> None:
        self.piped = piped
        self.trial = piped.trial
        self.incremental = mode == "incremental"
        self.pipeline = piped.pipeline(sync_mode=mode)
        self._most = 3 * (len(self.trial.case.steps) + 2) * (1 + self.trial.case.page_size)
        self._runs = Runs(self.trial, self._most) if self.trial.stream.incremental is not None else None
        self._fresh: Iterator[tuple[str, dict[str, Any]]] | None = None
        self._interrupted = False
        """Whether the last run did not come to its end, so that rows of it are still there."""
        self._behind = 0
        """Records that the interrupted runs before the next one returned."""
        self._over = False
        """Whether bizon takes no more runs of this pipeline."""

    def tell(self, steps: Sequence[str]) -> str | None:
        """What goes wrong in the course of ``steps``, or behind them; None where nothing does."""
        for step in steps:
            wrong = self._happen(step)
            if wrong is not None:
                return wrong
            if self._over:
                return self._unknown
        return self._conclude()

    @property
    def _unknown(self) -> str | None:
        """What is said of a history that bizon does not go on with: a right source, which ended where the connector went on, clears it."""
        return "the pipeline cannot go on" if self.piped.right else None

    def _happen(self, step: str) -> str | None:
        what, after = kind(step), argument(step)
        match what:
            case "run":
                return self._run()
            case "kill":
                return self._kill(int(after))
            case "down":
                return self._down(int(after))
            case "insert":
                self._insert()
            case "update":
                self._update()
            case "delete":
                self._delete()
            case "wait":
                self._later(float(after))
            case _:
                self.trial.disturb(FAULTS[what], at=int(after), kind="list")
        return None

    def _conclude(self) -> str | None:
        """What is wrong behind two more runs, which nothing disturbs, and before which nothing is changed any more."""
        self.trial.world.network.schedule = Schedule(())
        if not self.incremental:
            return self._run()
        for _ in range(2):
            assert self._runs is not None
            self._runs.later()
            wrong = self._run()
            if wrong is not None or self._over:
                return wrong or self._unknown
        lost = self._lost
        if not lost:
            return None
        few = ", ".join(lost[:3]) + (", …" if len(lost) > 3 else "")
        return f"in the end {len(lost)} of {len(self.trial.held)} records are not at the destination as they are now: {few}"

    # -- runs

    def _run(self) -> str | None:
        self._prepare(1)
        before, ended, wrong = self._perform()
        if not ended.success:
            return wrong
        was, self._interrupted = self._interrupted, False
        return self._not_kept(before) if self.incremental else self._not_refreshed(alone=not was)

    def _kill(self, call: int) -> str | None:
        # Of an increment that was interrupted, one page is left at the least.
        call = 1 if self.incremental and self._interrupted else call
        self._prepare(call)
        _, ended, wrong = self._perform(killed_before=call)
        # Where it ended before it could be killed, it died right before bizon would have published: bizon 0.6.4 cannot
        # resume an increment that has no page left.
        self._over = self._over or (ended.success and self.incremental)
        self._interrupted = True
        return wrong

    def _down(self, page: int) -> str | None:
        self._prepare(page + 1)
        with self.piped.failing_from(page):
            made = len(self.trial.calls())
            before, ended, wrong = self._perform(down=True)
        hit = any(call.fault == DOWN for call in self.trial.calls()[made:])
        if ended.success and hit:
            return f"the API answers 500 from page {page + 1} of a run on, and bizon takes the run for a success: {ended.said}"
        if ended.success:
            self._interrupted = False
            return self._not_kept(before) if self.incremental else None
        return wrong

    def _perform(self, *, killed_before: int | None = None, down: bool = False) -> tuple[list[Any], Ended, str | None]:
        """A run: what the destination held before, how it ended, and what is wrong with that."""
        before = self.pipeline.delivered()
        made = len(self.trial.calls())
        ended = self.piped.run(self.pipeline, killed_before=killed_before)
        if ended.success:
            # bizon 0.6.4 cannot finish a resumed increment of which an empty last page is all that is left: it says success,
            # publishes nothing, and the next run is the same one.
            nothing_left = self._interrupted and self._behind > 0 and ended.records == 0
            self._over = self.incremental and nothing_left
            self._behind = 0
            return before, ended, None
        self._interrupted = True
        self._behind += ended.records
        failed = [call for call in self.trial.calls()[made:] if call.fault or call.broken or call.refused]
        if not (ended.killed or down or len(failed) > 1):
            way = "one fault" if failed else "nothing"
            return before, ended, f"run {self.piped.runs} fails: {ended.said}; {way} was in its way"
        after = self.pipeline.delivered()
        if after != before:
            how = "was killed" if ended.killed else "failed"
            return before, ended, f"run {self.piped.runs} {how}, and left {len(after)} records of {len(before)}"
        return before, ended, None

    def _prepare(self, pages: int) -> None:
        """Time passes until the next run; an incremental one, unless it is resumed, has something to read on so many ``pages``.

        bizon 0.6.4 does not take an increment without records for a success: the next run is the same one, as of then.
        """
        if self.incremental and not self._interrupted:
            for _ in range((pages - 1) * self.trial.case.page_size + 1):
                self._insert()
        assert self._runs is not None or not self.incremental
        self._later(600 + (self._runs.margin if self._runs is not None else 0))

    # -- what the destination holds

    def _not_kept(self, before: list[Any]) -> str | None:
        after = self.pipeline.delivered()
        if after[: len(before)] == before:
            return None
        return (
            f"run {self.piped.runs} took away what was at the destination: {len(before)} records were, {len(after)} are"
        )

    def _not_refreshed(self, *, alone: bool) -> str | None:
        """What a full refresh left wrong at the destination; ``alone``: no rows of an interrupted one lay there."""
        held, came = self.trial.held, self.trial.in_order(self.piped.keys(self.pipeline.delivered()))
        if alone:
            return (
                None if came == held else f"behind run {self.piped.runs}, at the destination, {difference(held, came)}"
            )
        lost = self._lost
        few = ", ".join(lost[:3]) + (", …" if len(lost) > 3 else "")
        return (
            f"behind run {self.piped.runs} {len(lost)} of {len(held)} records are not at the destination: {few}"
            if lost
            else None
        )

    @property
    def _lost(self) -> list[str]:
        """The ids of the records that are not at the destination as they are now, as far as a time of change tells."""
        delivered = self.pipeline.delivered()
        versions = {
            (key, self._version(each.data)) for key, each in zip(self.piped.keys(delivered), delivered, strict=True)
        }
        return [
            each.id for each in self.trial.world.collection.held if (each.id, self._version(each.data)) not in versions
        ]

    def _version(self, data: Any) -> str:
        return json.dumps(look_up(data, self._runs.described.field), default=str) if self._runs is not None else ""

    # -- what changes between runs

    def _later(self, seconds: float) -> None:
        self.trial.world.clock.advance(seconds)

    def _insert(self) -> None:
        if self._runs is not None:
            name = self._runs.insert()
        else:
            self._fresh = self._fresh or iter(self._newcomers())
            name, data = next(self._fresh)
            self.trial.world.collection.insert(name, data)
        self.trial.happened(f"{name} appears")

    def _newcomers(self) -> Sequence[tuple[str, dict[str, Any]]]:
        size = self.trial.case.size
        self.trial.need(self.trial.limits.reaches(size + self._most), "the API does not page through so many records")
        return records_of(self.trial.stream, size + self._most, FIRST_SEED)[size:]

    def _update(self) -> None:
        name = self._runs.update_any() if self._runs is not None else None
        if name is not None:
            self.trial.happened(f"{name} changes")

    def _delete(self) -> None:
        """A record goes: never the last one, and none that would take others out of what an interrupted increment has still to read."""
        names = self.trial.held
        if len(names) < 2 or (self.incremental and self._interrupted):
            return
        name = names[len(names) // 2]
        if self._runs is not None:
            self._runs.delete(name)
        else:
            self.trial.world.collection.delete(name)
        self.trial.happened(f"{name} is deleted")


DOWN = Status(500)
"""What `Piped.failing_from` lets the API answer; no fault of a history is the same."""
