"""Histories acted out, each against a model of what must have arrived in the end."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Any

from contract.errors import NothingToJudge
from contract.strategies import FAULTS, argument, kind, records_of
from contract.trial._trial import Trial
from contract.trial.incremental import Runs
from contract.trial.wording import difference, shown

NEWCOMERS = 40
"""Records that may appear in the course of a history."""


class SyncHistory:
    """One sync: its process, its last checkpoint, and what must come whatever happens.

    The model: the records that exist during the whole sync must have come once it has ended; none comes twice, unless the
    sync started again behind a cursor that had expired; an exception is right where more than one thing went wrong within one
    call of `get()`, and where a cursor expired.
    """

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.source: Any = None
        self.checkpoint: dict[str, Any] = {}
        self.delivered: list[str] = []
        self.constant = set(trial.held)
        self.ever = set(trial.held)
        self.ended = False
        self.failed = False
        """Whether the pipeline failed for good, and says so."""
        self.expired = False
        self._faults = 0
        size = trial.case.size
        self._fresh = iter(records_of(trial.stream, size + NEWCOMERS, 0)[size:])

    def happen(self, step: str) -> None:
        """One step."""
        what, number = kind(step), argument(step)
        match what:
            case "page":
                self.page()
            case "crash":
                self.crash()
            case "kill":
                self.page(stored=False)
            case "insert":
                self._insert(int(number))
            case "delete":
                self._delete(int(number))
            case _ if what in FAULTS:
                self._disturb(what)
            case _:
                self._move_on(what, number)

    def _move_on(self, what: str, number: str) -> None:
        """What the API does by itself."""
        api = self.trial.world.api
        match what:
            case "wait":
                self.trial.world.clock.advance(float(number))
            case "limit":
                api.manners = replace(api.manners, rate=1)
            case "revoke" if api.endpoints:
                self.trial.happened("the API ends its tokens")
                for endpoint in api.endpoints.values():
                    endpoint.revoke_all()
            # One that then begins anew without a word is another clause's.
            case "expire" if self.delivered and getattr(self.trial.stream.paging, "stale", "refuse") == "refuse":
                self.trial.happened("the API forgets its cursors")
                api.expire_cursors()
                self.expired = True

    def conclude(self) -> None:
        """The sync goes on to its end, undisturbed; then what had to come has come."""
        most = 4 * len(self.ever) + 12 + len(self.trial.case.steps)
        for _ in range(most):
            if self.ended or self.failed:
                break
            self.page()
        self.trial.expect(self.ended or self.failed, f"the sync did not end within {most} calls of get()")
        if self.failed:
            return
        wanted = [name for name in self.trial.held if name in self.constant]
        came = list(dict.fromkeys(self.delivered)) if self.expired else self.delivered
        times = Counter(came)
        passed_by = {name for name in self.ever - self.constant if times[name] == 1}
        came = [name for name in came if name not in passed_by]
        self.trial.expect(came == wanted, difference(wanted, came))

    def page(self, *, stored: bool = True) -> None:
        """The next page; the process dies before its checkpoint is ``stored``."""
        trial = self.trial
        if self.ended or self.failed:
            return
        before = len(trial.calls())
        self.source = self.source or trial.source()
        turn = trial.turn(self.source, self.checkpoint)
        wrong = [call for call in trial.calls()[before:] if call.fault or call.broken or call.refused]
        if turn.error is not None:
            may = self.expired or len(wrong) > 1
            trial.expect(may, f"get() raised {shown(turn.error)}; {'one fault' if wrong else 'nothing'} was in its way")
            self.failed = self.expired
            self.crash()
        elif turn.problem is not None:
            trial.fail(f"get() {turn.problem}")
        elif not stored:
            self.crash()
        else:
            self.delivered += trial.keys(turn.records)
            self.ended = turn.last
            self.checkpoint = trial.stored_pagination(turn)

    def crash(self) -> None:
        """The process is gone; the next page is asked by a new one, from the checkpoint."""
        if self.source is not None and not self.ended:
            self.trial.happened(f"killed; a new process goes on from {self.checkpoint}")
        self.source = None

    def _disturb(self, fault: str) -> None:
        """``fault`` hits the next list request that none hits yet."""
        made = len(self.trial.calls("sync", "list"))
        self._faults = max(self._faults, made)
        self.trial.disturb(FAULTS[fault], at=self._faults - made, kind="list")
        self._faults += 1

    def _insert(self, place: int) -> None:
        trial, collection = self.trial, self.trial.world.collection
        found = next(self._fresh, None)
        if found is None or not trial.limits.reaches(len(self.ever) + 1):
            return
        name, data = found
        ranks = [held.rank for held in collection.held]
        before = [-1.0 if not ranks else ranks[0] - 1, *ranks][place % (len(ranks) + 1)]
        behind = next((rank for rank in ranks if rank > before), before + 1)
        collection.insert(name, data, (before + behind) / 2)
        self.ever.add(name)
        trial.happened(f"{name} appears")

    def _delete(self, place: int) -> None:
        names = self.trial.held
        if names:
            name, collection = names[place % len(names)], self.trial.world.collection
            self.constant -= collection.tied_to(name)
            collection.delete(name)
            self.trial.happened(f"{name} is deleted")


class RunsHistory:
    """The runs of one incremental pipeline. The model: in the end the newest version of every record has come."""

    def __init__(self, trial: Trial, runs: Runs) -> None:
        self.trial = trial
        self.runs = runs
        self._meanwhile = 0

    def happen(self, step: str) -> None:
        """One step."""
        runs, after = self.runs, argument(step)
        match kind(step):
            case "run":
                self.run()
            case "resumed" | "anew" as how:
                # A run that is over before it can be interrupted dies right before bizon knows of its success.
                with suppress(NothingToJudge):
                    runs.run_interrupted(int(after), resumed=how == "resumed")
            case "insert":
                runs.insert()
            case "update":
                runs.update_any()
            case "tie":
                instant = runs.now
                for _ in range(1 + self.trial.case.page_size):
                    runs.insert(instant)
            case "late":
                runs.insert(runs.now - int(0.9e9 * runs.described.lag))
            case "meanwhile":
                self._meanwhile += 1
            case "wait":
                runs.later(float(after))
            case fault:
                self.trial.disturb(FAULTS[fault], at=int(after), kind="list")

    def run(self) -> None:
        """A run, in the course of which records change where a step said so."""
        many, self._meanwhile = self._meanwhile, 0

        def change(page: int) -> None:
            if page < many and self.runs.update_any() is None:
                self.runs.insert()

        self.runs.run(change)

    def conclude(self) -> None:
        """Two more runs, before which nothing changes; then nothing is missing."""
        if not self.runs.runs:
            self.run()
        self.runs.later(self.runs.margin)
        self.runs.settle()
        self.runs.settle()
        self.runs.expect_nothing_lost()
