"""Which keys a model allows at a place, for the hint of an unknown one."""

from typing import Annotated

from pydantic import Field

from bridge.errors import Problem
from bridge.files.positions import Document, Place, dotted, hint_for, nearest
from bridge.files.validate import Strict, allowed_keys, validate
from bridge.files.yaml import read_yaml
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.language.models import PolicyDocument


def test_allowed_keys_follow_mappings_lists_and_short_forms() -> None:
    assert allowed_keys(PolicyDocument, ("exceptions", 3))[:2] == ["id", "level"]
    assert "is" in allowed_keys(PolicyDocument, ("rules", 0, "when", "any", 1, "status"))
    assert allowed_keys(PolicyDocument, ("levels", "gold", "targets", "resolution", "rows", 0)) == ["when", "target"]


def test_allowed_keys_follow_the_tag_of_a_union() -> None:
    assert allowed_keys(CalendarModel, ("holidays", 0, "dates")) == ["dates", "title"]
    assert allowed_keys(CalendarModel, ("rules", 0, "short")) == ["short", "by", "title"]


def test_where_there_is_no_mapping_no_key_is_allowed() -> None:
    assert allowed_keys(PolicyDocument, ("language",)) == []


def test_parts_of_a_location_that_lead_nowhere_are_left_out() -> None:
    assert allowed_keys(PolicyDocument, ("function-after", "defaults"))[0] == "calendar"


def test_a_text_where_a_list_has_numbers_leads_nowhere() -> None:
    assert allowed_keys(PolicyDocument, ("rules", "first")) == []


class Numbered(Strict):
    number: Annotated[str, Field(pattern="^[A-Z]-[0-9]+$")]


def test_findings_without_words_of_their_own_keep_those_of_the_validator() -> None:
    problems: list[Problem] = []
    assert validate(Numbered, read_yaml(b"number: x1", file="f.yaml"), problems) is None
    (problem,) = problems
    assert str(problem) == "f.yaml:1:9: 'number': String should match pattern '^[A-Z]-[0-9]+$', found 'x1'"


def test_a_tag_that_is_also_a_key_is_told_from_it_by_what_follows() -> None:
    place = Place("f", 1, 1)
    paths = [(), ("a",), ("a", 0), ("a", 0, "dates"), ("a", 0, "dates", 0), ("a", 0, "title")]
    document = Document(file="f", data=None, values=dict.fromkeys(paths, place))
    assert document.narrow(("a", 0, "dates", "title")) == ("a", 0, "title")
    assert document.narrow(("a", 0, "dates", "dates", 0)) == ("a", 0, "dates", 0)
    assert document.narrow(("a", 0, "dates", "dates")) == ("a", 0, "dates")
    assert document.narrow(()) == ()


def test_the_nearest_name_ignores_case_and_takes_beginnings() -> None:
    assert nearest("Pririty", ["priority", "status"]) == "priority"
    assert nearest("cert", ["certificate", "status"]) == "certificate"
    assert nearest("xyz", ["certificate", "status"]) is None
    assert hint_for("x", []) == "nothing of this kind is defined"
    assert hint_for("x", [f"n{number:02}" for number in range(20)]).endswith("n11, …")


def test_paths_are_written_as_people_do() -> None:
    assert dotted(("rules", 2, "when", "status")) == "rules[2].when.status"
