"""A schema never refuses what the loader reads, however it is spelt: a false alarm teaches people to look away."""

import json
import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import ConfigurationInvalid
from bridge.policies.language.compile import compile_policy
from tests.unit.language.configurations import CALENDAR
from tests.unit.schemas.editor import alarms, as_editor, refusals
from tests.unit.schemas.mistakes import GOOD

ODD_SPELLINGS: list[Any] = [
    *(
        " 8h ",
        "1h 30m",
        "1h  30m  5s",
        "36h   calendar",
        "0h",
        "2d calendar",
        "1d 2h calendar",
        "2d3h4m5s calendar",
        "2w",
        "1w 2d",
        "3wd  same-time",
    ),
    *(
        "75,5 %",
        "0.01%",
        "100%",
        "100,00 %",
        "007%",
        " 1h30m before ",
        "1wd before",
        "1hbefore",
        "2d calendar before",
        "150%",
        "999,99 %",
        "2h after",
        "1wd after",
        " 1w calendar after ",
        "1wd same-timeafter",
        "none",
    ),
    *(
        "9:00-18:00",
        "09:00 \N{EN DASH} 18:00",
        " 22:00-6:00",
        "00:00-24:00",
        "0",
        "5-1",
        "05-02",
        "12-28 .. 01-08",
        "2026-05-01..2026-05-02",
    ),
    *("1", "+5", " 7 ", "5.0", "1_000", "1e3", ".5", "5.", "-0", "inf", "nan", "0012", "6.10", "1.5", "100", "3600"),
    *("yes", "No", "on", "OFF", "1", "t", "f", "true", "True", "null"),
    *(
        "a",
        "a-b_c9",
        "x.y",
        "Ж",
        "день",
        "High, Low",
        "Europe/Moscow",
        "UTC",
        "Etc/GMT+3",
        "W-SU",
        "2026-11-20",
        "2028-02-29",
    ),
    *(
        "ru",
        "en",
        "web",
        "email",
        "partner",
        "mon",
        "sun",
        "created",
        "response",
        "agent",
        "pass",
        "fail",
        "unknown",
        "running",
        "tab",
        ";",
    ),
    *(
        "https://h.example:8080/a@b",
        "HTTPS://H.example",
        "http://127.0.0.1",
        "customer",
        "name",
        "csv",
        "yaml",
        "product",
        "fields.plant",
    ),
    *(
        "2026-11-20 10:00",
        "2026-11-20T07:00:00Z",
        "week",
        "certificate",
        "dotted",
        "category",
        "attributes.country",
        "enforce",
        "report",
    ),
    *(
        True,
        False,
        None,
        [],
        {},
        {"is": "a"},
        {"any": [{"answered": True}]},
        {"ru": "а", "en": "a"},
        {"env": "A"},
        {"amount": "1h"},
    ),
    *(
        [{"target": "none"}],
        ["mon", "tue"],
        {"MON - Fri": "9:00-18:00"},
        {"above": "1"},
        {"event": "note"},
        {"none": True},
    ),
]
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def spots(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything in a document."""
    below = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path] * bool(path) + [spot for key, value in below for spot in spots(value, (*path, key))]


def change(draw: st.DrawFn, data: Any) -> None:
    """Change one spot of a document: another value, a list of it, its only item, or nothing at all."""
    *way, last = draw(st.sampled_from(spots(data)))
    owner = data
    for key in way:
        owner = owner[key]
    deed = draw(st.sampled_from(["value", "value", "value", "listed", "alone", "drop", "borrow"]))
    if deed == "drop":
        del owner[last]
    elif deed == "listed":
        owner[last] = [owner[last]]
    elif deed == "alone" and isinstance(owner[last], list) and owner[last]:
        owner[last] = owner[last][0]
    elif deed == "borrow":
        *there, name = draw(st.sampled_from(spots(data)))
        other = data
        for key in there:
            other = other[key]
        owner[last] = deepcopy(other[name])
    else:
        owner[last] = deepcopy(draw(st.sampled_from(ODD_SPELLINGS)))


@st.composite
def changed(draw: st.DrawFn, kind: str) -> Any:
    """A good document with a few things in it written otherwise."""
    data = as_text(as_editor(GOOD[kind]))
    for _ in range(draw(st.integers(1, 3))):
        if spots(data):
            change(draw, data)
    return data


def as_text(data: Any) -> Any:
    """Return a document as the strict reader hands it over: numbers are texts."""
    if isinstance(data, dict):
        return {key: as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_text(value) for value in data]
    return str(data) if isinstance(data, int | float) and not isinstance(data, bool) else data


def as_plain(data: Any) -> Any:
    """Return a document as an editor reads it where no value stands in quotes."""
    if isinstance(data, dict):
        return {key: as_plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_plain(value) for value in data]
    return float(data) if isinstance(data, str) and _NUMBER.fullmatch(data) else data


@pytest.mark.parametrize("kind", GOOD)
@settings(derandomize=True, max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_the_loader_reads_passes_the_schema(kind: str, data: st.DataObject) -> None:
    document = data.draw(changed(kind))
    if refusals(kind, json.dumps(document, ensure_ascii=False)):
        return
    assert alarms(kind, document) == []
    assert alarms(kind, as_plain(document)) == []


@st.composite
def change_of_the_policy(draw: st.DrawFn) -> dict[str, Any]:
    """A file that extends the good policy: parts of it, some removed, some written otherwise."""
    data = as_text(as_editor(GOOD["policy"]))
    for _ in range(draw(st.integers(4, 25))):
        if not spots(data):
            break
        *way, last = draw(st.sampled_from(spots(data)))
        owner = data
        for key in way:
            owner = owner[key]
        if draw(st.booleans()):
            del owner[last]
        elif isinstance(owner, dict):
            owner[last] = None
        elif isinstance(owner[last], dict) and "id" in owner[last]:
            owner[last] = {"id": owner[last]["id"], "remove": True}
    return {**data, "extends": "_base.yaml"}


@settings(derandomize=True, max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(change_of_the_policy())
def test_whatever_changes_another_file_passes_the_schema(change: dict[str, Any]) -> None:
    files = {
        "policies/_base.yaml": GOOD["policy"].encode(),
        "policies/p.yaml": json.dumps(change).encode(),
        "calendars/week.yaml": CALENDAR,
    }
    try:
        compile_policy(files)
    except ConfigurationInvalid:
        return
    assert alarms("policy", change) == []
    assert alarms("policy-part", as_editor(GOOD["policy"])) == []
