"""From YAML to a compiled policy: precedence, matrices, inheritance, revisions, clocks, digest."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from bridge.decisions import ActionKind
from bridge.errors import ConfigurationInvalid
from bridge.files.types import Title
from bridge.policies.agreement.actions import ActionDefinition
from bridge.policies.agreement.policy import OnEntry, OnReopen
from bridge.policies.calendar.amounts import Amount
from bridge.policies.language.compile import CompileResult, compile_policy
from bridge.tickets import Actor, EventKind, Source
from tests.unit.language.configurations import HEAD, LEVELS, files, with_rules
from tests.unit.language.test_conditions import facts

SHIPPED = Path(__file__).parents[3] / "config"


def shipped() -> dict[str, bytes]:
    return {str(path.relative_to(SHIPPED)): path.read_bytes() for path in SHIPPED.rglob("*") if path.is_file()}


def compiled(contents: dict[str, bytes]) -> CompileResult:
    return compile_policy(contents)


def codes(contents: dict[str, bytes]) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as caught:
        compile_policy(contents)
    return [problem.code for problem in caught.value.problems]


def targets(contents: dict[str, bytes], level: str = "silver") -> list[tuple[str, str]]:
    rows = compiled(contents).policy.revisions[-1].levels[level].targets
    return [(row.metric, str(row.target.amount) if row.target else "none") for row in rows]


def rule_ids(contents: dict[str, bytes]) -> list[str]:
    return [rule.id for rule in compiled(contents).policy.revisions[-1].rules]


def test_the_shipped_agreement_compiles_without_a_warning() -> None:
    result = compile_policy(shipped(), today=date(2026, 11, 22))
    assert result.warnings == ()
    assert list(result.policy.revisions[0].levels) == ["general", "standard", "urgent", "development"]
    assert result.names["department"] == {"Development", "Отдел разработки"}
    assert result.policy.digest.startswith("sha256:")


def test_rules_go_by_number_and_then_by_their_order() -> None:
    contents = with_rules(
        """
        - {id: later, level: silver, when: {priority: A}}
        - {id: second, level: silver, number: 20, when: {priority: B}}
        - {id: first, level: silver, number: 10, when: {priority: C}}
        - {id: last, level: silver}
        """
    )
    assert rule_ids(contents) == ["first", "second", "later", "last"]


def test_exceptions_outrank_every_rule_and_keep_who_answers_for_them() -> None:
    contents = with_rules(
        "- {id: all, level: silver, number: 1}\n",
        more="""
        exceptions:
          - {id: fair, level: silver, when: {subject: {contains: fair}}, reason: Trade fair, approver: A. Head,
             valid_from: 2025-03-01, until: 2025-03-10}
        """,
    )
    exception, _ = compiled(contents).policy.revisions[0].rules
    assert (exception.id, exception.why, exception.approver) == ("fair", "Trade fair", "A. Head")
    assert (exception.valid_from, exception.valid_until) == (date(2025, 3, 1), date(2025, 3, 10))


def test_equal_numbers_in_two_files_are_refused_only_when_both_can_match() -> None:
    part = "policy: sample\nrules:\n- {{id: other, level: silver, number: 5, when: {{priority: {0}}}}}\n"
    main = with_rules("- {id: one, level: silver, number: 5, when: {priority: High}}\n- {id: rest, level: silver}\n")
    assert codes({**main, "policies/q.yaml": part.format("[High, Low]").encode()}) == ["equal_numbers"]
    assert rule_ids({**main, "policies/q.yaml": part.format("Low").encode()}) == ["one", "other", "rest"]


def test_equal_numbers_in_one_file_go_by_their_order() -> None:
    assert rule_ids(
        with_rules("- {id: b, level: silver, number: 5, when: {priority: High}}\n- {id: a, level: silver, number: 5}\n")
    ) == ["b", "a"]


def test_one_policy_may_stand_in_several_files() -> None:
    contents = files(HEAD + LEVELS, policies__rules="policy: sample\nrules:\n- {id: all, level: silver}\n")
    assert rule_ids(contents) == ["all"]
    assert compiled(contents).policy.revisions[0].rules[0].at == "policies/rules.yaml:3"


def test_what_two_files_both_define_is_refused() -> None:
    contents = files(
        HEAD + LEVELS + "rules: [{id: a, level: silver}]", policies__q="policy: sample\ntitle: Other\n" + LEVELS
    )
    assert codes(contents) == ["defined_twice", "defined_twice"]


def test_a_second_policy_is_refused() -> None:
    contents = with_rules("- {id: all, level: silver}\n")
    contents["policies/q.yaml"] = contents["policies/p.yaml"].replace(
        b"policy: sample", b"policy: other\nvalid_from: 2025-01-01"
    )
    assert codes(contents) == ["two_policies"]


def test_a_matrix_goes_by_property_by_condition_and_nested() -> None:
    levels = """\
