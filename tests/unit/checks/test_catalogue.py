from datetime import date
from pathlib import Path

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Life, folded
from bridge.policies.language.catalogue import read_catalogue

ROOT = Path(__file__).parents[3]


def read(text: str):
    return read_catalogue(text.encode(), file="catalogue.yaml")


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_catalogue_lists_the_three_products_of_the_agreement_in_both_languages():
    catalogue = read_catalogue((ROOT / "config/catalogue.yaml").read_bytes(), file="catalogue.yaml")
    titles = {(product.title.ru, product.title.en) for product in catalogue.products.values()}
    assert titles == {
        ("Бухгалтерия сельскохозяйственного предприятия", "Accounting of an agricultural enterprise"),
        ("Комплексный учёт сельскохозяйственного предприятия", "Complex accounting of an agricultural enterprise"),
        ("Спутниковый мониторинг", "Satellite monitoring"),
    }
    assert catalogue.products["agro-accounting"].latest.text == "3.0.52.35"


def test_a_single_release_listed_first_is_taken_out_of_a_range():
    catalogue = read_catalogue((ROOT / "config/catalogue.yaml").read_bytes(), file="catalogue.yaml")
    satellite = catalogue.products["agro-satellite"]
    assert satellite.family_of(satellite.scheme.read("2025.10 LTS")).id == "2025 LTS"
    assert satellite.family_of(satellite.scheme.read("2025.10")).id == "2025"


@pytest.mark.parametrize("name", ["accounting", "«Бухгалтерия»", "  бухгалтерия ", "Accounting", "бсхп", '"БСХП"'])
def test_a_product_is_found_by_id_title_and_listed_names_however_they_are_quoted(desk, name):
    assert desk.catalogue.find(name).id == "accounting"


def test_an_unknown_name_finds_nothing_and_an_empty_catalogue_knows_nothing(desk):
    assert desk.catalogue.find("Склад") is None
    assert EMPTY_CATALOGUE.find("accounting") is None


def test_names_that_customers_type_are_forgotten_after_a_while(desk):
    for number in range(50_010):
        desk.catalogue.id_of(f"продукт {number}")
    assert folded.cache_info().currsize < 20_000
    assert desk.catalogue.id_of("БСХП") == "accounting"


def test_a_family_lives_through_its_inclusive_dates(desk):
    second = desk.catalogue.products["accounting"].families[1]
    assert second.life(date(2026, 6, 30)) is Life.SUPPORTED
    assert second.life(date(2026, 7, 1)) is Life.LIMITED
    assert second.life(date(2027, 6, 30)) is Life.LIMITED
    assert second.life(date(2027, 7, 1)) is Life.ENDED
    assert desk.catalogue.products["accounting"].families[2].life(date(2021, 1, 1)) is Life.ENDED


def test_a_platform_version_is_read_with_or_without_the_platforms_name(desk):
    (platform,) = desk.catalogue.products["accounting"].platforms
    assert platform.read("Предприятие 8.3.24.1467").parts == (8, 3, 24, 1467)
    assert platform.read("Platform: 8.3.20").parts == (8, 3, 20)
    assert platform.read("8.3.25").parts == (8, 3, 25)
    assert platform.read("новая") is None


def test_every_mistake_is_reported_with_its_place():
    found = problems("""
zone: Europe/Moskow
products:
  a:
    title: A
    latest: "1.0"
    famlies: []
""")
    assert any(one.startswith("catalogue.yaml:2:7: 'Europe/Moskow' is no time zone") for one in found)
    assert any(one.startswith("catalogue.yaml:7:5: unknown key 'famlies' (did you mean 'families'?") for one in found)


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("latest: новая", "'новая' is no version of the product's scheme"),
        ('latest: "1"\n    scheme: {kind: ordered}', "an ordered scheme lists its releases"),
        ('latest: "1"\n    scheme: {kind: dotted, labels: [a]}', "'labels' go with the scheme 'named'"),
        ('latest: "1"\n    families: [{id: a}]', "the family 'a' has no versions"),
        (
            'latest: "1"\n    families: [{id: a, from: "1", versions: ["1"]}]',
            "'versions' stands beside 'from' or 'below'",
        ),
        ('latest: "1"\n    families: [{id: a, from: "2", below: "1"}]', "no version lies between 2 and 1"),
        ('latest: "1"\n    families: [{id: a, from: "1"}, {id: b, from: "2"}]', "the families 'a' and 'b' overlap"),
        (
            'latest: "1"\n    families: [{id: a, versions: ["1"]}, {id: b, versions: ["1"]}]',
            "the families 'a' and 'b' share a version",
        ),
        ('latest: "1"\n    families: [{id: a, from: "1", limited_until: 2026-01-01}]', "full support never does"),
        (
            'latest: "1"\n    families: [{id: a, from: "1", supported_until: 2026-02-01, limited_until: 2026-01-01}]',
            "limited support ends on 2026-01-01, before full support does",
        ),
        ('latest: "1"\n    families: [{id: a, from: "1", supported_until: 31.12.2026}]', "write 2026-12-31"),
        ('latest: "1"\n    supported: "yes"', "true or false expected"),
        ("names: [x]", "'latest' is missing"),
    ],
)
def test_a_mistake_in_a_product_is_named(product, expected):
    text = "\n".join(problems(f"products:\n  a:\n    title: A\n    {product}\n"))
    assert expected in text
    assert "catalogue.yaml:" in text


def test_a_name_may_stand_for_one_product_only():
    found = problems(
        'products:\n  a: {title: A, latest: "1", names: [Учёт]}\n  b: {title: B, latest: "1", names: [«учет»]}\n'
    )
    assert found == ["catalogue.yaml:3:6: 'учет' names both 'a' and 'b' (give each name to one product only)"]
