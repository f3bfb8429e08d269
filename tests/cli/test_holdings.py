"""What customers hold, from the files of a configuration to the helpdesk's screens, by whole passes of `sync`."""

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.cli.wiring.configuration import load_configuration
from bridge.cli.wiring.roll import remembered_spent, standing_at
from bridge.connectors.sandbox import publications
from bridge.tickets import format_instant
from tests.cli.conftest import CommandLine, Result

TODAY = datetime.now(ZoneInfo("Europe/Moscow")).date()


@pytest.fixture
def ready(desk_cli: CommandLine) -> CommandLine:
    assert desk_cli("setup").code == 0
    ends(desk_cli, "31.12.2027", 30)
    return desk_cli


def ends(line: CommandLine, before: str, days: int) -> None:
    """Let a certificate of the firm K-001 end so many days from today."""
    day = (TODAY + timedelta(days=days)).strftime("%d.%m.%Y")
    line.edit(
        "registry/customers.csv", f"S-2026-001;базовый;01.01.2026;{before}", f"S-2026-001;базовый;01.01.2026;{day}"
    )


def synced(line: CommandLine) -> Result:
    result = line("sync", "--json")
    assert result.code == 0, result.err
    return result


def kept(helpdesk):
    return publications.latest(helpdesk.store)["registry"]


def test_the_registry_of_the_files_is_on_the_screens_and_the_next_pass_is_one_request(ready, helpdesk) -> None:
    synced(ready)
    registry = kept(helpdesk)
    first = next(one for one in registry["certificates"] if one["customer"] == "K-001")
    until = str(TODAY + timedelta(days=30))
    assert first == {
        "customer": "K-001",
        "name": "ООО «Рассвет»",
        "until": until,
        "days": 30,
        "certificate": "S-2026-001",
    }
    assert {"customer", "name", "product", "version", "state", "latest"} == {*registry["versions"][0]}
    assert ("K-002", "outdated") in [(one["customer"], one["state"]) for one in registry["versions"]]
    assert (registry["tracks"], registry["not_listed"]) == (["certificates", "contracts", "licences"], [])
    moved = datetime.fromtimestamp(int((ready.folder / "registry" / "contracts.csv").stat().st_mtime), UTC)
    assert registry["as_of"] <= format_instant(int(moved.timestamp()))
    assert synced(ready).json["requests"] == 1


def test_a_file_that_moved_is_on_the_screens_after_its_pass(ready, helpdesk) -> None:
    synced(ready)
    ends(ready, (TODAY + timedelta(days=30)).strftime("%d.%m.%Y"), 7)
    synced(ready)
    assert kept(helpdesk)["certificates"][0]["days"] == 7
    assert synced(ready).json["requests"] == 1


def test_phrases_of_the_settings_are_on_the_screens_and_move_no_ticket(ready, helpdesk) -> None:
    helpdesk.people.create_ticket("Не проводится документ", email="buh@rassvet.example")
    synced(ready)
    digest = publications.latest(helpdesk.store)["digest"]
    path = ready.folder / "bridge.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "discouraged_phrases: {ru: [читайте инструкцию]}\n", encoding="utf-8"
    )
    assert synced(ready).json["written"] == 0
    found = publications.latest(helpdesk.store)
    assert (found["phrases"], found["digest"]) == ([{"language": "ru", "phrase": "читайте инструкцию"}], digest)


def test_without_a_registry_there_is_none_on_the_screens(ready, helpdesk) -> None:
    ready.edit("bridge.yaml", "registry: registry/registry.yaml", "")
    synced(ready)
    assert kept(helpdesk) is None


def test_customers_whom_only_tickets_name_are_said_not_to_be_listed(ready, helpdesk) -> None:
    path = ready.folder / "registry" / "registry.yaml"
    text = path.read_text(encoding="utf-8")
    source = "sources:\n  stated:\n    kind: osticket\n    columns: {registration_number: registration_number}\n"
    path.write_text(text.replace("sources:\n", source, 1), encoding="utf-8")
    synced(ready)
    assert kept(helpdesk)["not_listed"] == ["stated"]
    assert kept(helpdesk)["certificates"]


