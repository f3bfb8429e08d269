"""A registry that is called over: what its customers run, line by line, and what is known without keys."""

from bridge.connectors.registry.installations import installations, stated
from bridge.connectors.registry.load import load_registry
from bridge.connectors.registry.rows import DAMAGED
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
PAPERS = """\
sources:
  papers:
    kind: csv
    file: papers.csv
    columns: {customer: Code, certificate: Number, certificate_until: Until, contract: Contract, contacts: Contacts}
"""
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
    found = stated(called_over(tmp_path, lookups=False).rows)
    assert found == {one.id: (one.name, one.curator) for one in called_over(tmp_path).customers()}
    assert found == {"K1": ("Dawn", "Anna"), "K2": ("Ear", "Anna"), "K3": ("Far", "Boris"), "K4": ("", "Anna")}


def test_texts_that_are_kept_are_what_rows_give_one_by_one(tmp_path):
    rows = called_over(tmp_path, lookups=False).rows
    for source in rows.sources:
        assert source.texts.keys() == {"name", "product", "version", "curator"} & source.columns.keys()
        for column, texts in source.texts.items():
            told = [source.row(index).text(column) for index in range(len(source))]
            assert [text.replace(DAMAGED, "") for text in texts] == told


def test_the_papers_of_a_customer_alone_are_those_of_the_whole_one(tmp_path):
    (tmp_path / "registry.yaml").write_text(PAPERS, encoding="utf-8")
    text = (
        "Code;Number;Until;Contract;Contacts\nK1;C7;2027-01-01;;\nK1;C7;;;a@b.example\nK1;;;D1;\nK2;;#REF!;;\nK3;;;;\n"
    )
    (tmp_path / "papers.csv").write_text(text, encoding="utf-8")
    registry = load_registry(tmp_path, now=NOW).registry
    held = {one.id: registry.held(one.id) for one in registry.customers()}
    assert held == {one.id: (one.certificates, one.contracts) for one in registry.customers()}
    assert [len(papers) for papers in held["K1"]] == [1, 1]
    assert [len(papers) for one in ("K2", "K3", "nobody") for papers in registry.held(one)] == [1, 0, 0, 0, 0, 0]


def test_without_look_ups_the_same_customers_are_called_over(tmp_path):
    whole, called = called_over(tmp_path), called_over(tmp_path, lookups=False)
    assert list(whole.customers()) == list(called.customers())
    assert not called.indexes
