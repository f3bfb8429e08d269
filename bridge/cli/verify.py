"""`sla-bridge verify`: receipts re-derived by whoever has nothing but them."""

import json
from typing import TYPE_CHECKING, Any

import typer

from bridge.cli.options import PARTLY, Json
from bridge.cli.streams import input_lines

if TYPE_CHECKING:
    from collections.abc import Iterator


def verify(as_json: Json = False) -> None:
    """Read decisions with receipts from stdin, one JSON object a line (`decide --receipts`, `explain --json`); re-derive each
    clock's deadline and elapsed time from its ledger alone, to the second, and name every difference.

    Needs no configuration and no network. Exit code 4: a line or a clock is not what it says.
    """
    wrong = False
    for number, line in enumerate(input_lines(), start=1):
        if line.isspace():
            continue
        answer = _verified(number, line)
        wrong = wrong or "error" in answer or any(clock["problems"] for clock in answer["clocks"])
        for shown in [json.dumps(answer, ensure_ascii=False)] if as_json else _told(answer):
            print(shown)
    if wrong:
        raise typer.Exit(PARTLY)


def _verified(number: int, line: bytes) -> dict[str, Any]:
    from bridge.policies.proof.verify import verify as re_derive
    from bridge.tickets import instant_text

    try:
        decision = json.loads(line)
        clocks = [(clock, re_derive(clock)) for clock in decision["clocks"] if "receipt" in clock]
        bare = [clock["metric"] for clock in decision["clocks"] if "receipt" not in clock]
        answer: dict[str, Any] = {
            "line": number,
            "ticket_id": decision["ticket_id"],
            "number": decision["number"],
            "without_receipt": bare,
        }
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        return {"line": number, "error": f"this is no decision with receipts: {error}"}
    answer["clocks"] = [
        {
            "metric": clock["metric"],
            "cycle": clock["cycle"],
            "due_at": instant_text(found.due_at),
            "elapsed_seconds": found.elapsed_seconds,
            "problems": list(found.problems),
        }
        for clock, found in clocks
    ]
    return answer


def _told(answer: dict[str, Any]) -> "Iterator[str]":
    if "error" in answer:
        yield f"line {answer['line']}: {answer['error']}"
        return
    for clock in answer["clocks"]:
        name = f"{answer['number']} {clock['metric']} {clock['cycle']}"
        if clock["problems"]:
            yield from (f"{name}: {problem}" for problem in clock["problems"])
        else:
            due = f"due at {clock['due_at']}" if clock["due_at"] else "not due"
            yield f"{name}: {due}, {clock['elapsed_seconds']} s elapsed, as the ledger says"
    for metric in answer["without_receipt"]:
        yield f"{answer['number']} {metric}: without a receipt"
