"""A connector in one file that pages right, and the ways in which it can be made not to."""

from __future__ import annotations

from pathlib import Path

SOURCE = """\
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration, SourceRecord
from bizon.source.source import AbstractSource

BASE = "https://api.tiny.test"


class TinyConfig(SourceConfig):
    page_size: int = 10
    defect: str = ""


class TinySource(AbstractSource):
    def __init__(self, config):
        if config.defect == "never built":
            raise RuntimeError("no source today")
        super().__init__(config)

    @staticmethod
    def streams():
        return ["things", "others"]

    @staticmethod
    def get_config_class():
        return TinyConfig

    def get_authenticator(self):
        return None

    def check_connection(self):
        return True, None

    def get_total_records_count(self):
        return None

    def get(self, pagination=None):
        defect = self.config.defect
        if defect == "raises":
            raise ValueError("not today")
        params = {"size": self.config.page_size} | ({"after": pagination["after"]} if pagination else {})
        page = self.session.get(f"{BASE}/{self.config.stream}", params=params).json()
        rows = page["data"][1:] if defect == "loses" else page["data"]
        records = [SourceRecord(id=str(row["id"]), data=row) for row in rows]
        onward = {"after": page["next"]} if page["next"] else {}
        if defect == "endless":
            onward = {"after": page["next"] or params.get("after") or ""}
        return SourceIteration(next_pagination={} if defect == "one page" else onward, records=records)
"""
"""A source that pages by cursor; its option `defect` says what it does wrong."""

CONTRACT = """\
source: source.py:TinySource
config: {name: tiny, page_size: 2}
api:
  base_url: https://api.tiny.test
  streams:
    things: &stream
      path: /things
      records: data
      paging: {style: cursor, send: after, next: next}
      page_size: {send: size, option: page_size, max: 50}
    others: {<<: *stream, path: /others}
"""
"""Its contract."""


def write(folder: Path, *, defect: str = "", source: str = SOURCE, contract: str = CONTRACT, more: str = "") -> Path:
    """The connector and its contract.yml, written into ``folder``; ``more`` stands at the end of the file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.py").write_text(source, encoding="utf-8")
    path = folder / "contract.yml"
    config = (
        f"config: {{name: tiny, page_size: 2, defect: {defect}}}" if defect else "config: {name: tiny, page_size: 2}"
    )
    path.write_text(contract.replace("config: {name: tiny, page_size: 2}", config) + more, encoding="utf-8")
    return path
