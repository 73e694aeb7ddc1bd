"""`bizon-contract schema`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from contract.description.document import json_schema


def test_the_schema_is_printed(run: Callable[..., Any]) -> None:
    """What is printed is the schema, as JSON."""
    assert json.loads(run("schema").stdout) == json_schema()
