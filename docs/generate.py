"""Writes what follows from the code: reference pages, the README's picture, the contract for machines, the plugin's fields,
and the guide to the screens.

Run `make docs`; a test fails while a committed file is not what this writes.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from bridge.cli.main import app
from bridge.files.json_schema import mappings
from bridge.settings.model import BridgeFile
from campaign.page import page as reliability
from docs import blueprint, openapi, readme_sample, screens_guide
from docs import helpdesks_page as helpdesks
from docs import letters_page as letters
from docs import reference_pages as pages
from docs import series_page as series

FOLDER = Path(__file__).resolve().parent / "reference"


def commands() -> str:
    """Return the page of all commands with their arguments and options."""
    root: Any = typer.main.get_command(app)
    lines = [
        f"{pages.GENERATED}\n",
        "# Commands",
        "",
        "Exit codes: [exit-codes.md](exit-codes.md). `--json` prints data on stdout; talk goes to stderr.",
        "",
    ]
    lines += _command(root, "sla-bridge")
    return "\n".join(lines).rstrip() + "\n"


def _command(command: Any, path: str) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children:
        for name in sorted(children):
            yield from _command(children[name], f"{path} {name}")
        return
    yield f"## `{path}`"
    yield ""
    yield (command.help or "").strip()
    yield ""
    rows = list(_parameters(command))
    if rows:
        yield "| argument or option | meaning |"
        yield "| --- | --- |"
        yield from rows
        yield ""


def _parameters(command: Any) -> Iterator[str]:
    for parameter in command.params:
        names = [name for name in (*parameter.opts, *parameter.secondary_opts) if name != "--help"]
        if not names:
            continue
        shown = ", ".join(f"`{name}`" for name in names) if names[0].startswith("-") else f"`{parameter.name.upper()}`"
        yield f"| {shown} | {(getattr(parameter, 'help', None) or '').replace('|', '&#124;')} |"


def settings() -> str:
    """Return the page of every key of bridge.yaml."""
    schema = BridgeFile.model_json_schema()
    lines = [f"{pages.GENERATED}\n", "# `bridge.yaml`", "", "| key | meaning | default |", "| --- | --- | --- |"]
    lines += _keys(schema, schema.get("$defs", {}), "")
    return "\n".join(lines) + "\n"


def _keys(schema: dict[str, Any], definitions: dict[str, Any], prefix: str) -> Iterator[str]:
    for name, part in schema.get("properties", {}).items():
        target = part.get("$ref", "").rpartition("/")[2]
        inner = definitions.get(target, {})
        if inner.get("properties") and target != "SecretReference":
            yield from _keys(inner, definitions, f"{prefix}{name}.")
            continue
        default = "required" if name in schema.get("required", []) else part.get("default")
        shown = (
            {None: "", True: "true", False: "false"}.get(default, default)
            if not isinstance(default, dict | list)
            else ""
        )
        yield f"| `{prefix}{name}` | {part.get('description', '')} | {shown} |"
        for one in mappings(part.get("anyOf", [])):
            # What may be a word, or a mapping of keys of its own.
            yield from _keys(
                definitions.get(one.get("$ref", "").rpartition("/")[2], {}), definitions, f"{prefix}{name}."
            )


PAGES = {
    "commands.md": commands,
    "settings.md": settings,
    "policy.md": pages.policy_page,
    "policy-tests.md": pages.policy_tests_page,
    "calendars.md": pages.calendars_page,
    "catalogue.md": pages.catalogue_page,
    "registry.md": pages.registry_page,
    "helpdesks.md": helpdesks.helpdesks_page,
    "letters.md": letters.letters_page,
    "metrics.md": series.metrics_page,
    "reliability.md": reliability,
}


def files() -> dict[Path, Callable[[], str]]:
    """Return what renders each file: pages, the README's picture, the contract for machines, the plugin's blueprint, guide."""
    found: dict[Path, Callable[[], str]] = {FOLDER / name: render for name, render in PAGES.items()}
    found |= {
        readme_sample.PICTURE: readme_sample.picture,
        blueprint.FILE: blueprint.blueprint,
        openapi.FILE: openapi.text,
    }
    absent = screens_guide.missing()
    if not absent:
        return found | screens_guide.pages()
    print(f"{screens_guide.FOLDER}: left as it is, for it takes {' and '.join(absent)} to draw it", file=sys.stderr)
    return found


def main() -> None:
    """Write every file."""
    for path, render in files().items():
        path.write_text(render(), encoding="utf-8")
        print(path, file=sys.stderr)


if __name__ == "__main__":
    main()
