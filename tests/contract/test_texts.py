"""Text of every alphabet goes through unharmed."""

from collections.abc import Callable

import pytest

from tests.contract.client import Client

TEXTS = [
    "Ошибка «Поле объекта не обнаружено» — № 5",
    "Ünïcödé ñandú ąęłž 中文 日本語 العربية",
    "<b>не жирно</b> & \"кавычки\" 'и' <script>alert(1)</script>",
    "C:\\база\\новая %{ticket.number} %s $1",
]


@pytest.mark.parametrize("text", TEXTS)
def test_reason_comes_back_as_it_was_written(api: Client, ticket: int, text: str) -> None:
    assert api.write_fields(ticket, sla_reason=text)["result"] == "ok"
    assert api.ticket(ticket)["bridge"]["fields"]["sla_reason"] == text
    assert api.write_fields(ticket, sla_reason=text)["result"] == "noop"


def test_four_byte_character_is_kept_or_replaced_and_cuts_nothing_off(api: Client, ticket: int) -> None:
    assert api.write_fields(ticket, sla_reason="трактор 🚜 едет")["result"] == "ok"
    assert api.ticket(ticket)["bridge"]["fields"]["sla_reason"] in ("трактор 🚜 едет", "трактор \ufffd едет")
    assert api.write_fields(ticket, sla_reason="трактор 🚜 едет")["result"] == "noop"


@pytest.mark.parametrize("via", ["web", "api", "email", "staff"])
def test_cyrillic_subject_and_body_are_read_by_every_way_in(
    api: Client, open_ticket: Callable[..., int], via: str
) -> None:
    ticket = open_ticket("Не считается амортизация", "Добрый день! Платформа 8.3.24, ошибка при проведении.", via=via)
    snapshot = api.ticket(ticket)
    assert snapshot["subject"].startswith("Не считается амортизация")
    assert "Платформа 8.3.24, ошибка при проведении." in snapshot["body"]
    assert snapshot["source"] == {"web": "web", "api": "api", "email": "email", "staff": "phone"}[via]


def test_body_is_text_and_at_most_twenty_thousand_characters(api: Client, open_ticket: Callable[..., int]) -> None:
    ticket = open_ticket(body="Строка журнала. " * 2_000, via="api")
    body = api.ticket(ticket)["body"]
    assert body.startswith("Строка журнала. Строка журнала.")
    assert 19_000 <= len(body) <= 20_000


def test_requester_and_number_are_told(api: Client, open_ticket: Callable[..., int], token: str) -> None:
    snapshot = api.ticket(open_ticket(email=f"Customer-{token}@kolos.example"))
    assert snapshot["requester"]["email"].lower() == f"customer-{token}@kolos.example"
    assert snapshot["number"]
