"""What `policy check` finds in a policy that compiles: rules nothing reaches, holes, unused levels, data that ends."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice, zip_longest

from bridge.errors import Problem, Severity
from bridge.fields import AUTOMATIC
from bridge.files.positions import Path, hint_for
from bridge.policies.agreement.policy import Level, Revision, Rule, TargetRow, Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.policies.checks.deferral import Deferral
from bridge.policies.language.calendars import CompiledCalendars
from bridge.policies.language.conditions.compiled import CompiledCondition, as_compiled
from bridge.policies.language.conditions.index import ConditionIndex
from bridge.policies.language.conditions.logic import can_hold, left_over, told
from bridge.policies.language.conditions.tree import Leaf, leaves
from bridge.policies.language.draft import STANDARD_INPUTS, Draft
from bridge.policies.language.rules import UNNUMBERED, overlapping_pairs
from bridge.policies.language.silent_registry import channels_of_silence, unheeded_silence
from bridge.tickets import Source

SOON = timedelta(days=60)
"""How long before the end of holiday data or of an exception the checker speaks up."""

MOST_TOGETHER = 30
"""How many overlapping rules are looked at together; more would cost more than the answer is worth."""

NONE = "none"
"""What policy tests expect where there is no level and no rule; neither may be called so."""


def lint(
    drafts: Sequence[Draft],
    revisions: Sequence[Revision],
    calendars: CompiledCalendars,
    today: date | None,
) -> list[Problem]:
    """Return the findings over all revisions; warnings, except for names that the helpdesk could not take."""
    findings: list[Problem] = []
    for draft, revision in zip(drafts, revisions, strict=True):
        report = _Report(draft, findings)
        _level_names(revision, report)
        _rule_names(revision, report)
        _unreached_rules(revision, report)
        _equal_numbers(revision, report)
        _rule_holes(revision, report)
        _silent_registry(revision, report)
        _impossible_checks(revision, report)
        _target_rows(revision, report)
        _calendar_holes(report)
        _unused(revision, report)
        _input_values(revision, report)
        _thresholds(revision, report)
        if today is not None:
            _dates(revision, report, today)
    if today is not None and drafts:
        _holiday_data(drafts, calendars, today, findings)
    _gaps(drafts, findings)
    return findings


class _Report:
    """Adds findings about one revision, at places of its document."""

    def __init__(self, draft: Draft, findings: list[Problem]) -> None:
        self.draft = draft
        self._findings = findings
        model = draft.model
        self.rule_paths: dict[str, Path] = {one.id: ("exceptions", index) for index, one in enumerate(model.exceptions)}
        self.rule_paths |= {one.id: ("rules", index) for index, one in enumerate(model.rules)}

    def warn(
        self,
        code: str,
        message: str,
        path: Path,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Add a warning, or a problem of another severity."""
        document = self.draft.document
        place = document.narrow(path)
        self._findings.append(document.problem(code, message, path=place, hint=hint, key=key, severity=severity))

    def refuse(self, code: str, message: str, path: Path, hint: str) -> None:
        """Add an error at a key."""
        self.warn(code, message, path, hint, key=True, severity=Severity.ERROR)


def _level_names(revision: Revision, report: _Report) -> None:
    """Level ids become choice keys, and osTicket's filter takes a key for every other one it ends."""
    names = [AUTOMATIC, *revision.levels]
    for id_ in revision.levels:
        path: Path = ("levels", id_)
        if id_ == AUTOMATIC:
            message = "'automatic' cannot be a level: it is the choice that leaves the level to the rules"
            report.refuse("reserved_level", message, path, "give the level another id")
            continue
        if id_ == NONE:
            message = "'none' cannot be a level: in policy tests it says that there is no level"
            report.refuse("reserved_level", message, path, "give the level another id, such as no-support")
        longer = next((name for name in names if name != id_ and name.endswith(id_)), None)
        if longer is not None:
            message = f"the level id {id_!r} is the tail of {longer!r}; osTicket's queue filters would mix them up"
            report.refuse("level_tail", message, path, "rename one of them")


def _rule_names(revision: Revision, report: _Report) -> None:
    if any(rule.id == NONE for rule in revision.rules):
        message = "'none' cannot be a rule: in policy tests it says that no rule decided"
        report.refuse("reserved_rule", message, (*report.rule_paths[NONE], "id"), "give the rule another id")


def _silent_registry(revision: Revision, report: _Report) -> None:
    rule = unheeded_silence(revision.rules, revision.checks)
    if rule is not None:
        message = (
            f"the rule {rule.id!r} needs the registry of customers, and no rule says what holds while that is silent; "
            "its customers would fall to the rules below"
        )
        hint = "add a rule for 'customer: {presence: [unknown, ambiguous]}', or for a check that is unknown"
        report.warn("silent_registry", message, (*report.rule_paths[rule.id], "id"), hint)
    _silent_channels(revision, report)


