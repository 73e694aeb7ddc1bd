"""One contract.yml: the connector, its config, what its API does, and what is taken out of the contract."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from contract.description.api import Api
from contract.description.base import Part


class ExpectedFailure(Part):
    """A known defect of the connector: reported as xfailed, and as xpassed once it is mended."""

    reason: str = Field(min_length=1, description="Why it is left as it is.")
    until: dt.date | None = Field(None, description="From this day on it is outdated, and reported so.")


class Contract(Part):
    """A connector under contract."""

    source: str = Field(
        pattern=r"^[^:\s][^\s]*:[A-Za-z_]\w*$",
        description="`path/to/source.py:Class` (relative to this file) or `package.module:Class`.",
    )
    config: dict[str, Any] = Field(description="bizon's `source:` mapping; `stream` is set by the suite.")
    clauses: tuple[str, ...] = Field(
        (), description="Files with clauses of your own (`@contract.clause`), relative to this file."
    )
    examples: str | None = Field(None, description="A glob of example pipeline files, relative to this file.")
    cassettes: str | None = Field(
        None, description="The folder of the recordings, relative to this file; absent: cassettes."
    )
    cassettes_max_age: int | None = Field(
        None, ge=1, description="Days after which a recording is to be made anew; absent: never."
    )
    api: Api | None = Field(
        None, description="What the API does; absent: the class, the recordings and live syncs are judged."
    )
    expected_failures: dict[str, ExpectedFailure] = Field(
        default_factory=dict, description="By clause, `clause[stream]` or glob."
    )
    not_applicable: dict[str, str] = Field(default_factory=dict, description="The same, with the reason.")

    @property
    def name(self) -> str:
        """bizon's name of the connector."""
        return str(self.config.get("name", self.source.rpartition(":")[2]))

    @property
    def streams(self) -> tuple[str, ...]:
        """The described streams, in the order of the file; none without `api`."""
        return tuple(self.api.streams) if self.api else ()
