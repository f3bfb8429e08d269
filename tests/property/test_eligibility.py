"""Whatever the registry holds: unknown never fails, nothing is refused without evidence, and time moves only when announced."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.customers import (
    NO_REGISTRY,
    Category,
    Certificate,
    Contract,
    Customer,
    Licence,
    Presence,
    RegistryAnswer,
    Tracked,
)
from bridge.decisions import Outcome, SupportVerdict
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.answer import Effect
from bridge.policies.checks.check_kind import check_kinds
from bridge.policies.checks.eligibility import assess
from bridge.policies.checks.judge import Judge
from bridge.policies.checks.remembering_judge import RememberingJudge
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.tickets import Attachment, Reference, Requester, Source, Ticket

CATALOGUE = read_catalogue(
    b"""
zone: Europe/Moscow
products:
  accounting:
    title: Accounting
    latest: 3.0.52.35
    families:
      - {id: "3", from: 3.0, below: 4.0, minimum: 3.0.50, supported_until: 2026-12-31, limited_until: 2027-03-31}
      - {id: "2", from: 2.0, below: 3.0, supported_until: 2026-06-30, limited_until: 2026-12-10}
    platforms:
      enterprise: {title: Platform, minimum: 8.3.24}
    operating_systems: [Windows 10]
    devices: [Android]
  satellite: {title: Satellite, latest: "1.0"}
""",
    file="catalogue.yaml",
)
KINDS = tuple(check_kinds())
DAY = 86_400
START = 1_795_000_000
days = st.none() | st.integers(-60, 120).map(lambda offset: date(2026, 11, 20) + timedelta(days=offset))
products = st.sampled_from(["", "accounting", "satellite", "Unheard of"])
licences = st.builds(
    Licence,
    product=st.sampled_from(["accounting", "satellite", "Unheard of"]),
    number=st.sampled_from(["", "A", "B"]),
    valid_from=days,
    valid_until=days,
    blocked=st.booleans(),
    seats=st.none() | st.integers(0, 3),
    seats_used=st.none() | st.integers(0, 3),
    unreadable=st.booleans(),
)
certificates = st.builds(
    Certificate, number=st.sampled_from(["", "S"]), product=products, valid_from=days, valid_until=days
)
customers = st.builds(
    Customer,
    id=st.just("K"),
    category=st.sampled_from(Category),
    licences=st.lists(licences, max_size=3).map(tuple),
    certificates=st.lists(certificates, max_size=3).map(tuple),
    contracts=st.sampled_from([(), (Contract(number="D", services=("visit",), channels=("web", "email")),)]),
)
found = st.builds(
    RegistryAnswer,
    presence=st.just(Presence.FOUND),
    customer=customers,
    as_of=st.none() | st.integers(START - 30 * DAY, START),
    stale=st.booleans(),
    zone=st.sampled_from(["UTC", "Europe/Moscow", "America/New_York"]),
    tracks=st.frozensets(st.sampled_from(Tracked)),
)
absent = st.sampled_from(
    [
        NO_REGISTRY,
        RegistryAnswer(presence=Presence.NOT_FOUND, as_of=START),
        RegistryAnswer(presence=Presence.AMBIGUOUS, candidates=("a", "b"), as_of=START),
    ]
)
tickets = st.builds(
    lambda product, version, number, source: Ticket(
        id=1,
        number="1",
        rev="r",
        created_at=START,
        source=source,
        status=Reference(id=1, name="Open", state="open"),
        department=Reference(id=1, name="Support"),
        requester=Requester(email="a@b.example"),
        fields={"product": product, "product_version": version, "registration_number": number},
    ),
    products,
    st.sampled_from(["", "3.0.52.35", "3.0.1", "3.0", "2.5", "1.0", "9.9", "newest"]),
    st.sampled_from(["", "A", "x"]),
    st.sampled_from(Source),
)
definitions = st.lists(
    st.builds(
        lambda kind, effect, deciding, required: CheckDefinition(
            id=kind, kind=kind, effect=effect.value, deciding=deciding, required=required
        ),
        st.sampled_from(KINDS),
        st.sampled_from(Effect),
        st.sampled_from(["created", "now", "reply"]),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
).map(tuple)


@given(tickets, found | absent, definitions, st.integers(0, 90), st.sampled_from(["ru", "en"]))
def test_unknown_never_fails_and_a_refusal_always_has_a_failed_check(ticket, answer, checks, later, language):
    support = assess(ticket, answer, CATALOGUE, checks, now=START + later * DAY, language=language).support
    assert [check.id for check in support.checks] == [one.id for one in checks]
    refused = [check for check in support.checks if check.outcome is Outcome.FAIL and check.effect == "refuse"]
    assert (support.verdict is SupportVerdict.REFUSABLE) == bool(refused)
    for check in support.checks:
        assert check.message
        assert check.outcome is not Outcome.WARN or check.reason
    if answer.presence is not Presence.FOUND:
        leaning = {"registration", "licence", "certificate", "contract", "units", "contact"}
        assert not [check for check in refused if check.id in leaning]


@given(tickets, found, definitions, st.integers(0, 90 * DAY))
def test_between_two_announced_changes_nothing_changes(ticket, answer, checks, later):
    now = START + later
    first = assess(ticket, answer, CATALOGUE, checks, now=now, language="ru")
    until = first.next_change_at
    if until is None:
        until = now + 400 * DAY
    assert until > now
    for moment in (now + (until - now) // 2, until - 1):
        later_on = assess(ticket, answer, CATALOGUE, checks, now=moment, language="ru")
        assert later_on.support == first.support
        assert later_on.next_change_at == first.next_change_at


@given(tickets, found, definitions, st.integers(0, 90))
def test_a_silent_registry_never_takes_away_what_its_copy_still_gave(ticket, answer, checks, later):
    checks = tuple(one for one in checks if one.kind in {"licence", "certificate"})
    now = START + later * DAY
    known = RegistryAnswer(
        presence=Presence.FOUND,
        customer=answer.customer,
        as_of=START,
        stale=True,
        zone=answer.zone,
        tracks=answer.tracks,
    )
    then = assess(ticket, known, CATALOGUE, checks, now=START, language="en").support
    kept = assess(ticket, known, CATALOGUE, checks, now=now, language="en").support
    for before, after in zip(then.checks, kept.checks, strict=True):
        if before.outcome in {Outcome.PASS, Outcome.WARN}:
            assert after.outcome is not Outcome.FAIL


ENTERED = {
    "product": ["", "satellite"],
    "product_version": ["", "2.5"],
    "registration_number": ["A", "B"],
    "certificate_number": ["S", "T"],
    "operating_system": ["Windows 10", "OS/2"],
    "device": ["Android"],
    "platform_version": ["8.3.24", "8.2", "?"],
    "service": ["visit"],
    "sla_set_misuse": [False, True],
    "sla_set_abuse": [False, True],
    "sla_set_deferral": ["needs_facts", "unlicensed", "?"],
}
GIVEN = {
    "product": "accounting",
    "product_version": "3.0.52.35",
    "operating_system": "Windows 10",
    "platform_version": "8.3.24",
}
BODIES = ("", "short", "A long description of it. 1. Open\n2. Press", "1. Open it\n2. Press it, version 3.0.1.2")
FILES = ((), (Attachment(name="a.png", type="image/png", size=5),), (Attachment(name="a.exe", type="", size=5),))
OWN = """\
policy: sample
title: Sample
defaults: {calendar: week}
fields: [certificate_number, operating_system]
levels: {silver: {title: Silver, targets: {first_response: 8h}}}
rules: [{id: all, level: silver}]
checks:
  abuse: {kind: condition, title: A, message: A, effect: refuse, fails_when: {fields: {sla_set_abuse: true}}}
  way: {kind: condition, title: B, message: "{channel}", fails_when: {channel: {not: [web, email]}}}
  paper:
    kind: condition
    deciding: now
    title: C
    message: C
    fails_when: {not: {customer: {certificates: [extended, ""]}}}
    warns_when: {customer: {category: partner}, fields: {platform_version: {version: {below: "8.3"}}}}
    unknown_when: {fields: {operating_system: OS/2}}
  files: {kind: condition, title: D, message: D, fails_when: {attachments: {count: {above: 0}}}}
