"""A correct connector for every way in which increments can be described: what the API does is among its options."""

import datetime as dt
from typing import Any

from bizon.source.config import SourceConfig
from bizon.source.models import SourceIncrementalState, SourceIteration
from bizon.source.source import AbstractSource
from urllib3.util import Retry

from tests.good._shared import ONE_ATTEMPT, Patient, decode, next_link, records_of, rows_of

URL = "https://api.changes.test/things"
UNITS = {
    "second": dt.timedelta(seconds=1),
    "millisecond": dt.timedelta(milliseconds=1),
    "microsecond": dt.timedelta(microseconds=1),
}
DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Config(SourceConfig):
    page_size: int = 10
    style: str
    own_state: bool = False
    bound: str = "inclusive"
    format: str = "iso"
    resolution: str = "microsecond"
    lag: float = 0
    until: bool = False
    until_bound: str = "exclusive"
    window_limit: float | None = None


class Source(AbstractSource):
    @staticmethod
    def streams() -> list[str]:
        return ["things"]

    @staticmethod
    def get_config_class() -> type[SourceConfig]:
        return Config

    def get_authenticator(self) -> None:
        return None

    def get_retry_policy(self) -> Retry:
        return ONE_ATTEMPT

    def check_connection(self) -> tuple[bool, str | None]:
        return True, None

    def get_total_records_count(self) -> int | None:
        return None

    # -- instants

    @property
    def unit(self) -> dt.timedelta:
        """The least difference that the API tells."""
        if self.config.format == "date":
            return DAY
        coarsest = {"epoch": UNITS["second"], "epoch_ms": UNITS["millisecond"]}.get(self.config.format)
        own = UNITS[self.config.resolution]
        return own if coarsest is None else max(own, coarsest)

    def floor(self, at: dt.datetime) -> dt.datetime:
        at = at.astimezone(dt.UTC)
        return at - (at - EPOCH) % self.unit

    def text(self, at: dt.datetime) -> str:
        match self.config.format:
            case "epoch":
                return str((at - EPOCH) // UNITS["second"])
            case "epoch_ms":
                return str((at - EPOCH) // UNITS["millisecond"])
            case "date":
                return at.date().isoformat()
            case "iso_z":
                return at.isoformat().replace("+00:00", "Z")
            case _:
                return at.isoformat()

    # -- pages

    def page(self, place: Any, params: dict[str, str]) -> tuple[list[Any], Any]:
        """The rows at a place, and the next place; None at the end."""
        style, ask = self.config.style, Patient(self.session.request)
        if style == "next_url" and place:
            answer = ask.get(place)
        else:
            size = {} if style == "none" else {"size": self.config.page_size}
            answer = ask.get(URL, params=size | params | ({} if place is None else {"place": place}))
        body = decode(answer)
        rows = rows_of(body, "data")
        match style:
            case "next_url":
                return rows, next_link(answer.url, body["next"]) if body["next"] else None
            case "cursor":
                if body["next"] and body["next"] == place:
                    raise ValueError("the next cursor is the one just asked")
                return rows, body["next"]
            case "none":
                return rows, None
        if not rows:
            return rows, None
        return rows, {
            "offset": lambda: (place or 0) + len(rows),
            "page": lambda: (place or 1) + 1,
            "keyset": lambda: rows[-1]["id"],
        }[style]()

    def iteration(self, rows: list[Any], onward: dict[str, Any], began: dt.datetime) -> SourceIteration:
        state = {"since": began.isoformat()} if self.config.own_state and not onward else None
        return SourceIteration(next_pagination=onward, records=records_of("things", rows), next_state=state)

    def get(self, pagination: dict | None = None) -> SourceIteration:
        kept = pagination or {"place": None, "began": dt.datetime.now(dt.UTC).isoformat()}
        rows, onward = self.page(kept["place"], {})
        after = {} if onward is None else kept | {"place": onward}
        return self.iteration(rows, after, dt.datetime.fromisoformat(kept["began"]))

    def get_records_after(
        self, source_state: SourceIncrementalState, pagination: dict | None = None
    ) -> SourceIteration:
        kept, lag = pagination or {}, dt.timedelta(seconds=self.config.lag)
        began = source_state.run_started_at
        own = source_state.state.get("since")
        since = dt.datetime.fromisoformat(own) if own else source_state.last_run
        low = dt.datetime.fromisoformat(kept["from"]) if "from" in kept else self.floor(since - lag)
        high = self.floor(began - lag)
        if self.config.until:
            # Two units less: exclusive bounds are asked a unit further out.
            longest = None if self.config.window_limit is None else dt.timedelta(seconds=self.config.window_limit)
            high = high if longest is None else min(high, self.floor(low + longest - 2 * self.unit))
        params = {"since": self.text(low - self.unit if self.config.bound == "exclusive" else low)}
        if self.config.until:
            high = max(low, high)
            params["until"] = self.text(high - self.unit if self.config.until_bound == "inclusive" else high)
        rows, onward = self.page(kept.get("place"), params)
        if onward is not None:
            return self.iteration(rows, {"place": onward, "from": low.isoformat()}, began)
        if self.config.until and high < self.floor(began - lag):
            return self.iteration(rows, {"from": high.isoformat()}, began)
        return self.iteration(rows, {}, began)
