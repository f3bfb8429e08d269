"""`sla-bridge registry news --letters`: each curator has his letter, and nobody is told twice, nor forgotten by a crash."""

import json
from pathlib import Path

import pytest

from bridge.connectors.registry.told_news import ToldNews

AT = ("--at", "2026-11-29T09:00:00Z")
NEWS = ("registry", "news", *AT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "letters"
    made.mkdir()
    return made


def letters(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def told(found: dict) -> list[str]:
    return [
        one["customer"]
        for curator in found["curators"]
        for release in curator["releases"]
        for one in release["customers"]
    ]


def test_each_curator_has_a_letter_as_text_and_as_a_page_and_so_have_customers_without_one(cli, folder: Path) -> None:
    found = cli(*NEWS, "--letters", str(folder), "--json").json
    files = {one["curator"]: one["files"] for one in found["curators"]}
    assert set(files) == {"petrov", None}
    assert sorted(letters(folder)) == sorted(name for names in files.values() for name in names)
    (text,) = [letters(folder)[name] for name in files["petrov"] if name.endswith(".txt")]
    assert text.startswith("To: petrov@support.example\nSubject: Новые версии: кому сообщить — Бухгалтерия")
    assert "\nПетров Илья, здравствуйте!\n" in text
    assert "Обновлены формы отчётности" in text
    assert "2.0.66.12: СПК «Колос» (K-002)\n           ivan@kolos.example\n" in text
    (page,) = [letters(folder)[name] for name in files["petrov"] if name.endswith(".html")]
    assert page.startswith('<!DOCTYPE html>\n<html lang="ru"')
    assert "<bdi>СПК «Колос» (K-002)</bdi>" in page
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_the_next_run_tells_only_what_is_new(cli, folder: Path) -> None:
    assert told(cli(*NEWS, "--json").json) == ["K-002", "K-005"]
    assert told(cli(*NEWS, "--letters", str(folder), "--json").json) == ["K-002", "K-005"]
    before = letters(folder)
    again = cli(*NEWS, "--letters", str(folder), "--json").json
    assert (told(again), again["releases"][0]["told_before"]) == ([], 2)
    assert letters(folder) == before
    table = cli.folder / "registry/customers.csv"
    late = "K-009;ООО «Север»;;;;;БСХП;3.0.1;;;;;S-9;;01.01.2026;31.12.2027;Петров И. С.\n"
    table.write_text(table.read_text(encoding="utf-8").rstrip("\n") + "\n" + late, encoding="utf-8")
    assert told(cli(*NEWS, "--letters", str(folder), "--json").json) == ["K-009"]
    # The new letter stands beside the earlier one of the same curator.
    assert len(letters(folder)) == len(before) + 2
    assert before.items() <= letters(folder).items()
    assert told(cli(*NEWS, "--again", "--json").json) == ["K-002", "K-009", "K-005"]


def test_what_is_remembered_names_nobody(cli, folder: Path, tmp_path: Path) -> None:
    cli(*NEWS, "--letters", str(folder))
    kept = (tmp_path / "state" / "state.sqlite3.told").read_text()
    assert len(json.loads(kept)["told"]) == 2
    assert "K-00" not in kept
    assert "agro" not in kept


def test_a_crash_behind_the_letters_tells_the_same_again_under_the_same_names(cli, folder: Path, monkeypatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ToldNews, "remember", die)
        assert cli(*NEWS, "--letters", str(folder)).code == 130
    written = letters(folder)
    assert len(written) == 4
    assert told(cli(*NEWS, "--letters", str(folder), "--json").json) == ["K-002", "K-005"]
    assert letters(folder) == written
    assert told(cli(*NEWS, "--json").json) == []


def test_a_letter_that_cannot_be_written_is_not_remembered(cli, folder: Path) -> None:
    result = cli(*NEWS, "--letters", str(folder / "none"))
    assert result.code == 2
    assert "make the folder" in " ".join(result.err.replace("│", " ").split())
    assert told(cli(*NEWS, "--json").json) == ["K-002", "K-005"]


def test_a_memory_that_cannot_be_understood_is_not_taken_for_empty(cli, folder: Path, tmp_path: Path) -> None:
    cli(*NEWS, "--letters", str(folder))
    (tmp_path / "state" / "state.sqlite3.told").write_text('{"form": 2}')
    result = cli(*NEWS)
    assert result.code == 9
    assert "everybody is told again" in result.err


def test_a_letter_is_in_the_language_of_its_curator_else_as_it_is_asked_for(cli, folder: Path) -> None:
    cli.edit("registry/registry.yaml", "      email: petrov@", "      language: en\n      email: petrov@")
    cli(*NEWS, "--letters", str(folder), "--language", "ru")
    texts = {name.partition("-")[0]: text for name, text in letters(folder).items() if name.endswith(".txt")}
    assert "Dear Петров Илья,\n" in texts["petrov"]
    assert "version 3.0.52.35 came out (2026-10-12)" in " ".join(texts["petrov"].split())
    assert "Reports of the fourth quarter" in texts["petrov"]
    assert "У этих клиентов в реестре нет куратора." in texts["without"]


def test_whoever_stands_in_gets_the_letter_of_an_absent_curator(cli, folder: Path) -> None:
    found = cli("registry", "news", "--at", "2027-02-02T09:00:00Z", "--letters", str(folder), "--json").json
    (of_petrov,) = [one for one in found["curators"] if one["curator"] == "petrov"]
    assert (of_petrov["to"], of_petrov["instead_of"]) == ("Соколова Анна", "Петров Илья")
    text = letters(folder)[of_petrov["files"][0]]
    assert text.startswith("To: sokolova@support.example\n")
    assert "Вы замещаете сегодня куратора: Петров Илья." in text


def test_what_a_registry_says_makes_no_line_no_mark_up_and_no_file_of_its_own(cli, folder: Path) -> None:
    table = cli.folder / "registry/customers.csv"
    hostile = '"K-666";"<script>{version}**x** %{ticket.number}";;"a@b.example";;;БСХП;3.0.1;;;;;S-9;;01.01.2026;31.12.2027;"../../etc/x"\n'
    table.write_text(table.read_text(encoding="utf-8").rstrip("\n") + "\n" + hostile, encoding="utf-8")
    cli(*NEWS, "--letters", str(folder))
    (page,) = [text for name, text in letters(folder).items() if name.endswith(".html") and "K-666" in text]
    assert "<script>" not in page
    assert "<bdi>&lt;script&gt;{version}**x** %{ticket.number} (K-666)</bdi>" in page
    assert all(name.replace("-", "").replace(".", "").isalnum() for name in letters(folder))


def test_nobody_is_told_before_the_day_of_a_release_nor_of_one_for_nobody(cli) -> None:
    early = cli("registry", "news", "--at", "2026-10-11T09:00:00Z", "--json").json
    assert early["releases"] == []
    cli.edit("catalogue.yaml", "        tell: entitled\n", "        tell: nobody\n")
    assert cli(*NEWS, "--json").json["releases"] == []


def test_everybody_is_told_where_the_release_says_so(cli) -> None:
    cli.edit("registry/customers.csv", "09.03.2028", "09.03.2026")
    found = cli(*NEWS, "--json").json
    assert [(one["customer"], one["why"]) for one in found["releases"][0]["apart"]] == [("K-005", "paper_expired")]
    cli.edit("catalogue.yaml", "        tell: entitled\n", "        tell: everybody\n")
    assert told(cli(*NEWS, "--json").json) == ["K-002", "K-005"]
