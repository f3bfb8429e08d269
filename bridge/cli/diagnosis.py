"""The checks of `doctor`, each a finding with what was seen and the next step."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.wiring.configuration import Configuration, load_configuration, read_settings
from bridge.cli.wiring.helpdesk import connect, setup_request
from bridge.errors import BridgeError, ConfigurationInvalid, HelpdeskRefused, Severity
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols import Helpdesk, Meta, Ping, SetupStep
from bridge.settings.load import Settings
from bridge.sync.engine import SKEW_SECONDS
from bridge.sync.state import SqliteState
from bridge.tickets import format_instant

if TYPE_CHECKING:
    from bridge.connectors.registry.load import RegistryLoad

_SOON = timedelta(days=60)
"""How long before a calendar's published data ends it is time to look for the next year's."""

_CONFIGURATION, _HELPDESK, _STATE = ConfigurationInvalid.exit_code, HelpdeskRefused.exit_code, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing checked: `state` is ok, warn or fail; `next` is the next step, `exit_code` what a failure costs."""

    state: str
    what: str
    found: str
    next: str = ""
    exit_code: int = 0


def diagnose(config: Path | None, *, offline: bool) -> Iterator[Finding]:
    """Yield the findings in the order in which they are worth mending; what depends on a failed one is left out."""
    try:
        settings = read_settings(config)
    except BridgeError as error:
        yield from _failed("bridge.yaml", error)
        return
    yield Finding(state="ok", what="bridge.yaml", found=str(settings.folder))
    configuration: Configuration | None = None
    try:
        configuration = load_configuration(settings.folder)
        yield from _configuration(configuration)
    except BridgeError as error:
        yield from _failed("configuration", error)
    yield from _state(settings)
    if not offline:
        yield from _helpdesk(settings, configuration)


def _failed(what: str, error: BridgeError) -> Iterator[Finding]:
    problems = error.problems if isinstance(error, ConfigurationInvalid) else ()
    if not problems:
        yield Finding(state="fail", what=what, found=error.message, next=error.hint, exit_code=error.exit_code)
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
        yield Finding(
            state="fail" if problem.severity is Severity.ERROR else "warn",
            what=what,
            found=f"{place}: {problem.message}" if place else problem.message,
            next=problem.hint,
            exit_code=error.exit_code,
        )


def _configuration(configuration: Configuration) -> Iterator[Finding]:
    policy = configuration.policy
    revision = policy.revisions[-1]
    yield Finding(
        state="ok",
        what="policy",
        found=f"{policy.id}: {len(revision.levels)} levels, {len(revision.rules)} rules, {len(policy.calendars)} calendars",
    )
    for problem in configuration.warnings:
        yield Finding(state="warn", what="policy", found=str(problem))
    today = datetime.now(UTC).date()
    for calendar in policy.calendars.values():
        if calendar.valid_through is not None and calendar.valid_through - today < _SOON:
            yield Finding(
                state="warn",
                what="calendar",
                found=f"{calendar.id}: holidays are published up to {calendar.valid_through}, later deadlines are provisional",
                next="Update the `holidays` package (pip install -U holidays) once the decree for the next year is out",
            )
    yield from _registry(configuration)


def _registry(configuration: Configuration) -> Iterator[Finding]:
    found = configuration.registry_load
    if found is None:
        yield Finding(
            state="warn",
            what="registry",
            found="none is configured: no customer is known, and no level is lowered for it",
            next="Describe yours in a file and name it under `registry` in bridge.yaml",
        )
        return
    yield Finding(state="warn" if found.problems else "ok", what="registry", found=_registry_summary(found))
    for problem in found.problems[:20]:
        yield Finding(state="warn", what="registry", found=str(problem))
    if len(found.problems) > 20:
        yield Finding(
            state="warn", what="registry", found=f"… and {len(found.problems) - 20} more: sla-bridge registry check"
        )


def _registry_summary(load: "RegistryLoad") -> str:
    age = f", as of {format_instant(load.as_of)}" if load.as_of is not None else ""
    served = [f"{one.id}: {one.why}" for one in load.sources if one.copied or one.missing]
    return f"{load.rows} rows{age}" + (f"; {'; '.join(served)}" if served else "")


