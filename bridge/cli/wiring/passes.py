"""A pass of the engine: what it joins, and how it behaves by bridge.yaml and by the command's options."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from bridge.cli.wiring.deciding import Deferred
from bridge.cli.wiring.helpdesk import connect
from bridge.settings.load import Settings

if TYPE_CHECKING:
    from bridge.protocols.helpdesk import Helpdesk
    from bridge.sync.engine import Engine, PassOptions
    from bridge.sync.memory.archive import Archive
    from bridge.sync.memory.journal import Journal
    from bridge.sync.memory.state import SqliteState


def pass_options(settings: Settings, **chosen: bool) -> "PassOptions":
    """Return the options of a pass, with those that the command has chosen; see `bridge.sync.engine.PassOptions`."""
    from bridge.sync.actions import ActionLimits
    from bridge.sync.engine import PassOptions
    from bridge.sync.guards import Guards

    guards = Guards(**settings.file.guards.model_dump())
    due_dates, wanted = settings.file.native.due_date, settings.file.actions
    limits = None if wanted is None else ActionLimits(**wanted.model_dump(exclude={"addresses"}))
    return PassOptions(
        ownership=settings.file.outputs,
        guards=guards,
        due_dates=due_dates,
        actions=limits,
        rollout=settings.file.rollout.tickets_per_pass,
        **chosen,
    )


def opened_archive(configuration: Deferred) -> "Archive | None":
    """Return the archive that belongs to a configuration; None where bridge.yaml wants none."""
    from bridge.sync.memory.archive import Archive, archive_folder

    if (wanted := configuration.settings.file.archive) is None:
        return None
    folder = archive_folder(configuration.settings.state_path)
    return Archive(folder, seconds=wanted.seconds, clock=time.time, policy=configuration.contents)


@contextmanager
def opened_journal(
    settings: Settings, *, policy: "Callable[[], str]", undoes: int | None = None
) -> "Iterator[Journal | None]":
    """Yield the undo journal for a run that writes by the digest `policy`; None where bridge.yaml wants none."""
    from bridge.sync.memory.journal import Journal, Retention, beside

    if (wanted := settings.file.undo) is None:
        yield None
        return
    retention = Retention(seconds=wanted.seconds, bytes=wanted.megabytes * 1024 * 1024)
    path = beside(settings.state_path)
    with closing(Journal(path, retention=retention, clock=time.time, policy=policy, undoes=undoes)) as journal:
        yield journal


@contextmanager
def pass_engine(
    configuration: Deferred,
    options: "PassOptions",
    *,
    basis: str,
    read_only: bool = False,
    supersedes: bool = False,
    leads_first: bool = False,
) -> "Iterator[Engine]":
    """Yield the engine with the configured helpdesk and the state file open. It writes under the lease where bridge.yaml wants
    one, which `leads_first` takes at once; with `supersedes` the policy here replaces the one in force."""
    from bridge.sync.engine import Engine
    from bridge.sync.memory.state import SqliteState

    settings = configuration.settings
    with (
        closing(SqliteState(settings.state_path, read_only=read_only)) as state,
        connect(settings, route=state.fact("route"), policy=lambda: configuration.policy) as helpdesk,
        _leading(
            helpdesk, state, settings, lambda: configuration.policy.digest, supersedes=supersedes, at_once=leads_first
        ) as led,
        opened_journal(settings, policy=lambda: configuration.policy.digest) as journal,
    ):
        yield Engine(
            led,
            state,
            configuration.decide,
            basis=basis,
            local_clock=time.time,
            options=options,
            accountant=configuration,
            watched=configuration,
            shown=configuration,
            kinds=configuration.action_kinds,
            journal=None if read_only else journal,
            archive=None if read_only else opened_archive(configuration),
            policy=lambda: configuration.policy.digest,
            owed=configuration,
        )


@contextmanager
def _leading(
    helpdesk: "Helpdesk",
    state: "SqliteState",
    settings: Settings,
    policy: Callable[[], str],
    *,
    supersedes: bool,
    at_once: bool,
) -> "Iterator[Helpdesk]":
    """Yield the helpdesk, written into under the lease that is taken for the first write, or `at_once`, and given back in the
    end."""
    wanted = settings.file.lease
    if wanted is None:
        yield helpdesk
        return
    from bridge.connectors.stopping import last_words
    from bridge.sync.lease import Leader, led

    holder = wanted.holder or socket.gethostname()
    leader = Leader(helpdesk, state, policy, holder=holder, ttl=wanted.seconds, supersedes=supersedes)
    try:
        if supersedes or at_once:
            # Before anything is read: what the other policy wrote until now is then read too, and more cannot follow.
            leader.hold()
        yield led(helpdesk, leader)
    finally:
        with last_words():
            leader.release()
