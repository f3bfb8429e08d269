"""What the commands say about settings and registries in trouble, word for word.

`UPDATE_GOLDEN=1` writes what they say now. A case names files, then what is done one after the other: commands, and
between them `put` (a file takes another's content), `mode` (of a file) or `drop`.
"""

import csv
import os
import re
import sys
from pathlib import Path

import pytest

from tests.golden import blocks, content, replaced, sentences, unseen

FOLDER = Path(__file__).parent / "golden"
ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """\
version: 1
helpdesk: {url: "http://127.0.0.1:9", key: {env: SLA_BRIDGE_KEY}}
state: state/state.sqlite3
registry: registry/registry.yaml
"""
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CASES = [
    (path.name, number, title, files) for path in sorted(FOLDER.glob("*.txt")) for number, title, files in blocks(path)
]
CHECKED = [*(ROOT / "bridge" / "settings").glob("*.py"), *(ROOT / "bridge" / "connectors" / "registry").rglob("*.py")]


@pytest.mark.parametrize(("file", "number", "title", "files"), CASES, ids=[f"{one[0]}-{one[2]}" for one in CASES])
def test_the_command_says_exactly_this(cli, file: str, number: int, title: str, files: dict[str, str]) -> None:
    for kept in ("registry/customers.csv", "registry/contracts.csv", "registry/absences.csv"):
        (cli.folder / kept).unlink()
    files = {"bridge.yaml": SETTINGS, **files}
    expected, steps = files.pop("said"), files.pop("do")
    for name, text in files.items():
        (cli.folder / name).write_bytes(content(text))
    found = "".join(said(cli, step) for step in steps.split("\n") if step)
    if os.environ.get("UPDATE_GOLDEN"):
        replaced(FOLDER / file, number, found)
        return
    assert found.strip() == expected.strip(), title


def said(cli, step: str) -> str:
    word, *names = step.split()
    if word == "put":
        (cli.folder / names[0]).write_bytes((cli.folder / names[1]).read_bytes())
        return ""
    if word == "mode":
        (cli.folder / names[0]).chmod(int(names[1], 8))
        return ""
    if word == "drop":
        (cli.folder / names[0]).unlink()
        return ""
    result = cli(*step.split())
    text = _INSTANT.sub("<instant>", result.out + result.err).replace(str(cli.folder), "<folder>")
    return f"$ {step}\n{text}exit {result.code}\n"


BEYOND_FILES = {
    "give one with --config, set …, or copy the sample folder to …",
    "no configuration folder was found",
    "more than … files in …",
    "check --config",
    "install osticket-sla-bridge[ical]",
    "…: reading iCalendar needs icalendar",
    "install osticket-sla-bridge[excel]",
    "…: reading Excel needs openpyxl",
    "… is no CSV: …",
    "… line …: …",
    # Shown by tests/cli/test_metrics.py.
    "metrics need prometheus-client",
    "install osticket-sla-bridge[metrics]",
    # Shown by tests/unit/registry and tests/integration/registry.
    "and … more problems",
    "correct the first ones and check again",
    "… has … bytes; at most … are read",
    "… is not asked: this command has no network",
    "the catalogue lists no product …",
    "… is no version of …",
    "… is no JSON: …",
    "name the address of the data itself; a page to log in, for instance, is HTML",
    # Shown by tests/integration/registry/test_workbooks.py.
    "… is no Excel workbook: it is of the old format .xls, or locked with a password",
    "save it as .xlsx without a password",
    "… unpacks to … bytes; at most … are read",
    "save only the sheet with the customers, or export it as CSV",
    "…: the sheet … has more than … rows",
    "… is not read: …",
    "… has more than … parts",
    "… is packed with a password",
    "… has a part that unpacks to more than … times its size, as no table does",
    "… is no Excel workbook",
    "save it as .xlsx (…)",
    "the first sheet, …, is hidden and is the one that is read",
    "write the name of the right one: sheet: …",
    "the sheet … has the columns; write sheet: …",
    "… row(s), this one the first, …",
    "its part … unpacks to … bytes",
    "its XML defines entities of its own",
    "it has more than … texts",
    "it has more than … formats",
    "row … has more than … cells",
    "it has more than … merged cells",
    "the sheet … takes more than … seconds to read",
    # Shown by tests/unit/registry/test_tables_and_joins.py.
    "… has … columns; at most … are read",
    "and … more rows from here on, whose customer no source describes",
    # Shown by tests/integration/registry/test_fetch.py and test_pages.py, and by test_description.py.
    "put the final address into 'url': the secret is not sent on",
    "check the address; the certificate of a private authority goes into 'ca_file'",
    "its pages lead in a circle",
    "its pages do not end: … of them and … bytes were read",
    "ask for larger pages in 'url', or for fewer records",
    "page … is the same as one before it",
    "page … holds no list of records",
    "the next page would be at another address, …://…",
    "nothing is asked there, and the secret is not sent there; ask for all at once in 'url'",
    "the answer says that there are further pages, and not where",
    "ask for all at once in 'url', or set 'next' to the keys that lead to the next page",
    "the answer is one page of several, and says of the next one only …",
    "set 'next_parameter' to the parameter of the query that carries this, or ask for all at once in 'url'",
    "this is no name of a header",
    "write its name alone; its value is where 'secret' says",
}
"""Sentences that no files alone bring about; the tests below and those named show them."""


