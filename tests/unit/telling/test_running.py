"""Who runs what: how far a version is supported, and what is never called outdated."""

from datetime import date

import pytest

from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.telling.running import Installation, Said, Unread, VersionSupport, who_runs_what

CATALOGUE = read_catalogue(
    b"""\
products:
  farm:
    title: Farm
    latest: "3.2"
    families:
      - {id: "3", from: "3.0", below: "4.0", minimum: 3.0.5}
      - {id: "2", from: "2.0", below: "3.0", supported_until: 2026-12-15, limited_until: 2027-10-01}
  named: {title: Named, scheme: named, latest: 2024.10 LTS}
  gone: {title: Gone, latest: "1.0", supported: false}
""",
    file="catalogue.yaml",
)


def found(*said: tuple[str | None, str | None], day: date = date(2026, 11, 29), product: str | None = None):
    lines = [Installation(f"K{number}", Said(*one), "c.csv", number) for number, one in enumerate(said, start=2)]
    asked = CATALOGUE.find(product) if product else None
    return who_runs_what(lines, CATALOGUE, day=day, product=asked)


@pytest.mark.parametrize(
    ("product", "version", "support"),
    [
        ("Farm", "3.2", VersionSupport.CURRENT),
        ("farm", "v3.1", VersionSupport.BEHIND),
        ("farm", "4.7", VersionSupport.NEWER),
        ("farm", "2.9", VersionSupport.ENDING),
        ("farm", "3.0.4", VersionSupport.OUTDATED),
        ("farm", "1.9", VersionSupport.UNLISTED),
        ("gone", "1.0", VersionSupport.PRODUCT_UNSUPPORTED),
        ("plough", "7", VersionSupport.PRODUCT_UNLISTED),
    ],
)
def test_a_version_is_supported_as_far_as_the_catalogue_says(product, version, support):
    result = found((product, version))
    assert [(one.support, list(one.customers)) for one in result.groups] == [(support, ["K2"])]
    assert result.apart == ()


@pytest.mark.parametrize(
    ("day", "support"),
    [
        (date(2026, 11, 14), VersionSupport.BEHIND),
        (date(2026, 12, 15), VersionSupport.ENDING),
        (date(2026, 12, 16), VersionSupport.LIMITED),
        (date(2027, 10, 1), VersionSupport.LIMITED),
        (date(2027, 10, 2), VersionSupport.ENDED),
    ],
)
def test_a_family_ends_on_its_days(day, support):
    assert [one.support for one in found(("farm", "2.9"), day=day).groups] == [support]


@pytest.mark.parametrize(
    ("product", "version", "why"),
    [
        ("farm", "the new one", Unread.UNREADABLE),
        ("farm", None, Unread.UNREADABLE),
        ("farm", "", Unread.NOT_STATED),
        ("farm", "3.0", Unread.ABBREVIATED),
        ("named", "2024.10 beta", Unread.UNREADABLE),
        ("plough", None, Unread.UNREADABLE),
        (None, "3.2", Unread.PRODUCT_UNREADABLE),
        ("", "", Unread.NO_PRODUCT),
    ],
)
def test_what_nobody_can_read_stands_apart_with_its_place_and_is_in_no_group(product, version, why):
    result = found(("farm", "3.2"), (product, version))
    assert [(one.why, one.installation.file, one.installation.line) for one in result.apart] == [(why, "c.csv", 3)]
    assert [one.version for one in result.groups] == ["3.2"]
    assert result.customers == 2


def test_spellings_of_one_version_are_one_group_and_the_shortest_is_shown():
    (group,) = found(("farm", "версия 3.2"), ("Farm", "3.2"), ("FARM", "v3.2")).groups
    assert (group.version, list(group.customers)) == ("3.2", ["K2", "K3", "K4"])


def test_versions_of_a_product_stand_the_newest_first_by_number_and_products_as_in_the_catalogue():
    result = found(("plough", "1"), ("named", "2024.10"), ("farm", "3.9"), ("farm", "3.10"), ("ax", "1"))
    assert [(one.product, one.version) for one in result.groups] == [
        ("farm", "3.10"), ("farm", "3.9"), ("named", "2024.10"), ("ax", "1"), ("plough", "1"),
    ]  # fmt: skip


def test_of_one_product_its_customers_are_told_and_lines_whose_product_cannot_be_read():
    result = found(("farm", "3.2"), ("named", "2024.10"), (None, "1"), ("", ""), product="farm")
    assert [(one.product, list(one.customers)) for one in result.groups] == [("farm", ["K2"])]
    assert [one.installation.customer for one in result.apart] == ["K4"]
    assert result.customers == 2


def test_a_customer_counts_once_for_a_version_however_many_lines_name_it():
    line = Installation("K1", Said("farm", "3.2"), "c.csv", 2)
    result = who_runs_what([line, line._replace(line=3)], CATALOGUE, day=date(2026, 11, 29))
    assert [list(one.customers) for one in result.groups] == [["K1"]]
    assert result.customers == 1
