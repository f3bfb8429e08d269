from dataclasses import replace

import pytest

from bridge.customers import NO_REGISTRY, Category, Presence, Tracked

ROWS = (
    "K-1;ООО «Рассвет»;REG-1;buh@rassvet.example, it@rassvet.example;rassvet.example;Бухгалтерия;31.12.2027",
    "K-2;СПК «Колос»;REG-2;ivan@mail.ru;kolos.example;Бухгалтерия;31.12.2027",
    "K-3;ООО Рассвет;REG-3;owner@third.example;;Бухгалтерия;31.12.2027",
)


@pytest.mark.parametrize(
    ("ticket", "customer", "matched_by"),
    [
        ({"registration_number": " reg-2 "}, "K-2", "registration_number"),
        ({"registration_number": "REG-2", "email": "buh@rassvet.example"}, "K-2", "registration_number"),
        ({"registration_number": "unheard", "email": "BUH@rassvet.example"}, "K-1", "email"),
        ({"organization": 'СПК "КОЛОС"'}, "K-2", "organization"),
        ({"email": "it@rassvet.example"}, "K-1", "email"),
        ({"email": "new@Rassvet.example"}, "K-1", "domain"),
    ],
)
def test_a_ticket_is_matched_by_the_first_key_that_matches(folder, ticket, customer, matched_by):
    folder.customers(*ROWS)
    answer = folder.lookup(**ticket)
    assert (answer.presence, answer.customer.id, answer.matched_by) == (Presence.FOUND, customer, matched_by)
    assert answer.tracks == {Tracked.LICENCES, Tracked.CERTIFICATES}
    assert (answer.stale, answer.source, answer.zone) == (False, "customers", "Europe/Moscow")
    assert answer.as_of == int((folder.path / "customers.csv").stat().st_mtime)


def test_the_declared_order_decides(folder):
    folder.customers(*ROWS, more="match: [email, registration_number]")
    assert folder.lookup(registration_number="REG-2", email="buh@rassvet.example").customer.id == "K-1"
    assert folder.lookup(email="new@rassvet.example").presence is Presence.NOT_FOUND


def test_a_name_of_two_customers_is_ambiguous_and_reported(folder):
    folder.customers(*ROWS)
    answer = folder.lookup(organization="ооо рассвет")
    assert (answer.presence, answer.candidates, answer.customer) == (Presence.AMBIGUOUS, ("K-1", "K-3"), None)
    assert folder.lookup(organization="ооо рассвет", registration_number="REG-3").customer.id == "K-3"
    assert any(
        "the organization 'ооо рассвет' belongs to several customers: K-1, K-3" in one for one in folder.problems()
    )


def test_three_owners_of_one_address_are_all_candidates(folder):
    folder.customers(*[f"K-{number};N{number};;same@one.example;;;" for number in range(3)])
    assert folder.lookup(email="same@one.example").candidates == ("K-0", "K-1", "K-2")


def test_nobody_stands_for_a_domain_that_is_open_to_everybody(folder):
    folder.customers(
        "K-1;A;;;mail.ru, own.example;;", "K-2;B;;;PROVIDER.example;;", more="public_domains: provider.example"
    )
    load = folder.load()
    assert load.registry.lookup(folder.ticket(email="any@mail.ru")).presence is Presence.NOT_FOUND
    assert load.registry.lookup(folder.ticket(email="any@provider.example")).presence is Presence.NOT_FOUND
    assert load.registry.lookup(folder.ticket(email="any@own.example")).customer.id == "K-1"
    assert [problem.code for problem in load.problems] == ["public_domain", "public_domain"]


def test_a_healthy_registry_says_not_found(folder):
    folder.customers(*ROWS)
    answer = folder.lookup(email="stranger@else.example")
    assert (answer.presence, answer.customer, answer.stale) == (Presence.NOT_FOUND, None, False)
    assert answer.as_of is not None


def test_a_ticket_without_any_address_is_not_found(folder):
    folder.customers(*ROWS)
    assert folder.lookup(email="").presence is Presence.NOT_FOUND


def test_a_registration_number_may_stand_in_another_field(folder):
    folder.customers(*ROWS, more="registration_field: licence_no")
    assert folder.lookup(licence_no="REG-1").customer.id == "K-1"


def test_old_data_is_stale_and_concludes_nothing_about_newer_tickets(folder):
    folder.customers(*ROWS, more="stale_after_days: 2")
    written = int((folder.path / "customers.csv").stat().st_mtime)
    registry = folder.load(now=written + 3 * 86_400).registry
    ticket = folder.ticket(email="stranger@else.example")
    assert registry.lookup(replace(ticket, created_at=written + 1)).presence is Presence.UNKNOWN
    assert registry.lookup(replace(ticket, created_at=written)).presence is Presence.NOT_FOUND
    assert registry.lookup(folder.ticket(email="buh@rassvet.example")).stale is True
    assert folder.load(now=written + 2 * 86_400).registry.lookup(ticket).stale is False
    kept = folder.load(now=written).registry
    known = folder.ticket(email="buh@rassvet.example")
    assert [kept.lookup(known, now=written + days * 86_400).stale for days in (1, 3, 1)] == [False, True, False]


