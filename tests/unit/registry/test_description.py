from pathlib import Path

import pytest

from bridge.connectors.registry.description import read_description
from bridge.connectors.registry.load import load_registry
from bridge.errors import ConfigurationInvalid
from bridge.policies.language.catalogue import read_catalogue
from tests import canary

KEY = canary.key("8")

ROOT = Path(__file__).parents[3]


def problems(text: str) -> str:
    with pytest.raises(ConfigurationInvalid) as caught:
        read_description(text.encode(), file="registry.yaml")
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_the_shipped_registry_loads_without_a_problem_and_fits_the_shipped_catalogue(tmp_path):
    load = load_registry(
        ROOT / "config", now=1_795_158_000, cache_dir=tmp_path, description_file="registry/registry.yaml"
    )
    assert load.problems == ()
    catalogue = read_catalogue((ROOT / "config/catalogue.yaml").read_bytes(), file="catalogue.yaml")
    for customer in load.registry.customers():
        for licence in customer.licences:
            product = catalogue.find(licence.product)
            assert product is not None, licence.product
            assert product.scheme.read(licence.version) is not None, licence.version
    assert {customer.category.value for customer in load.registry.customers()} == {
        "commercial",
        "noncommercial",
        "partner",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zone: Mars/Olympus\n", "registry.yaml:1:7: 'Mars/Olympus' is no time zone"),
        ("match: [mail]\n", "registry.yaml:1:9: 'mail' is not allowed"),
        ("sorces: {}\n", "registry.yaml:1:1: unknown key 'sorces' (did you mean 'sources'?"),
        ("sources:\n  a: {kind: csv, columns: {name: N}}\n", "a source of kind csv needs 'file'"),
        ("sources:\n  a: {kind: http, columns: {name: N}}\n", "a source of kind http needs 'url'"),
        ("sources:\n  a: {kind: http, url: 'file:///etc/passwd', columns: {name: N}}\n", "this is no web address"),
        (
            "sources:\n  a: {kind: http, url: 'https://user:pw@crm.example/', columns: {name: N}}\n",
            "without a user or a password",
        ),
        (
            "sources:\n  a: {kind: csv, file: a.csv, sheet: S, columns: {name: N}}\n",
            "unknown key 'sheet' (allowed: kind, columns, attributes, values, file, encoding, delimiter)",
        ),
        ("sources:\n  a: {kind: cvs, file: a.csv, columns: {name: N}}\n", "'cvs' is not allowed for 'kind'"),
        ("sources:\n  a: {file: a.csv, columns: {name: N}}\n", "'kind' is missing (have: file, columns)"),
        ("sources:\n  a: {kind: csv, file: , columns: {name: N}}\n", "'file' has no value"),
        ("sources:\n  a: csv\n", "a mapping (key: value) expected"),
        ("sources:\n  A: {kind: csv, file: a.csv, columns: {name: N}}\n", "'A' is no id"),
        ("sources: []\n", "'sources': a mapping (key: value) expected"),
        ("sources:\n  a: {kind: csv, file: a.csv, columns: {email: N}}\n", "nothing tells whose row it is"),
        ("sources:\n  a: {kind: csv, file: a.csv, columns: {nmae: N}}\n", "did you mean 'name'?"),
        ("sources:\n  a: {kind: csv, file: a.csv, delimiter: ';;', columns: {name: N}}\n", "';;' is no delimiter"),
        (
            "sources:\n  a: {kind: csv, file: a.csv, columns: {name: N}, values: {colour: {a: b}}}\n",
            "'values' names 'colour'",
        ),
        (
            "sources:\n  a: {kind: http, url: 'https://crm.example', secret: {env: A, file: b}, columns: {name: N}}\n",
            "exactly one of env, file and credential",
        ),
        (
            "sources:\n  a: {kind: http, url: 'https://crm.example', header: 'X: y', columns: {name: N}}\n",
            "this is no name of a header",
        ),
        ("curators: {people: {a: {name: A, substitutes: [b]}}}\n", "'b' cannot stand in (there are: nobody else)"),
        ("curators: {people: {a: {name: A, substitutes: [a]}, c: {name: C}}}\n", "'a' cannot stand in (there are: c)"),
        ("curators: {people: {a: {name: A, zone: Nowhere}}}\n", "'Nowhere' is no time zone"),
        (
            "curators: {absences: [{who: a, from: 2026-11-20, until: 2026-11-19}]}\n",
            "the absence ends on 2026-11-19, before it begins (2026-11-20)",
        ),
    ],
)
def test_a_mistake_in_the_mapping_is_named_with_its_place(text, expected):
    found = problems(text)
    assert expected in found
    assert "registry.yaml:" in found


def test_a_mapping_that_is_not_there_is_an_error_with_the_next_step(tmp_path):
    with pytest.raises(
        ConfigurationInvalid, match=r"registry.yaml: the registry's description cannot be read: No such file"
    ):
        load_registry(tmp_path, now=0)


@pytest.mark.parametrize("written", ["{0}", "[{0}]", "{{{0}: }}", "{{value: {0}}}", "{{{0}: {{a: b}}}}"])
def test_a_secret_written_into_the_description_is_refused_and_not_shown(folder, written):
    text = f"sources:\n  a: {{kind: http, url: 'https://crm.example', secret: {written.format(KEY)}, columns: {{name: N}}}}\n"
    folder.mapping(text)
    with pytest.raises(ConfigurationInvalid) as caught:
        folder.load()
    assert "a secret is not written here" in str(caught.value)
    assert KEY not in str(caught.value)
