"""Names of the policy against those of the helpdesk: the same comparison as for tickets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.files.positions import Place
from bridge.policies.language.conditions.names import HelpdeskName
from bridge.policies.language.conditions.operators import CONTAINS, IS_REFERENCE
from bridge.sync.memory.vocabulary import Vocabulary, lost_names, unknown_names
from bridge.tickets import Reference

EMPTY = {"statuses": (), "departments": (), "topics": (), "priorities": (), "agents": None, "teams": None}


def having(**lists: dict[int, str] | None) -> Vocabulary:
    made = {
        name: None if rows is None else tuple(Reference(id=number, name=one) for number, one in rows.items())
        for name, rows in lists.items()
    }
    return Vocabulary({**EMPTY, **made})


def name(*words: str, fact: str = "status", operator=IS_REFERENCE) -> HelpdeskName:
    return HelpdeskName(
        fact=fact,
        operator=operator.name,
        words=words,
        place=Place("p.yaml", 3, 5),
        path="",
        matches=operator.predicate(words),
    )


def said(found) -> list[str]:
    return [str(one) for one in found]


def test_the_nearest_name_of_any_word_of_a_list_is_proposed() -> None:
    known = having(statuses={1: "Open", 2: "Ожидает ответа"})
    (problem,) = unknown_names([name("Zzz", "Ожидает отвта")], known)
    assert str(problem) == (
        "p.yaml:3:5: the helpdesk has none of the statuses 'Zzz', 'Ожидает отвта'"
        " (did you mean 'Ожидает ответа'? it has: Open, Ожидает ответа)"
    )


def test_a_long_list_is_shown_in_part_and_an_empty_one_as_none() -> None:
    many = having(topics={number: f"Topic {number}" for number in range(40)})
    assert said(unknown_names([name("x", fact="topic")], many))[0].endswith("Topic 11, …)")
    assert said(unknown_names([name("x", fact="topic")], having()))[0].endswith("(it has: none)")


@pytest.mark.parametrize("known", [{"agents": None}, {"agents": {1: "Ada"}, "teams": None}])
def test_people_are_compared_only_where_the_helpdesk_tells_all_of_them(known) -> None:
    assert said(unknown_names([name("Bob", fact="assignee")], having(**known))) == []


def test_an_agent_and_a_team_of_one_id_are_two() -> None:
    before = having(agents={1: "Ada"}, teams={1: "Level 2"})
    after = having(agents={1: "Ada"}, teams={1: "Level 3"})
    assert (
        "the agent or team 'Level 2' (id 1) is called 'Level 3' now"
        in said(lost_names([name("Level 2", fact="assignee")], before, after))[0]
    )
    assert said(lost_names([name("Ada", fact="assignee")], before, after)) == []


def test_two_that_exchange_their_names_are_lost_both() -> None:
    before, after = having(priorities={1: "Low", 2: "High"}), having(priorities={1: "High", 2: "Low"})
    found = said(lost_names([name("High", fact="priority")], before, after))
    assert len(found) == 1
    assert "(id 2) is called 'Low' now" in found[0]


def test_a_part_of_a_name_that_stays_loses_nothing() -> None:
    before, after = having(statuses={1: "Waiting (1st)"}), having(statuses={1: "Waiting (customer)"})
    assert said(lost_names([name("waiting", operator=CONTAINS)], before, after)) == []
    assert len(said(lost_names([name("1st", operator=CONTAINS)], before, after))) == 1


def test_a_change_of_case_is_no_renaming() -> None:
    assert said(lost_names([name("open")], having(statuses={1: "Open"}), having(statuses={1: "OPEN"}))) == []


@given(st.dictionaries(st.integers(1, 9), st.text(max_size=9), max_size=6))
def test_the_state_gives_back_what_was_kept_and_nothing_is_lost_by_that(rows) -> None:
    vocabulary = having(statuses=rows, agents=rows)
    again = Vocabulary.remembered(vocabulary.stored())
    assert again == vocabulary
    assert said(lost_names([name(*rows.values() or ("x",))], vocabulary, again)) == []


@pytest.mark.parametrize("fact", [None, "", "[]", "{}", '{"statuses": 3}', '{"statuses": [[1]]}'])
def test_what_cannot_be_understood_is_no_vocabulary(fact) -> None:
    assert Vocabulary.remembered(fact) is None
