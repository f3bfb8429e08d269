"""Actions on the command line: what plan and explain show, what sync tells, and the commands for those that did not go through."""

from dataclasses import replace
from typing import Any

import pytest

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.sandbox import Sandbox
from bridge.errors import HelpdeskRefused
from bridge.protocols.writing import ActionOutcome, ActionsRun, Declared, ListedAction
from bridge.tickets import Acted, Ticket, format_instant

EVENTS = """
events:
  - id: acknowledge
    on: accepted
    actions:
      - reply: {ru: "Заявка {number} принята.", en: "Ticket {number} is accepted."}
  - id: hand-over
    on: accepted
    actions:
      - priority: High
"""


def without_actions(text: str) -> str:
    """Return the shipped policy without what it declares to be done."""
    head, behind = text.index("  # UI-4: letters"), text.index("  pauses:\n")
    return text[:head] + text[behind : text.index("\nevents:\n") + 1]


class Kept:
    """What a helpdesk with the feature keeps of actions; put beside the embedded one's answers."""

    def __init__(self) -> None:
        self.on, self.today = True, 0
        self.service_agent: bool | None = True
        self.answering: frozenset[int] = frozenset()
        self.features: tuple[str, ...] = ("actions",)
        self.scopes: tuple[str, ...] = ("act",)
        self.since = 0
        self.becomes = ("done", "")
        self.rows: dict[tuple[int | None, str], ListedAction] = {}
        self.letters: list[tuple[int, str, dict[str, str]]] = []

    def row(self, ticket: int, action: dict[str, Any], at: int) -> ActionOutcome:
        state, reason = self.becomes
        self.rows[ticket, action["key"]] = ListedAction(
            ticket=ticket, number=self.numbers[ticket], key=action["key"], id=action["id"], kind=action["kind"], state=state,
            reason=reason, at=at, changed_at=at,
        )  # fmt: skip
        self.today += state == "done"
        return ActionOutcome(key=action["key"], state=state, reason=reason)

    numbers: dict[int, str]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:  # noqa: C901 - one small answer for each request
    import json

    found = Kept()
    found.numbers = {}
    real = {
        name: getattr(OsTicket, name) for name in ("ping", "meta", "write", "ticket", "changes", "tickets", "newest")
    }

    def seen(one):
        if not isinstance(one, Ticket):
            return one
        found.numbers[one.id] = one.number
        rows = [row for row in found.rows.values() if row.ticket == one.id]
        acted = tuple(Acted(key=row.key, state=row.state, at=row.changed_at) for row in rows)
        return replace(one, bridge=replace(one.bridge, actions=acted))

    def changes(self, cursor, **more):
        page = real["changes"](self, cursor, **more)
        return replace(page, items=tuple(map(seen, page.items)))

    def ping(self):
        answer = real["ping"](self)
        features, scopes = ({*one} - {"actions", "act"} for one in (answer.features, answer.scopes))
        return replace(answer, features=(*features, *found.features), scopes=(*scopes, *found.scopes))

    def write(self, writes):
        outcomes = real["write"](self, [replace(one, actions=None) for one in writes])
        for place, one in enumerate(writes):
            actions = [found.row(one.id, action, self.server_time) for action in json.loads(one.actions or b"[]")]
            outcomes[place] = replace(outcomes[place], actions=tuple(actions))
        return outcomes

    def declare(self, actions, limits):
        if not found.features:
            raise HelpdeskRefused("no route", status=404)
        return Declared(on=found.on, since=dict.fromkeys(actions, found.since) if found.on else {})

    def settle(self, ticket, key, *, send):
        state = "done" if send else "dropped"
        found.rows[ticket, key] = replace(found.rows[ticket, key], state=state, reason="")
        return ActionOutcome(key=key, state=state)

    def run(self):
        rows = [one for one in found.rows.values() if one.state == "held"]
        for one in rows:
            found.rows[one.ticket, one.key] = replace(one, state="done", reason="")
        return ActionsRun(
            outcomes=tuple(ActionOutcome(key=one.key, state="done", ticket=one.ticket) for one in rows), left=0
        )

    def send_test(self, ticket, to, letter):
        found.letters.append((ticket, to, dict(letter)))
        return "<sla-1@desk>"

    monkeypatch.setattr(OsTicket, "ping", ping)
    monkeypatch.setattr(
        OsTicket,
        "meta",
        lambda self: replace(real["meta"](self), service_agent=found.service_agent, answering=found.answering),
    )
    monkeypatch.setattr(OsTicket, "write", write)
    monkeypatch.setattr(OsTicket, "ticket", lambda self, one: seen(real["ticket"](self, one)))
    monkeypatch.setattr(OsTicket, "changes", changes)
    for name in ("tickets", "newest"):
        pages = real[name]
        monkeypatch.setattr(
            OsTicket, name, lambda self, pages=pages, **more: (tuple(map(seen, items)) for items in pages(self, **more))
        )
    monkeypatch.setattr(OsTicket, "declare_actions", declare)
    monkeypatch.setattr(
        OsTicket, "actions", lambda self, states: iter([one for one in found.rows.values() if one.state in states])
    )
    monkeypatch.setattr(OsTicket, "actions_today", lambda self: (found.on, found.today))
    monkeypatch.setattr(OsTicket, "run_actions", run)
    monkeypatch.setattr(OsTicket, "settle_action", settle)
    monkeypatch.setattr(OsTicket, "send_test", send_test)
    return found


