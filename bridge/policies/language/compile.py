"""From the bytes of a configuration folder to a compiled policy, or to every problem of the first stage that has one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bridge.errors import ConfigurationInvalid, Problem, Severity, Stage
from bridge.files.positions import Document, hint_for
from bridge.files.validate import validate
from bridge.policies.agreement.metrics import STANDARD_TITLES
from bridge.policies.agreement.policy import Policy, PortalWord, Revision
from bridge.policies.language.action_checks import action_findings, refuse_equal_ids
from bridge.policies.language.actions import compile_events, compile_reminders
from bridge.policies.language.calendar_choice import usual_name
from bridge.policies.language.calendars import CompiledCalendars, compile_calendars
from bridge.policies.language.checks import compile_checks
from bridge.policies.language.clocks import compile_clocks
from bridge.policies.language.conditions.compiled import named_tree
from bridge.policies.language.conditions.names import HelpdeskName
from bridge.policies.language.documents import by_revision, no_policy, policy_documents, policy_files, second_policies
from bridge.policies.language.draft import STANDARD_FIELDS, STANDARD_INPUTS, Draft
from bridge.policies.language.helpdesk_names import NamesOfOneKind, helpdesk_names, names_in_actions
from bridge.policies.language.levels import compile_levels
from bridge.policies.language.lint import lint
from bridge.policies.language.models import PolicyDocument
from bridge.policies.language.obligations import compile_obligations, obligation_findings
from bridge.policies.language.raises import refuse_bad_raises
from bridge.policies.language.rules import compile_rules
from bridge.policies.language.short_titles import doubtful_short_titles
from bridge.policies.language.unused import unused_calendars, unused_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileResult:
    """A compiled policy, what its author should look at, and the names it compares tickets with.

    `names` maps `status`, `department`, `topic` and `priority` to the names and ids that conditions use;
    `helpdesk_names` tells of any name whether the policy knows it. `placed_names` are the tests that name something of the
    helpdesk, each with its place, so that they can be compared with what the helpdesk has.
    """

    policy: Policy
    warnings: tuple[Problem, ...]
    names: Mapping[str, frozenset[str]]
    helpdesk_names: Mapping[str, NamesOfOneKind]
    placed_names: tuple[HelpdeskName, ...]


def compile_policy(files: Mapping[str, bytes], *, today: date | None = None) -> CompileResult:
    """Return the policy written in `files` (path relative to the configuration folder, to content).

    `policies/*.yaml` without `*_test.yaml` are the policy, `calendars/*.yaml` its calendars; other files serve
    calendars and the digest. `today` lets the checker warn about what has expired or soon ends. Raises
    ConfigurationInvalid with the problems of all files.
    """
    problems: list[Problem] = []
    calendars = compile_calendars(files, problems)
    documents = policy_documents(files, problems)
    drafts = _drafts(documents, calendars, problems)
    revisions = [_revision(draft) for draft in drafts]
    if not documents and not problems:
        problems.append(no_policy(files))
    if all(problem.severity is Severity.WARNING for problem in problems):
        findings = [
            *lint(drafts, revisions, calendars, today),
            *doubtful_short_titles(drafts),
            *action_findings(drafts, revisions),
            *obligation_findings(drafts),
            *unused_fields(drafts),
            *unused_calendars(drafts, calendars, files),
        ]
        problems += [replace(finding, stage=Stage.MEANING) for finding in findings]
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ConfigurationInvalid(problems)
    names = helpdesk_names(drafts)
    return CompileResult(
        policy=_policy(files, drafts, revisions, calendars),
        warnings=tuple(dict.fromkeys(problems)),
        names={kind: one.compared for kind, one in names.items()},
        helpdesk_names=names,
        placed_names=_placed_names(drafts),
    )


def _drafts(documents: Sequence[Document], calendars: CompiledCalendars, problems: list[Problem]) -> list[Draft]:
    """Return a draft of every revision whose shape is right, in the order of their dates."""
    drafts: list[Draft] = []
    for document in by_revision(documents, problems):
        model = validate(PolicyDocument, document, problems)
        if model is not None:
            draft = Draft(
                document=document,
                model=model,
                problems=problems,
                calendars=calendars.by_id,
                fields=STANDARD_FIELDS.union(model.fields, model.inputs),
                checks=frozenset(model.checks),
                conditions=model.conditions,
                zone_calendar=usual_name(model.defaults.calendar),
            )
            drafts.append(draft)
    problems += second_policies(documents)
    return sorted(drafts, key=lambda draft: draft.model.valid_from or date.min)


def _revision(draft: Draft) -> Revision:
    for name in draft.model.conditions:
        draft.trees["conditions", name] = named_tree(name, draft)
    checks = compile_checks(draft)
    levels = compile_levels(draft)
    rules = compile_rules(draft)
    clocks = compile_clocks(draft, levels.values())
    _refuse_unknown_metrics(draft)
    refuse_bad_raises(levels, rules, clocks, draft)
    revision = Revision(
        valid_from=draft.model.valid_from,
        valid_until=draft.model.valid_until,
        levels=levels,
        rules=rules,
        clocks=clocks,
        checks=checks,
        events=compile_events(draft),
        reminders=compile_reminders(draft),
        calendar=draft.calendars.get(draft.zone_calendar or ""),
        obligations=compile_obligations(draft),
    )
    refuse_equal_ids(revision, draft)
    return revision


def _refuse_unknown_metrics(draft: Draft) -> None:
    """Report the breaches of metrics that nobody measures."""
    known = {*STANDARD_TITLES, *draft.model.clocks}
    for path, count in draft.breaches.items():
        if count.metric not in known:
            draft.report("unknown_metric", f"unknown metric {count.metric!r}", path, hint_for(count.metric, known))


def _policy(
    files: Mapping[str, bytes], drafts: Sequence[Draft], revisions: Sequence[Revision], calendars: CompiledCalendars
) -> Policy:
    latest, content = drafts[-1].model, _content(files, calendars)
    return Policy(
        id=latest.policy,
        title=latest.title,
        language=latest.language,
        revisions=tuple(revisions),
        calendars=calendars.usable,
        agent_inputs=STANDARD_INPUTS.union(*(draft.model.inputs for draft in drafts)),
        digest=f"sha256:{hashlib.sha256(content.encode()).hexdigest()}",
        content=content,
        breaches=frozenset(count for draft in drafts for count in draft.breaches.values()),
        portal=tuple(word for word in PortalWord if word in latest.portal.show),
    )


def _placed_names(drafts: Sequence[Draft]) -> tuple[HelpdeskName, ...]:
    """Return each test and each action that names something of the helpdesk once; a file that revisions extend has its places
    in all of them."""
    named = [one for draft in drafts for one in (*draft.placed_names, *names_in_actions(draft))]
    found = {(one.place, one.fact, one.operator): one for one in named}
    return tuple(sorted(found.values(), key=lambda one: (one.place.file, one.place.line, one.place.column)))


def _content(files: Mapping[str, bytes], calendars: CompiledCalendars) -> str:
    """Return the digests of all that decides: policies, calendars with holiday data, catalogue."""

    def hashed(names: Sequence[str]) -> dict[str, str]:
        return {name: hashlib.sha256(files[name]).hexdigest() for name in names}

    contents = {
        "policies": hashed(policy_files(files)),
        "calendars": {name: calendar.digest for name, calendar in sorted(calendars.usable.items())},
        "catalogue": hashed([name for name in sorted(files) if name.startswith("catalogue")]),
    }
    return json.dumps(contents, sort_keys=True)
