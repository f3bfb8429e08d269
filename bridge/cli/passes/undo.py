"""`sla-bridge state runs` and `state undo`: what runs wrote, and how one is put back."""

import time
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.console.terminal import say, say_json, tell
from bridge.cli.options import PARTLY, Config, Json
from bridge.errors import ConfigurationInvalid

if TYPE_CHECKING:
    from bridge.settings.load import Settings
    from bridge.sync.memory.journal import Journal, Run
    from bridge.sync.undo import Left, UndoReport

_NAMED = 20
"""So many tickets are named on the terminal; `--json` names all."""


def runs(config: Config = None, as_json: Json = False) -> None:
    """List the runs that wrote something and can still be undone, the latest first."""
    from bridge.cli.wiring.configuration import read_settings
    from bridge.sync.memory.hold import Hold

    settings = read_settings(config)
    with closing(journal_of(settings)) as journal:
        kept = journal.runs()
    held = Hold(settings.state_path).read()
    if as_json:
        say_json({"runs": [_run_json(one) for one in kept], "held": None if held is None else str(held)})
        return
    if not kept:
        say(
            "no run is kept: none has written anything yet, or all were longer ago than `undo` in bridge.yaml keeps them"
        )
    for one in kept:
        say(_run_line(one))
    if held is not None:
        say(f"sync is held: {held}; `sla-bridge sync --release` lets it write again")


def undo(
    run: Annotated[int, typer.Argument(metavar="RUN", min=1, help="The run's number, as `state runs` lists it.")],
    plan: Annotated[bool, typer.Option("--plan", help="Show what would be put back; nothing is written.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put back what a run wrote, field by field where nobody changed it since, and hold `sync` from writing it again."""
    from bridge.cli.wiring.configuration import read_settings
    from bridge.connectors.stopping import between_requests
    from bridge.sync.memory.lock import exclusive, lock_of

    settings = read_settings(config)
    if plan:
        report = _looked(settings, run)
    else:
        with between_requests(), exclusive(lock_of(settings.state_path)):
            report = _undone(settings, run)
    if as_json:
        say_json(_as_json(report, planned=plan))
    else:
        _say(report, planned=plan)
    if not report.whole:
        raise typer.Exit(PARTLY)


def journal_of(settings: "Settings") -> "Journal":
    """Return the journal to be read."""
    from bridge.sync.memory.journal import Journal, Retention, beside

    return Journal(beside(settings.state_path), retention=Retention(), clock=time.time)


def _kept(journal: "Journal", run: int) -> "Run":
    from bridge.sync.undo import NoSuchRun

    found = next((one for one in journal.runs() if one.id == run), None)
    if found is None:
        raise NoSuchRun(f"no run {run} is kept", hint="`sla-bridge state runs` lists those that are")
    return found


def _looked(settings: "Settings", run: int) -> "UndoReport":
    from bridge.cli.wiring.helpdesk import connect
    from bridge.sync.undo import Undo

    with closing(journal_of(settings)) as journal:
        _kept(journal, run)
        with connect(settings) as helpdesk:
            writable = helpdesk.meta().writable
            return Undo(
                helpdesk=helpdesk, journal=journal, run=run, writable=writable, now=int(time.time())
            ).carry_out()


def _undone(settings: "Settings", run: int) -> "UndoReport":
    from bridge.cli.wiring.helpdesk import connect
    from bridge.cli.wiring.passes import opened_journal
    from bridge.sync.memory.hold import Held, Hold
    from bridge.sync.memory.state import SqliteState
    from bridge.sync.undo import Undo

    with closing(journal_of(settings)) as journal:
        wrote = _kept(journal, run)
        policy = _policy_in_force(settings) or wrote.policy
        with (
            closing(SqliteState(settings.state_path)) as state,
            connect(settings, route=state.fact("route")) as helpdesk,
            opened_journal(settings, policy=lambda: policy, undoes=run) as book,
        ):
            writable = helpdesk.meta().writable
            now = helpdesk.server_time or int(time.time())
            # Before the first write: whatever ends this, no pass writes again what was put back.
            Hold(settings.state_path).set(Held(run, policy, now))
            return Undo(
                helpdesk=helpdesk, journal=journal, run=run, writable=writable, now=now, state=state, book=book
            ).carry_out()


def _policy_in_force(settings: "Settings") -> str | None:
    """Return the digest of the policy that the next pass would write by; None where it is none that can be used."""
    from bridge.cli.wiring.configuration import assemble

    try:
        return assemble(settings, customers=False).policy.digest
    except ConfigurationInvalid:
        return None


def _run_json(run: "Run") -> dict[str, Any]:
    from bridge.tickets import format_instant, instant_text

    return {
        "run": run.id,
        "began_at": format_instant(run.began_at),
        "ended_at": instant_text(run.ended_at),
        "tickets": run.tickets,
        "policy": run.policy,
        "undoes": run.undoes,
    }


def _run_line(run: "Run") -> str:
    from bridge.tickets import format_instant

    what = "" if run.undoes is None else f", undid run {run.undoes}"
    end = "" if run.ended_at is not None else ", stopped before its end"
    return f"{run.id}: {format_instant(run.began_at)}, {run.tickets} ticket(s){what}{end}"


def _as_json(report: "UndoReport", *, planned: bool) -> dict[str, Any]:
    return {
        "run": report.run,
        "planned": planned,
        "put_back": report.put_back,
        "partly": report.partly,
        "as_before": report.as_before,
        "left": [
            {
                "ticket_id": one.ticket_id,
                "number": one.number,
                "field": one.name,
                "wrote": one.wrote,
                "stands": one.stands,
                "run": one.run,
            }
            for one in report.left
        ],
        "gone": report.gone,
        "failed": [{"ticket_id": one.id, "reason": one.reason} for one in report.failed],
        "actions": [{"number": number, "key": key} for number, key in report.actions],
    }


def _say(report: "UndoReport", *, planned: bool) -> None:
    would = "would be " if planned else ""
    left: dict[str, list[Left]] = {}
    for one in report.left:
        left.setdefault(one.number, []).append(one)
    say(
        f"run {report.run}: {report.put_back} ticket(s) {would}put back, {len(left)} with what others changed since"
        f" ({report.partly} of them in part), {report.as_before} as before already, {len(report.gone)} gone,"
        f" {len(report.failed)} skipped"
    )
    _name([f"left: ticket {number}: {', '.join(map(_left_words, some))}" for number, some in left.items()])
    _name([f"not undone: ticket {number}: action {key}" for number, key in report.actions])
    for trouble in report.failed:
        tell(f"skipped: ticket id {trouble.id}: {trouble.reason}")
    if not planned:
        say("sync is held until the policy is another one, or until `sla-bridge sync --release`")


def _left_words(left: "Left") -> str:
    who = "somebody else" if left.run is None else f"run {left.run}"
    return f"{left.name} holds {left.stands!r} by {who}"


def _name(lines: list[str]) -> None:
    for line in lines[:_NAMED]:
        say(line)
    if len(lines) > _NAMED:
        say(f"… and {len(lines) - _NAMED} more; --json names all")