def switch_on(desk_cli, limits: str = "{}") -> None:
    desk_cli.edit("bridge.yaml", "actions: off", f"actions: {limits}")


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox, kept: Kept):
    (policy,) = [one for one in (desk_cli.folder / "policies").glob("*.yaml") if "_test" not in one.name]
    policy.write_text(without_actions(policy.read_text("utf-8")) + EVENTS, "utf-8")
    assert desk_cli("setup").code == 0
    switch_on(desk_cli)
    result = desk_cli("sync")
    assert result.code == 0, result.err
    return desk_cli


@pytest.fixture
def ticket(ready, helpdesk: Sandbox) -> int:
    one: int = helpdesk.people.create_ticket("Отчёт", "Не открывается", email="buh@rassvet.example")
    return one


def number_of(ready, ticket: int) -> str:
    found: str = ready("explain", f"id:{ticket}", "--json").json["number"]
    return found


# --- plan, sync, explain ---------------------------------------------------------------------------------------------------


def test_plan_shows_every_action_with_its_text(ready, ticket: int) -> None:
    number = number_of(ready, ticket)
    said = ready("plan").out
    assert f"ticket {number}, acknowledge:ticket:1: reply to the customer\n" in said
    assert f"    | Заявка {number} принята.\n" in said
    assert f"ticket {number}, hand-over:ticket:1: priority: High\n" in said
    assert "acknowledge:ticket:1, hand-over:ticket:1" in said
    assert "2 action(s) would be carried out" in said
    (change,) = ready("plan", "--json").json["changes"]
    assert [one["kind"] for one in change["actions"]] == ["reply", "priority"]
    assert change["actions"][0]["params"]["text"]["ru"] == f"Заявка {number} принята."


def test_with_actions_off_plan_and_sync_know_of_none(ready, ticket: int, kept: Kept) -> None:
    ready.edit("bridge.yaml", "actions: {}", "actions: off")
    assert "action" not in ready("plan").out
    assert ready("sync", "--json").json["actions"] == {}
    assert kept.rows == {}


def test_sync_tells_what_became_of_actions(ready, ticket: int, kept: Kept) -> None:
    result = ready("sync")
    assert result.code == 0
    assert "; actions: 2 done\n" in result.out
    assert sorted(kept.rows) == [(ticket, "acknowledge:ticket:1"), (ticket, "hand-over:ticket:1")]


def test_sync_warns_of_what_was_refused(ready, helpdesk: Sandbox, ticket: int, kept: Kept) -> None:
    kept.becomes = ("refused", "no_address")
    assert "warning: 2 actions are refused by the helpdesk" in ready("sync").err
    helpdesk.people.note(ticket, "Смотрю")
    result = ready("sync", "--json")
    assert [one["key"] for one in result.json["notices"] if one["key"].startswith("actions")] == ["actions refused"]


