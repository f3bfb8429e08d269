"""A kind of source that we do not have: one class, entered under its name, is all that it takes."""

import configparser
from typing import Literal

import pytest
from pydantic import Field

from bridge.connectors.registry.sources import SOURCES
from bridge.connectors.registry.sources.base import FileSource, TicketSource
from bridge.connectors.registry.sources.table import SourceTable, SourceUnusable
from bridge.errors import ConfigurationInvalid


class IniSource(FileSource):
    """An INI file: every section is a customer."""

    kind: Literal["ini"] = Field(description="An INI file.")
    prefix: str = Field(default="", description="How the names of the sections begin.")

    def table(self, content: bytes, name: str) -> SourceTable:
        parser = configparser.ConfigParser()
        try:
            parser.read_string(content.decode())
        except configparser.Error as error:
            raise SourceUnusable(f"{name} is no INI file: {error.message}") from None
        wanted = self.wanted()
        sections = [parser[one] for one in parser.sections() if one.startswith(self.prefix)]
        rows = ((number, [one.get(key, "") for key in wanted.values()]) for number, one in enumerate(sections, 1))
        return SourceTable(rows=rows, columns={ours: place for place, ours in enumerate(wanted)}, titles=wanted)


class NoteSource(TicketSource):
    """The ticket's own form: a column is a field of it."""

    kind: Literal["form"] = Field(description="The ticket's form.")

    def cell(self, ticket, column: str) -> str:
        return str(ticket.fields.get(column) or "")


@pytest.fixture
def ini(folder, monkeypatch):
    monkeypatch.setitem(SOURCES, "ini", IniSource)
    folder.mapping(
        "sources:\n  old:\n    kind: ini\n    file: old.ini\n    prefix: customer\n"
        "    columns: {customer: code, email: mail, certificate_until: until}\n"
    )
    folder.write("old.ini", "[customer 1]\ncode=K-1\nmail=a@one.example\nuntil=31.02.2027\n[other]\ncode=K-9\n")
    return folder


def test_a_new_kind_is_read_checked_and_asked_like_the_others(ini):
    load = ini.load()
    assert load.registry.lookup(ini.ticket(email="a@one.example")).customer.id == "K-1"
    assert [str(problem) for problem in load.problems] == [
        "old.ini:1:3: row 1, column 'until': '31.02.2027' is no date; write 2026-11-20 or 20.11.2026"
    ]
    assert [(state.id, state.kind, state.rows) for state in load.sources] == [("old", "ini", 1)]


def test_its_last_good_copy_serves_while_it_is_broken(ini):
    ini.load()
    ini.write("old.ini", "no section\n")
    load = ini.load()
    assert "old.ini is no INI file" in load.problems[0].message
    assert (load.rows, load.sources[0].copied) == (1, True)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("kind: ini", "kind: inni", "did you mean 'ini'? allowed: csv, excel, yaml, http, osticket, bedesk, ini"),
        ("prefix:", "prefx:", "did you mean 'prefix'?"),
        ("file: old.ini", "", "a source of kind ini needs 'file'"),
    ],
)
def test_its_mistakes_are_told_like_those_of_the_others(ini, wrong, right, said):
    ini.mapping((ini.path / "registry.yaml").read_text().replace(wrong, right))
    with pytest.raises(ConfigurationInvalid) as caught:
        ini.load()
    (problem,) = caught.value.problems
    assert said in str(problem)


def test_a_new_kind_may_read_tickets_too(folder, monkeypatch):
    monkeypatch.setitem(SOURCES, "form", NoteSource)
    folder.mapping("sources: {desk: {kind: form, columns: {customer: company, tier: plan}}}\n")
    answer = folder.lookup(company="K-7", plan="gold")
    assert (answer.matched_by, answer.source, answer.customer.id, answer.customer.tier) == (
        "form",
        "desk",
        "K-7",
        "gold",
    )
