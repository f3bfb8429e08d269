"""The packed attribute: what goes in comes out, and what is damaged is as good as none."""

import base64
import json
import logging
import zlib
from dataclasses import replace

import pytest

from bridge.connectors.helpdesks.bedesk.memory import Memory, SeenState
from bridge.connectors.helpdesks.bedesk.record import EMPTY, Record, packed, unpacked

STATUS = {"id": 1, "name": "Открыта", "state": "open"}
EVENT = {"at": 1_795_000_100, "kind": "status", "actor": "system", "from": None, "to": STATUS, "inferred": True}
RECORD = Record(
    memory=Memory(
        seen=1_795_000_200,
        known_from=1_795_000_000,
        standing=SeenState(status=STATUS, group=None, assignee=None, inputs={"sla_set_critical": True}, fields={}),
        events=(EVENT,),
    ),
    cycles=[{"metric": "first_response", "cycle": 1, "state": "met"}],
    detail={"rule": "commercial", "ключ": "значение 🚜"},
    merges=True,
    shown={"Around the clock": "vip"},
)


def test_what_is_packed_comes_back():
    text = packed(RECORD)
    assert text.isascii()
    assert "\n" not in text
    assert unpacked(text) == RECORD


def test_a_record_of_an_earlier_version_without_titles_is_read():
    content = json.loads(zlib.decompress(base64.b64decode(packed(RECORD)[2:])))
    del content["shown"]
    earlier = "1:" + base64.b64encode(zlib.compress(json.dumps(content).encode())).decode()
    assert unpacked(earlier) == replace(RECORD, shown={})


def test_an_empty_attribute_is_an_empty_record():
    assert unpacked(None) == unpacked("") == EMPTY


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-10],
        lambda text: text[: len(text) // 2],
        lambda text: "2:" + text[2:],
        lambda text: text.replace(text[20], "!", 1),
        lambda text: "somebody's own words",
        lambda text: "1:",
        lambda text: f"1:{text[2:]}{text[2:]}x",
    ],
)
def test_a_damaged_record_is_as_good_as_none_and_is_logged(spoil, caplog):
    with caplog.at_level(logging.WARNING):
        assert unpacked(spoil(packed(RECORD))) == EMPTY
    assert [one.message for one in caplog.records] == ["record_damaged"]


def test_a_bomb_is_not_unpacked():

    assert unpacked("1:" + base64.b64encode(zlib.compress(b"0" * 50_000_000, 9)).decode()) == EMPTY
