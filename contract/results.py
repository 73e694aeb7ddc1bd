"""The verdicts as plain values, and the stable JSON format of the report.

``failed`` is the connector's fault; ``error`` is the toolkit's, or the description's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

FORMAT = 1
"""Version of the JSON report; it grows when a key changes its meaning or goes."""


class Severity(StrEnum):
    """What breaking a clause means: `must` loses data, hangs, crashes, leaks or misreports."""

    MUST = "must"
    SHOULD = "should"


class Evidence(StrEnum):
    """What a clause needs before it can be judged, weakest first."""

    CLASS = "class"
    LIVE = "live"
    DRAFT = "draft"
    """The API as it is drafted from recordings, where the connector syncs from the draft and nothing is open about it."""
    REPLAY = "replay"
    API = "api"


class Outcome(StrEnum):
    """How one clause ended on one stream."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    ERROR = "error"


@dataclass(frozen=True)
class Exchange:
    """One line of a story: what was asked, what came, and what the connector made of it."""

    request: str
    answer: str
    returned: str | None = None


@dataclass(frozen=True)
class Failure:
    """A broken clause as a value: the rule in one sentence, the cost, the usual remedy and the story."""

    clause: str
    message: str
    cost: str | None = None
    fix: str | None = None
    story: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class Result:
    """The verdict on one clause, for one stream and one variant (an authentication type, where there are several)."""

    clause: str
    chapter: str
    severity: Severity
    stream: str | None
    variant: str | None
    evidence: Evidence | None
    outcome: Outcome
    message: str | None = None
    cost: str | None = None
    fix: str | None = None
    replay: str | None = None
    judged: dict[str, int] = field(default_factory=dict)
    story: tuple[Exchange, ...] = ()
    examples: int = 0
    requests: int = 0
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The id people meet: ``pagination.complete[orders]``, ``auth.dispatch[orders-oauth]``."""
        inside = "-".join(part for part in (self.stream, self.variant) if part)
        return f"{self.clause}[{inside}]" if inside else self.clause

    def breaks(self, *, strict: bool) -> bool:
        """Whether this result makes `check` end with status 1."""
        if self.outcome is Outcome.ERROR:
            return True
        if self.outcome is Outcome.XPASSED:
            return strict
        return self.outcome is Outcome.FAILED and (strict or self.severity is Severity.MUST)


@dataclass(frozen=True)
class ConnectorReport:
    """All results of one contract.yml."""

    name: str
    source: str
    file: str
    streams: tuple[str, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Report:
    """All results of one call of `check`."""

    version: str
    profile: str
    seed: int
    connectors: tuple[ConnectorReport, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """The results of all connectors, in the order judged."""
        return tuple(result for connector in self.connectors for result in connector.results)

    @property
    def summary(self) -> dict[str, int]:
        """How many results ended in which outcome; every outcome is named."""
        counted = Counter(result.outcome for result in self.results)
        return {str(outcome): counted[outcome] for outcome in Outcome}

    def passed(self, *, strict: bool = False) -> bool:
        """Whether every `must` clause holds (with ``strict``, every `should` clause too)."""
        return not any(result.breaks(strict=strict) for result in self.results)

    def to_json(self) -> dict[str, Any]:
        """The report in its stable format (docs/reference/report.md)."""
        return {
            "format": FORMAT,
            "tool": {"name": "bizon-contract", "version": self.version},
            "profile": self.profile,
            "seed": self.seed,
            "connectors": [_plain(connector) for connector in self.connectors],
            "summary": self.summary,
        }


def _plain(connector: ConnectorReport) -> dict[str, Any]:
    return {
        "name": connector.name,
        "source": connector.source,
        "file": connector.file,
        "streams": list(connector.streams),
        "results": [
            asdict(result) | {"story": [asdict(step) for step in result.story]} for result in connector.results
        ],
    }


@dataclass(frozen=True)
class Planned:
    """First event of a run: how many results are coming at least, and of which connectors."""

    connectors: tuple[str, ...]
    items: int


@dataclass(frozen=True)
class Began:
    """Event of a run: one clause is being judged now."""

    connector: str
    name: str


@dataclass(frozen=True)
class Judged:
    """Event of a run: one verdict."""

    connector: str
    result: Result


@dataclass(frozen=True)
class Soaking:
    """Event of a soak: one clause is being judged now, once more."""

    connector: str
    name: str
    round: int
    """From 1 on."""
    seed: int
    """Of the round."""
    cases: int
    """How many were tried so far."""
    passed: float
    """Seconds since the soak began."""
    left: float
    """Seconds."""


Event = Planned | Began | Judged | Report
"""What the judge yields, in this order: Planned, then Began and Judged by turns, and the Report at the end."""