levels:
  silver:
    title: Silver
    targets:
      first_response:
        by: priority
        of:
          Emergency, High:
            by: tier
            of: {gold: 1h, otherwise: 2h}
          Low: none
          otherwise:
            - when: {channel: phone}
              target: 30m
            - target: {amount: 36h calendar, calendar: week}
"""
    contents = with_rules("- {id: all, level: silver}\n", levels=levels)
    rows = compiled(contents).policy.revisions[0].levels["silver"].targets
    assert [str(row.target.amount) if row.target else "none" for row in rows] == [
        "1h",
        "2h",
        "none",
        "30m",
        "36h calendar",
    ]
    assert [row.when.test(facts()) if row.when else True for row in rows] == [True, True, False, False, True]
    assert rows[0].at == "policies/p.yaml:13"
    assert compiled(contents).warnings == ()


@pytest.mark.parametrize(
    "by",
    [
        "category",
        "channel",
        "status",
        "department",
        "topic",
        "language",
        "presence",
        "organization",
        "attributes.tier",
        "fields.product",
    ],
)
def test_a_table_goes_by_any_of_the_properties(by: str) -> None:
    key = {"category": "partner", "channel": "web", "presence": "found"}.get(by, "x")
    levels = f"levels:\n  silver:\n    title: S\n    targets: {{first_response: {{by: {by}, of: {{{key}: 1h, otherwise: 2h}}}}}}\n"
    assert targets(with_rules("- {id: all, level: silver}\n", levels=levels)) == [
        ("first_response", "1h"),
        ("first_response", "2h"),
    ]


def test_a_level_may_extend_another() -> None:
    levels = """\
levels:
  silver:
    title: Silver
    person_may_choose: true
    on_entry: new_cycle
    targets: {first_response: 8h, resolution: 40h}
  gold:
    extends: silver
    title: Gold
    person_may_choose: false
    targets: {first_response: 1h}
"""
    contents = with_rules(
        "- {id: gold, level: gold, when: {priority: High}}\n- {id: all, level: silver, when: {fields: {sla_set_level: [silver]}}}\n- {id: rest, level: silver}\n",
        levels=levels,
    )
    gold = compiled(contents).policy.revisions[0].levels["gold"]
    assert (gold.title.en, gold.on_entry, gold.person_may_choose) == ("Gold", OnEntry.NEW_CYCLE, False)
    assert sorted(targets(contents, "gold")) == [("first_response", "1h"), ("resolution", "40h")]


def test_a_level_that_gives_one_metric_keeps_the_others_of_the_level_it_extends() -> None:
    levels = """\
levels:
  silver: {title: Silver, targets: {first_response: {by: priority, of: {High: 8h}}, resolution: 40h, ownership: 4h}}
  gold: {extends: silver, title: Gold, targets: {first_response: 1h}}
  best: {extends: gold, title: Best, targets: {resolution: none, ownership: 1h}}
