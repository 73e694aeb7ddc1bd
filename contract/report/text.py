"""A result as plain lines: what pytest shows of a broken clause."""

from __future__ import annotations

from contract.results import Result


def story_lines(result: Result) -> list[str]:
    """The rule that is broken, the exchanges, what it costs, and how it is usually put right."""
    lines = [f"{result.name} ({result.severity}): {result.message}"]
    for number, step in enumerate(result.story, start=1):
        arrow = f" -> {step.answer}" if step.answer else ""
        lines.append(f"  {number:>2}. {step.request}{arrow}")
        if step.returned:
            lines.append(f"      => {step.returned}")
    lines += [f"  {label}: {text}" for label, text in (("cost", result.cost), ("fix", result.fix)) if text]
    return lines
