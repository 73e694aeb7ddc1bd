"""The clauses, one module per chapter, in the order of the specification (docs/specification.md)."""

from contract.clauses import (
    auth,
    checkpoints,
    connection,
    engine,
    footprint,
    incremental,
    integrity,
    interface,
    pagination,
    recording,
    records,
    retry,
    security,
    stateful,
)
from contract.clauses._clause import Chapter as Chapter
from contract.clauses._clause import Clause as Clause
from contract.clauses._clause import by_id as by_id

CHAPTERS: tuple[Chapter, ...] = (
    interface.CHAPTER,
    pagination.CHAPTER,
    records.CHAPTER,
    retry.CHAPTER,
    auth.CHAPTER,
    connection.CHAPTER,
    integrity.CHAPTER,
    security.CHAPTER,
    incremental.CHAPTER,
    engine.CHAPTER,
    checkpoints.CHAPTER,
    recording.CHAPTER,
    footprint.CHAPTER,
    stateful.CHAPTER,
)

__all__ = ["CHAPTERS", "Chapter", "Clause", "by_id"]
