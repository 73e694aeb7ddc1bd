"""Classes come from files and modules; every failure is a sentence with a remedy."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from contract.errors import SubjectLoadError
from contract.subject.loading import load_class

SOURCE = """
from bizon.source.config import SourceConfig
from bizon.source.models import SourceIteration
from bizon.source.source import AbstractSource


class AcmeSource(AbstractSource):
    @staticmethod
    def streams():
        return ["customers"]

    @staticmethod
    def get_config_class():
        return SourceConfig

    def get_authenticator(self):
        return None

    def check_connection(self):
        return True, None

    def get(self, pagination=None):
        return SourceIteration(next_pagination={}, records=[])

    def get_total_records_count(self):
        return None
"""


def refused(source: str, folder: Path) -> str:
    """What loading ``source`` says."""
    with pytest.raises(SubjectLoadError) as caught:
        load_class(source, folder)
    return str(caught.value)


def written(folder: Path, text: str, name: str = "source.py") -> Path:
    """``text`` in a file below ``folder``."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_found_relative_to_the_folder(tmp_path: Path) -> None:
    """A path is relative to the folder of contract.yml."""
    written(tmp_path, SOURCE, "connectors/acme.py")
    assert load_class("connectors/acme.py:AcmeSource", tmp_path).__name__ == "AcmeSource"


def test_the_same_file_gives_the_same_class(tmp_path: Path) -> None:
    """A file is executed once, however it is written."""
    written(tmp_path, SOURCE)
    assert load_class("source.py:AcmeSource", tmp_path) is load_class("./source.py:AcmeSource", tmp_path)


def test_a_changed_file_is_loaded_again(tmp_path: Path) -> None:
    """A change counts even where size and second stay the same."""
    path = written(tmp_path, SOURCE)
    before = load_class("source.py:AcmeSource", tmp_path)
    path.write_text(SOURCE.replace("customers", "customerz"), encoding="utf-8")
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000))
    after = load_class("source.py:AcmeSource", tmp_path)
    assert (before.streams(), after.streams()) == (["customers"], ["customerz"])


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    """Connectors whose files are both called source.py do not meet."""
    for name in ("one", "two"):
        written(tmp_path / name, SOURCE.replace("customers", name))
    one, two = (load_class("source.py:AcmeSource", tmp_path / name) for name in ("one", "two"))
    assert (one.streams(), two.streams()) == (["one"], ["two"])


def test_a_loaded_file_is_a_registered_module(tmp_path: Path) -> None:
    """What looks its own module up, as dataclasses do, finds it."""
    written(
        tmp_path,
        "from __future__ import annotations\nfrom dataclasses import dataclass, KW_ONLY\n"
        + SOURCE
        + ("\n@dataclass\nclass Page:\n    number: int\n    _: KW_ONLY\n    size: int = 10\n"),
    )
    loaded = load_class("source.py:AcmeSource", tmp_path)
    assert issubclass(sys.modules[loaded.__module__].Page, object)


