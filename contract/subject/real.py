"""The connector with the credentials that the real API knows, from a pipeline of its author's."""

from __future__ import annotations

from pathlib import Path

import yaml

from contract.errors import UsageError
from contract.subject.building import Subject
from contract.subject.refusals import resolved


def real(known: Subject, config: Path | None) -> Subject:
    """``known`` with the `source:` of the pipeline in ``config`` over its own config, and every reference resolved.

    Args:
        known: the connector, as its contract.yml configures it.
        config: a bizon pipeline, or its `source:` mapping; None: the config of the contract.yml is the real one.

    Raises:
        UsageError: the file cannot be read, or is none.
        SubjectLoadError: a reference (`env://…`) cannot be resolved.
    """
    if config is None:
        return Subject(known.source_class, resolved(known.config))
    try:
        given = yaml.safe_load(config.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{config}: cannot be read ({' '.join(str(error).split())[:120]})") from error
    source = given.get("source", given) if isinstance(given, dict) else None
    if not isinstance(source, dict):
        raise UsageError(f"{config}: it has to be a bizon pipeline, or its `source:` mapping")
    return Subject(known.source_class, resolved({**known.config, **source}))
