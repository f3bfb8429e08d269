"""Letters about obligations: who gets one, once for which period, when, and what it says."""

from datetime import date
from typing import Any

from bridge.decisions import Action, ActionKind
from bridge.files.types import Title
from bridge.policies.actions.owed_variables import OWED_VARIABLES, OwedFacts, owed_examples, owed_values
from bridge.policies.agreement.actions import ActionDefinition
from bridge.policies.agreement.obligations import ObligationDefinition, WarningPoint
from bridge.policies.agreement.policy import Point
from bridge.policies.calendar.amounts import Amount
from bridge.policies.obligations.letters import CuratorNow, OwedLetters, owed_letters
from bridge.policies.obligations.overview import Obligations, obligations_of
from bridge.policies.obligations.owed import Span
from bridge.tickets import Instant
from tests.unit.obligations.sample import always, at, contract, customer, seen, visits

CURATOR = CuratorNow("Dmitry Orlov", "orlov@desk.example")
TEXT = Title(
    ru="По договору {paper} состоялось {kept} из {owed}, последний день {last_day}.",
    en="Of {paper} {kept} of {owed} took place in {period}, {missing} to come by {last_day}; {left} left. {curator}",
)


def letter(id_: str, *to: str) -> ActionDefinition:
    subject = Title(ru="{obligation}: {customer}", en="{obligation}: {customer}")
    return ActionDefinition(id=id_, kind=ActionKind.EMAIL, to=to or ("curator",), subject=subject, text=TEXT)


def point(text: int | str, *actions: ActionDefinition) -> WarningPoint:
    place = Point(share_basis_points=text * 100) if isinstance(text, int) else Point(before=Amount.parse(text))
    return WarningPoint(point=place, id=actions[0].id if actions else "", actions=actions)


def found(now: Instant, *points: WarningPoint, kept: tuple[Any, ...] = (), **changes: Any) -> Obligations:
    definition: ObligationDefinition = visits(warn_at=points, **changes)
    days = Span(date(2026, 11, 1), date(2026, 11, 30), now)
    return obligations_of([always(definition)], lambda: [customer(contract())], {"visits": seen(*kept)}, days)


def letters(now: Instant, *points: WarningPoint, who: CuratorNow = CURATOR, **more: Any) -> OwedLetters:
    return owed_letters(found(now, *points, **more), lambda _: who, {"manager": "head@desk.example"})


def keys(made: OwedLetters) -> list[str]:
    return [one.key for one in made.actions]


HALF, LATE = point(50, letter("half")), point("3wd", letter("late"))
MIDDLE, END = at(date(2026, 11, 18)), at(date(2026, 11, 26))


def only(made: OwedLetters) -> Action:
    (one,) = made.actions
    return one


def test_letter_is_due_from_its_point_to_the_last_working_second_while_the_obligation_is_not_kept() -> None:
    assert letters(at(date(2026, 11, 17), 2), HALF).actions == ()
    one = only(letters(MIDDLE, HALF))
    assert (one.id, one.kind, one.not_before) == ("half", ActionKind.EMAIL, at(date(2026, 11, 17), 2, 30))
    assert one.not_after == at(date(2026, 11, 30), 11)
    assert letters(MIDDLE, HALF, kept=(date(2026, 11, 3), date(2026, 11, 9))).actions == ()
    assert letters(at(date(2026, 12, 1)), HALF).actions == ()


def test_of_several_points_that_have_passed_the_last_one_with_letters_sends_them() -> None:
    assert only(letters(END, HALF, LATE)).id == "late"
    assert only(letters(END, HALF, point("3wd"))).id == "half"
    assert letters(END, point("3wd")).actions == ()


def test_key_is_the_same_in_every_pass_and_another_one_for_each_period_contract_and_letter() -> None:
    (key,) = keys(letters(MIDDLE, HALF))
    assert keys(letters(END, HALF, kept=(date(2026, 11, 3),))) == [key]
    both = point(50, letter("half"), letter("half.2", "manager"))
    assert key in keys(letters(MIDDLE, both))
    assert len(set(keys(letters(MIDDLE, both)))) == 2
    owed = [contract(), contract("D-2")]
    days = Span(date(2026, 10, 1), date(2026, 11, 30), MIDDLE)
    several = obligations_of([always(visits(warn_at=(HALF,)))], lambda: [customer(*owed)], {"visits": seen()}, days)
    assert len(set(keys(owed_letters(several, lambda _: CURATOR, {})))) == 2
    assert "D-1" not in key


