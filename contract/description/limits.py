"""How often the API may be asked, and how it says that it was asked too often."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from contract.description.base import Part

PERIODS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
"""Seconds."""


class Allowance(Part):
    """Requests that the API lets in. Each period has a bucket of so many, which fills again evenly."""

    second: int | None = Field(None, ge=1, description="Requests within a second.")
    minute: int | None = Field(None, ge=1, description="Requests within a minute.")
    hour: int | None = Field(None, ge=1, description="Requests within an hour.")
    at_once: int | None = Field(None, ge=1, description="Requests that may be under way at the same time.")
    counts_refused: bool = Field(False, description="A refused request counts like one that was let in.")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not self.periods and self.at_once is None:
            raise ValueError("say how many requests are let in: `second`, `minute`, `hour` or `at_once`")
        return self

    @property
    def periods(self) -> dict[float, int]:
        """Requests by the seconds within which they are let in."""
        return {PERIODS[name]: most for name in PERIODS if (most := getattr(self, name)) is not None}


class RateLimit(Part):
    """How the API says that it was asked too often, where it is not 429 with Retry-After in seconds."""

    status: int = Field(429, ge=200, le=599, description="The status of the refusal: 429, 503, 403 or 200.")
    body: dict[str, Any] | None = Field(None, description="Its body; absent: as of any error.")
    retry_after: Literal["seconds", "date"] | None = Field(
        None, description="What its Retry-After holds: seconds, or a date; absent: it has none."
    )
    reset: str | None = Field(None, description="The header that says when it is over: `X-RateLimit-Reset`.")
    remaining: str | None = Field(
        None, description="The header of every answer that says how many requests are left: `X-RateLimit-Remaining`."
    )
    unit: Literal["epoch", "seconds"] = Field("epoch", description="What stands there: Unix time, or seconds from now.")

    @model_validator(mode="after")
    def _tells(self) -> Self:
        if self.status not in (429, 503) and self.body is None:
            raise ValueError(f"a {self.status} needs `body`: nothing else says that it is a rate limit")
        if self.status == 503 and self.body is None and self.retry_after is None:
            raise ValueError("a 503 needs `retry_after` or `body`: nothing else says that it is a rate limit")
        return self

    @property
    def tells_when(self) -> bool:
        """Whether the refusal says when it is over."""
        return self.retry_after is not None or self.reset is not None
