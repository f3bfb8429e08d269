"""Answers of a helpdesk: their JSON, whoever reads it."""

import json

import pytest

from bridge.connectors.helpdesks.answer import decode


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 2.5, null, true, "я\\u0436😀"], "a": {"b": "last"}}',
        '{"half of a pair": "\\ud800"}',
        '{"long": 123456789012345678901234567890, "NaN": Infinity}',
        "[" * 400 + "]" * 400,
    ],
)
def test_what_the_standard_library_reads_is_read_alike(text: str) -> None:
    assert decode(text.encode()) == json.loads(text)


@pytest.mark.parametrize("content", [b"", b"{", b"[1] [2]", b"<html>", b'{"a": "\x01"}', b'"\xff"', b"[" * 100_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decode(content)