def test_a_source_that_gives_nothing_is_said_not_to_be_listed(desk_cli, helpdesk) -> None:
    (desk_cli.folder / "registry" / "contracts.csv").unlink()
    desk_cli("setup")
    desk_cli("sync")
    assert kept(helpdesk)["not_listed"] == ["contracts"]


def test_a_command_tells_the_same_as_the_screens_with_what_passes_counted(ready, helpdesk) -> None:
    counting = "\nchecks:\n  units: {kind: units, options: {unit: tickets, taken: creation}}\n"
    ready.edit("policies/agrosoft.yaml", "\nchecks:\n", counting)
    ready.edit("registry/contracts.csv", "24;7;2026", "24;;год")
    helpdesk.people.create_ticket("Не проводится документ", email="buh@rassvet.example")
    synced(ready)
    configuration = load_configuration(ready.folder)
    now = int(datetime.now(UTC).timestamp())
    found = standing_at(configuration, now, remembered_spent(configuration)).json()
    assert found == kept(helpdesk)
    (tickets,) = [one for one in found["entitlements"] if one["unit"] == "tickets"]
    assert (tickets["used"], tickets["left"], tickets["paper"]) == (1, 23, "Д-2026/17")


# --- doctor ----------------------------------------------------------------------------------------------------------


def findings(line: CommandLine, what: str) -> list[tuple[str, str]]:
    return [(one["state"], one["found"]) for one in line("doctor", "--json").json if one["what"] == what]


def test_doctor_tells_of_phrases_that_an_older_plugin_does_not_look_for(ready, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "FEATURES", ("publish", "passed", "native", "actions"))
    path = ready.folder / "bridge.yaml"
    text = path.read_text(encoding="utf-8")
    for more, told in (
        ("", False),
        ("discouraged_phrases: {}\n", False),
        ("discouraged_phrases: {en: [ASAP]}\n", True),
    ):
        path.write_text(text + more, encoding="utf-8")
        lacking = "the helpdesk lacks the feature phrases: it looks for no discouraged phrases in agents' replies"
        assert (("warn", lacking) in findings(ready, "features")) == told, more
    monkeypatch.undo()


def test_doctor_counts_the_days_since_the_registry_was_written_and_warns_only_where_they_are_too_many(ready) -> None:
    for path in (ready.folder / "registry").glob("*.csv"):
        path.touch()
    (plain,) = findings(ready, "registry")
    assert plain[0] == "ok"
    assert "days ago" not in plain[1]
    written = int(datetime.now(UTC).timestamp()) - 5 * 86_400 - 3600
    os.utime(ready.folder / "registry" / "contracts.csv", (written, written))
    (old,) = findings(ready, "registry")
    assert old == ("ok", old[1])
    assert f"as of {format_instant(written)}, 5 days ago" in old[1]
    ready.edit("registry/registry.yaml", "zone: Europe/Moscow\n", "zone: Europe/Moscow\nstale_after_days: 3\n")
    told = [found for state, found in findings(ready, "registry") if state == "warn"]
    assert "its oldest source is older than 3 days, so of what it does not hold nothing is concluded" in told
    described = (
        "events:\n  visits: {kind: csv, file: contracts.csv, columns: {day: Действует с, customer: Код}}\nsources:\n"
    )
    ready.edit("registry/registry.yaml", "sources:\n", described)
    told = [found for state, found in findings(ready, "registry") if state == "warn"]
    assert "the list events.visits is older than 3 days, so of what it does not hold nothing is concluded" in told


def test_doctor_tells_what_a_helpdesk_had_no_room_for_until_it_has(ready, monkeypatch: pytest.MonkeyPatch) -> None:
    synced(ready)
    assert findings(ready, "screens") == []
    monkeypatch.setattr(publications, "BYTES_AT_MOST", 100)
    ends(ready, (TODAY + timedelta(days=30)).strftime("%d.%m.%Y"), 7)
    ready("sync")
    ((state, found),) = findings(ready, "screens")
    assert (state, "without a countdown" in found) == ("warn", True)