def test_an_answer_says_when_the_same_copy_will_be_stale(folder):
    folder.customers(*ROWS, more="stale_after_days: 2")
    written = int((folder.path / "customers.csv").stat().st_mtime)
    registry = folder.load(now=written).registry
    known = folder.ticket(email="buh@rassvet.example")
    turn = registry.lookup(known, now=written).stale_from
    assert turn == written + 2 * 86_400 + 1
    assert [registry.lookup(known, now=at).stale for at in (turn - 1, turn)] == [False, True]
    assert registry.lookup(known, now=turn).stale_from is None
    stranger = folder.ticket(email="stranger@else.example")
    assert registry.lookup(stranger, now=written).stale_from == turn
    folder.customers(*ROWS)
    assert folder.load().registry.lookup(known).stale_from is None


def test_without_sources_nothing_is_concluded(folder):
    folder.mapping("sources: {}\n")
    assert folder.lookup() == NO_REGISTRY


def test_the_same_question_gets_the_same_answer_object(folder):
    folder.customers(*ROWS)
    registry = folder.load().registry
    ticket = folder.ticket(email="buh@rassvet.example")
    assert registry.lookup(ticket) is registry.lookup(ticket)
    assert len(registry) == 3
    assert registry.customer("K-9") is None


def test_osticket_fields_serve_as_a_registry(folder):
    folder.mapping("""
sources:
  desk:
    kind: osticket
    columns:
      customer: organization.id
      name: organization.name
      category: organization.sla_category
      certificate_until: organization.certificate_until
      registration_number: user.registration
    values: {category: {партнёр: partner}}
""")
    registry = folder.load().registry
    ticket = folder.ticket(organization="Агросервис")
    known = replace(
        ticket.requester.organization, fields={"sla_category": "Партнёр", "certificate_until": "2027-01-31"}
    )
    answer = registry.lookup(replace(ticket, requester=replace(ticket.requester, organization=known)))
    assert (answer.presence, answer.matched_by, answer.customer.id) == (Presence.FOUND, "osticket", "3")
    assert answer.customer.category is Category.PARTNER
    assert answer.customer.certificates[0].valid_until.isoformat() == "2027-01-31"
    assert answer.tracks == {Tracked.CERTIFICATES}
    assert registry.lookup(ticket).presence is Presence.NOT_FOUND
    assert registry.lookup(folder.ticket()).presence is Presence.NOT_FOUND
    again = registry.lookup(replace(ticket, requester=replace(ticket.requester, organization=known)))
    assert again.customer is answer.customer


def test_files_come_before_osticket_fields(folder):
    folder.customers(*ROWS)
    text = (folder.path / "registry.yaml").read_text()
    folder.mapping(
        f"{text}  desk:\n    kind: osticket\n    columns: {{name: organization.name, tier: organization.tier}}\n"
    )
    registry = folder.load().registry
    ticket = folder.ticket(organization="Другая")
    own = replace(ticket.requester, organization=replace(ticket.requester.organization, fields={"tier": "gold"}))
    assert registry.lookup(replace(ticket, requester=own)).customer.tier == "gold"
    both = replace(own, email="buh@rassvet.example")
    assert registry.lookup(replace(ticket, requester=both)).customer.id == "K-1"


def test_what_osticket_keeps_is_told_apart_from_what_the_files_keep(folder):
    folder.customers("K-1;A;;a@one.example;;Учёт;")
    text = (folder.path / "registry.yaml").read_text()
    folder.mapping(
        f"{text}  desk:\n    kind: osticket\n    columns: {{name: organization.name, contract: organization.contract}}\n"
    )
    (folder.path / "cache").mkdir()
    registry = folder.load().registry
    ticket = folder.ticket(organization="Другая")
    own = replace(ticket.requester, organization=replace(ticket.requester.organization, fields={"contract": "Д-1"}))
    live = registry.lookup(replace(ticket, requester=own))
    assert (live.tracks, live.as_of, live.stale, live.source) == ({Tracked.CONTRACTS}, None, False, "desk")
    assert registry.lookup(folder.ticket(email="a@one.example")).tracks == {Tracked.LICENCES, Tracked.CERTIFICATES}


def test_customers_kept_ready_are_bounded(folder, monkeypatch):
    monkeypatch.setattr("bridge.connectors.registry.registry._REMEMBERED", 3)
    folder.customers(*[f"K-{number};N;;a{number}@one.example;;;" for number in range(10)])
    registry = folder.load().registry
    for _ in range(2):
        for number in range(10):
            assert registry.lookup(folder.ticket(email=f"a{number}@one.example")).customer.id == f"K-{number}"
    assert len(registry._customers) <= 3


def test_words_of_the_export_are_translated_before_they_match(folder):
    folder.customers("K-1;A;ремонт;;;;", source="    values: {registration_number: {ремонт: REG-77}}\n")
    assert folder.lookup(registration_number="reg-77").customer.id == "K-1"
