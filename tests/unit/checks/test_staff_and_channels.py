import pytest

from bridge.decisions import Outcome, SupportVerdict
from bridge.policies.checks.deferral import Deferral
from bridge.tickets import Source

ABUSE = {"fields": {"sla_set_abuse": True}}


def test_the_reasons_for_deferral_are_the_closed_list_of_the_field():
    assert [one.value for one in Deferral] == [
        "not_reproducible",
        "needs_facts",
        "needs_development",
        "violated_requirements",
        "unlicensed",
        "beyond_scope",
        "unconstructive",
    ]


@pytest.mark.parametrize("reason", list(Deferral))
@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_reason_has_a_sentence_for_the_customer(desk, reason, language):
    fields = {"sla_set_deferral": reason.value}
    check = desk.check("deferral", ticket=desk.ticket(), fields=fields, language=language)
    assert (check.outcome, check.reason) == (Outcome.FAIL, f"deferred_{reason.value}")
    assert check.message
    assert check.remedy.endswith(".")


@pytest.mark.parametrize("nothing", [None, "", "automatic", False])
def test_nothing_set_defers_nothing(desk, nothing):
    assert desk.check("deferral", ticket=desk.ticket(), fields={"sla_set_deferral": nothing}).outcome is Outcome.PASS


def test_a_reason_that_is_not_on_the_list_is_unknown(desk):
    check = desk.check("deferral", ticket=desk.ticket(), fields={"sla_set_deferral": "tired"})
    assert (check.outcome, check.reason) == (Outcome.UNKNOWN, "deferral_unreadable")


def test_each_reason_may_mean_something_else(desk):
    definition = desk.define(
        "deferral", effect="refuse", options={"effects": {"beyond_scope": "limit", "needs_facts": "none"}}
    )

    def verdict(reason):
        return desk.judge(definition, ticket=desk.ticket(), fields={"sla_set_deferral": reason}).verdict

    assert verdict("beyond_scope") is SupportVerdict.LIMITED
    assert verdict("needs_facts") is SupportVerdict.FULL
    assert verdict("unlicensed") is SupportVerdict.REFUSABLE


@pytest.mark.parametrize("own", ["none", "limit", "refuse"])
@pytest.mark.parametrize(
    ("stated", "verdict"),
    [("none", SupportVerdict.FULL), ("limit", SupportVerdict.LIMITED), ("refuse", SupportVerdict.REFUSABLE)],
)
def test_the_effect_of_a_reason_may_be_milder_or_stricter_than_that_of_the_check(desk, own, stated, verdict):
    definition = desk.define("deferral", effect=own, options={"effects": {"unlicensed": stated}})
    given = {"sla_set_deferral": "unlicensed"}
    assert desk.judge(definition, ticket=desk.ticket(), fields=given).verdict is verdict
    other = desk.judge(definition, ticket=desk.ticket(), fields={"sla_set_deferral": "beyond_scope"})
    assert other.checks[0].effect == own


def test_agents_inputs_count_only_where_the_history_vouches_for_them(desk):
    claimed = desk.ticket(fields={"sla_set_deferral": "unlicensed", "sla_set_abuse": True})
    support = desk.judge([desk.define("deferral"), desk.own(ABUSE)], ticket=claimed)
    assert [check.outcome for check in support.checks] == [Outcome.PASS, Outcome.PASS]


def test_abuse_that_staff_recorded_may_stop_support(desk):
    support = desk.judge(desk.own(ABUSE, effect="refuse"), ticket=desk.ticket(), fields={"sla_set_abuse": True})
    assert (support.checks[0].reason, support.verdict) == ("own", SupportVerdict.REFUSABLE)


def test_what_was_typed_in_from_a_messenger_is_marked(desk):
    official = desk.own({"channel": {"not": ["web", "email", "api"]}})
    for source in Source:
        (check,) = desk.judge(official, source=source).checks
        assert check.outcome is (Outcome.FAIL if source in {Source.PHONE, Source.OTHER} else Outcome.PASS)
        assert check.evidence == {"channel": source.value}


def test_a_channel_that_the_helpdesk_does_not_tell_leaves_the_check_open(desk):
    (check,) = desk.judge(desk.own({"channel": {"not": ["web", "email", "api"]}}), source=None).checks
    assert check.outcome is Outcome.UNKNOWN