def _silent_channels(revision: Revision, report: _Report) -> None:
    """What holds while the registry is silent should hold for every channel."""
    channels = {
        level: frozenset(value for leaf in leaves(tree) for value in leaf.values or ())
        for level, tree in report.draft.channels.items()
    }
    answering, left_out = channels_of_silence(revision.rules, revision.checks, channels)
    for rule in answering if left_out else ():
        if rule.level in channels and not rule.approver:
            message = (
                f"the rule {rule.id!r} says what holds while the registry is silent, but its level {rule.level!r} is only for "
                f"{_told(channels[rule.level])}; what came by {_told(left_out)} would fall to the rules below"
            )
            hint = "give it a level without 'channels', or add a rule with one for the other channels"
            report.warn("silent_registry", message, (*report.rule_paths[rule.id], "id"), hint)


def _told(channels: frozenset[str]) -> str:
    return ", ".join(one for one in map(str, Source) if one in channels)


def _impossible_checks(revision: Revision, report: _Report) -> None:
    for check in revision.checks:
        for key, condition in check.conditions.items():
            if not can_hold(as_compiled(condition)):
                message = f"{key!r} of the check {check.id!r} can never hold: its conditions contradict each other"
                path = ("checks", check.id, key)
                report.warn("impossible_check", message, path, "remove one of the conditions", key=True)


def _bounded(rule: Rule) -> bool:
    return rule.valid_from is not None or rule.valid_until is not None


def _unreached_rules(revision: Revision, report: _Report) -> None:
    # A rule that holds for a time only never takes all tickets from a later one.
    standing: list[Rule] = []
    index = ConditionIndex()
    for rule in revision.rules:
        path = (*report.rule_paths[rule.id], "id")
        condition = as_compiled(rule.when)
        if not can_hold(condition):
            message = f"the rule {rule.id!r} can never hold: its conditions contradict each other"
            report.warn("impossible_rule", message, path, "remove one of the conditions")
            continue
        first = next(index.following(condition), None)
        if first is not None:
            shadow = standing[first]
            message = f"the rule {rule.id!r} is never reached: {shadow.id!r} ({shadow.at}) takes every ticket it fits"
            report.warn("shadowed_rule", message, path, "move it up, or remove it")
        elif _taken_together(condition, index, standing):
            message = f"the rule {rule.id!r} is never reached: the rules before it together take every ticket it fits"
            report.warn("unreachable_rule", message, path, "move it up, or remove it")
        if not _bounded(rule):
            standing.append(rule)
            index.add(condition)


def _taken_together(condition: CompiledCondition | None, index: ConditionIndex, standing: Sequence[Rule]) -> bool:
    """Return True only when the rules together certainly take all that the condition fits."""
    near = list(islice(index.overlapping(condition), MOST_TOGETHER + 1))
    return (
        len(near) <= MOST_TOGETHER
        and left_over(condition, [as_compiled(standing[number].when) for number in near]) == []
    )


def _equal_numbers(revision: Revision, report: _Report) -> None:
    """Rules of one number in one file go by their order there, which the numbers were meant to say."""
    for first, second in overlapping_pairs(rule for rule in revision.rules if 0 < rule.priority < UNNUMBERED):
        if first.level != second.level:
            number = second.priority
            message = f"the rules {first.id!r} ({first.at}) and {second.id!r} overlap, and both bear number {number}"
            path = (*report.rule_paths[second.id], "number")
            report.warn("overlapping_rules", message, path, "the first of them decides; give each its own number")


def _rule_holes(revision: Revision, report: _Report) -> None:
    left = left_over(None, [as_compiled(rule.when) for rule in revision.rules if not _bounded(rule)])
    if left:
        message = f"tickets that fit no rule get no level; for example: {told(left[0])}"
        report.warn("rule_hole", message, ("rules",), "end the list with a rule without 'when'", key=True)


def _target_rows(revision: Revision, report: _Report) -> None:
    for level in revision.levels.values():
        path: Path = ("levels", level.id)
        if not level.targets:
            hint = "add 'targets:'; tickets of this level have the state none"
            report.warn("no_targets", f"the level {level.id!r} has no targets", path, hint, key=True)
        # Rows that are inherited are looked at where they stand.
        own = report.draft.model.levels[level.id].targets or {}
        for metric in dict.fromkeys(row.metric for row in level.targets if row.metric in own):
            rows = [row for row in level.targets if row.metric == metric]
            _shadowed_rows(level, rows, metric, report)
            _target_hole(level, rows, metric, report)


