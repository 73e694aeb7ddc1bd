"""The children that a recording holds, of each record those that were asked for with its id: they have to be delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract.description.places import look_up
from contract.recording.inference.children import Keys, asked_by_ids, lists_in, rows_by_name, spot_of
from contract.recording.inference.pages import Delivered, Exchange, Pages, canonical, ids_of
from contract.recording.played import Played

ENOUGH_RECORDS = 3
"""Records with children of their own, which begin as they were answered: a list that does so once may hold something else."""


@dataclass(frozen=True)
class Kin:
    """The children of one sort: at which keys the connector delivers them, and what was recorded of each record, by its id.

    Of a record that holds the first page of its children it is what came behind that.
    """

    into: Keys
    of: Mapping[str, tuple[Any, ...]]

    def lost(self, name: str, data: Any) -> tuple[Any, ...]:
        """What was recorded of the record of that id, and is not in what is delivered of it."""
        came = set(_texts(_list(data, self.into)))
        return tuple(row for row in self.of.get(name, ()) if canonical(row) not in came)


def kin_of(played: Played, pages: Pages) -> Iterator[Kin]:
    """The children that were recorded, whether they are asked for today or not.

    Only where all lists that are delivered begin with what was recorded, or are empty: what is sorted, selected or put together
    is not judged.
    """
    question = played.recorded.question
    own = {question(page.request) for page in pages.pages}
    recorded = {question(each.request): each for each in played.recording.interactions if each.response.status < 300}
    others = [Exchange(each.request, each.response) for asked, each in recorded.items() if asked not in own]
    delivered = [Delivered(record.id, record.data) for record in played.sync.records]
    rows = [row for page in pages.pages for row in page.rows]
    parents = rows_by_name(rows, ids, delivered) if (ids := ids_of(rows, delivered)) else {}
    records = {record.id: record.data for record in delivered if record.id in parents}
    for asked in asked_by_ids(others, set(records)).values():
        found = (_kin(asked, records, into) for into in _places(asked, records))
        yield from (each for each in found if each is not None)


def _places(asked: Mapping[str, Sequence[Exchange]], records: Mapping[str, Any]) -> dict[Keys, None]:
    return dict.fromkeys(keys for name in asked for keys in lists_in(records[name]))


def _kin(asked: Mapping[str, Sequence[Exchange]], records: Mapping[str, Any], into: Keys) -> Kin | None:
    lists = {name: _list(records[name], into) for name in asked}
    spot = spot_of(asked, lists)
    if spot is None:
        return None
    rows = {name: tuple(row for each in asked[name] for row in spot.rows(each.response.json) or ()) for name in asked}
    both = [name for name in asked if lists[name] and rows[name]]
    texts = [text for name in both for text in _texts(rows[name])]
    told_apart = len(set(texts)) == len(texts) and all(isinstance(row, dict) for name in both for row in rows[name])
    begin = all(_begins(_texts(lists[name]), _texts(rows[name])) for name in both)
    return Kin(into, rows) if told_apart and begin and len(both) >= ENOUGH_RECORDS else None


def _begins(delivered: Sequence[str], rows: Sequence[str]) -> bool:
    """Whether a list ends with the first of the rows, and what stands ahead of them is none of them."""
    shared = [text for text in delivered if text in set(rows)]
    return bool(shared) and shared == [*rows[: len(shared)]] == [*delivered[-len(shared) :]]


def _texts(values: Sequence[Any]) -> list[str]:
    return [canonical(value) for value in values]


def _list(data: Any, keys: Keys) -> list[Any]:
    found = look_up(data, keys)
    return found if isinstance(found, list) else []
