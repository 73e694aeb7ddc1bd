"""The connector's class, from a file or a module. Whatever goes wrong is said in words, with the remedy."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import pkgutil
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from bizon.source.source import AbstractSource

from contract.errors import SubjectLoadError
from contract.subject.wording import a, did_you_mean

_lock = threading.RLock()
"""Held while `sys.path` is changed and connector code is imported: both belong to the whole process."""

_loaded: dict[Path, tuple[tuple[int, int], ModuleType]] = {}
"""Every file that was loaded, with the time and size it had then."""


class _FreshLoader(SourceFileLoader):
    """Loads a file without the bytecode cache, which holds a file for unchanged that changed within a second."""

    def path_stats(self, path: str) -> NoReturn:
        raise OSError(f"no bytecode for {path}")


def load_class(source: str, folder: Path) -> type[AbstractSource]:
    """The class that ``source`` names: ``path/to/source.py:Class`` below ``folder``, or ``package.module:Class``.

    A file is loaded as bizon loads a `source_file_path`; the current directory is importable meanwhile. For a module
    ``folder`` is importable too. The same file gives the same class until it changes.

    Raises:
        SubjectLoadError: it cannot be imported, or is no source class; the message says what happened and what to do.
    """
    where, colon, name = source.rpartition(":")
    if not (colon and where and name.isidentifier()):
        raise SubjectLoadError(f"{source!r} names no class: write `path/to/source.py:Class` or `package.module:Class`")
    module = load_file(where, folder) if is_file(where) else _load_module(where, folder)
    return _class_in(module, name, source)


def is_file(where: str) -> bool:
    """Whether the part before the colon names a file, and not a module."""
    return where.endswith(".py") or "/" in where or "\\" in where


def load_file(where: str, folder: Path) -> ModuleType:
    """The module in the file ``where`` (relative to ``folder``), under a name of its own in `sys.modules`.

    Raises:
        SubjectLoadError: there is no such file, or importing it fails.
    """
    path = (folder / where).resolve()
    if not path.is_file():
        raise SubjectLoadError(_missing_file(where, path))
    with _lock:
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        known = _loaded.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        module = _executed(path, where)
        _loaded[path] = (stamp, module)
        return module


@contextmanager
def importable(*folders: Path, first: bool = False) -> Iterator[None]:
    """Inside, modules are looked up in ``folders`` too: behind everything else, or ``first``."""
    with _lock:
        before = list(sys.path)
        added = [text for text in dict.fromkeys(str(folder) for folder in folders) if first or text not in before]
        sys.path[:] = [*added, *before] if first else [*before, *added]
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path[:] = before


def _executed(path: Path, where: str) -> ModuleType:
    # bizon names the module after the file; two connectors whose files are both called source.py need two names.
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:10]
    name = "_".join(("connector", re.sub(r"\W", "_", path.stem), digest))
    spec = importlib.util.spec_from_file_location(name, path, loader=_FreshLoader(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        with importable(Path.cwd()):
            _guarded(lambda: spec.loader.exec_module(module), where, path)  # type: ignore[union-attr]
    except BaseException:
        sys.modules.pop(name)
        if before is not None:
            sys.modules[name] = before
        raise
    return module


def _load_module(name: str, folder: Path) -> ModuleType:
    folder = folder.resolve()
    with _lock, importable(folder, Path.cwd(), first=True):
        module: ModuleType = _guarded(lambda: importlib.import_module(name), name, None)
    own = next((path for path in _files_of(name, folder) if path.is_file()), None)
    file = getattr(module, "__file__", None)
    if own is not None and file is not None and Path(file).resolve() != own:
        raise SubjectLoadError(
            f"{name}: another module of that name is already imported, from {file}, so {own} cannot be. "
            f"Name the file instead: `{own.relative_to(folder).as_posix()}:Class`"
        )
    return module


def _files_of(name: str, folder: Path) -> tuple[Path, Path]:
    base = folder.joinpath(*name.split("."))
    return base.with_name(f"{base.name}.py"), base / "__init__.py"


def _guarded(run: Callable[[], Any], where: str, path: Path | None) -> Any:
    """What ``run`` returns; whatever connector code does instead while it is imported becomes a SubjectLoadError."""
    try:
        return run()
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        file = f"{Path(error.filename).name}, " if error.filename and path != Path(error.filename) else ""
        shown = f": `{error.text.strip()}`" if error.text and error.text.strip() else ""
        raise SubjectLoadError(f"{where}: {file}line {error.lineno}: {error.msg}{shown}") from error
    except ImportError as error:
        raise SubjectLoadError(f"{where}{_place(error, path)}: {_import_problem(error, where, path)}") from error
    except BaseException as error:
        # Also SystemExit, and what test tools raise to skip: an import must end in a module, whatever the code thinks.
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise SubjectLoadError(
            f"{where}{_place(error, path)}: importing it raised {said}. "
            "bizon imports a connector before it knows its config: nothing may be needed or done at import"
        ) from error


def _place(error: BaseException, path: Path | None) -> str:
    """``, line 3``: the last line of the file itself on the way to ``error``; of another file where it is not there."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<")]
    own = [frame for frame in frames if path is not None and Path(frame.filename) == path]
    if own:
        return f", line {own[-1].lineno}"
    others = [frame for frame in frames if Path(frame.filename) != Path(__file__) and "importlib" not in frame.filename]
    return f" ({Path(others[-1].filename).name}, line {others[-1].lineno})" if others else ""


