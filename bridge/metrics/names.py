"""What is measured: every metric's name, kind, label and meaning. The reference page is made of this table."""

from dataclasses import dataclass

PREFIX = "sla_bridge_"

DONE, PARTLY = "done", "partly"
OUTCOMES = {
    0: DONE,
    3: "configuration",
    4: PARTLY,
    5: "helpdesk",
    6: "guard",
    7: "lease",
    9: "state",
    130: "stopped",
}
"""How a pass ended, by the exit code that it has in `sync`; any other code is a bug."""

BUG = "bug"
ENDINGS = (*OUTCOMES.values(), BUG)
ACTION_STATES = ("accepted", "done", "already", "held", "refused", "unknown", "dropped")
"""What may become of an action, see `bridge.protocols.writing.ActionOutcome`."""


@dataclass(frozen=True, slots=True)
class Series:
    """One metric: `counter` or `gauge`, what it tells, the name of its label, empty where it has none, and the values that the
    label is known to take."""

    kind: str
    meaning: str
    label: str = ""
    values: tuple[str, ...] = ()


COUNTER, GAUGE = "counter", "gauge"

SERIES: dict[str, Series] = {
    "passes_total": Series(COUNTER, f"passes by how they ended: {', '.join(ENDINGS)}", "outcome", ENDINGS),
    "pass_seconds_total": Series(COUNTER, "seconds that all passes together took"),
    "requests_total": Series(COUNTER, "requests to the helpdesk, repetitions included"),
    "tickets_examined_total": Series(COUNTER, "tickets that were decided"),
    "tickets_written_total": Series(COUNTER, "tickets that were written"),
    "tickets_skipped_total": Series(COUNTER, "tickets that could not be read or written"),
    "conflicts_total": Series(COUNTER, "writes that found the ticket edited meanwhile, and were decided anew"),
    "actions_total": Series(
        COUNTER, f"actions by what became of them: {', '.join(ACTION_STATES)}", "state", ACTION_STATES
    ),
    "last_pass_seconds": Series(GAUGE, "seconds that the last pass took"),
    "last_pass_timestamp_seconds": Series(GAUGE, "when the last pass ended, however it ended"),
    "last_success_timestamp_seconds": Series(GAUGE, f"when the last pass ended that was {DONE} or {PARTLY}"),
    "tickets_open": Series(GAUGE, "open tickets that the bridge knows"),
    "tickets_at_risk": Series(GAUGE, "open tickets that are at risk"),
    "tickets_overdue": Series(GAUGE, "open tickets that are overdue"),
    "rollout_waiting_tickets": Series(
        GAUGE, "open tickets that a change which is being rolled out has not reached yet"
    ),
    "standing_troubles": Series(
        GAUGE, "troubles that stand until somebody mends them, as `sla-bridge plan` lists them"
    ),
    "held": Series(
        GAUGE, "1 while an undo holds passes from writing, until the policy changes or somebody releases them"
    ),
    "missing_sources": Series(GAUGE, "sources and lists of events of the registry that are missing"),
    "registry_as_of_timestamp_seconds": Series(GAUGE, "of when the oldest source of the registry is"),
    "calendar_end_timestamp_seconds": Series(
        GAUGE, "end of the last day for which a calendar's holidays are published", "calendar"
    ),
    "build_info": Series(GAUGE, "1, with the version of the bridge", "version"),
}
"""Names without the prefix."""
