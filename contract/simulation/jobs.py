"""Jobs of an API: work that is started by one request and polled by others until it is done, or has failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

JobState = Literal["running", "done", "failed"]


@dataclass
class Jobs:
    """The jobs of one simulated world."""

    fail: bool = False
    """Whether they fail, instead of being done."""
    told_failed: int = 0
    """How often it was said of one that it has failed."""
    _polled: dict[str, int] = field(default_factory=dict)

    def start(self) -> str:
        """The id of a new job."""
        job = f"job_{len(self._polled) + 1}"
        self._polled[job] = 0
        return job

    def poll(self, job: str, polls: int) -> JobState:
        """How far ``job`` is: running until it was polled ``polls`` times, and then what it comes to, for good.

        Raises:
            KeyError: it was never started.
        """
        self._polled[job] += 1
        if self._polled[job] < polls:
            return "running"
        self.told_failed += self.fail
        return "failed" if self.fail else "done"
