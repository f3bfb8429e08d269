"""Which keys a model allows at a place, for the hint of an unknown one."""

import time
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bridge.errors import ConfigurationInvalid, Problem, Stage
from bridge.files.model_keys import allowed_keys
from bridge.files.positions import Document, Place, dotted, hint_for, nearest
from bridge.files.validate import Strict, validate
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


class Renamed(Strict):
    retired: ClassVar[Mapping[str, str]] = {"colour": "write 'paint' instead", "shape: oval": "write round"}
    shape: Literal["round", "square"]
    paint: str = ""


def test_keys_and_values_that_went_are_answered_with_what_to_write_now() -> None:
    problems: list[Problem] = []
    assert validate(Renamed, read_yaml(b"shape: oval\ncolour: red\ncolor: red\n", file="f.yaml"), problems) is None
    assert [str(problem) for problem in problems] == [
        "f.yaml:1:8: 'oval' is no longer read for 'shape' (write round)",
        "f.yaml:2:1: the key 'colour' is no longer read (write 'paint' instead)",
        "f.yaml:3:1: unknown key 'color' (allowed: shape, paint)",
    ]
    assert "retired" not in Renamed.model_json_schema()["properties"]


def test_a_deep_location_is_narrowed_soon() -> None:
    loc = ("all", 0) * 30
    document = Document(file="f", data=None, values={loc[:length]: Place("f") for length in range(len(loc) + 1)})
    started = time.process_time()
    assert document.narrow((*loc, "is")) == loc
    assert time.process_time() - started < 0.1


def test_problems_of_the_earliest_stage_are_told_each_once() -> None:
    first = Problem(code="a", message="no YAML", stage=Stage.READING)
    second, last = (Problem(code="b", message="no shape", stage=stage) for stage in (Stage.SHAPE, Stage.MEANING))
    error = ConfigurationInvalid([last, first, second, first])
    assert (error.problems, error.more_may_follow) == ((first,), True)
    assert ConfigurationInvalid([last, second]).problems == (second,)
    assert not ConfigurationInvalid([last]).more_may_follow
