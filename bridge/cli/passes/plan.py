"""`sla-bridge plan`: what `sync` would write, without writing anything."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.console.terminal import say_json, tell
from bridge.cli.options import PARTLY, Config, Everything, Json

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.sync.engine import Survey
    from bridge.sync.memory.hold import Held
    from bridge.sync.planned.native_date import DateChange

_PENDING = 10


def plan(
    config: Config = None,
    everything: Everything = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 10 when there is something to write.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what `sync` would write; nothing is written, neither in the helpdesk nor here."""
    survey, language, held = _surveyed(config, everything=everything)
    planned = survey.plan
    if as_json:
        say_json(_as_json(survey))
    else:
        _show(survey, language)
        if held is not None:
            tell(f"note: sync is held: {held}")
    if planned.unreadable or any(one.missing for one in survey.standing):
        raise typer.Exit(PARTLY)
    if exit_code and planned.changes:
        raise typer.Exit(_PENDING)


def _surveyed(config: "Path | None", *, everything: bool) -> "tuple[Survey, str, Held | None]":
    """Return what a pass would do, the language of the policy, and what holds passes from it."""
    from bridge.cli.wiring.configuration import read_settings
    from bridge.cli.wiring.deciding import Deferred
    from bridge.cli.wiring.passes import pass_engine, pass_options
    from bridge.settings.fingerprint import fingerprint
    from bridge.sync.memory.hold import Hold

    settings = read_settings(config)
    deferred = Deferred(settings)
    deferred.load()
    options, basis = pass_options(settings, everything=everything), fingerprint(settings, int(time.time()))
    with pass_engine(deferred, options, basis=basis, read_only=True) as engine:
        return engine.survey(whole=True), deferred.policy.language, Hold(settings.state_path).read()


def _as_json(survey: "Survey") -> dict[str, Any]:
    from bridge.cli.passes.sync import notice_json
    from bridge.policies.outcome.decision_json import action_json
    from bridge.tickets import format_instant

    planned = survey.plan
    return {
        "at": format_instant(planned.at),
        "digest": planned.digest,
        "examined": planned.examined,
        "changes": [
            {
                "ticket_id": one.ticket_id,
                "number": one.number,
                "level": {"from": one.level_before, "to": one.level_after},
                "fields": {field.name: {"from": field.before, "to": field.after} for field in one.fields},
                **_date_json(one.date),
                "actions": list(one.actions),
            }
            for one in planned.changes
        ],
        "letters": [action_json(one) for one in planned.letters],
        "rollout": None if survey.part is None else {"tickets": len(planned.changes), "passes": survey.part.passes},
        "gone": list(planned.gone),
        "failed": [{"ticket_id": one.id, "reason": one.reason} for one in planned.unreadable],
        "notes": list(planned.notes),
        "notices": [notice_json(one) for one in survey.standing],
    }


def _date_json(date: "DateChange | None") -> dict[str, Any]:
    from bridge.tickets import instant_text

    if date is None:
        return {}
    return {
        "native": {
            "due_at": {
                "from": instant_text(date.stands),
                "to": None if date.after is None else instant_text(date.after.due_at),
            },
            "release": date.releases,
        }
    }


def _show(survey: "Survey", language: str) -> None:
    from bridge.cli.console.render import out, plan_actions, plan_table

    planned = survey.plan
    for notice in survey.standing:
        tell(f"warning: {notice.text}")
    plan_table(planned)
    plan_actions(planned, language)
    standing = {one.text for one in survey.standing}
    for note in (one for one in planned.notes if one not in standing):
        tell(f"note: {note}")
    for trouble in planned.unreadable:
        tell(f"skipped: ticket id {trouble.id}: {trouble.reason}")
    acts = f", {planned.acts} action(s) would be carried out" if planned.acts else ""
    passes = "" if survey.part is None else f" in {survey.part.passes} passes"
    out().print(
        f"{len(planned.changes)} of {planned.examined} ticket(s) would change{passes}{acts}; plan {planned.digest}"
    )
