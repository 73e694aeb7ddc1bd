"""How an API behaves within its description: everything here is allowed by it, and real APIs do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SignalManner = Literal["right", "absent", "null", "zero", "wrong", "capped"]


@dataclass(frozen=True)
class Manners:
    """What the API does where its description leaves it free.

    ``lengths`` are the lengths of the first pages (0 is an empty page that says there is more); later pages are
    full. ``cap`` is the most that it serves a page, whatever was asked.
    """

    cap: int | None = None
    lengths: tuple[int, ...] = ()
    stuck_from: int | None = None
    """From this page on (counted from 0), the next cursor or link is the one just asked."""
    last_link: Literal["none", "itself", "empty"] = "none"
    """What stands as the next cursor or link on the last page, where another signal says that it is the last."""
    phantom: bool = False
    """Whether a last page that is full says that there is more, behind which comes an empty one."""
    ties: bool = False
    """Whether a position is a key that several records share, and how many of them were read."""
    link_form: Literal["absolute", "host_relative", "path_relative", "base_relative"] | None = None
    """How links are written; None: as described."""
    link_header: Literal["plain", "behind", "among", "unquoted", "typed"] = "plain"
    """How a Link header is written (RFC 8288, section 3): its own link alone, behind or among others, `rel` without quotes
    or behind another parameter."""
    link_extra: str = ""
    """Query text that the API adds to its own links."""
    decoration: str = ""
    """Characters that every cursor holds."""
    expires_at: int | None = None
    """The cursor of this page (counted from 0) is refused with ``expired_status``, as are all issued before then."""
    expired_status: int = 410
    cursor_life: float | None = None
    """Seconds for which a cursor is good, from when it was issued; None: for ever."""
    rate: int | None = None
    """Requests that are let in within one second, whatever is described; the others are refused as described."""
    bystanders: int = 2
    """Records that each other stream of the API holds."""
    jobs_fail: bool = False
    """Whether the jobs that handlers play fail, instead of being done."""
    limits: Literal["open", "full", "spent"] = "open"
    """Whether the described limits are in force: not at all, with full buckets, or with buckets that others have used up."""
    narrow: bool = False
    """Whether the credentials reach the stream under test alone; the others answer 403."""
    empty: Literal["list", "absent", "null", "no_content", "empty_body", "not_found"] = "list"
    """How a page without records is served."""
    total: SignalManner = "right"
    more: SignalManner = "right"
    pages: SignalManner = "right"

    def length(self, number: int, asked: int) -> int:
        """How many records page ``number`` holds at the most when ``asked`` were asked for."""
        most = asked if self.cap is None else min(asked, self.cap)
        return min(most, self.lengths[number]) if number < len(self.lengths) else most

    def leads_on(self, came: int, left: int, full: int) -> bool:
        """Whether the API says that there is more behind a page of ``came`` records.

        ``left`` is how many there are from its beginning on, ``full`` how many it could have held.
        """
        return left > came or (self.phantom and 0 < full <= came)
