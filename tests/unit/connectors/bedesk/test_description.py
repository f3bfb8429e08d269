"""The site's own description held against what the bridge uses."""

import pytest

from bridge.connectors.bedesk_double.routes import DESCRIPTION
from bridge.connectors.helpdesks.bedesk.description import USED, undescribed, version_of

WHOLE = DESCRIPTION.read_bytes()


def without(text):
    assert text in WHOLE.decode()
    return WHOLE.decode().replace(text, "").encode()


def test_a_description_with_everything_has_nothing_to_tell():
    assert undescribed(WHOLE) == ()
    assert version_of(WHOLE) == "3.0.8"


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("        - {name: orderBy, in: query, schema: {type: string}}\n", "no parameter orderBy"),
        ("        - {name: cursor, in: query, schema: {type: string}}\n", "no parameter cursor"),
        ("                agentCanEdit: {type: boolean}\n", "takes no agentCanEdit"),
        ("                attributes: {type: object}\n", "takes no attributes"),
    ],
)
def test_what_is_missing_is_named_with_its_operation(missing, told):
    (sentence,) = undescribed(without(missing))
    assert told in sentence


def test_an_operation_that_is_gone_is_named():
    renamed = WHOLE.replace(b"/helpdesk/statuses:", b"/helpdesk/conditions:")
    assert undescribed(renamed) == ("the site's description has no GET /helpdesk/statuses",)


def test_paths_with_their_base_and_other_names_for_ids_are_the_same():
    other = WHOLE.replace(b"  /helpdesk/", b"  /api/v1/helpdesk/").replace(b"{id}", b"{conversation}")
    assert undescribed(other) == ()


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"- a\n- b\n", b"openapi: 3.0.0\npaths: []\n", b"a: [b\n", b"\xff\xfe"]
)
def test_what_is_no_description_names_everything_or_says_that_it_cannot_be_read(content):
    assert len(undescribed(content)) in {1, len(USED)}
    assert version_of(content) == "unknown"


def test_a_site_that_shows_none_is_told_so():
    assert undescribed(None) == ("the site shows no /swagger.yaml, so nothing can be compared",)