def test_no_bytecode_is_left_next_to_the_file(tmp_path: Path) -> None:
    """The user's folder stays as it is."""
    written(tmp_path, SOURCE)
    load_class("source.py:AcmeSource", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["source.py"]


def test_a_module_is_found_in_the_folder(tmp_path: Path) -> None:
    """The folder of contract.yml is importable while a module is imported, and not afterwards."""
    written(tmp_path, "", "pkg_in_folder/__init__.py")
    written(tmp_path, SOURCE, "pkg_in_folder/connector.py")
    before = list(sys.path)
    assert load_class("pkg_in_folder.connector:AcmeSource", tmp_path).streams() == ["customers"]
    assert sys.path == before


def test_a_module_is_found_in_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current directory is importable while a module is imported."""
    written(tmp_path, SOURCE, "module_in_cwd.py")
    monkeypatch.chdir(tmp_path)
    assert load_class("module_in_cwd:AcmeSource", tmp_path / "elsewhere").streams() == ["customers"]


def test_a_file_may_import_absolutely_from_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repository's own package is importable where the command is run, as with an installed one."""
    written(tmp_path, "", "pkg_in_cwd/__init__.py")
    written(tmp_path, "NAME = 'invoices'", "pkg_in_cwd/names.py")
    written(
        tmp_path,
        "from pkg_in_cwd.names import NAME\n" + SOURCE.replace('"customers"', "NAME"),
        "pkg_in_cwd/source.py",
    )
    monkeypatch.chdir(tmp_path)
    assert load_class("source.py:AcmeSource", tmp_path / "pkg_in_cwd").streams() == ["invoices"]


def test_two_modules_of_one_name_are_refused(tmp_path: Path) -> None:
    """Python keeps one module per name: the second one is not silently taken for the first."""
    for name in ("one", "two"):
        written(tmp_path / name, SOURCE, "same_module_name.py")
    load_class("same_module_name:AcmeSource", tmp_path / "one")
    said = refused("same_module_name:AcmeSource", tmp_path / "two")
    assert "already imported" in said
    assert "`same_module_name.py:Class`" in said


def test_bizons_own_connectors_load() -> None:
    """An installed module needs no folder."""
    loaded = load_class("bizon.connectors.sources.dummy.src.source:DummySource", Path("nowhere"))
    assert loaded.streams() == ["creatures", "plants"]


def test_a_missing_file_is_guessed(tmp_path: Path) -> None:
    """The nearest file in the folder is suggested."""
    written(tmp_path, SOURCE)
    said = refused("sourc.py:AcmeSource", tmp_path)
    assert said.startswith("there is no file sourc.py in ")
    assert "Did you mean source.py?" in said


def test_a_missing_folder_and_a_folder_are_said(tmp_path: Path) -> None:
    """A path through a folder that is not there, and one that ends at a folder, say so."""
    (tmp_path / "acme").mkdir()
    assert "there is no folder" in refused("nowhere/source.py:X", tmp_path)
    assert "acme/ is a folder" in refused("acme/:X", tmp_path)


def test_a_missing_class_is_guessed(tmp_path: Path) -> None:
    """The classes that are there are named, the nearest one suggested."""
    written(tmp_path, SOURCE)
    said = refused("source.py:AcmeSorce", tmp_path)
    assert said == (
        "source.py:AcmeSorce: there is no class AcmeSorce. Did you mean AcmeSource? The source classes there: AcmeSource"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class X: pass", "X is not a subclass of bizon's AbstractSource (its bases: object)"),
        ("def X(): pass", "X is a function, not a class"),
        ("X = 3", "X is an int, not a class"),
        ("Y = 3", "there is no class X. There is no source class"),
    ],
)
def test_what_is_no_source_class_is_said(tmp_path: Path, text: str, expected: str) -> None:
    """A name that means something else says what it means."""
    written(tmp_path, text)
    assert expected in refused("source.py:X", tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "import a_module_nobody_has",
            "line 1: there is no module named 'a_module_nobody_has': `pip install a_module_",
        ),
        ("from .models import X", "line 1: attempted relative import"),
        ("from .models import X", "`source_file_path` cannot do it either"),
        ("import neighbour", "It lies next to the file"),
        ("from json import nothing_like_it", "line 1: cannot import name 'nothing_like_it'"),
        ("x = 1\nclass X(\n    pass\n", "source.py: line 2: "),
        ("x = 1\n1 / 0", "source.py, line 2: importing it raised ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)", "line 2: importing it raised SystemExit: 3"),
        ("import os\nos.environ['A_VARIABLE_NOBODY_SETS']", "line 2: importing it raised KeyError"),
    ],
)
def test_an_import_that_fails_says_where_and_why(tmp_path: Path, text: str, expected: str) -> None:
    """Whatever happens at import is one sentence with file and line, and ends nothing but the loading."""
    written(tmp_path, "", "neighbour.py")
    written(tmp_path, text)
    assert expected in refused("source.py:X", tmp_path)


def test_an_interrupt_passes(tmp_path: Path) -> None:
    """Ctrl-C at import stops the run."""
    written(tmp_path, "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load_class("source.py:X", tmp_path)


def test_a_missing_module_is_guessed(tmp_path: Path) -> None:
    """Of a package that is there, the nearest module is suggested; what is missing itself is not blamed on pip."""
    written(tmp_path, "", "pkg_with_one/__init__.py")
    written(tmp_path, SOURCE, "pkg_with_one/source.py")
    said = refused("pkg_with_one.sorce:AcmeSource", tmp_path)
    assert "there is no module named 'pkg_with_one.sorce'. Did you mean source?" in said
    assert "pip install" not in said


@pytest.mark.parametrize("source", ["source.py", ":X", "source.py:", "source.py:not a name"])
def test_what_names_no_class_is_refused(tmp_path: Path, source: str) -> None:
    """A source without its class, or the other way round, says how it is written."""
    assert "write `path/to/source.py:Class`" in refused(source, tmp_path)


def test_a_failed_file_can_be_mended(tmp_path: Path) -> None:
    """A file that failed is loaded anew the next time, and leaves no half of a module behind."""
    written(tmp_path, "1 / 0")
    before = set(sys.modules)
    refused("source.py:AcmeSource", tmp_path)
    assert set(sys.modules) == before
    written(tmp_path, SOURCE)
    assert load_class("source.py:AcmeSource", tmp_path).streams() == ["customers"]
