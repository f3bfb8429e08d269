"""The checks of `doctor`, each a finding with what was seen and the next step."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bridge.cli.doctor.action_findings import ACTIONS, action_findings
from bridge.cli.doctor.finding import Finding, fail, ok, warn
from bridge.cli.doctor.host_findings import host_findings
from bridge.cli.doctor.mapping_findings import mapping_findings, zone_findings
from bridge.cli.doctor.unit_findings import unit_findings
from bridge.cli.options import PARTLY
from bridge.cli.wiring.configuration import Configuration, load_configuration, read_settings
from bridge.cli.wiring.helpdesk import connect, setup_request
from bridge.errors import BridgeError, ConfigurationInvalid, GuardRefused, HelpdeskRefused, Severity, StateUnusable
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.policies.telling.abilities import FEATURE_ABILITIES, lacks_in_words
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.kind_words import KindWords
from bridge.protocols.provisioning import CountingPlan, SetupStep
from bridge.protocols.reading import FEATURES, Meta, Ping
from bridge.settings.load import Settings
from bridge.settings.model import PhraseSettings
from bridge.sync.clock import SKEW_SECONDS
from bridge.sync.memory.rolling import rollout_progress
from bridge.sync.memory.state import SqliteState
from bridge.sync.memory.vocabulary import Vocabulary, lost_names, unknown_names
from bridge.sync.screens import PUBLISHED, troubles_in
from bridge.tickets import Instant, format_instant

if TYPE_CHECKING:
    from bridge.connectors.registry.load import RegistryLoad

_SOON = timedelta(days=60)
"""How long before a calendar's published data ends it is time to look for the next year's."""

_HELPDESK, _STATE, _GUARD = HelpdeskRefused.exit_code, StateUnusable.exit_code, GuardRefused.exit_code
_REMEDIES = {
    "bridge.yaml": "Mend that place in bridge.yaml; its keys are in docs/reference/settings.md",
    "configuration": "Mend the place named; sla-bridge policy check shows it again without a helpdesk",
    "helpdesk": "Look into the logs of the helpdesk and of its web server; the next pass tries again by itself",
    "policy": "Mend the place named; sla-bridge policy check shows it again",
    "registry": "Mend what the registry's source holds there; sla-bridge registry check lists all of it",
    "state": "Check the disk and the owner of the file; sla-bridge state reset is always safe and costs one full scan",
}
"""The next step where an error names none of its own."""

_SCOPES = (
    ("read", "reading tickets", "fail", _HELPDESK),
    ("write", "writing fields", "fail", _HELPDESK),
    ("setup", "setup", "warn", 0),
)
"""What a key needs and what for, and what it means when it lacks that."""


def diagnose(config: Path | None, *, offline: bool) -> Iterator[Finding]:
    """Yield the findings in the order in which they are worth mending; what depends on a failed one is left out."""
    try:
        settings = read_settings(config)
    except BridgeError as error:
        yield from _failed("bridge.yaml", error)
        return
    yield ok("bridge.yaml", str(settings.folder))
    yield from _readable_on_the_way(settings.file.helpdesk.url)
    configuration: Configuration | None = None
    try:
        configuration = load_configuration(settings.folder)
        yield from _configuration(configuration)
    except BridgeError as error:
        yield from _failed("configuration", error)
    yield from _state(settings, None if configuration is None else configuration.policy.digest)
    yield from unit_findings()
    if not offline:
        yield from _helpdesk(settings, configuration)


def _readable_on_the_way(url: str) -> Iterator[Finding]:
    address = urlsplit(url)
    if address.scheme == "http" and not _stays_here(address.hostname or ""):
        found = f"the key and what customers write go to {address.hostname} without encryption"
        yield warn("key", found, "Give the helpdesk a certificate, and write https:// in helpdesk.url")


def _stays_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _failed(what: str, error: BridgeError) -> Iterator[Finding]:
    problems = error.problems if isinstance(error, ConfigurationInvalid) else ()
    if not problems:
        yield fail(what, error.message, error.hint or _REMEDIES[what], error.exit_code)
    for problem in problems:
        state = "fail" if problem.severity is Severity.ERROR else "warn"
        step = problem.hint or _REMEDIES[what]
        yield Finding(state, what, str(replace(problem, hint="")), step, error.exit_code)


def _configuration(configuration: Configuration) -> Iterator[Finding]:
    policy = configuration.policy
    revision = policy.revisions[-1]
    counted = f"{len(revision.levels)} levels, {len(revision.rules)} rules, {len(policy.calendars)} calendars"
    yield ok("policy", f"{policy.id}: {counted}")
    for problem in configuration.warnings:
        yield warn("policy", str(replace(problem, hint="")), problem.hint or _REMEDIES["policy"])
    today = datetime.now(UTC).date()
    for calendar in policy.calendars.values():
        if calendar.valid_through is not None and calendar.valid_through - today < _SOON:
            yield warn(
                "calendar",
                f"{calendar.id}: holidays are published up to {calendar.valid_through}, later deadlines are provisional",
                "Update the `holidays` package (pip install -U holidays) once the decree for the next year is out",
            )
    yield from _registry(configuration)


def _registry(configuration: Configuration) -> Iterator[Finding]:
    found = configuration.registry_load
    if found is None:
        yield warn(
            "registry",
            "none is configured: no customer is known, and no level is lowered for it",
            "Describe yours in a file and name it under `registry` in bridge.yaml",
        )
        return
    now, fared = int(time.time()), (*found.sources, *found.lists)
    age = f", as of {format_instant(found.as_of)}{_days_ago(now, found.as_of)}" if found.as_of is not None else ""
    served = "".join(f"; {one.id} from its last good copy: {one.why}" for one in fared if one.copied)
    counted = f"{found.rows} rows{age}{served}"
    yield warn("registry", counted, "sla-bridge registry check") if found.problems else ok("registry", counted)
    for what in _too_old(found, now):
        limit = found.registry.description.stale_after_days
        yield warn(
            "registry",
            f"{what} is older than {limit} days, so of what it does not hold nothing is concluded",
            "See that what writes its files still runs; the limit is `stale_after_days` in its description",
        )
    for one in fared:
        if one.missing:
            yield fail("registry", f"the source {one.id} is missing: {one.why}", "sla-bridge registry check", PARTLY)
    for problem in found.problems[:20]:
        yield warn("registry", str(replace(problem, hint="")), problem.hint or _REMEDIES["registry"])
    if len(found.problems) > 20:
        yield warn("registry", f"… and {len(found.problems) - 20} more", "sla-bridge registry check")


def _too_old(found: "RegistryLoad", now: Instant) -> Iterator[str]:
    """Yield what of the registry is older than its description allows."""
    stale_from = found.registry.health.stale_from
    if stale_from is not None and now >= stale_from:
        yield "its oldest source"
    for state, events in zip(found.lists, found.events.values(), strict=True):
        if not state.copied and events.age is not None and now >= events.age.stale_from:
            yield f"the list {state.id}"


def _days_ago(now: Instant, as_of: Instant) -> str:
    """Return how many whole days ago it was, where it is more than one: nobody should have to count."""
    days = (now - as_of) // 86_400
    return f", {days} days ago" if days > 1 else ""


def _state(settings: Settings, policy: str | None) -> Iterator[Finding]:
    path = settings.state_path
    try:
        with closing(SqliteState(path)) as state:
            counts = state.counts()
            aside = state.set_aside
            screens = list(troubles_in(state.fact(PUBLISHED)))
            passed = state.fact("passed")
            rolled = rollout_progress(state)
    except BridgeError as error:
        yield fail("state", error.message, error.hint or _REMEDIES["state"], _STATE)
        return
    if aside is not None:
        found = f"the state file was damaged and is kept as {aside}"
        yield warn("state", found, "Look after the disk; the next pass reads everything once, then the copy can go")
    for notice in screens:
        yield warn("screens", notice.text, "sla-bridge sync tells when it is over; sla-bridge plan shows what stands")
    yield ok("state", f"{path}: {counts['known']} tickets known, {counts['set_aside']} set aside")
    if rolled is not None:
        yield ok("roll-out", f"{rolled} tickets have what the configuration of now says; each pass goes on")
    yield from host_findings(settings, None if passed is None else int(passed), policy)


def _helpdesk(settings: Settings, configuration: Configuration | None) -> Iterator[Finding]:
    try:
        with connect(settings) as helpdesk:
            ping = helpdesk.ping()
            yield from _ping(ping, settings, helpdesk)
            yield from (ok("abilities", one) for one in lacks_in_words(helpdesk.capabilities, "en"))
            yield from _undescribed(helpdesk)
            if "read" not in ping.scopes:
                return
            meta = helpdesk.meta()
            zone = "" if meta.database_zone is None else f", database zone {meta.database_zone}"
            yield ok("vocabulary", f"{len(meta.fields)} fields{zone}")
            yield from zone_findings(meta, ping.server_time)
            if configuration is not None:
                yield from _names(configuration, meta)
                yield from mapping_findings(configuration.settings, meta)
                yield from _provisioned(configuration, helpdesk, meta, ping)
                yield from action_findings(configuration, helpdesk, meta, ping)
    except BridgeError as error:
        yield from _failed("helpdesk", error)


def _undescribed(helpdesk: Helpdesk) -> Iterator[Finding]:
    """Yield what the helpdesk's own description of its interface does not name, although the bridge uses it."""
    for one in helpdesk.undescribed():
        yield warn(
            "interface", one, "Is this a version that the bridge is made for? docs/reference/helpdesks.md names them"
        )


