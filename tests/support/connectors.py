"""Connectors that are one file: a docstring, `CONTRACT` (a contract.yml without its source) and a class `Source`."""

import importlib.util
import sys
from collections.abc import Collection, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from contract.clauses import CHAPTERS
from contract.description.connector import Contract
from contract.description.document import Document
from contract.docket import Docket, Settings
from contract.hearing import judge
from contract.judge import judge_contract
from contract.planning import plan
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
    return judge_contract(document_of(file, contract), profile=profile, seed=seed, clauses=clauses)


def document_of(file: Path, contract: dict[str, Any]) -> Document:
    """A contract of a connector's file."""
    return Document(path=file, contract=Contract.model_validate(contract | {"source": f"{file}:Source"}))


def broken(file: Path, clauses: Sequence[str] = ()) -> dict[str, Result]:
    """What a defect breaks of ``clauses`` (default: all) in profile quick, and of those that it names and that another profile judges."""
    module = loaded(file)
    results = judged(file, clauses=clauses) + judged_elsewhere(document_of(file, module.CONTRACT), module.BREAKS)
    return {result.clause: result for result in results if result.outcome in (Outcome.FAILED, Outcome.ERROR)}


def judged_elsewhere(document: Document, clauses: Collection[str], than: str = "quick") -> tuple[Result, ...]:
    """The verdicts on those of ``clauses`` that profile ``than`` leaves out, each in the smallest profile that judges it."""
    left = {clause.id: clause.over.least for clause in ALL if clause.id in clauses and not clause.over.tried_in(than)}
    results: tuple[Result, ...] = ()
    for profile, named in groupby(sorted(left, key=left.__getitem__), key=left.__getitem__):
        asked = list(named)
        results += (
            soaked(document, asked) if profile == "soak" else judge_contract(document, profile=profile, clauses=asked)
        )
    return results


def soaked(document: Document, clauses: Sequence[str], rounds: int = 5) -> tuple[Result, ...]:
    """The verdicts on ``clauses`` over a few rounds of a soak, or up to the first one that is broken; failures are left as large as they come."""
    found: tuple[Result, ...] = ()
    for seed in range(rounds):
        docket = Docket(document, Settings("soak", seed, keep=False, shrink=False))
        found += tuple(judge(docket, item) for item in plan(document.contract, clauses))
        if any(result.outcome is not Outcome.PASSED for result in found):
            break
    return found


ALL = tuple(clause for chapter in CHAPTERS for clause in chapter.clauses)