def _target_hole(level: Level, rows: list[TargetRow], metric: str, report: _Report) -> None:
    left = left_over(None, [as_compiled(row.when) for row in rows])
    if left:
        message = f"the level {level.id!r} has a hole in {metric!r}; for example: {told(left[0])}"
        hint = "add 'otherwise' or a row without 'when'; write 'none' where there shall be no target"
        report.warn("target_hole", message, ("levels", level.id, "targets", metric), hint, key=True)


def _calendar_holes(report: _Report) -> None:
    for path, choice in report.draft.calendar_choices.items():
        if choice is None or choice.table is None:
            continue
        left = left_over(None, [as_compiled(cell.when) for cell in choice.table.cells])
        if left:
            message = f"the table of calendars has a hole; for example: {told(left[0])}"
            hint = "add 'otherwise'; without a calendar a ticket has the state none"
            report.warn("calendar_hole", message, (*path, "of"), hint, key=True)


def _shadowed_rows(level: Level, rows: list[TargetRow], metric: str, report: _Report) -> None:
    path = ("levels", level.id, "targets", metric)
    for index, row in enumerate(rows):
        before = [as_compiled(earlier.when) for earlier in rows[:index]]
        if before and left_over(as_compiled(row.when), before) == []:
            message = (
                f"a target of {metric!r} in the level {level.id!r} is never used ({row.at}): rows before it cover it"
            )
            report.warn("shadowed_target", message, path, "move it up, or remove it", key=True)


def _unused(revision: Revision, report: _Report) -> None:
    given = {rule.level for rule in revision.rules}
    given |= {one.to for level in revision.levels.values() for one in level.raises}
    for id_ in revision.levels:
        if id_ not in given:
            message = f"no rule gives the level {id_!r}"
            report.warn("unused_level", message, ("levels", id_), "add a rule, or remove the level", key=True)
    for name in report.draft.model.conditions:
        if name not in report.draft.used_conditions:
            message = f"nothing uses the condition {name!r}"
            report.warn("unused_condition", message, ("conditions", name), "remove it", key=True)
    metrics = {row.metric for level in revision.levels.values() for row in level.targets}
    for metric in report.draft.model.clocks:
        if metric not in metrics:
            message = f"no level has a target for the metric {metric!r}"
            report.warn("unused_metric", message, ("clocks", metric), "add a target, or remove the clock", key=True)


def _input_values(revision: Revision, report: _Report) -> None:
    """Conditions on agents' fields may only ask for values that the fields can have."""
    choosable = {level.id for level in revision.levels.values() if level.person_may_choose}
    allowed = _allowed_values(choosable)
    asked: set[str] = set()
    impossible: dict[tuple[str, str], tuple[str, Path]] = {}
    for path, name, leaf in _asked_inputs(report.draft):
        values = leaf.values or frozenset()
        if name == "sla_set_level":
            asked |= values
        for value in sorted(values - allowed.get(name, values)):
            # A named condition is told once, however often it is used.
            impossible.setdefault((leaf.at, value), (name, path))
    for (at, value), (name, path) in impossible.items():
        message = f"{name!r} can never be {value!r} ({at})"
        report.warn("impossible_value", message, path, hint_for(value, allowed[name]))
    for id_ in sorted(choosable - asked):
        message = f"staff may choose the level {id_!r}, but no rule heeds that choice"
        hint = f"add a rule 'when: {{fields: {{sla_set_level: {id_}}}}}', or set 'person_may_choose: false'"
        report.warn("unheeded_choice", message, ("levels", id_), hint, key=True)


def _allowed_values(choosable: set[str]) -> Mapping[str, set[str]]:
    """Return the values that each standard field of agents can have."""
    flags = {name: {"true", "false"} for name in STANDARD_INPUTS - {"sla_set_promise"}}
    return {**flags, "sla_set_level": choosable | {AUTOMATIC}, "sla_set_deferral": {one.value for one in Deferral}}


def _asked_inputs(draft: Draft) -> Iterator[tuple[Path, str, Leaf]]:
    """Yield each leaf that asks for the value of a field, with the path of its condition and the field's name."""
    for path, tree in draft.trees.items():
        for leaf in leaves(tree):
            if leaf.path.startswith("fields.") and leaf.operator != "set":
                yield path, leaf.path.removeprefix("fields."), leaf