def test_explain_shows_what_is_to_be_done_and_what_became_of_it(ready, ticket: int) -> None:
    before = ready("explain", f"id:{ticket}", "--language", "en").out
    assert (
        "To be done:\n  acknowledge:ticket:1: reply to the customer\n  hand-over:ticket:1: priority: High\n" in before
    )
    full = ready("explain", f"id:{ticket}", "--language", "en", "--full").out
    assert "    | Ticket " in full
    ready("sync")
    after = ready("explain", f"id:{ticket}").out
    assert "Действия до этого:\n  acknowledge:ticket:1: выполнено, " in after
    assert "Должно быть сделано:" not in after


def test_explain_says_what_would_be_done_if_actions_were_on(ready, ticket: int) -> None:
    ready.edit("bridge.yaml", "actions: {}", "actions: off")
    said = ready("explain", f"id:{ticket}", "--language", "en").out
    assert "Would be done (actions are off in bridge.yaml):\n  acknowledge:ticket:1" in said


def test_explain_says_that_mail_does_not_reach_the_customer(ready, ticket: int) -> None:
    from bridge.policies.telling.actions import acted_lines
    from bridge.tickets import BridgeRecord

    record = BridgeRecord(mail="failed", actions=(Acted(key="a:ticket:1", state="unknown", at=0),))
    assert list(acted_lines(record, "en")) == [
        "Mail to the customer failed: write to him by the portal",
        "Actions so far:",
        f"  a:ticket:1: nobody knows whether it went out, {format_instant(0)}",
    ]


def test_a_first_run_of_too_many_is_exit_code_6_and_names_its_option(ready, ticket: int, kept: Kept) -> None:
    ready.edit("bridge.yaml", "actions: {}", "actions: {first_run: 1}")
    result = ready("sync")
    assert result.code == 6
    assert "2 actions would be carried out, more than 1, and none ever was before" in result.err
    assert kept.rows == {}
    assert ready("sync", "--allow-first-run").code == 0
    assert len(kept.rows) == 2


# --- list, send, drop, run -------------------------------------------------------------------------------------------------


@pytest.fixture
def refused(ready, ticket: int, kept: Kept) -> str:
    kept.becomes = ("refused", "no_address")
    ready("sync")
    return number_of(ready, ticket)


def test_list_shows_what_did_not_go_through(ready, refused: str, kept: Kept) -> None:
    said = ready("actions", "list").out
    assert all(one in said for one in (refused, "acknowledge:ticket:1", "reply", "refused", "no_address"))
    assert "2 action(s) held or unknown or refused; 0 carried out today" in said
    data = ready("actions", "list", "--json").json
    assert (data["on"], data["today"], len(data["actions"])) == (True, 0, 2)
    assert ready("actions", "list", "--state", "done", "--json").json["actions"] == []


def test_an_unknown_state_is_wrong_use(ready) -> None:
    result = ready("actions", "list", "--state", "lost")
    assert result.code == 2
    assert "'lost' is no state" in result.err


def test_a_person_sends_one_by_its_id_and_drops_another_by_its_key(ready, refused: str, kept: Kept) -> None:
    assert ready("actions", "send", refused, "acknowledge").out == f"ticket {refused}, acknowledge:ticket:1: done\n"
    dropped = ready("actions", "drop", f"#{refused}", "hand-over:ticket:1", "--json").json
    assert dropped == {"ticket": refused, "key": "hand-over:ticket:1", "state": "dropped", "reason": ""}
    assert ready("actions", "list", "--json").json["actions"] == []


def test_what_is_not_there_is_exit_code_4_and_says_what_is(ready, refused: str) -> None:
    result = ready("actions", "send", refused, "remind")
    assert result.code == 4
    assert "has no action remind to settle" in result.err
    assert "acknowledge:ticket:1, hand-over:ticket:1" in result.err


