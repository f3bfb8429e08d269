"""The reference is what the code says, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

from docs import generate

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert committed == generate.PAGES[name](), f"run `make docs`: docs/reference/{name} is out of date"


def test_every_command_of_the_design_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    decided = (
        "demo plan sync explain decide doctor setup version|policy check|policy test|policy simulate|policy schema|"
        "calendar show|calendar add|calendar between|calendar check|calendar batch|registry check|registry lookup|"
        "plugin install|plugin package|state show|state reset"
    )
    for name in [*decided.split("|", maxsplit=1)[0].split(), *decided.split("|")[1:]]:
        assert f"## `sla-bridge {name}`" in page


def test_every_key_of_the_shipped_settings_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    for key in ("helpdesk.url", "helpdesk.key", "state", "registry", "inputs", "outputs", "guards.shrink_percent"):
        assert f"`{key}`" in page


def test_every_exit_code_of_the_errors_is_documented() -> None:
    import bridge.errors as errors

    page = (ROOT / "docs" / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    codes = {one.exit_code for one in vars(errors).values() if isinstance(one, type) and hasattr(one, "exit_code")}
    for code in codes | {0, 2, 4, 8, 10}:
        assert re.search(rf"^\| *`?{code}`? *\|", page, re.MULTILINE), code


@pytest.mark.parametrize(
    "page", sorted(str(one.relative_to(ROOT)) for one in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
)
def test_every_relative_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    # What stands in code is shown and leads nowhere, such as the mark-up of letters.
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text):
        assert (path.parent / target).exists(), f"{page} links to {target}"