def _state(settings: Settings) -> Iterator[Finding]:
    path = settings.state_path
    try:
        with closing(SqliteState(path)) as state:
            counts = state.counts()
            aside = state.set_aside
    except BridgeError as error:
        yield Finding(state="fail", what="state", found=error.message, next=error.hint, exit_code=_STATE)
        return
    if aside is not None:
        yield Finding(state="warn", what="state", found=f"the state file was damaged and is kept as {aside}")
    yield Finding(
        state="ok", what="state", found=f"{path}: {counts['known']} tickets known, {counts['set_aside']} set aside"
    )


def _helpdesk(settings: Settings, configuration: Configuration | None) -> Iterator[Finding]:
    try:
        with connect(settings) as helpdesk:
            ping = helpdesk.ping()
            yield from _ping(ping, settings)
            if "read" not in ping.scopes:
                return
            meta = helpdesk.meta()
            yield Finding(
                state="ok", what="vocabulary", found=f"{len(meta.fields)} fields, database zone {meta.database_zone}"
            )
            if configuration is not None:
                yield from _fields(configuration, meta)
                yield from _provisioned(configuration, helpdesk, meta, ping)
    except BridgeError as error:
        yield from _failed("helpdesk", error)


def _ping(ping: Ping, settings: Settings) -> Iterator[Finding]:
    wanted, programs = settings.file.helpdesk, ", ".join(f"{name} {one}" for name, one in ping.versions.items())
    yield Finding(
        state="ok",
        what="helpdesk",
        found=f"{wanted.kind} at {wanted.url}: {programs}; it sees this host as {ping.ip}",
    )
    for scope, purpose in (("read", "reading tickets"), ("write", "writing fields"), ("setup", "setup")):
        if scope not in ping.scopes:
            yield Finding(
                state="warn" if scope == "setup" else "fail",
                what="key",
                found=f"the key lacks the scope {scope}, needed for {purpose}",
                next=f"In the plugin's instance, add {scope} to this key's line",
                exit_code=0 if scope == "setup" else _HELPDESK,
            )
    if ping.departments is not None:
        yield Finding(state="warn", what="key", found=f"the key sees only the departments {list(ping.departments)}")
    skew = time.time() - ping.server_time
    if abs(skew) > SKEW_SECONDS:
        yield Finding(
            state="warn",
            what="clock",
            found=f"this host's clock is {skew:+.0f} s off the helpdesk's; the helpdesk's is used",
            next="Let both hosts keep time by NTP",
        )


def _fields(configuration: Configuration, meta: Meta) -> Iterator[Finding]:
    names = {one.name for one in meta.fields}
    for ours, theirs in configuration.settings.inputs.items():
        if theirs not in names:
            yield Finding(
                state="warn",
                what="input",
                found=f"osTicket has no field {theirs!r} for {ours}; checks that need it answer unknown",
                next="Map it under `inputs` in bridge.yaml, or let `sla-bridge setup` create it",
            )


def _provisioned(configuration: Configuration, helpdesk: Helpdesk, meta: Meta, ping: Ping) -> Iterator[Finding]:
    if "setup" in ping.scopes:
        report = helpdesk.setup(setup_request(configuration, meta, action="plan"))
        yield from _setup_steps(report.steps)
        return
    missing = {field.name for field in OUTPUT_FIELDS} - {one.name for one in meta.fields}
    if missing:
        yield Finding(
            state="fail",
            what="fields",
            found=f"osTicket lacks {', '.join(sorted(missing))}",
            next="Give the key the scope setup and run `sla-bridge setup`",
            exit_code=_HELPDESK,
        )


def _setup_steps(steps: Sequence[SetupStep]) -> Iterator[Finding]:
    for step in steps:
        if step.state == "conflict":
            yield Finding(state="fail", what="fields", found=f"{step.title}: {step.detail}", exit_code=_HELPDESK)
    todo = [step.id for step in steps if step.state == "todo"]
    if not todo:
        yield Finding(state="ok", what="fields", found="all fields, columns and queues are there")
        return
    # Without a field nothing can be written into it; columns and queues only show what is written.
    lacks_fields = any(one.startswith("field:sla_") for one in todo)
    yield Finding(
        state="fail" if lacks_fields else "warn",
        what="fields",
        found=f"{len(todo)} step(s) of setup are not done: {', '.join(todo[:6])}",
        next="sla-bridge setup --plan, then sla-bridge setup",
        exit_code=_HELPDESK if lacks_fields else 0,
    )
