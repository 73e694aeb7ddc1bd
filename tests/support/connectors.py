"""Connectors that are one file: a docstring, `CONTRACT` (a contract.yml without its source) and a class `Source`."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from contract.description.connector import Contract
from contract.description.document import Document
from contract.judge import judge_contract
from contract.results import Result


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


def judged(file: Path, profile: str = "quick", seed: int = 0) -> tuple[Result, ...]:
    """The whole contract of a connector's file, judged."""
    contract = Contract.model_validate(loaded(file).CONTRACT | {"source": f"{file}:Source"})
    return judge_contract(Document(path=file, contract=contract), profile=profile, seed=seed)
