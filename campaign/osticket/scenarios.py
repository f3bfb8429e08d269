"""What people and administrators do behind the bridge's back; after each deed one pass, and everything is right."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bridge.errors import GuardRefused
from bridge.protocols.reading import Meta
from bridge.tickets import Reference
from campaign.osticket.world import Checked, World
from tests.contract.back_doors import TABLES
from tests.contract.html_forms import Form

MEMO = "Шаги: " + "ы" * 700
NEW_NAME = "Переименовано"
_CUSTOMER = "buh@rassvet.example"
_RESOLVED = 2
_FIELD = "campaign_extra"


@dataclass(frozen=True, slots=True)
class Scene:
    """What was done, what was found, and what else was promised and does not hold."""

    what: str
    checked: Checked
    broken: tuple[str, ...] = ()


class Stage:
    """The world with tickets of the campaign's own, which are deleted in the end."""

    def __init__(self, world: World) -> None:
        self.world, self.desk, self.back = world, world.desk, world.back
        self.mine: list[int] = []

    def open(self, count: int = 1, *, via: str = "api") -> list[int]:
        """Let a customer open tickets; return their ids."""
        opened = []
        for _ in range(count):
            name = uuid.uuid4().hex[:12]
            self.desk.open(f"Кампания {name}", "Добрый день!", via=via, email=_CUSTOMER)
            opened.append(int(self.back.sql("SELECT MAX(ticket_id) FROM %ticket")))
        self.mine += opened
        return opened

    def close(self) -> None:
        """Delete the tickets."""
        for one in self.mine:
            if self.back.sql(f"SELECT COUNT(*) FROM %ticket WHERE ticket_id = {one}") == "1":  # noqa: S608 - ours
                self.desk.delete(one)


@contextmanager
def staged(world: World) -> Iterator[Stage]:
    """Give a stage, and clear it away."""
    stage = Stage(world)
    try:
        yield stage
    finally:
        stage.close()


def unless(right: object, sentence: str) -> tuple[str, ...]:
    """Return the sentence, unless what it denies is so."""
    return () if right else (sentence,)


def plugin_off(stage: Stage) -> Iterator[Scene]:
    """The plugin is off while people work, and while values are forged: what leaves a trace is right after one pass."""
    world, desk, back = stage.world, stage.desk, stage.back
    noted, moved, ticked, closed, deleted, smuggled, forged = stage.open(7)
    world.one_pass()
    general = world.level(forged)
    with back.plugin_off():
        desk.note(noted, "Пока плагин выключен")
        back.force(noted, "sla_state", "breached")
        desk.transfer(moved, 4)
        desk.edit_field(ticked, "sla_set_critical", value=True)
        desk.set_status(closed, _RESOLVED)
        desk.delete(deleted)
        desk.edit_form(smuggled, {"steps_to_reproduce": "Шаги", "sla_level": "urgent", "sla_reason": "Я так хочу"})
        back.force(smuggled, "sla_level", "development")
        back.force(forged, "sla_set_critical", value=True)
        (new,) = stage.open(via="web")
        back.force(new, "sla_level", "urgent")
    checked = world.check(also=[closed])
    broken = (
        *unless(world.level(ticked) == "urgent", "a tick while the plugin was off counts for nothing"),
        *unless(world.level(moved) == "development", "a transfer while the plugin was off was not seen"),
        *unless(world.level(forged) == general, "a forged tick moved the level"),
        *unless(world.level(new) == general, "a forged level of a new ticket stands"),
        *unless(checked.report["gone"], "a deleted ticket was not told"),
    )
    yield Scene(
        "plugin off: five changes, a new and a deleted ticket, values forged by SQL and by form", checked, broken
    )


def forged_by_sql_alone(stage: Stage) -> Iterator[Scene]:
    """Output fields of old tickets are changed by SQL while the plugin is off: nothing tells, but the full scan finds them."""
    forged = stage.open(3)
    stage.world.one_pass()
    with stage.back.plugin_off():
        for ticket, name, value in zip(
            forged, ("sla_level", "sla_state", "sla_reason"), ("urgent", "met", "Я так хочу"), strict=True
        ):
            stage.back.force(ticket, name, value)
    stage.world.forget_the_scan()
    checked = stage.world.check()
    broken = unless(checked.report["written"] >= len(forged), "forged values were not put right")
    yield Scene("plugin off: output fields of old tickets forged by SQL alone; the next day's pass", checked, broken)


def field_added_during_the_sync(stage: Stage) -> Iterator[Scene]:
    """An administrator adds a field to the ticket form in the middle of a first sync: osTicket rebuilds the queues' copy."""
    world, back = stage.world, stage.back
    world.forget_everything()
    before, total = world.footprint(), world.open_tickets()
    sync = world.begin()
    while sync.poll() is None and world.written() < 0.3 * total:
        time.sleep(0.05)
    try:
        add_field(stage)
        amid = sync.poll() is None
        sync.wait()
        checked = world.check(before=before)
    finally:
        number = back.sql(f"SELECT id FROM %form_field WHERE name = '{_FIELD}'")  # noqa: S608 - ours
        if number:
            back.sql(
                f"DELETE FROM %form_entry_values WHERE field_id = {number}; DELETE FROM %form_field WHERE id = {number};"  # noqa: S608 - ours
                f" ALTER TABLE %ticket__cdata DROP COLUMN IF EXISTS {_FIELD}"
            )
    yield Scene(
        "a custom field added on the admin page during a first sync", checked, unless(amid, "the sync ended too soon")
    )
    yield Scene("the field taken away again", world.check())


