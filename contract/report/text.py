"""A result as plain lines: what pytest shows of a broken clause."""

from __future__ import annotations

import shlex

from contract.results import Result


def story_lines(result: Result, file: str | None = None) -> list[str]:
    """The rule that is broken, the exchanges, what it costs, how it is usually put right, and how to try it again.

    Args:
        result: what failed.
        file: the contract.yml.
    """
    lines = [f"{result.name} ({result.severity}): {result.message}"]
    number = 0
    for step in result.story:
        if step.answer:
            number += 1
            lines.append(f"  {number:>2}. {step.request} -> {step.answer}")
        else:
            lines.append(f"      {step.request}")
        if step.returned:
            lines.append(f"      => {step.returned}")
    again = f"bizon-contract check {shlex.quote(file)} --replay {result.replay}" if file and result.replay else None
    labels = (("cost", result.cost), ("fix", result.fix), ("again", again))
    lines += [f"  {label}: {text}" for label, text in labels if text]
    return lines
