"""Connectors that are one file: a docstring, `CONTRACT` (a contract.yml without its source) and a class `Source`."""

import importlib.util
import sys
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from contract.clauses import CHAPTERS
from contract.description.connector import Contract
from contract.description.document import Document
from contract.judge import judge_contract
from contract.results import Outcome, Result


@cache
def loaded(file: Path) -> ModuleType:
    """The module of a connector's file."""
    name = "tested_" + "_".join(file.with_suffix("").parts[-3:])
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def judged(file: Path, profile: str = "quick", seed: int = 0, clauses: Sequence[str] = ()) -> tuple[Result, ...]:
    """The contract of a connector's file, judged: the whole of it, or some ``clauses``."""
    return judged_as(file, loaded(file).CONTRACT, profile, seed, clauses)


def judged_as(
    file: Path, contract: dict[str, Any], profile: str = "quick", seed: int = 0, clauses: Sequence[str] = ()
) -> tuple[Result, ...]:
    """A connector's file judged by another contract than its own."""
    made = Contract.model_validate(contract | {"source": f"{file}:Source"})
    return judge_contract(Document(path=file, contract=made), profile=profile, seed=seed, clauses=clauses)


def broken(file: Path) -> dict[str, Result]:
    """The clauses that a defect breaks in profile quick, and those that it names and that another profile judges."""
    results = judged(file)
    for profile, named in groupby(sorted(loaded(file).BREAKS & set(ELSEWHERE), key=ELSEWHERE.get), key=ELSEWHERE.get):
        results += judged(file, profile, clauses=list(named))
    return {result.clause: result for result in results if result.outcome in (Outcome.FAILED, Outcome.ERROR)}


ELSEWHERE = {
    clause.id: clause.over.only_in for chapter in CHAPTERS for clause in chapter.clauses if clause.over.only_in
}
"""The clauses that one profile alone judges."""