@pytest.fixture
def of_no_ticket(kept: Kept) -> list[str]:
    """Two letters of one id wait for a person, and one of another."""
    keys = ["visits:k-1:2026-11", "visits:k-2:2026-11", "trainings:k-1:2026"]
    for key in keys:
        kept.rows[None, key] = ListedAction(
            ticket=None, number="", key=key, id=key.partition(":")[0], kind="email", state="held", reason="per_day",
            at=0, changed_at=0,
        )  # fmt: skip
    return keys


def test_letters_of_no_ticket_are_listed_without_a_number(ready, of_no_ticket: list[str]) -> None:
    rows = [one.split() for one in ready("actions", "list").out.splitlines()]
    assert [one[:4] for one in rows if one[0] == "—"] == [["—", key, "email", "held"] for key in of_no_ticket]
    listed = ready("actions", "list", "--json").json["actions"]
    assert [(one["ticket"], one["number"], one["key"]) for one in listed] == [(None, "", key) for key in of_no_ticket]


def test_a_person_decides_on_letters_of_no_ticket_by_a_dash_and_the_key(
    ready, refused: str, of_no_ticket: list[str], kept: Kept
) -> None:
    first, second, other = of_no_ticket
    assert ready("actions", "send", "-", first).out == f"no ticket, {first}: done\n"
    dropped = ready("actions", "drop", "—", second, "--json").json
    assert dropped == {"ticket": None, "key": second, "state": "dropped", "reason": ""}
    assert ready("actions", "send", "-", "trainings").out == f"no ticket, {other}: done\n", "the only one of its id"
    assert [one.state for place, one in kept.rows.items() if place[0] is not None] == ["refused"] * 2


def test_an_id_that_several_letters_of_no_ticket_have_names_none_of_them(ready, of_no_ticket: list[str]) -> None:
    several = ready("actions", "send", "-", "visits")
    assert several.code == 4
    assert "what belongs to no ticket has several actions visits to settle" in several.err
    assert ", ".join(of_no_ticket[:2]) in several.err
    assert (
        "what belongs to no ticket has no action acknowledge to settle"
        in ready("actions", "send", "-", "acknowledge").err
    )


def test_run_tells_of_letters_of_no_ticket(ready, of_no_ticket: list[str]) -> None:
    said = ready("actions", "run").out
    assert said.startswith(f"no ticket, {of_no_ticket[0]}: done\n")
    assert "3 action(s) looked at, 0 left" in said


def test_one_of_unknown_fate_goes_out_again_only_by_a_clear_word(ready, refused: str, kept: Kept) -> None:
    kept.rows = {place: replace(one, state="unknown") for place, one in kept.rows.items()}
    result = ready("actions", "send", refused, "acknowledge")
    assert result.code == 2
    assert "nobody knows whether it went out" in result.err
    assert ready("actions", "send", refused, "acknowledge", "--yes").code == 0


def test_run_lets_the_helpdesk_go_on(ready, ticket: int, kept: Kept) -> None:
    kept.rows = {}
    kept.becomes = ("held", "per_day")
    ready("sync")
    kept.rows = {place: replace(one, state="held") for place, one in kept.rows.items()}
    result = ready("actions", "run", "--json")
    assert [(one["ticket_id"], one["state"]) for one in result.json["results"]] == [(ticket, "done")] * 2
    assert "0 action(s) looked at, 0 left" in ready("actions", "run").out


# --- test ------------------------------------------------------------------------------------------------------------------


def test_a_letter_can_be_sent_to_oneself_before_anything_is_switched_on(ready, ticket: int, kept: Kept) -> None:
    ready.edit("bridge.yaml", "actions: {}", "actions: off")
    number = number_of(ready, ticket)
    result = ready("actions", "test", number, "acknowledge", "--to", "me@support.example")
    assert result.code == 0, result.err
    assert "Message-ID: <sla-1@desk>" in result.out
    ((of, to, letter),) = kept.letters
    assert (of, to, letter["text"]) == (ticket, "me@support.example", f"Заявка {number} принята.")
    assert set(letter) == {"subject", "text", "html"}