def test_key_of_another_month_is_another_one() -> None:
    def key_of(month: int) -> list[str]:
        days = Span(date(2026, month, 1), date(2026, month, 30), at(date(2026, month, 27)))
        found_ = obligations_of(
            [always(visits(warn_at=(HALF,)))], lambda: [customer(contract())], {"visits": seen()}, days
        )
        return keys(owed_letters(found_, lambda _: CURATOR, {}))

    assert len({*key_of(10), *key_of(11)}) == 2


def test_keys_are_what_the_wire_takes() -> None:
    long = point(50, letter("x" * 60))
    for key in keys(letters(MIDDLE, long)):
        assert len(key) <= 190
        assert key.isascii()


def test_it_goes_to_the_curator_the_manager_and_addresses_each_once() -> None:
    many = point(50, letter("half", "curator", "manager", "head@desk.example", "orlov@desk.example"))
    assert only(letters(MIDDLE, many)).params["to"] == ["orlov@desk.example", "head@desk.example"]


def test_a_letter_that_reaches_nobody_is_left_out_and_told() -> None:
    made = letters(MIDDLE, HALF, who=CuratorNow())
    assert made.actions == ()
    assert made.warnings == (
        "the action half is left out: nobody knows the address of the curator of the customer K-1",
    )
    beside = letters(MIDDLE, point(50, letter("half", "curator", "head@desk.example")), who=CuratorNow())
    assert (only(beside).params["to"], beside.warnings) == (["head@desk.example"], ())
    nobody = owed_letters(found(MIDDLE, point(50, letter("half", "curator", "manager"))), lambda _: CURATOR, {})
    assert only(nobody).params["to"] == ["orlov@desk.example"]
    assert nobody.warnings == ("the action half is left out: bridge.yaml has no address for manager",)


def test_it_says_in_both_languages_what_is_kept_and_what_is_left() -> None:
    params = only(letters(MIDDLE, HALF, kept=(date(2026, 11, 3),))).params
    assert params["subject"] == {"ru": "Выезды: Farm", "en": "Visits: Farm"}
    assert params["text"]["ru"].strip() == "По договору D-1 состоялось 1 из 2, последний день 30.11.2026."
    assert " ".join(params["text"]["en"].replace("\N{NO-BREAK SPACE}", " ").split()) == (
        "Of D-1 1 of 2 took place in 2026-11, 1 to come by 2026-11-30; 72 h 00 min left. Dmitry Orlov"
    )
    assert "<title>Visits: Farm</title>" in params["html"]["en"]


def test_what_a_registry_says_is_text_and_nothing_else() -> None:
    definition = visits(warn_at=(point(50, letter("half")),))
    evil = customer(contract("D<b>\r\nBcc: x@evil.example"), name="<script>%{ticket}</script>")
    days = Span(date(2026, 11, 1), date(2026, 11, 30), MIDDLE)
    made = owed_letters(
        obligations_of([always(definition)], lambda: [evil], {"visits": seen()}, days), lambda _: CURATOR, {}
    )
    params = only(made).params
    assert "<script>" not in params["html"]["en"]
    assert "\n" not in params["subject"]["en"]
    assert "\r" not in params["text"]["en"]


def test_whoever_is_owed_nothing_brings_no_letter() -> None:
    assert letters(MIDDLE, HALF, categories=("partner",)).actions == ()


def test_every_variable_has_an_example_and_a_value() -> None:
    facts = OwedFacts(
        title=Title(ru="Выезды", en="Visits"), customer="Farm", paper="D-1", period="2026-11", at_least=2, count=1,
        left_seconds=3600, last_day=date(2026, 11, 30), curator="Dmitry Orlov",
    )  # fmt: skip
    for language in ("ru", "en"):
        values, example = owed_values(facts, language), owed_examples(language)
        assert values.keys() == example.keys() > OWED_VARIABLES.keys()
        assert [name for name in OWED_VARIABLES if not values[name]] == ["desk"]
        assert all(example[name] for name in OWED_VARIABLES)