clocks: {ownership: {department: Network}}
"""
    rules = "".join(f"- {{id: {one}, level: {one}, when: {{priority: {one}}}}}\n" for one in ("gold", "best"))
    contents = with_rules(rules + "- {id: rest, level: silver}\n", levels=levels)
    assert sorted(targets(contents, "best")) == [("first_response", "1h"), ("ownership", "1h"), ("resolution", "none")]
    holes = [warning for warning in compiled(contents).warnings if warning.code == "target_hole"]
    assert [hole.path for hole in holes] == ["levels.silver.targets.first_response"]


def test_a_revision_extends_the_one_before_it_without_copying() -> None:
    later = """\
    policy: sample
    extends: p.yaml
    valid_from: 2026-01-01
    levels:
      silver: {targets: {first_response: 4h}}
    rules:
      - {id: new, level: silver, when: {priority: High}}
      - {id: old, remove: true}
      - {id: rest, when: {channel: [web, email, phone, api, other]}}
    """
    contents = with_rules("- {id: old, level: silver, when: {priority: Low}}\n- {id: rest, level: silver}\n")
    contents["policies/later.yaml"] = dedent(later).encode()
    first, second = compiled(contents).policy.revisions
    assert (first.valid_from, second.valid_from) == (None, date(2026, 1, 1))
    assert [rule.id for rule in first.rules] == ["old", "rest"]
    assert [rule.id for rule in second.rules] == ["new", "rest"]
    assert [str(level.levels["silver"].targets[0].target.amount) for level in (first, second)] == ["8h", "4h"]
    assert second.rules[0].at == "policies/later.yaml:7"
    assert second.levels["silver"].at == "policies/later.yaml:5"


def test_a_key_without_value_removes_what_is_inherited() -> None:
    base = HEAD + LEVELS + "conditions: {a: {priority: High}, b: {priority: Low}}\nrules: [{id: all, level: silver}]\n"
    top = "extends: _base.yaml\nconditions:\n  b:\n  a: {priority: Mid}\nrules: [{id: one, level: silver, when: {condition: a}}]\n"
    result = compile_policy({**files(top), "policies/_base.yaml": base.encode()})
    assert [rule.id for rule in result.policy.revisions[0].rules] == ["one", "all"]
    assert result.warnings == ()


def test_a_file_that_extends_itself_is_refused() -> None:
    # Both come round to themselves: it is one mistake.
    assert codes(files("extends: q.yaml\n" + HEAD, policies__q="extends: p.yaml\n")) == ["endless_extends"]
    assert codes(files("extends: nowhere.yaml\n")) == ["unknown_file"]


def test_standard_clocks_follow_from_the_targets() -> None:
    levels = "levels: {silver: {title: S, targets: {first_response: 1h, next_response: 2h, periodic_update: 3h, resolution: 4h}}}\n"
    first, following, periodic, resolution = (
        compiled(with_rules("- {id: all, level: silver}\n", levels=levels)).policy.revisions[0].clocks
    )
    assert [clock.metric for clock in (first, following, periodic, resolution)] == [
        "first_response",
        "next_response",
        "periodic_update",
        "resolution",
    ]
    assert first.stop[0].kinds == {EventKind.RESPONSE}
    assert first.stop[0].actors == {Actor.AGENT}
    assert following.needs_answer
    assert periodic.restart_on_stop
    assert resolution.closing_finishes
    assert resolution.promise_field == "sla_set_promise"


def test_the_policy_says_what_counts_as_a_response_and_when_clocks_stand_still() -> None:
    head = """\
policy: sample
title: Sample
defaults:
  calendar: week
  on_reopen: continue
  at_risk: 1h before
  thresholds:
    - id: half
      at: 50%
      actions: [{note: {ru: Половина, en: Half}}, {email: {to: manager, text: Half}}]
  response: [response, {event: note, by: agent, channel: email}]
  pauses:
    - while: {status: Waiting}
    - while: {status: Hold}
      until_customer_message: false
