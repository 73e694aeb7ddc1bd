"""APIs that nobody here wrote: recorded, described from the recording, simulated, and the whole contract holds, as the README says."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contract.cli.main import main

HERE = Path(__file__).parent
Serve = Callable[[str, Sequence[object]], None]


def needs(*modules: str) -> None:
    """Skip where the development dependencies are not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: `pip install --group dev`")


def datasette(serve: Serve, certificates, folder: Path) -> None:
    needs("datasette")
    file = folder / "library.db"
    with sqlite3.connect(file) as database:
        for table in ("books", "loans"):
            database.execute(f"create table {table} (id integer primary key, title text, price real, due text)")
            rows = [
                (number, f"Größe {number}", number * 1.25, None if number % 4 else "2024-05-01")
                for number in range(1, 26)
            ]
            database.executemany(f"insert into {table} values (?, ?, ?, ?)", rows)
    database.close()
    tls = ("--ssl-keyfile", certificates.key, "--ssl-certfile", certificates.certificate)
    serve("datasette.test", [sys.executable, "-m", "datasette", file, "--port", 0, *tls])


def drf(serve: Serve, certificates, folder: Path) -> None:
    needs("django", "rest_framework", "uvicorn")
    command = [sys.executable, HERE / "drf" / "shop.py", folder / "shop.db", certificates.key, certificates.certificate]
    serve("shop.test", command)


def json_server(serve: Serve, certificates, folder: Path) -> None:
    node = shutil.which("node")
    if node is None or not (HERE / "json_server" / "node_modules").is_dir():
        pytest.skip("needs node and json-server: `npm install --prefix tests/third_party/json_server`")
    serve("json.test", [node, HERE / "json_server" / "server.js", certificates.key, certificates.certificate])


def strawberry(serve: Serve, certificates, folder: Path) -> None:
    needs("strawberry", "starlette", "uvicorn")
    command = [sys.executable, HERE / "strawberry" / "tracker.py", certificates.key, certificates.certificate]
    serve("tracker.test", command)


CONFIGS = {
    datasette: "{name: library, size: 10}",
    drf: "{name: shop, page_size: 10, authentication: {type: api_key, params: {token: drf-test-token}}}",
    json_server: "{name: posts, limit: 10}",
    strawberry: "{name: tracker, page_size: 10}",
}
STYLES = {
    datasette: {"books": "cursor", "loans": "next_url"},
    drf: {"authors": "offset", "books": "page", "reviews": "next_url", "tags": "page"},
    json_server: {"albums": "offset", "posts": "link_header"},
    strawberry: {"issues": "relay"},
}
"""How the connectors page, and how the drafts have to say it, although each answer can be read in several ways."""


def run(*words: object) -> str:
    """What a command says, when all went well."""
    ran = CliRunner().invoke(main, list(map(str, words)))
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize("server", CONFIGS, ids=lambda server: server.__name__)
def test_a_connector_class_is_all_that_is_needed(server, serve, certificates, tmp_path):
    """In a folder with the class alone: record, replay, infer, check; nothing is edited, and no clause cries wolf."""
    folder = tmp_path / "connector"
    folder.mkdir()
    server(serve, certificates, tmp_path)
    shutil.copy(HERE / server.__name__ / "source.py", folder)
    file = folder / "contract.yml"
    file.write_text(f"source: source.py:Source\nconfig: {CONFIGS[server]}\n", "utf-8")
    run("record", file)
    if server is drf:  # eight requests a second: the others are repeated after the wait that it asks for
        assert "code: 429" in "".join(path.read_text("utf-8") for path in folder.glob("cassettes/*.yaml"))
    run("check", file, "--strict", "--profile", "quick")  # by the recordings alone, which are replayed and damaged
    run("infer", file)
    streams = yaml.safe_load(file.read_text("utf-8"))["api"]["streams"]
    assert {name: each["paging"]["style"] for name, each in streams.items()} == STYLES[server]
    assert [name for name, each in streams.items() if each["paging"].get("past_end")] == (
        ["tags"] if server is drf else []
    )
    run("check", file, "--strict", "--profile", "quick")