def _ping(ping: Ping, settings: Settings, kind: Helpdesk) -> Iterator[Finding]:
    wanted, programs = settings.file.helpdesk, ", ".join(f"{name} {one}" for name, one in ping.versions.items())
    seen = "" if ping.ip is None else f"; it sees this host as {ping.ip}"
    yield ok("helpdesk", f"{wanted.kind} at {wanted.url}: {programs}{seen}")
    for program, oldest in ping.outdated.items():
        found = f"{program} {ping.versions[program]} is older than {oldest}, the oldest that the bridge is tested with"
        yield warn("helpdesk", found, f"Update {program}; until then nothing is promised")
    for scope, purpose, state, exit_code in _SCOPES:
        if scope not in ping.scopes:
            found = f"the key lacks the scope {scope}, needed for {purpose}"
            yield Finding(state, "key", found, kind.words.grant.format(scope=scope), exit_code)
    yield from _features(ping, settings, kind)
    if ping.departments is not None:
        found = f"the key sees only the departments {list(ping.departments)}"
        yield warn("key", found, kind.words.widen)
    skew = time.time() - ping.server_time
    if abs(skew) > SKEW_SECONDS:
        found = f"this host's clock is {skew:+.0f} s off the helpdesk's; the helpdesk's is used"
        yield warn("clock", found, "Let both hosts keep time by NTP")


