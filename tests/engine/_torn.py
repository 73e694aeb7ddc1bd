"""What a file of bizon's file destination holds where a write was killed.

Bizon neither cuts off nor ends the row of which only a piece came to the disk: what is written next, by the next run,
stands behind it in the same line. Whoever reads line by line cannot read that one, and misses the whole row in it.
"""

from __future__ import annotations

import json
from pathlib import Path

from contract.subject.pipeline import Delivered

BEGINS = b'{"bizon_id":'
"""How a row begins, and nothing else does: quotes inside a row are escaped."""


def whole(destination: Path) -> tuple[list[Delivered], int]:
    """The rows that came whole, and how many lines of the file are not one row each."""
    rows, torn = [], 0
    for line in destination.read_bytes().split(b"\n") if destination.exists() else []:
        head, *pieces = line.split(BEGINS)
        found = [row for piece in pieces if (row := _row(BEGINS + piece)) is not None]
        torn += bool(line) and (head, len(pieces), len(found)) != (b"", 1, 1)
        rows += found
    return rows, torn


def _row(piece: bytes) -> Delivered | None:
    try:
        row = json.loads(piece)
        return Delivered(row["source_record_id"], json.loads(row["source_data"]))
    except ValueError:  # cut off, perhaps in the middle of a character
        return None