"""
    clocks = """
        clocks:
          first_response: {on_reopen: ignore, applies: {channel: [web, email]}}
    """
    revision = compiled(with_rules("- {id: all, level: silver}\n", head=head, more=clocks)).policy.revisions[0]
    (clock,) = revision.clocks
    assert clock.on_reopen is OnReopen.IGNORE
    assert [(set(one.kinds), set(one.sources)) for one in clock.stop] == [
        ({EventKind.RESPONSE}, set()),
        ({EventKind.NOTE}, {Source.EMAIL}),
    ]
    assert [pause.until_customer_message for pause in clock.pauses] == [True, False]
    assert clock.applies is not None
    (row,) = revision.levels["silver"].targets
    risk, half = row.target.thresholds
    assert (risk.id, str(risk.before), risk.at_risk) == ("at_risk", "1h", True)
    assert (half.share_basis_points, half.at_risk) == (5000, False)
    assert half.actions == (
        ActionDefinition(id="half.note", kind=ActionKind.NOTE, text=Title(ru="Половина", en="Half")),
        ActionDefinition(id="half.email", kind=ActionKind.EMAIL, to=("manager",), text=Title(ru="Half", en="Half")),
    )


def test_a_policy_may_have_metrics_of_its_own_and_ownership_of_a_department() -> None:
    levels = "levels: {silver: {title: S, targets: {triage: 1h, ownership: 5h}}}\n"
    clocks = """
        clocks:
          triage:
            title: Triage
            start: created
            stop: [{event: priority, by: agent, when: {priority: {set: true}}}]
            reset: {event: topic}
            cancel: closed
            promise: sla_set_promise
          ownership: {department: [Second line]}
    """
    triage, ownership = (
        compiled(with_rules("- {id: all, level: silver}\n", levels=levels, more=clocks)).policy.revisions[0].clocks
    )
    assert triage.reset[0].kinds == {EventKind.TOPIC}
    assert triage.promise_field == "sla_set_promise"
    inside, outside = ownership.start[0].when, ownership.stop[0].when
    assert inside is not None
    assert outside is not None
    assert (inside.test(facts()), outside.test(facts())) == (False, True)
    assert ownership.stop[1].kinds == {EventKind.CLOSED}


def test_ownership_may_have_events_of_its_own_and_updates_may_change() -> None:
    levels = "levels: {silver: {title: S, targets: {periodic_update: 1h, ownership: 5h}}}\n"
    clocks = """
        clocks:
          ownership: {start: assigned, stop: closed}
          periodic_update: {on_reopen: ignore}
    """
    updates, ownership = (
        compiled(with_rules("- {id: all, level: silver}\n", levels=levels, more=clocks)).policy.revisions[0].clocks
    )
    assert ownership.start[0].kinds == {EventKind.ASSIGNED}
    assert updates.on_reopen is OnReopen.IGNORE


def test_the_digest_moves_with_everything_that_decides_and_with_nothing_else() -> None:
    contents = with_rules("- {id: all, level: silver}\n")
    before = compile_policy(contents).policy.digest
    assert (
        compile_policy({**contents, "registry/customers.csv": b"x", "policies/p_test.yaml": b"x"}).policy.digest
        == before
    )
    assert compile_policy({**contents, "catalogue.yaml": b"x"}).policy.digest != before
    assert (
        compile_policy({**contents, "policies/p.yaml": contents["policies/p.yaml"] + b"# x\n"}).policy.digest != before
    )
    calendar = contents["calendars/week.yaml"].replace(b"18:00", b"17:00")
    assert compile_policy({**contents, "calendars/week.yaml": calendar}).policy.digest != before


def test_checks_keep_their_options_effect_and_condition() -> None:
    contents = with_rules(
        "- {id: lapsed, level: silver, when: {check: {paper: fail}}}\n- {id: all, level: silver}\n",
        more="""
        checks:
          paper:
            kind: certificate
            effect: refuse
            required: true
            deciding: now
            when: {customer: {category: commercial}}
            options: {warn_days: 10, kinds: [extended]}
            remedy: {ru: Продлите сертификат., en: Renew the certificate.}
        """,
    )
    (check,) = compiled(contents).policy.revisions[0].checks
    assert (check.id, check.kind, check.effect, check.required, check.deciding) == (
        "paper",
        "certificate",
        "refuse",
        True,
        "now",
    )
    assert check.options == {"warn_days": "10", "kinds": ["extended"]}
    assert check.remedy is not None
    assert check.remedy.ru == "Продлите сертификат."


def test_all_problems_of_all_files_come_at_once_in_the_order_of_the_files() -> None:
    contents = files(
        """\
        policy: sample
        title: {ru: Пример}
        defaults: {calendar: wek}
        levels:
          silver: {titel: S, targets: {first_response: 8}}
        rules:
          - {id: Big, level: sliver, when: {}}
          - {level: silver}
        """,
        calendars__other="id: other\nzone: Europe/Moskow\nweek: {mon-fri: 09:00-18:00}\n",
    )
    with pytest.raises(ConfigurationInvalid) as caught:
        compile_policy(contents)
    places = [(problem.file, problem.line, problem.code) for problem in caught.value.problems]
    assert places == [
        ("calendars/other.yaml", 2, "bad_value"),
        ("policies/p.yaml", 2, "missing_key"),
        ("policies/p.yaml", 5, "unknown_key"),
        ("policies/p.yaml", 5, "bad_value"),
        ("policies/p.yaml", 7, "bad_value"),
        ("policies/p.yaml", 7, "bad_value"),
        ("policies/p.yaml", 8, "missing_key"),
    ]


def test_amounts_survive_as_they_are_written() -> None:
    for text in ("8h", "1h30m", "24wd", "24wd same-time", "36h calendar", "2d"):
        levels = f"levels: {{silver: {{title: S, targets: {{first_response: {text}}}}}}}\n"
        (row,) = (
            compiled(with_rules("- {id: all, level: silver}\n", levels=levels))
            .policy.revisions[0]
            .levels["silver"]
            .targets
        )
        assert row.target is not None
        assert row.target.amount == Amount.parse(text)


def test_files_of_tests_and_other_folders_are_no_policy() -> None:
    assert codes({"policies/a_test.yaml": b"x: [", "catalogue.yaml": b"x: ["}) == ["no_policy"]


def test_calendars_that_do_not_compile_are_no_second_mistake() -> None:
    contents = with_rules("- {id: all, level: silver}\n")
    contents["calendars/week.yaml"] = b"id: week\nzone: Europe/Moscow\nweek: {}\n"
    assert len(codes(contents)) == 1