def _import_problem(error: ImportError, where: str, path: Path | None) -> str:
    if "relative import" in str(error):
        return (
            f"{error}. A file that is loaded by its path has no package, and bizon's `source_file_path` cannot do it "
            "either: import absolutely (`from package.module import name`)"
        )
    missing = error.name
    if not isinstance(error, ModuleNotFoundError) or missing is None:
        return f"{error}. Is the installed version the right one?"
    if path is None and (missing == where or where.startswith(f"{missing}.")):
        return _missing_module(missing)
    top = missing.partition(".")[0]
    if path is not None and any(neighbour.exists() for neighbour in _files_of(top, path.parent)):
        return (
            f"there is no module named {missing!r}. It lies next to the file, but neither Python nor bizon looks there "
            f"when a file is loaded by its path: make it a package, install that (`pip install -e .`) and import "
            f"`package.{missing}`"
        )
    shipped = re.match(r"bizon\.connectors\.sources\.(\w+)", where)
    hint = f"bizon[{shipped[1]}]" if shipped else top
    return f"there is no module named {missing!r}: `pip install {hint}`, or whatever distribution provides it"


def _missing_module(missing: str) -> str:
    parent, _, last = missing.rpartition(".")
    package = sys.modules.get(parent) if parent else None
    there = [found.name for found in pkgutil.iter_modules(getattr(package, "__path__", None))] if package else []
    return (
        f"there is no module named {missing!r}.{did_you_mean(last, there)} The folder of contract.yml and the current "
        "directory are searched, then what is installed; a file is named with its ending: `path/to/source.py:Class`"
    )


def _missing_file(where: str, path: Path) -> str:
    if path.is_dir():
        return f"{where} is a folder: name the file in it, as in `{where.rstrip('/')}/source.py:Class`"
    if not path.parent.is_dir():
        return f"there is no file {where}: there is no folder {path.parent}. Paths are relative to contract.yml"
    there = sorted(other.name for other in path.parent.glob("*.py"))
    guess = did_you_mean(path.name, there) or (f" There: {', '.join(there[:8])}." if there else "")
    return f"there is no file {where} in {path.parent}.{guess} Paths are relative to contract.yml"


def _class_in(module: ModuleType, name: str, source: str) -> type[AbstractSource]:
    found = getattr(module, name, None)
    if isinstance(found, type) and issubclass(found, AbstractSource):
        return found
    there = _sources_in(module)
    listed = f"The source classes there: {', '.join(there)}" if there else _NO_SOURCES
    if found is None:
        raise SubjectLoadError(
            f"{source}: there is no class {name}.{did_you_mean(name, there or _classes_in(module))} {listed}"
        )
    if not isinstance(found, type):
        article = "a function" if inspect.isroutine(found) else a(found)
        raise SubjectLoadError(f"{source}: {name} is {article}, not a class. {listed}")
    bases = ", ".join(base.__name__ for base in found.__bases__)
    raise SubjectLoadError(
        f"{source}: {name} is not a subclass of bizon's AbstractSource (its bases: {bases}). "
        + (listed if there else "Write `class X(AbstractSource)`, from bizon.source.source")
    )


_NO_SOURCES = "There is no source class: one is a subclass of bizon.source.source.AbstractSource"


def _sources_in(module: ModuleType) -> list[str]:
    return [
        name
        for name in _classes_in(module)
        if issubclass(getattr(module, name), AbstractSource) and getattr(module, name) is not AbstractSource
    ]


def _classes_in(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isinstance(value, type)]
