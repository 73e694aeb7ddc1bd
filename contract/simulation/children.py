"""The lists that each record of a stream has of its own, acted out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from contract.description.api import Children
from contract.messages import Request
from contract.simulation.collection import Collection
from contract.simulation.manners import Manners
from contract.simulation.styles import style_of

Breed = Callable[[str, int], Iterable[tuple[str, dict[str, Any]]]]
"""Makes so many children of the parent with that id."""


def counts(page_size: int) -> tuple[int, ...]:
    """How many children a parent has, by turns: around one page of them and around two."""
    return (page_size + 1, 0, 2 * page_size + 1, 1, page_size)


@dataclass
class Family:
    """The children of the records of one stream, a collection for each parent.

    How many there are depends on the page size that they are first asked with, so that every connector meets a
    parent with no page of children, with one and with more.
    """

    described: Children
    breed: Breed

    def __post_init__(self) -> None:
        self.style = style_of(self.described)
        self._of: dict[str, Collection] = {}
        self._path = re.compile(re.escape(self.described.path).replace(re.escape("{id}"), "([^/]+)"))

    def parent(self, request: Request, path: str) -> str | None:
        """The id of the parent that ``request`` is about; ``path`` is its path below the base URL, still encoded."""
        found = self._path.fullmatch(path)
        if found is None:
            return None
        if self.described.parent is None:
            return unquote(found[1])
        sent = self.described.parent.sent_in(request)
        return None if not isinstance(sent, str | int) else str(sent)

    def of(self, parent: str, page_size: int | None = None) -> Collection:
        """The children of ``parent``, made when they are first asked for."""
        if parent not in self._of:
            described = self.described.page_size
            size = page_size or (described.default if described else 3)
            several = counts(size)
            self._of[parent] = Collection(self.breed(parent, several[len(self._of) % len(several)]))
        return self._of[parent]

    def manners(self, manners: Manners) -> Manners:
        """What the API's manners mean here: how links and cursors look."""
        return replace(manners, lengths=(), cap=None, stuck_from=None, last_link="none", more="right", pages="right")

    def request(self, root: str, parent: str) -> Request:
        """The request for the first page of the children of ``parent``."""
        return Request(self.described.method, root + self.described.path.replace("{id}", quote(parent, safe="")))