def test_without_any_configuration_it_is_said_where_one_is_looked_for(
    cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLA_BRIDGE_CONFIG")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setattr("bridge.settings.load._SYSTEM_FOLDER", empty / "etc")
    said = (
        "error: no configuration folder was found"
        f" (give one with --config, set SLA_BRIDGE_CONFIG, or copy the sample folder to {empty / 'etc'})\n"
    )
    result = cli("policy", "check")
    assert (result.code, result.out + result.err) == (3, said)


def test_a_folder_of_other_things_is_refused(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.settings.load._MAX_FILES", 3)
    result = cli("policy", "check")
    said = f"error: more than 3 files in {cli.folder} (check --config)\n"
    assert (result.code, result.out + result.err) == (3, said)


EXTRAS = """\
sources: {book: {kind: excel, file: book.xlsx, columns: {customer: Code}}}
curators: {absence_files: [{kind: ics, file: days.ics}]}
"""


def test_what_an_extra_reads_names_the_extra(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("openpyxl", "icalendar"):
        monkeypatch.setitem(sys.modules, name, None)
    (cli.folder / "registry" / "registry.yaml").write_text(EXTRAS)
    for name in ("book.xlsx", "days.ics"):
        (cli.folder / "registry" / name).write_text("")
    said = cli("registry", "check").out
    assert "book.xlsx: reading Excel needs openpyxl (install osticket-sla-bridge[excel])\n" in said
    assert "days.ics: reading iCalendar needs icalendar (install osticket-sla-bridge[ical])\n" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Code\n1\n1234567890\n", "customers.csv:3:1: row 3: a cell has more than 5 characters; the row is not used"),
        ('Code\n1\n"123456"\n', "customers.csv:3:1: row 3: a cell has more than 5 characters; the row is not used"),
        ("Code7890\n1\n", "customers.csv has no column 'Code'"),
    ],
)
def test_a_cell_without_end_is_not_read(cli, monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    monkeypatch.setattr("bridge.files.delimited.LONGEST_CELL", 5)
    description = "sources: {customers: {kind: csv, file: customers.csv, delimiter: ',', columns: {customer: Code}}}\n"
    (cli.folder / "registry" / "registry.yaml").write_text(description)
    (cli.folder / "registry" / "customers.csv").write_text(text)
    try:
        assert said in cli("registry", "check").out
    finally:
        csv.field_size_limit(131_072)


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sentence_about_settings_and_registries_is_in_a_golden_file(path: Path) -> None:
    assert set(unseen(sentences(path), FOLDER)) - BEYOND_FILES == set()
