"""checkpoints.lock: what released versions of a connector left in bizon's backend, for later ones to resume from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from contract.description.base import Part
from contract.errors import DocumentError

NAME = "checkpoints.lock"

HEAD = """\
# Checkpoints that released versions of this connector may have left in bizon's backend: pipelines that were under way
# while it was deployed resume from them. `bizon-contract lock` adds a release; take one out when nobody runs it any more.
"""


class Checkpoint(Part):
    """One pagination, and the simulated sync that it comes from.

    The same size and page size make the same records and cursors, in every version of the toolkit with the same
    description.
    """

    records: int = Field(ge=0, description="How many records the stream held.")
    page_size: int = Field(ge=1, description="The page size of the sync.")
    delivered: int = Field(ge=0, description="How many records came before it.")
    pagination: dict[str, Any] = Field(description="What get() returned as next_pagination.")


class Increment(Part):
    """What bizon hands to `get_records_after`, and the simulated runs that it comes from.

    One run has succeeded, records have come, and the next run is due or on its way.
    """

    records: int = Field(ge=0, description="How many records the stream held at the first run.")
    page_size: int = Field(ge=1, description="The page size of the runs.")
    changed: int = Field(ge=0, description="How many records came behind the first run.")
    state: dict[str, Any] = Field(description="What the first run returned as next_state; empty: it returned none.")
    pagination: dict[str, Any] = Field(
        description="What get_records_after() returned as next_pagination; empty: not begun."
    )
    remaining: list[str] = Field(description="The ids of the records that had still to come.")


Lock = dict[str, dict[str, list[Checkpoint | Increment]]]
"""By release and stream."""

_ADAPTER: TypeAdapter[Lock] = TypeAdapter(Lock)


def read(folder: Path) -> Lock | None:
    """The lock of the contract in ``folder``; None where there is none.

    Raises:
        DocumentError: the file is not what `bizon-contract lock` writes.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        return _ADAPTER.validate_python(yaml.safe_load(path.read_text("utf-8")) or {})
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        where = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else " ".join(str(error).split())
        raise DocumentError(
            f"{path}: {where}. Take it from version control, or write it anew with `bizon-contract lock`"
        ) from None


def write(folder: Path, lock: Lock) -> Path:
    """Write the lock, and return where."""
    path = folder / NAME
    text = yaml.safe_dump(_ADAPTER.dump_python(lock), sort_keys=False, allow_unicode=True, default_flow_style=None)
    path.write_text(HEAD + text, "utf-8")
    return path
