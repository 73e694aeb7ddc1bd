"""A collection: records in an order that stays, while some come and go."""

from __future__ import annotations

from contract.simulation.collection import Collection
from tests.support.apis import rows


def test_records_keep_the_order_given() -> None:
    """What the API holds is what it was given, in that order."""
    collection = Collection([("b", {"id": "b"}), ("a", {"id": "a"})])
    assert collection.ids == ("b", "a")
    assert [held.data for held in collection.held] == [{"id": "b"}, {"id": "a"}]
    assert len(collection) == 2


def test_an_inserted_record_stands_between_its_neighbours() -> None:
    """A record is put where its rank says, and moves no other."""
    collection = Collection(rows(2))
    before = {held.id: held.rank for held in collection.held}
    collection.insert("new", {"id": "new"}, 0.5)
    assert collection.ids == ("r00000", "new", "r00001")
    assert {held.id: held.rank for held in collection.held if held.id != "new"} == before


def test_a_deleted_record_is_known_still() -> None:
    """A record that is gone is held no longer, but the API knows that it was there."""
    collection = Collection(rows(2))
    collection.delete("r00000")
    assert collection.ids == ("r00001",)
    assert [held.id for held in collection.known] == ["r00000", "r00001"]


def test_deleting_what_is_not_there_changes_nothing() -> None:
    """An id that is not held can be deleted without an error."""
    collection = Collection(rows(2))
    collection.delete("r99999")
    assert len(collection) == 2


def test_what_was_handed_out_does_not_change() -> None:
    """A page that was served keeps its records while the collection moves on."""
    collection = Collection(rows(2))
    served = collection.held
    collection.delete("r00000")
    collection.insert("new", {"id": "new"}, -1)
    assert [held.id for held in served] == ["r00000", "r00001"]


def test_selected_records_are_in_order() -> None:
    """A filter leaves the order as it is."""
    collection = Collection(rows(6))
    assert [held.id for held in collection.where(lambda data: data["even"])] == ["r00000", "r00002", "r00004"]


def test_an_empty_collection() -> None:
    """A collection without records has no ids and is empty."""
    assert Collection().ids == ()
    assert not len(Collection())


def test_an_updated_record_keeps_its_place() -> None:
    """It has other contents; what was served before keeps the old ones."""
    collection = Collection(rows(3))
    served = collection.held[1]
    collection.update("r00001", {"id": "r00001", "number": 9})
    assert collection.ids == ("r00000", "r00001", "r00002")
    assert collection.held[1].data["number"] == 9
    assert collection.held[1].rank == served.rank
    assert served.data["number"] == 1
    assert [held.data["number"] for held in collection.known] == [0, 9, 2]
