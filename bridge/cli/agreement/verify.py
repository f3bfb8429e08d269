"""`sla-bridge verify`: receipts re-derived by whoever has nothing but them."""

import json
from typing import TYPE_CHECKING, Any

import typer

from bridge.cli.console.streams import input_lines
from bridge.cli.console.terminal import json_text, say
from bridge.cli.options import PARTLY, Json

if TYPE_CHECKING:
    from collections.abc import Iterator


def verify(as_json: Json = False) -> None:
    """Read decisions with receipts from stdin, one JSON object a line (`decide --receipts`, `explain --json`); re-derive
    each clock from its ledger alone, to the second: deadline, times, breach, state; then the ticket's state and
    deadline; and name every difference.

    Needs no configuration and no network. Exit code 4: a line or a clock is not what it says.
    """
    wrong = False
    for number, line in enumerate(input_lines(), start=1):
        if line.isspace():
            continue
        answer = _verified(number, line)
        wrong = wrong or "error" in answer or bool(answer["problems"])
        wrong = wrong or any(clock["problems"] for clock in answer.get("clocks", ()))
        say(*([json_text(answer)] if as_json else _told(answer)))
    if wrong:
        raise typer.Exit(PARTLY)


def _verified(number: int, line: bytes) -> dict[str, Any]:
    from bridge.policies.proof.verify_decision import verify_decision
    from bridge.tickets import instant_text

    try:
        decision = _read(line)
        found = verify_decision(decision)
    except (ValueError, RecursionError, OverflowError) as error:
        return {"line": number, "error": f"this is no decision with receipts: {error}"}
    return {
        "line": number,
        "ticket_id": decision["ticket_id"],
        "number": decision["number"],
        "problems": list(found.problems),
        "without_receipt": [clock["metric"] for clock in found.without_receipt],
        "clocks": [
            {
                "metric": clock["metric"],
                "cycle": clock["cycle"],
                "due_at": instant_text(checked.due_at),
                "elapsed_seconds": checked.elapsed_seconds,
                "problems": list(checked.problems),
            }
            for clock, checked in found.clocks
        ],
    }


def _read(line: bytes) -> Any:
    """Return the line's JSON. Raises ValueError where there is none, or where a member stands twice: which one is meant?"""
    try:
        return json.loads(line, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise ValueError("a line is JSON in UTF-8, and this one is not") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"a line is one JSON object, and this one is no JSON: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice!r} stands twice in one object")
    return found


def _told(answer: dict[str, Any]) -> "Iterator[str]":
    if "error" in answer:
        yield f"line {answer['line']}: {answer['error']}"
        return
    for problem in answer["problems"]:
        yield f"{answer['number']}: {problem}"
    for clock in answer["clocks"]:
        name = f"{answer['number']} {clock['metric']} {clock['cycle']}"
        if clock["problems"]:
            yield from (f"{name}: {problem}" for problem in clock["problems"])
        else:
            due = f"due at {clock['due_at']}" if clock["due_at"] else "not due"
            yield f"{name}: {due}, {clock['elapsed_seconds']} s elapsed, as the ledger says"
    for metric in answer["without_receipt"]:
        yield f"{answer['number']} {metric}: without a receipt"