def _features(ping: Ping, settings: Settings, kind: Helpdesk) -> Iterator[Finding]:
    """Yield what the helpdesk lacks although its kind may have it; of what bridge.yaml may leave out, what it wants. What no
    helpdesk of the kind can do is told as it is, for nobody can mend it there."""
    file = settings.file
    wants = {
        ACTIONS: file.actions is not None,
        "offer": file.actions is not None,
        "lease": file.lease is not None,
        "phrases": file.discouraged_phrases != PhraseSettings(),
    }
    for feature, loss in FEATURES.items():
        if feature in ping.features or not wants.get(feature, True):
            continue
        if feature not in kind.capabilities.features and feature in FEATURE_ABILITIES:
            # Told among the abilities.
            continue
        if feature not in kind.capabilities.features:
            yield ok("features", f"this kind of helpdesk has no {feature}: {loss}")
        else:
            yield warn("features", f"the helpdesk lacks the feature {feature}: {loss}", kind.words.update)


def _names(configuration: Configuration, meta: Meta) -> Iterator[Finding]:
    """Yield names of the policy that the helpdesk does not have, or has had at the last pass and has no more."""
    vocabulary = Vocabulary.of(meta)
    with closing(SqliteState(configuration.settings.state_path, read_only=True)) as state:
        before = Vocabulary.remembered(state.fact("vocabulary"))
    for problem in lost_names(configuration.placed_names, before, vocabulary) if before is not None else ():
        yield fail("names", str(replace(problem, hint="")), f"{problem.hint}; sync stops until then", _GUARD)
    for problem in unknown_names(configuration.placed_names, vocabulary):
        yield warn("names", str(replace(problem, hint="")), problem.hint or _REMEDIES["policy"])


def _provisioned(configuration: Configuration, helpdesk: Helpdesk, meta: Meta, ping: Ping) -> Iterator[Finding]:
    if "setup" in ping.scopes:
        report = helpdesk.setup(setup_request(configuration, meta, action="plan"))
        yield from _setup_steps(report.steps, helpdesk.words)
        if report.counting is not None:
            yield from _counting(report.counting)
        return
    missing = {field.name for field in OUTPUT_FIELDS} - {one.name for one in meta.fields}
    if missing:
        found = f"the helpdesk lacks {', '.join(sorted(missing))}"
        yield fail("fields", found, f"{helpdesk.words.grant.format(scope='setup')}; then sla-bridge setup", _HELPDESK)


def _counting(plan: CountingPlan) -> Iterator[Finding]:
    """Yield what the agents of a large helpdesk would wait for: the statement that counts all queues at once."""
    server = f"{plan.setting}=1 under [mysqld]" if plan.setting is not None else ""
    if plan.scanned:
        tables = ", ".join(f"{table} ({rows} rows)" for table, rows in plan.scanned)
        yield warn(
            "queues",
            f"{plan.server} reads {tables} in full, again and again, to count the agents' queues",
            f"Tick `Help MariaDB` in the plugin's instance, or set {server} on the database server"
            if server and not plan.eased
            else "Look for queues with a criterion on a custom field: sla-bridge setup mends its own",
        )
        return
    found = "the agents' queues are counted without reading a large table again and again"
    if plan.setting is not None and plan.value != "1":
        eased = "set so for the agents' pages only" if plan.eased else "not set"
        found += f"; {plan.setting}=1: {eased}, the server has {plan.value}"
    yield ok("queues", found)


def _setup_steps(steps: Sequence[SetupStep], words: KindWords) -> Iterator[Finding]:
    for step in steps:
        if step.state == "conflict":
            step_found = f"{step.title}: {step.detail}"
            yield fail("fields", step_found, "Mend that in the helpdesk, then sla-bridge setup --plan", _HELPDESK)
    todo = [step.id for step in steps if step.state == "todo"]
    if not todo:
        yield ok("fields", words.whole)
        return
    found = f"{len(todo)} step(s) of setup are not done: {', '.join(todo[:6])}"
    # Without a field nothing can be written into it; columns and queues only show what is written.
    lacks_fields = any(one.startswith("field:sla_") for one in todo)
    next_step = "sla-bridge setup --plan, then sla-bridge setup"
    yield fail("fields", found, next_step, _HELPDESK) if lacks_fields else warn("fields", found, next_step)
