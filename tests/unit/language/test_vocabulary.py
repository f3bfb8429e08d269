"""The table of facts and the operators: each row is true, and one more row is all that a new word takes."""

from dataclasses import replace

import pytest

from bridge.files.positions import Document
from bridge.files.types import Title
from bridge.files.validate import Strict
from bridge.policies.agreement.facts import Facts
from bridge.policies.language.conditions.compiled import CompiledCondition, compile_tree, compiled, smallest_change
from bridge.policies.language.conditions.fact_types import NUMBER, TEXT
from bridge.policies.language.conditions.facts import FACTS, operator_title
from bridge.policies.language.conditions.model import condition_model
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.operators import Many
from bridge.policies.language.conditions.vocabulary import Fact, FactType, Operator, short
from bridge.policies.language.conditions.vocabulary import test_model as model_of_test
from bridge.tickets import Organization, Reference, Requester, Source, Ticket

TICKET = Ticket(
    id=1,
    number="1",
    rev="r",
    created_at=0,
    source=Source.EMAIL,
    status=Reference(id=1, name="Open", state="open"),
    department=Reference(id=1, name="Support"),
    requester=Requester(id=9, name="x", email="x@y.example", organization=Organization(id=3, name="Farm")),
)


def facts() -> Facts:
    return Facts(ticket=TICKET, at=0, status=TICKET.status, department=TICKET.department, topic=None, priority=None)


class Watched:
    """Facts that remember which of their attributes were looked at."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self.seen.add(name)
        return getattr(facts(), name)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_fact_looks_at_nothing_but_what_it_says_it_reads(fact: Fact) -> None:
    watched = Watched()
    fact.get(*((watched, "name") if fact.by_name else (watched,)))
    assert watched.seen
    assert watched.seen <= set(fact.reads)
    assert set(fact.reads) <= set(Facts.__dataclass_fields__)


def test_no_two_facts_have_the_same_name() -> None:
    assert len({fact.name for fact in FACTS}) == len(FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_every_operator_of_a_fact_has_a_title_and_a_description(fact: Fact) -> None:
    for written in fact.type.operators:
        assert written.description.endswith(".")
        for operator in written.compiled_as():
            assert operator_title(operator.told) == operator.title
            assert operator_title(f"not {operator.told}") == Title(
                ru=f"не {operator.title.ru}", en=f"not {operator.title.en}"
            )


def test_an_operator_that_nobody_knows_has_no_title() -> None:
    assert operator_title("near") is None
    assert operator_title("not near") is None


def condition(model: type[Strict], written: object) -> CompiledCondition:
    names = KnownNames(document=Document(file="p", data={}), problems=[])
    return compiled(compile_tree(model.model_validate(written), (), names))


def test_a_new_fact_is_one_row() -> None:
    row = Fact("requester.number", NUMBER, "His number.", lambda facts: facts.ticket.requester.id, {"ticket"})
    model = condition_model((*FACTS, row))
    one = condition(model, {"requester": {"number": {"above": 8}, "name": "x"}})
    assert one.test(facts())
    assert one.reads == {"ticket"}
    assert not condition(model, {"requester": {"number": "8"}}).test(facts())
    (change,) = smallest_change(condition(model, {"requester": {"number": "8"}}), facts())
    assert (change.path, change.operator, change.found) == ("requester.number", "is", 9)
    properties = model.model_json_schema()["$defs"]["RequesterTest"]["properties"]
    assert properties["number"]["description"] == "His number."


def test_a_new_operator_is_one_record() -> None:
    has_words = Operator(
        name="words",
        takes=Many[int],
        description="Has one of these numbers of words.",
        title=Title(ru="слов:", en="words:"),
        predicate=lambda wanted: lambda value: len(str(value).split()) in wanted,
        closed=lambda wanted: frozenset(map(str, wanted)),
    )
    operators = (*TEXT.operators, has_words)
    counted = FactType(
        annotation=short(model_of_test("CountedTest", "A test of a text.", operators)), operators=operators
    )
    model = condition_model(tuple(replace(fact, type=counted) if fact.name == "subject" else fact for fact in FACTS))
    one = condition(model, {"subject": {"words": [2, "3"], "contains": "b"}})
    other = facts()
    other.ticket = replace(TICKET, subject="a b c")
    assert not one.test(facts())
    assert one.test(other)
    assert [(trace.operator, trace.held) for trace in one.trace(other)] == [("contains", True), ("words", True)]
