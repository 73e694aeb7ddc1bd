"""How bizon itself finds the connector, and what it thinks of an example pipeline file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from bizon.cli.utils import parse_from_yaml
from bizon.common.models import BizonConfig
from bizon.source.discover import (
    get_external_source_class_by_source_and_stream,
    get_internal_source_class_by_source_and_stream,
)
from bizon.source.source import AbstractSource

from contract.subject.loading import importable, is_file, load_class
from contract.subject.observing import observe
from contract.subject.refusals import is_reference, refused

_SHIPPED = re.compile(r"bizon\.connectors\.sources\.(\w+)\.")


@dataclass(frozen=True)
class Discovery:
    """The streams that bizon finds for the connector's class, and why it does not find the others."""

    streams: tuple[str, ...]
    problem: str | None = None


@dataclass(frozen=True)
class Example:
    """An example pipeline file as bizon reads it: its `source:`, the stream it names, and what is wrong with it."""

    source: Mapping[str, Any]
    stream: str | None
    problems: tuple[str, ...]


def discover(source: str, folder: Path) -> Discovery:
    """What bizon's discovery finds for each stream of the class that ``source`` names.

    A file is looked into as `source_file_path`, and so is the file of an installed module; bizon's own connectors are
    looked up by their name.

    Raises:
        SubjectLoadError: we cannot load the class ourselves.
    """
    expected = load_class(source, folder)
    where = source.rpartition(":")[0]
    found: list[str] = []
    problems: list[str] = []
    for stream in expected.streams():
        name = stream.value if isinstance(stream, Enum) else stream
        problem = _problem(where, folder, expected, name)
        if problem is None:
            found.append(name)
        else:
            problems.append(problem)
    return Discovery(tuple(found), problems[0] if problems else None)


def validate_example(path: Path) -> Example:
    """What `bizon config validate --skip-references` says of the pipeline file at ``path``.

    The connector's part of it is judged by `Subject.refuses`. A reference that bizon has still to resolve (`env://`,
    `gsm://`, `BIZON_ENV_…`) may stand anywhere.
    """
    try:
        raw = parse_from_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return Example({}, None, (f"it is not readable as YAML: {' '.join(str(error).split())}",))
    source = raw.get("source") if isinstance(raw, dict) else None
    if not isinstance(source, dict):
        return Example({}, None, ("it has no `source:` with the connector's config",))
    stream = source.get("stream")
    problems = (*refused(BizonConfig, raw), *_missing_source_file(source.get("source_file_path"), path))
    return Example(source, stream if isinstance(stream, str) else None, problems)


def _problem(where: str, folder: Path, expected: type[AbstractSource], stream: str) -> str | None:
    shipped = _SHIPPED.match(where)
    try:
        # Observed so that it is quiet: bizon logs every class it looks at.
        with importable(Path.cwd()), observe():
            if shipped:
                found = get_internal_source_class_by_source_and_stream(shipped[1], stream)
            else:
                file = str(folder / where) if is_file(where) else _file_of(expected)
                found = get_external_source_class_by_source_and_stream(where, stream, file)
    except (Exception, SystemExit) as error:
        return f"for the stream {stream}, {_why_not(error, expected)}"
    if found.__name__ != expected.__name__:
        return f"for the stream {stream}, bizon finds {found.__name__}, which has it too, before {expected.__name__}"
    return None


def _file_of(source_class: type[AbstractSource]) -> str:
    return str(sys.modules[source_class.__module__].__file__)


def _why_not(error: BaseException, expected: type[AbstractSource]) -> str:
    said = " ".join(f"{type(error).__name__}: {error}".split())
    name = expected.__name__
    if "relative import" in said:
        remedy = "import absolutely: a file that is loaded by its path has no package"
    elif isinstance(error, ValueError) and "not found" in said:
        remedy = (
            f"bizon takes concrete classes with a plain name among their bases (`class {name}(AbstractSource)`, not "
            "`(module.AbstractSource)`) whose streams() works on the class"
        )
    elif isinstance(error, AttributeError):
        remedy = (
            "bizon runs the file without registering it as a module and looks up every class in it: keep classes at the "
            "top level, and dataclasses in another module"
        )
    else:
        remedy = "bizon must be able to import the file by its path"
    return f"bizon's discovery raised {said}; {remedy}"


def _missing_source_file(file: Any, example: Path) -> list[str]:
    """bizon looks below the current directory: any folder above the example may be meant for that."""
    if not isinstance(file, str) or is_reference(file):
        return []
    if any((folder / file).is_file() for folder in (Path.cwd(), *example.resolve().parents)):
        return []
    return [f"`source.source_file_path`: there is no file {file}, seen from here or from any folder above the example"]