def test_it_can_be_had_in_the_other_language_and_again_after_it_was_sent(ready, ticket: int, kept: Kept) -> None:
    ready("sync")
    number = number_of(ready, ticket)
    data = ready(
        "actions", "test", number, "acknowledge", "--to", "me@support.example", "--language", "en", "--json"
    ).json
    assert data["letter"]["text"] == f"Ticket {number} is accepted."


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("remind", "--to", "me@support.example"), 4, "declares no action remind"),
        (("hand-over", "--to", "me@support.example"), 4, "is no letter: it is of the kind priority"),
        (("acknowledge", "--to", "me"), 2, "'me' is no e-mail address"),
        (("acknowledge", "--to", "me@support.example", "--language", "de"), 2, "ru or en"),
    ],
)
def test_what_cannot_be_tried_is_told(ready, ticket: int, kept: Kept, arguments, code: int, said: str) -> None:
    result = ready("actions", "test", f"id:{ticket}", *arguments)
    assert result.code == code
    assert said in result.err
    assert kept.letters == []


# --- doctor ----------------------------------------------------------------------------------------------------------------


def findings(ready) -> list[str]:
    rows = ready("doctor", "--json").json
    return [f"{one['state']}: {one['found']}" for one in rows if one["what"] in {"actions", "features"}]


def test_doctor_says_that_all_is_well(ready) -> None:
    assert findings(ready) == ["ok: 2 in the policy, 0 of at most 200 carried out today"]


def test_doctor_says_that_they_are_off(ready, kept: Kept) -> None:
    ready.edit("bridge.yaml", "actions: {}", "actions: off")
    kept.features = ()
    assert findings(ready) == ["ok: 2 in the policy, off in bridge.yaml: none is carried out"]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (lambda kept: setattr(kept, "features", ()), "warn: the helpdesk lacks the feature actions"),
        (lambda kept: setattr(kept, "scopes", ()), "warn: they are on in bridge.yaml, and the key lacks the scope act"),
        (
            lambda kept: setattr(kept, "on", False),
            "warn: they are on in bridge.yaml, and the plugin's own switch is off",
        ),
        (lambda kept: setattr(kept, "service_agent", False), "warn: no agent acts for the bridge"),
        (
            lambda kept: setattr(kept, "today", 200),
            "warn: 2 in the policy, 200 of at most 200 carried out today: what comes due",
        ),
        (
            lambda kept: setattr(kept, "answering", frozenset({1})),
            "warn: osTicket answers each new ticket of Support by a letter of its own, and acknowledge would be a second one",
        ),
    ],
)
def test_doctor_names_what_stands_in_the_way(ready, kept: Kept, trouble, said: str) -> None:
    trouble(kept)
    assert [one for one in findings(ready) if one.startswith(said)]


def test_doctor_misses_an_address_once_and_no_ticket_does_while_they_are_off(ready, ticket: int, kept: Kept) -> None:
    (policy,) = [one for one in (ready.folder / "policies").glob("*.yaml") if "_test" not in one.name]
    letter = "      - email: {to: manager, text: {ru: Есть заявка., en: There is a ticket.}}\n"
    policy.write_text(policy.read_text("utf-8") + letter, "utf-8")
    assert any("bridge.yaml has no address for him" in one for one in findings(ready))
    assert any("manager" in one for one in ready("explain", f"id:{ticket}", "--json").json["warnings"])
    ready.edit("bridge.yaml", "actions: {}", "actions: off")
    assert ready("explain", f"id:{ticket}", "--json").json["warnings"] == []
    ready.edit("bridge.yaml", "actions: off", "actions: {addresses: {manager: head@support.example}}")
    assert not any("no address" in one for one in findings(ready))


@pytest.mark.parametrize("state", ["held", "refused", "unknown"])
def test_doctor_tells_of_what_did_not_go_through(ready, ticket: int, kept: Kept, state: str) -> None:
    kept.becomes = (state, "per_day")
    ready("sync")
    kept.rows = {place: replace(one, state=state) for place, one in kept.rows.items()}
    assert any(state in one and one.startswith("warn: 2 actions are") for one in findings(ready))
