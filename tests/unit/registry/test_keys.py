"""Texts by which a ticket finds a customer: understood as people write them, or named as keys of nobody."""

import pytest

from bridge.connectors.registry import keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@alfa.example", ("a@alfa.example",)),
        ("a@alfa.example; b@alfa.example", ("a@alfa.example", "b@alfa.example")),
        ("a@alfa.example b@alfa.example", ("a@alfa.example", "b@alfa.example")),
        ("a@alfa.example\nb@alfa.example,", ("a@alfa.example", "b@alfa.example")),
        ("Ivan <c@gamma.example>", ("c@gamma.example",)),
        ('"Petrov, Ivan" <c@gamma.example>, d@gamma.example', ("c@gamma.example", "d@gamma.example")),
        ("Петров, Иван <c@gamma.example>", ("c@gamma.example",)),
        ("mailto:d@delta.example", ("d@delta.example",)),
        ("MAILTO:d@delta.example?subject=x", ("d@delta.example",)),
        ("<e@eps.example>", ("e@eps.example",)),
        ("'f@zeta.example'", ("f@zeta.example",)),
        ("g@eta.example.", ("g@eta.example",)),
        ("h@theta.example (бухгалтерия)", ("h@theta.example",)),
        ("почта@пример.рф", ("почта@пример.рф",)),
        ("O'Hara@irish.example", ("O'Hara@irish.example",)),
    ],
)
def test_addresses_are_understood_as_people_paste_them(text, found):
    assert keys.addresses(text) == keys.Found(found)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("gamma at gamma.example", "'gamma at gamma.example' is no e-mail address"),
        ("нет", "'нет' is no e-mail address"),
        ("a@", "'a@' is no e-mail address"),
        ("a@@b.example", "'a@@b.example' is no e-mail address"),
        ("a@localhost", "'a@localhost' is no e-mail address"),
        ("a @b.example", "'@b.example' is no e-mail address"),
        ("\u0430lfa@beta.example", "mixes alphabets: '\u0430' is no Latin letter"),
        ("a@bet\u0430.example", "mixes alphabets"),
    ],
)
def test_what_no_ticket_can_come_from_is_no_address(text, bad):
    found = keys.addresses(text)
    assert found.keys == ()
    assert any(bad in one for one in found.bad)


def test_a_good_address_beside_a_bad_one_is_used():
    found = keys.addresses("a@alfa.example, b(at)alfa.example")
    assert found.keys == ("a@alfa.example",)
    assert "'alfa.example' is no e-mail address" in found.bad


def test_contacts_that_are_no_addresses_stay_contacts():
    assert keys.contacts("Ivan <a@alfa.example>, b@alfa.example") == ("a@alfa.example", "b@alfa.example")
    assert keys.contacts("a@alfa.example; Петрова") == ("a@alfa.example", "Петрова")
    assert keys.contacts("") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alfa.example", "alfa.example"),
        ("@Alfa.Example.", "alfa.example"),
        ("https://www.adres.example/", "adres.example"),
        ("http://user@adres.example:8080/a?b=c", "adres.example"),
        ("www.adres.example", "adres.example"),
        ("adres.example/contacts", "adres.example"),
        ("//adres.example", "adres.example"),
        ("Пример.РФ", "пример.рф"),
        ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
    ],
)
def test_a_domain_is_understood_as_people_copy_it(text, found):
    (key,) = keys.domains(text).keys
    assert keys.domain_key(key) == found


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("*.zvezda.example", "stands for many domains"),
        ("info@delta.example", "is an address, not a domain"),
        ("Ромашка", "is no mail domain"),
        ("192.168.1.1", "is no mail domain"),
        ("alf\u0430.example", "mixes alphabets"),
    ],
)
def test_what_is_no_domain_is_named(text, bad):
    found = keys.domains(text)
    assert found.keys == ()
    assert bad in found.bad[0]


def test_both_ways_to_write_a_domain_of_other_letters_are_one():
    assert keys.email_key("a@xn--e1afmkfd.xn--p1ai") == keys.email_key("A@Пример.рф")
    assert keys.domain_key("xn--\u0430") == "xn--\u0430"


def test_a_registration_number_of_two_alphabets_is_strange():
    assert "mixes alphabets" in keys.strange_number("REG-\u0415X-1")
    assert keys.strange_number("РЕГ-1") == keys.strange_number("REG-1") == ""


def test_a_cell_of_any_length_is_read_in_time():
    text = ",".join(f"u{one}@firm.example" for one in range(20_000))
    assert len(keys.addresses(text).keys) == 20_000
    assert len(keys.addresses("<" * 1_000_000).bad) <= 10
    assert len(keys.domains("a." * 500_000).bad) <= 10