def add_field(stage: Stage) -> None:
    """Add a text field to the ticket form on the page of the administrator."""
    form_id = stage.back.sql("SELECT id FROM %form WHERE type = 'T' ORDER BY id LIMIT 1")
    agent = stage.desk.agent
    form = Form(agent._get(f"/scp/forms.php?id={form_id}"), 'class="manage-form"')
    new = {"label-new-0": _FIELD, "type-new-0": "text", "visibility-new-0": "a", "name-new-0": _FIELD}
    for control in form.controls:
        control.value = new.get(control.name, control.value)
    agent._post(f"/scp/forms.php?id={form_id}", form.data())
    if not stage.back.sql(f"SELECT id FROM %form_field WHERE name = '{_FIELD}'"):  # noqa: S608 - ours
        raise RuntimeError("the admin page did not add the field")


def long_memo_and_tick(stage: Stage) -> Iterator[Scene]:
    """osTicket cuts the event of such an edit, so that the tick is lost from its log."""
    (ticket,) = stage.open()
    stage.world.one_pass()
    stage.desk.edit_form(ticket, {"steps_to_reproduce": MEMO, "sla_set_critical": True})
    checked = stage.world.check()
    broken = unless(stage.world.level(ticket) == "urgent", "the tick beside the long memo counts for nothing")
    yield Scene("one save: a memo of 700 Cyrillic letters and the critical tick", checked, broken)


KINDS: Mapping[str, tuple[str, Callable[[Meta], Sequence[Reference] | None]]] = {
    "status": ("t.status_id", lambda meta: meta.statuses),
    "department": ("t.dept_id", lambda meta: meta.departments),
    "priority": ("c.priority", lambda meta: meta.priorities),
    "topic": ("t.topic_id", lambda meta: meta.topics),
    "agent": ("t.staff_id", lambda meta: meta.agents),
    "team": ("t.team_id", lambda meta: meta.teams),
}
"""kind: the column of open tickets that names one, and where the vocabulary has them"""


def renames(stage: Stage) -> Iterator[Scene]:
    """Of each kind the one is renamed that most open tickets have and that the agreement does not name."""
    mine = ", ".join(map(str, stage.open(3)))
    stage.back.sql(f"UPDATE %ticket SET team_id = (SELECT MIN(team_id) FROM %team) WHERE ticket_id IN ({mine})")  # noqa: S608 - ours
    stage.world.one_pass()
    for kind in KINDS:
        number, count = _most_used(stage, kind)
        table, key, column = TABLES[kind]
        name = stage.back.sql(f"SELECT {column} FROM %{table} WHERE {key} = {number}")  # noqa: S608 - ours
        stage.back.rename(kind, number, NEW_NAME)
        try:
            yield Scene(f"renamed: {kind}, of {count:,} open tickets", stage.world.check())
        finally:
            stage.back.rename(kind, number, name)
    yield Scene("all of them renamed back", stage.world.check())


def renamed_though_the_agreement_names_it(stage: Stage) -> Iterator[Scene]:
    """The pass refuses before it writes; once the name is back, one pass makes everything right."""
    world, (_, meta) = stage.world, stage.world.ask()
    names = [one for one in world.agreement.names if one.fact == "department"]
    number, name = next((one.id, one.name) for one in meta.departments if any(name.matches(one) for name in names))
    before = world.footprint(), world.levels()
    stage.back.rename("department", number, NEW_NAME)
    try:
        done = world.run("sync")
        after = world.footprint(), world.levels()
    finally:
        stage.back.rename("department", number, name)
    broken = (
        *unless(done.returncode == GuardRefused.exit_code, f"a lost name ended with exit code {done.returncode}"),
        *unless(after == before, "a pass that was refused left something behind"),
    )
    yield Scene("renamed: a department that the agreement names, and back after the refusal", world.check(), broken)


def _most_used(stage: Stage, kind: str) -> tuple[int, int]:
    """Return what may be renamed, and how many open tickets have it."""
    column, listed = KINDS[kind]
    _, meta = stage.world.ask()
    named = [one for one in stage.world.agreement.names if one.fact == kind]
    free = {one.id for one in listed(meta) or () if not any(name.matches(one) for name in named)}
    rows = stage.back.sql(
        f"""SELECT {column}, COUNT(*) FROM %ticket t JOIN %ticket_status s ON s.id = t.status_id AND s.state = 'open'
        JOIN %ticket__cdata c ON c.ticket_id = t.ticket_id WHERE {column} > 0 GROUP BY 1 ORDER BY 2 DESC"""  # noqa: S608 - ours
    )
    found = (tuple(map(int, line.split("\t"))) for line in rows.splitlines())
    return next((number, count) for number, count in found if number in free)


SCENARIOS = (
    plugin_off,
    forged_by_sql_alone,
    field_added_during_the_sync,
    long_memo_and_tick,
    renames,
    renamed_though_the_agreement_names_it,
)
