"""The letters of the default agreement, as a ticket of it brings them about."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bridge.api import load_policy
from bridge.customers import Category, Customer, Presence, RegistryAnswer
from bridge.decisions import ActionKind
from bridge.policies.decide import decide
from bridge.tickets import Acted, BridgeRecord, Reference, Requester, parse_instant
from tests.unit.clocks.desk import assigned, closed, response, set_field, status, ticket

ROOT = Path(__file__).resolve().parents[3]
CUSTOMER = Customer(id="c1", name="АО «Луговое»", category=Category.COMMERCIAL)
KNOWN = RegistryAnswer(
    presence=Presence.FOUND, customer=CUSTOMER, curator="Орлов Дмитрий", curator_email="orlov@desk.example"
)
WAITING = Reference(id=6, name="Waiting for the customer", state="open")
CREATED = "2026-11-09 06:00"
MANAGER = {"manager": "head@desk.example"}


@cache
def agreement():
    return load_policy(ROOT / "config")


def acts(now, *events, acted=(), language="ru", **members):
    one = ticket(CREATED, *events)
    who = Requester(name="Мария Лебедева", email="maria@farm.example")
    one = replace(one, subject="Не проводится документ", language=language, requester=who, **members)
    one = replace(one, bridge=BridgeRecord(actions=tuple(acted)))
    made = decide(one, agreement(), now=at(now), registry=KNOWN, addresses=MANAGER)
    return {action.id: action for action in made.actions}


def at(text):
    return parse_instant(f"{text.replace(' ', 'T')}:00+03:00")


def spaced(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@cache
def everything():
    agent = assigned("2026-11-09 07:00", Reference(id=4, name="Беляев Игорь"))
    asks = status("2026-11-09 08:00", WAITING)
    found = {}
    for language in ("ru", "en"):
        for histories in (
            acts("2026-11-09 06:01", language=language),
            acts("2026-11-09 13:00", agent, language=language),
            acts("2026-11-10 08:00", agent, language=language),
            acts("2026-11-12 14:00", agent, asks, language=language),
            acts(
                "2026-11-23 14:00",
                asks,
                acted=[Acted(key=f"remind:ticket:{at('2026-11-09 08:00')}", state="done", at=at("2026-11-12 14:00"))],
                language=language,
            ),
            acts("2026-11-09 09:00", response("2026-11-09 08:00"), closed("2026-11-09 08:30"), language=language),
            acts("2026-11-09 09:00", set_field("2026-11-09 08:00", "sla_set_critical", True), language=language),
            acts("2026-11-09 09:00", set_field("2026-11-09 08:00", "sla_set_attention", True), language=language),
        ):
            for name, action in histories.items():
                found.setdefault(name, {}).update(action.params.get("text", {}))
                found[name].setdefault("kinds", set()).add(action.kind)
    return found


def test_every_action_of_the_agreement_comes_about():
    assert set(everything()) == {
        "warn-75",
        "breach",
        "acknowledge",
        "assign-curator",
        "ask-facts",
        "level-changed",
        "head-called",
        "ask-rating",
        "remind",
        "close.reply",
        "close.close",
    }


def test_no_letter_says_a_word_around_nothing():
    for name, texts in everything().items():
        for language in {"ru", "en"} & texts.keys():
            text = spaced(texts[language])
            assert not re.search(r"[{}]|\*\*|\bNone\b|\(\)| [,.!?]", text), (name, text)
            assert not re.search(r"\b(до|by|since|с)\s*$", text, re.MULTILINE), (name, text)


def test_the_acknowledgement_names_number_level_and_deadline():
    letter = acts("2026-11-09 06:01")["acknowledge"]
    assert letter.kind is ActionKind.REPLY
    text = spaced(letter.params["text"]["ru"])
    assert text.startswith("Мария Лебедева, здравствуйте!\n\nМы приняли вашу заявку.")
    assert "Номер:        100001\nУровень:      Стандартная поддержка\n" in text
    assert "\nПервый ответ: до пн 09.11.2026, 14:00, время московское\n              8 рабочих часов\n" in text


def test_missing_facts_are_asked_for_by_name_one_on_a_line():
    text = acts("2026-11-09 06:01")["ask-facts"].params["text"]["ru"]
    assert "\n— название продукта\n— версия продукта\n— версия платформы\n" in text


def test_the_manager_hears_of_a_breach_at_his_own_address():
    letter = acts("2026-11-10 08:00")["breach"]
    assert letter.params["to"] == ["head@desk.example"]
    assert letter.params["subject"]["ru"].startswith("Просрочено: № 100001")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_reminder_says_when_it_closes_and_the_closing_needs_it(language):
    asks = status("2026-11-09 08:00", WAITING)
    reminder = acts("2026-11-12 14:00", asks, language=language)["remind"]
    closes = {"ru": "пн 23.11.2026, 14:00, время московское", "en": "Mon 23 Nov 2026, 14:00, Moscow time"}
    assert closes[language] in spaced(reminder.params["text"][language])
    assert "close.close" not in acts("2026-11-23 14:00", asks, language=language)
    sent = Acted(key=reminder.key, state="done", at=at("2026-11-12 14:00"))
    closing = acts("2026-11-23 14:00", asks, acted=[sent], language=language)["close.close"]
    assert closing.params == {"name": "Closed", "needs": reminder.key}


def test_an_unanswered_ticket_that_was_closed_is_not_rated():
    assert "ask-rating" not in acts("2026-11-09 09:00", closed("2026-11-09 08:30"))
    rated = acts("2026-11-09 09:00", response("2026-11-09 08:00"), closed("2026-11-09 08:30"))["ask-rating"]
    assert "\ue000rating_link\ue001" in rated.params["html"]["ru"]
