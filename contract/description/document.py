"""contract.yml: found, read and refused with file, line, key and what would be right."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from contract.description.connector import Contract
from contract.description.wording import explained, nearest, one_line, path_text
from contract.description.yaml_values import Keys, NotYamlError, Problem, Values, line_of, parse
from contract.errors import DocumentError

NAME = "contract.yml"

LARGEST = 256 * 1024
"""Bytes of a contract.yml: what is larger is data, and data belongs into cassettes."""

MOST_TOLD = 40
"""Problems that are told at once."""

SKIPPED = {"node_modules", "__pycache__", "site-packages", "venv"}
"""Folders that hold other people's files; hidden ones and virtual environments of any name are skipped, too."""


@dataclass(frozen=True)
class Document:
    """A contract.yml that was read, or a contract that was built in Python and the path it stands for."""

    path: Path
    contract: Contract
    lines: Mapping[Keys, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def folder(self) -> Path:
        """What paths in the file are relative to."""
        return self.path.absolute().parent

    @property
    def cassettes(self) -> Path:
        """The folder of the recordings, one file for each stream: what the contract names, or `cassettes/` beside it."""
        return self.folder / (self.contract.cassettes or "cassettes")

    def where(self, *keys: str | int) -> str:
        """``FILE:LINE`` of a key, for a message about it; ``FILE`` where the contract was built in Python."""
        return f"{self.path}:{line_of(self.lines, keys)}" if self.lines else str(self.path)


def read(path: Path | str) -> Document:
    """Read one contract.yml; of a folder, the one in it.

    Raises:
        DocumentError: it is not there or not what it should be; every problem is named, in the order of the lines.
    """
    path = _file(Path(path))
    text = _text(path)
    try:
        values = parse(text)
    except NotYamlError as error:
        raise DocumentError(
            f"{path}:{error.line}: this is not YAML that can be read: {one_line(str(error))}"
        ) from error
    if values.value is None and not values.problems:
        raise DocumentError(f"{path}:1: the file is empty; it needs at least {_required()}")
    contract, problems = _validated(values)
    if contract is None or problems:
        raise DocumentError("\n".join(_told(path, problems)))
    return Document(path, contract, values.lines)


def find(paths: Sequence[Path | str]) -> list[Path]:
    """The contracts that ``paths`` mean: files as they are, folders searched for contract.yml and *.contract.yml.

    Raises:
        DocumentError: a path does not exist, or nothing is found below it.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        for each in _below(path) if path.is_dir() else [_file(path)]:
            found.setdefault(each.absolute(), each)
    return list(found.values())


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of contract.yml, for editors."""
    schema = Contract.model_json_schema(schema_generator=_Untitled)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "contract.yml of bizon-contract",
        **{key: value for key, value in schema.items() if key != "title"},
    }


class _Untitled(GenerateJsonSchema):
    """Without pydantic's titles, which say the name of the key again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


def _validated(values: Values) -> tuple[Contract | None, list[Problem]]:
    problems = list(values.problems)
    spoiled = {problem.keys for problem in problems}
    contract = None
    try:
        # Strictly, and as JSON: then `max: "250"` and `max: yes` are refused, as an editor with the schema does.
        contract = Contract.model_validate_json(json.dumps(values.value), strict=True)
    except ValidationError as error:
        for keys, text in explained(error, Contract, values.written):
            if keys not in spoiled:
                problems.append(Problem(line_of(values.lines, keys), keys, text))
    return contract, problems


def _told(path: Path, problems: list[Problem]) -> Iterator[str]:
    for problem in sorted(problems, key=lambda problem: problem.line)[:MOST_TOLD]:
        key = path_text(problem.keys)
        yield f"{path}:{problem.line}: {f'{key}: ' if key else ''}{one_line(problem.text)}"
    if len(problems) > MOST_TOLD:
        yield f"{path}: and {len(problems) - MOST_TOLD} more problems"


def _required() -> str:
    fields: dict[str, FieldInfo] = Contract.model_fields
    return " and ".join(f"`{name}`" for name, each in fields.items() if each.is_required())


def _file(path: Path) -> Path:
    if path.is_dir():
        if (path / NAME).is_file():
            return path / NAME
        named = sorted(each.name for each in path.glob(f"*.{NAME}"))
        remedy = f"name one of {', '.join(named)}" if named else f"name the file, or write {path / NAME}"
        raise DocumentError(f"{path}: a folder without a {NAME}; {remedy}")
    if not path.exists():
        beside = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
        near = nearest(path.name, beside)
        remedy = f"did you mean {path.parent / near}?" if near else f"the current folder is {Path.cwd()}"
        raise DocumentError(f"{path}: no such file; {remedy}")
    if not path.is_file():
        raise DocumentError(f"{path}: not a regular file; name a {NAME}, or a folder that holds one")
    return path


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror}; check its permissions") from error
    if len(raw) > LARGEST:
        raise DocumentError(f"{path}: larger than {LARGEST // 1024} KiB; recorded data belongs into `cassettes`")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{path}:{line}: not UTF-8 (byte 0x{raw[error.start]:02X}); save the file as UTF-8"
        ) from error


def _below(folder: Path) -> list[Path]:
    found: list[Path] = []
    misnamed: list[Path] = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if _searched(Path(root, name)))
        found += [Path(root, name) for name in sorted(files) if name == NAME or name.endswith(f".{NAME}")]
        misnamed += [Path(root, name) for name in files if name in ("contract.yaml", "contracts.yml")]
    if found:
        return found
    remedy = (
        f"rename {misnamed[0]} to {NAME}"
        if misnamed
        else f"name a file or folder that holds one, or write {folder / NAME}"
    )
    raise DocumentError(f"{folder}: no {NAME} and no *.{NAME} in this folder or below; {remedy}")


def _searched(folder: Path) -> bool:
    return not (folder.name.startswith(".") or folder.name in SKIPPED or (folder / "pyvenv.cfg").exists())
