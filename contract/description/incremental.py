"""What the API does when it is asked for what changed since an instant."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from contract.description.base import Part
from contract.description.places import Found, Keys, Sent

Bound = Literal["inclusive", "exclusive"]

SECOND = 1_000_000_000
"""Nanoseconds."""

DIGITS = {"second": 0, "millisecond": 3, "microsecond": 6}
"""Digits behind the second that each resolution keeps."""


class Incremental(Part):
    """The filter by the time of change, for syncs that read only what is new."""

    send: Sent | None = Field(None, description="Where the lower bound is sent; absent: there is none, only `sort`.")
    sort: Sent | None = Field(
        None,
        description="Where a request asks for the `order`, of an API that has no bounds: its clients stop at what is old.",
    )
    field: Keys = Field(description="The key of a record that the bound is compared with.")
    bound: Bound = Field("inclusive", description="Whether a record of exactly that instant is returned.")
    format: Literal["iso", "iso_z", "date", "epoch", "epoch_ms"] = Field(
        "iso",
        description="How an instant is written: ISO 8601 with any offset, in UTC with Z, the day alone, or numbers.",
    )
    resolution: Literal["minute", "second", "millisecond", "microsecond"] | None = Field(
        None,
        description="How finely the API keeps the time of change; what is finer is cut off. "
        "Absent: as the example in `record` shows it, or else in microseconds.",
    )
    order: Literal["ascending", "descending", "none"] = Field(
        "none", description="Of the answer by `field`, when so asked: `descending` is newest first, `none` the usual."
    )
    zone: str = Field(
        "Z",
        pattern=r"^(Z|[+-][01]\d:[0-5]\d)$",
        description="The server's own time zone: of its days, and of times that are written without one; `+02:00`.",
    )
    ignored: bool = Field(False, description="The bound is accepted and has no effect: every record comes.")
    lag: float = Field(0, ge=0, description="Seconds after its time of change at which a record may become visible.")
    complete_until: Found | None = Field(
        None, description="Where an answer, an empty one too, says up to which instant it holds all that changed."
    )
    until: Sent | None = Field(None, description="Where the upper bound is sent, where there is one.")
    until_bound: Bound = Field("exclusive", description="The same for the upper bound.")
    window_limit: float | None = Field(
        None,
        gt=0,
        description="The longest window, in seconds, from the lower bound to the upper one or now; else 400.",
    )

    @model_validator(mode="after")
    def _can_be_split(self) -> Self:
        if (self.send is None) is (self.sort is None):
            raise ValueError("say where the lower bound is sent (`send`), or where the order is asked for (`sort`)")
        if self.sort is not None and (self.order == "none" or self.until is not None):
            raise ValueError("`sort` asks for an `order`, ascending or descending, and goes without bounds")
        if self.window_limit is not None and self.until is None:
            raise ValueError("`window_limit` needs `until`: without an upper bound no window can be short")
        return self

    @property
    def offset(self) -> int:
        """The server's zone in minutes east of UTC."""
        if self.zone == "Z":
            return 0
        minutes = int(self.zone[1:3]) * 60 + int(self.zone[4:])
        return -minutes if self.zone[0] == "-" else minutes

    def quantum(self, shown: int | None = None) -> int:
        """The resolution in nanoseconds, where an example shows ``shown`` digits behind the second.

        A whole number of seconds or milliseconds keeps no more than that.
        """
        if self.resolution == "minute":
            return 60 * SECOND
        wanted = min(6, 9 if shown is None else shown) if self.resolution is None else DIGITS[self.resolution]
        return SECOND // int(10 ** min(wanted, {"epoch": 0, "epoch_ms": 3}.get(self.format, 9)))
