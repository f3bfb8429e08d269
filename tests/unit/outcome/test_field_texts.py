"""Texts of others in the output fields: readable, on one line, and no formula to a spreadsheet."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.fields import BridgeField
from bridge.policies.decide import decide
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.policies.outcome.readable import LONGEST, polished
from tests.unit.clocks.desk import BOTH, at, known, ticket

HOSTILE = {
    '=HYPERLINK("http://evil.example","Olga")': 'HYPERLINK("http://evil.example","Olga")',
    "@SUM(1+1)*cmd|' /C calc'!A0": "SUM(1+1)*cmd|' /C calc'!A0",
    "+7 495 000-00-00 Olga": "7 495 000-00-00 Olga",
    "-2+3+cmd": "2+3+cmd",
    "\t=1+1": "1+1",
    "\r\n@olga": "olga",
    "  = -  +Olga": "Olga",
    "＝1+1": "1+1",
    "＋Olga": "Olga",
    "－Olga": "Olga",
    "＠olga": "olga",
    "﹦1": "1",
    "\u200b=1+1": "1+1",
    "\ufeff=1+1": "1+1",
    "\u200d=1+1": "1+1",
    "\x00=1+1": "1+1",
    "\u202e=1+1": "1+1",
    "Olga\nSokolova\x1b]0;owned\x07": "Olga Sokolova ]0;owned",
    "Olga\u202e avolokoS": "Olga avolokoS",
    "Anna-Maria = head @ desk": "Anna-Maria = head @ desk",
    "Ольга 👩‍💻": "Ольга 👩‍💻",
}


@pytest.mark.parametrize(("curator", "field"), HOSTILE.items())
def test_a_hostile_curator_stays_readable_and_harmless(curator: str, field: str) -> None:
    made = decide(ticket("2026-11-23 10:00"), BOTH, now=at("2026-11-23 11:00"), registry=known(curator=curator))
    assert made.fields["sla_curator"] == field
    assert made.customer.curator == curator


@pytest.mark.parametrize("curator", ["", "=", "-- ", "\t＠\u200b", "\x1b"])
def test_a_curator_of_signs_alone_is_none(curator: str) -> None:
    made = decide(ticket("2026-11-23 10:00"), BOTH, now=at("2026-11-23 11:00"), registry=known(curator=curator))
    assert made.fields["sla_curator"] is None


def test_a_long_curator_fits_the_field() -> None:
    made = decide(ticket("2026-11-23 10:00"), BOTH, now=at("2026-11-23 11:00"), registry=known(curator="Olga " * 100))
    assert len(str(made.fields["sla_curator"])) <= LONGEST


@given(st.text(st.characters(codec=None), max_size=300))
def test_whatever_the_text_the_field_is_one_harmless_line(text: str) -> None:
    field = polished(text)
    assert polished(field) == field
    assert len(field) <= LONGEST
    assert not field or unicodedata.normalize("NFKC", field[0])[0] not in "=+-@"
    field.encode()
    assert all(unicodedata.category(one) not in {"Cc", "Cs", "Zl", "Zp"} for one in field)


@given(st.text("=+-@＝＋－＠ \t\r\n\u200b\ufeff\x00'\"ab", max_size=12))
def test_whatever_precedes_a_sign_it_never_comes_first(text: str) -> None:
    assert polished(text)[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠", " ", "\u200b", "\ufeff"}


def test_every_text_field_goes_this_way() -> None:
    texts: list[BridgeField] = [field for field in OUTPUT_FIELDS if field.type in {"text", "memo"}]
    assert {field.name for field in texts} == {"sla_reason", "sla_curator"}
