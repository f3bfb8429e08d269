"""A registry that is called over: what its customers run, line by line, and what is known without keys."""

from bridge.connectors.registry.installations import installations, stated, stated_curators
from bridge.connectors.registry.load import load_registry
from bridge.policies.telling.running import Said
from tests.unit.registry.folder import NOW

DESCRIPTION = """\
sources:
  one:
    kind: csv
    file: one.csv
    columns: {customer: Code, name: Name, product: Product, version: Version, curator: Curator}
    values: {product: {АРМ: farm}}
  two: {kind: csv, file: two.csv, columns: {customer: Code, curator: Curator}}
"""
ONE = "Code;Name;Product;Version;Curator\nK1;;АРМ; 3.2 ;\nK1;Dawn;Field;#REF!;Anna\nK2;Ear;;3.1;#REF!\nK3;Far;farm;;Boris\n"
TWO = "Code;Curator\nK1;Boris\nK2;Anna\nK4;Anna\n"


def called_over(tmp_path, **choices):
    for name, text in {"registry.yaml": DESCRIPTION, "one.csv": ONE, "two.csv": TWO}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load_registry(tmp_path, now=NOW, **choices).registry


def test_each_line_with_a_product_is_an_installation_and_who_has_none_runs_nothing(tmp_path):
    rows = called_over(tmp_path, lookups=False).rows
    assert [tuple(one) for one in installations(rows)] == [
        ("K1", Said("farm", "3.2"), "one.csv", 2),
        ("K1", Said("Field", None), "one.csv", 3),
        ("K3", Said("farm", ""), "one.csv", 5),
        ("K2", Said("", ""), "one.csv", 4),
        ("K4", Said("", ""), "two.csv", 4),
    ]


def test_of_some_customers_only_theirs_are_told(tmp_path):
    rows = called_over(tmp_path, lookups=False).rows
    assert [(one.customer, one.line) for one in installations(rows, {"K3", "K4"})] == [("K3", 5), ("K4", 4)]


def test_names_and_curators_are_those_that_a_look_up_would_give(tmp_path):
    registry = called_over(tmp_path)
    curators = stated_curators(registry.rows)
    for customer in registry.customers():
        assert stated(registry.rows, customer.id) == (customer.name, customer.curator)
        assert curators.get(customer.id, "") == customer.curator
    assert curators == {"K1": "Anna", "K3": "Boris", "K2": "Anna", "K4": "Anna"}


def test_cells_are_what_rows_give_one_by_one(tmp_path):
    rows = called_over(tmp_path, lookups=False).rows
    for source in rows.sources:
        cells = list(source.cells("product", "version", "seats"))
        for index, found in enumerate(cells):
            row = source.row(index)
            assert [text.replace("\x1a", "") for text in found] == [
                row.text(one) for one in ("product", "version", "seats")
            ]
        assert len(cells) == len(source)


def test_without_look_ups_the_same_customers_are_called_over(tmp_path):
    whole, called = called_over(tmp_path), called_over(tmp_path, lookups=False)
    assert list(whole.customers()) == list(called.customers())
    assert not called.indexes