"""
CALENDAR_OF_OWN = b"id: week\nzone: Europe/Moscow\nweek: {mon-fri: 09:00-18:00}\n"
OWN_CHECKS = (
    compile_policy({"policies/p.yaml": OWN.encode(), "calendars/week.yaml": CALENDAR_OF_OWN})
    .policy.revisions[-1]
    .checks
)
EVERY_KIND = (
    *(
        CheckDefinition(id=kind, kind=kind, effect="refuse", deciding=deciding)
        for kind, deciding in zip(KINDS, ["created", "now", "reply"] * len(KINDS), strict=False)
    ),
    *OWN_CHECKS,
)


@given(tickets, found | absent, st.integers(0, 90 * DAY))
def test_checks_of_ones_own_change_only_when_it_was_announced(ticket, answer, later):
    now = START + later
    first = assess(ticket, answer, CATALOGUE, OWN_CHECKS, now=now, language="en")
    until = first.next_change_at or now + 400 * DAY
    assert until > now
    for moment in (now + (until - now) // 2, until - 1):
        assert assess(ticket, answer, CATALOGUE, OWN_CHECKS, now=moment, language="en").support == first.support


def variants(ticket):
    """The ticket with its fields, each time with one thing changed."""
    yield from ((ticket, GIVEN | {name: value}) for name, values in ENTERED.items() for value in values)
    yield from ((replace(ticket, body=body), GIVEN) for body in BODIES)
    yield from ((replace(ticket, attachments=files), GIVEN) for files in FILES)
    yield from ((replace(ticket, source=source), GIVEN) for source in Source)


@settings(max_examples=20)
@given(tickets, st.lists(found | absent, min_size=1, max_size=2), st.integers(0, 90))
def test_what_is_remembered_of_other_tickets_never_changes_an_answer(ticket, answers, later):
    plain = Judge(CATALOGUE, EVERY_KIND)
    remembering = RememberingJudge(Judge(CATALOGUE, EVERY_KIND))
    now = START + later * DAY
    for seen, fields in variants(ticket):
        for answer in answers:
            judged = remembering.judge(seen, answer, now=now, language="en", fields=fields)
            afresh = plain.judge(seen, answer, now=now, language="en", fields=fields)
            assert judged == afresh
            told = plain.judge(seen, answer, now=now, language="ru", fields=fields)
            assert judged.support_in("ru") == afresh.support_in("ru") == told.support
