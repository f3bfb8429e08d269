"""The how-to on obligations: its files are valid, its table is what the bridge says, and every word of the policy stands there."""

import re
from datetime import date
from pathlib import Path

from bridge.connectors.registry.description import read_description
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.obligation_models import CountedFromModel, ObligationModel
from bridge.policies.obligations.model import OwedState
from tests.unit.obligations.sample import at, contract, customer, rows, seen

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "how-to" / "owe-visits-and-trainings.md").read_text(encoding="utf-8")
LISTS = (DOCS / "how-to" / "connect-your-registry.md").read_text(encoding="utf-8").partition("## Lists of events")[2]
POLICY = """
policy: sample
title: {ru: Пример, en: Sample}
defaults: {calendar: support-msk}
levels: {plain: {title: {ru: Общий, en: Plain}, targets: {first_response: 8h}}}
rules: [{id: all, level: plain}]
"""


def obligations():
    """Return the obligations of the page, compiled with the shipped calendar."""
    written, warned = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    written = written.replace("    warn_at: [50%, 5wd before]\n", warned)
    assert "visits-late" in written
    calendar = (DOCS.parent / "config" / "calendars" / "support-msk.yaml").read_bytes()
    files = {"policies/p.yaml": (POLICY + written).encode(), "calendars/support-msk.yaml": calendar}
    result = compile_policy(files, today=date(2026, 11, 20))
    assert [str(one) for one in result.warnings] == []
    return {one.id: one for one in result.policy.revisions[-1].obligations}


def test_the_agreement_of_the_page_compiles_without_a_warning_and_its_list_is_one_that_a_registry_can_name() -> None:
    found = obligations()
    (listed,) = re.findall(r"```yaml\n(.*?)```", LISTS, re.DOTALL)
    assert found["training"].counted_from.events in read_description(listed.encode(), file="registry.yaml").events


def test_a_part_of_november_owes_what_the_table_says() -> None:
    table = re.findall(r"^\| (2026-11-\d\d) \| (\d+) of 30 \| (\d) \|$", PAGE, re.MULTILINE)
    assert len(table) == 3
    for first, days, owed in table:
        begins = date.fromisoformat(first)
        who = customer(contract(first=begins))
        found = rows(
            who, obligations()["visits"], seen(), at(date(2026, 11, 30), 6), date(2026, 11, 1), date(2026, 11, 30)
        )
        assert (date(2026, 11, 30) - begins).days + 1 == int(days)
        assert sum(one.at_least for one in found) == int(owed)


def test_every_word_of_the_policy_and_every_state_stands_on_the_page() -> None:
    words = {*ObligationModel.model_fields, *CountedFromModel.model_fields}
    assert {one for one in words if not re.search(rf"\b{one}\b", PAGE)} == set()
    assert {one for one in OwedState if f"| {one.value.replace('_', ' ')} |" not in PAGE} == set()
