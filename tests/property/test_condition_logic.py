"""What is said about conditions without a ticket is never contradicted by a ticket."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.customers import Category, Customer, Presence, RegistryAnswer
from bridge.decisions import Check, Outcome
from bridge.files.positions import Document
from bridge.policies.agreement.facts import Facts
from bridge.policies.language.conditions.compiled import CompiledCondition, compile_tree, compiled, smallest_change
from bridge.policies.language.conditions.logic import can_both_hold, can_hold, follows, left_over
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.names import KnownNames
from bridge.tickets import Reference, Source, Ticket

NAMES = ["Open", "Closed", "3"]
WORDS = ["a", "b", "true"]


def some_test(values: list[str], *, operators: tuple[str, ...] = ("is", "not")) -> st.SearchStrategy[object]:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return st.dictionaries(st.sampled_from(operators), some, min_size=1, max_size=2)


LEAVES = st.one_of(
    some_test(NAMES).map(lambda test: {"status": test}),
    some_test(["High", "Low"]).map(lambda test: {"priority": test}),
    some_test(list(Category)).map(lambda test: {"customer": {"category": test}}),
    some_test(list(Presence)).map(lambda test: {"customer": {"presence": test}}),
    some_test(list(Source)).map(lambda test: {"channel": test}),
    some_test(list(Outcome)).map(lambda test: {"check": {"c": test}}),
    some_test(WORDS, operators=("is", "not", "contains")).map(lambda test: {"fields": {"x": test}}),
    st.booleans().map(lambda wanted: {"fields": {"x": {"set": wanted}}}),
    st.booleans().map(lambda wanted: {"answered": wanted}),
    st.sampled_from(["1", "2"]).map(lambda number: {"messages": {"is": [number]}}),
    st.sampled_from(["1", "2"]).map(lambda number: {"messages": {"above": number}}),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda some: {"all": some}),
        st.lists(parts, min_size=1, max_size=3).map(lambda some: {"any": some}),
        parts.map(lambda one: {"not": one}),
    ),
    max_leaves=5,
)


def condition(written: object) -> CompiledCondition:
    scope = KnownNames(
        document=Document(file="p", data={}), problems=[], fields=frozenset({"x"}), checks=frozenset({"c"})
    )
    return compiled(compile_tree(ConditionModel.model_validate(written), (), scope))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    status = draw(
        st.sampled_from(
            [
                Reference(id=1, name="Open"),
                Reference(id=2, name="Closed"),
                Reference(id=3, name="Open"),
                Reference(id=4, name="x"),
            ]
        )
    )
    ticket = Ticket(
        id=1,
        number="1",
        rev="r",
        created_at=0,
        source=draw(st.sampled_from(Source)),
        status=status,
        department=Reference(id=1, name="S"),
    )
    presence = draw(st.sampled_from(Presence))
    unclear = presence in {Presence.UNKNOWN, Presence.AMBIGUOUS}
    category = draw(st.sampled_from(["", *Category] if unclear else list(Category)))
    outcome = draw(st.sampled_from([None, *Outcome]))
    return Facts(
        ticket=ticket,
        at=0,
        status=status,
        department=ticket.department,
        topic=None,
        priority=draw(
            st.sampled_from(
                [None, Reference(id=1, name="High"), Reference(id=2, name="Low"), Reference(id=3, name="Mid")]
            )
        ),
        fields={"x": draw(st.sampled_from([None, "", "a", "b", "ab", True, False]))},
        answered=draw(st.booleans()),
        messages=draw(st.integers(0, 3)),
        registry=RegistryAnswer(presence=presence, customer=Customer(id="c") if presence is Presence.FOUND else None),
        checks={"c": Check(id="c", outcome=outcome)} if outcome else {},
        category=str(category),
    )


@settings(derandomize=True, max_examples=400, deadline=None)
@given(CONDITIONS, CONDITIONS, facts())
def test_no_ticket_contradicts_what_is_said_of_two_conditions(one: object, other: object, ticket: Facts) -> None:
    first, second = condition(one), condition(other)
    if first.test(ticket):
        assert can_hold(first)
        if second.test(ticket):
            assert can_both_hold(first, second)
        if follows(first, second):
            assert second.test(ticket)
        if left_over(first, [second]) == []:
            assert second.test(ticket)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), facts())
def test_a_list_without_a_hole_covers_every_ticket(written: list[object], ticket: Facts) -> None:
    conditions = [condition(one) for one in written]
    if left_over(None, conditions) == []:
        assert any(one.test(ticket) for one in conditions)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(CONDITIONS, facts())
def test_a_trace_and_the_smallest_change_agree_with_the_test(written: object, ticket: Facts) -> None:
    one = condition(written)
    change = smallest_change(one, ticket)
    assert bool(change) is not one.test(ticket)
    assert all(not trace.held for trace in change)
    assert set(map(repr, change)) <= set(map(repr, one.trace(ticket)))
