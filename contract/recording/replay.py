"""A cassette is replayed, by vcrpy and without a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vcr.cassette import Cassette
from vcr.config import VCR
from vcr.serialize import deserialize

from contract.description.wording import nearest
from contract.errors import UsageError
from contract.recording.scrub import Scrub


@contextmanager
def replaying(path: Path, secrets: Iterable[str] = ()) -> Iterator[Cassette]:
    """Inside, every request of the process is answered from the cassette at ``path``, each exchange once.

    ``secrets`` are those of the config that is used now; they are taken out of what is compared. A request that the
    cassette does not hold fails with vcrpy's CannotOverwriteExistingCassetteException.

    Raises:
        UsageError: there is no such file, or vcrpy cannot read it.
    """
    if not path.is_file():
        folder = path.parent
        beside = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        near = nearest(path.name, beside)
        remedy = (
            f"did you mean {near}?" if near else f"record it with vcrpy; {folder} holds {', '.join(beside) or 'none'}"
        )
        raise UsageError(f"{path}: no such cassette; {remedy}")
    player = VCR(record_mode="none")
    player.register_persister(_Files)
    with player.use_cassette(str(path), **Scrub(secrets).options) as cassette:
        yield cassette


class _Files:
    """Cassettes are UTF-8, whatever the locale."""

    @staticmethod
    def load_cassette(path: str, serializer: Any) -> Any:
        """The requests and responses of a cassette."""
        try:
            return deserialize(Path(path).read_text(encoding="utf-8"), serializer)
        except Exception as error:
            raise UsageError(f"{path}: not a cassette that vcrpy can read: {error!r}; record it anew") from error

    @staticmethod
    def save_cassette(path: str, cassette_dict: dict[str, Any], serializer: Any) -> None:
        """Nothing: a replay leaves the file as it is."""