def _thresholds(revision: Revision, report: _Report) -> None:
    early: dict[tuple[Path, str, str], list[str]] = {}
    idle: dict[tuple[Path, str], str] = {}
    for level in revision.levels.values():
        for path, threshold, amount in _placed(level, report):
            if threshold.every is not None and not threshold.actions:
                idle[path, threshold.id] = str(threshold.every)
            if _takes_all(threshold, amount):
                early.setdefault((path, threshold.id, str(threshold.before)), []).append(str(amount))
        _order_of_metrics(level, report)
    for (path, id_, before_due), amounts in early.items():
        clocks = ", ".join(dict.fromkeys(amounts))
        message = f"the threshold {id_!r} ({before_due} before) begins with the clock of {clocks}"
        report.warn("early_threshold", message, path, "use a share such as 75%, or a shorter time", key=True)
    for (path, id_), every in idle.items():
        message = f"the threshold {id_!r} comes again every {every} and does nothing"
        report.warn("idle_threshold", message, path, "give it 'actions'", key=True)


def _placed(level: Level, report: _Report) -> Iterator[tuple[Path, Threshold, Amount]]:
    """Yield the thresholds of the level's targets, each with the path where it stands and the amount of its target."""
    own = report.draft.model.levels[level.id].targets or {}
    for metric, target in ((row.metric, row.target) for row in level.targets if row.target and row.metric in own):
        for number, threshold in enumerate(target.thresholds):
            # One that every target has is told where it stands, not at each of them.
            of_all = target.thresholds is report.draft.thresholds
            path = _of_every_target(number, report) if of_all else ("levels", level.id, "targets", metric)
            yield path, threshold, target.amount


def _takes_all(threshold: Threshold, amount: Amount) -> bool:
    before = threshold.before
    return before is not None and before.kind == amount.kind and before.value >= amount.value


def _of_every_target(number: int, report: _Report) -> Path:
    """Return where the threshold of that number stands; the short form `at_risk` comes first."""
    short = report.draft.model.defaults.at_risk is not None
    return ("defaults", "at_risk") if short and not number else ("defaults", "thresholds", number - short)


def _order_of_metrics(level: Level, report: _Report) -> None:
    plain = {row.metric: row.target.amount for row in level.targets if row.when is None and row.target is not None}
    first, last = plain.get("first_response"), plain.get("resolution")
    if first and last and first.kind == last.kind and last.value < first.value:
        message = f"the level {level.id!r} must resolve ({last}) before it must answer ({first})"
        report.warn("resolution_first", message, ("levels", level.id, "targets", "resolution"), key=True)


def _dates(revision: Revision, report: _Report, today: date) -> None:
    for rule in revision.rules:
        path = report.rule_paths[rule.id]
        kind = "exception" if rule.approver else "rule"
        if rule.valid_until is not None and rule.valid_until < today:
            message = f"the {kind} {rule.id!r} ended on {rule.valid_until}"
            report.warn("expired", message, (*path, "id"), "remove it, or give it a new date")
        elif rule.approver and rule.valid_until is not None and rule.valid_until - today <= SOON:
            message = f"the exception {rule.id!r} ends on {rule.valid_until}"
            report.warn("ends_soon", message, (*path, "until"), f"ask {rule.approver} whether it shall go on")


def _holiday_data(drafts: Sequence[Draft], calendars: CompiledCalendars, today: date, findings: list[Problem]) -> None:
    used = set().union(*(draft.used_calendars for draft in drafts))
    for name in sorted(used):
        calendar = calendars.by_id.get(name)
        if calendar is None or calendar.valid_through is None or calendar.valid_through - today > SOON:
            continue
        message = f"the holidays of the calendar {name!r} are published only up to {calendar.valid_through}"
        hint = "update the 'holidays' package, or list the days yourself; later deadlines are provisional"
        document = calendars.documents[name]
        findings.append(
            document.problem("data_ends", message, path=("holidays",), hint=hint, key=True, severity=Severity.WARNING)
        )


def _gaps(drafts: Sequence[Draft], findings: list[Problem]) -> None:
    for draft, later in zip_longest(drafts, drafts[1:]):
        end = draft.model.valid_until
        begin = later.model.valid_from if later is not None else None
        report = _Report(draft, findings)
        if end is not None and (begin is None or begin - end > timedelta(days=1)):
            until = f"until {begin}" if begin is not None else "for good"
            message = f"after {end} no policy is in force {until}"
            report.warn("policy_gap", message, ("valid_until",), "let the next revision begin the day after")
    if drafts and drafts[0].model.valid_from is not None:
        message = f"before {drafts[0].model.valid_from} no policy is in force"
        hint = "leave 'valid_from' out of the first revision unless older tickets shall have no level"
        _Report(drafts[0], findings).warn("policy_gap", message, ("valid_from",), hint)
