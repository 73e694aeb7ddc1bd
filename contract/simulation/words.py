"""What an API writes into the body of an error."""

from __future__ import annotations

import json
import re
from typing import Any

from contract.description.api import ErrorBody
from contract.messages import Headers, Response, json_response


def error(template: ErrorBody, status: int, reason: str, headers: Headers = ()) -> Response:
    """An error as ``template`` words it: JSON, or text of a kind that its first characters tell."""
    values = {"{reason}": reason, "{status}": str(status)}
    if isinstance(template, str):
        raw = _filled(template, values).encode()
        described = (("Content-Type", _kind(template)), ("Content-Length", str(len(raw))), *headers)
        return Response(status, described, raw)
    quoted = {name: json.dumps(value)[1:-1] for name, value in values.items()}
    body: Any = json.loads(_filled(json.dumps(template), quoted))
    return json_response(status, body, headers)


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{reason\}|\{status\}", lambda found: values[found[0]], text)


def _kind(text: str) -> str:
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html")):
        return "text/html; charset=utf-8"
    return "application/xml" if start.startswith("<") else "text/plain; charset=utf-8"
