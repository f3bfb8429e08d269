"""doctor: each finding has its next step, and a host or helpdesk that is not as it should be is told by what would mend it."""

import dataclasses
import os
import socket

import pytest
import time_machine

from bridge.cli.doctor import mapping_findings
from bridge.cli.wiring.configuration import read_settings
from bridge.connectors.sandbox import Sandbox
from bridge.protocols.reading import FieldInfo, Meta
from tests.faults import Fault


def rows(cli, *options: str) -> list[dict[str, str]]:
    found = cli("doctor", "--json", *options).json
    for one in found:
        assert one["state"] == "ok" or one["next"], one
    return found


def of(found: list[dict[str, str]], what: str) -> list[dict[str, str]]:
    return [one for one in found if one["what"] == what]


def test_a_name_that_no_dns_knows_is_told_with_the_setting_to_mend(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    cli.edit("bridge.yaml", "http://127.0.0.1:9", "http://helpdesk.invalid\n  total_seconds: 1")
    (told,) = [one for one in of(rows(cli), "helpdesk") if one["state"] == "fail"]
    assert "DNS" in told["found"]
    assert "helpdesk.url" in told["next"]


@pytest.mark.parametrize("fault", [Fault.INTERNAL, Fault.UNAVAILABLE, Fault.CUT, Fault.LOGIN_PAGE], ids=str)
def test_passing_trouble_of_the_server_has_a_next_step(desk_cli, helpdesk: Sandbox, fault: Fault) -> None:
    desk_cli.edit("bridge.yaml", "  key:", "  total_seconds: 1\n  key:")
    helpdesk.faults.next("ping", fault, times=50)
    told = [one for one in of(rows(desk_cli), "helpdesk") if one["state"] == "fail"]
    assert len(told) == 1


def test_a_lock_that_another_pass_holds_is_told(desk_cli) -> None:
    from bridge.sync.memory.lock import exclusive

    assert desk_cli("setup").code == 0
    with exclusive(desk_cli.folder.parent / "state" / "state.sqlite3.lock"):
        (told,) = of(rows(desk_cli, "--offline"), "lock")
    assert f"process {os.getpid()}" in told["found"]


def test_a_pass_that_has_just_ended_is_told_as_well(desk_cli) -> None:
    assert desk_cli("setup").code == 0
    assert of(rows(desk_cli), "last pass")[0]["found"] == "none has ended yet"
    assert desk_cli("sync").code == 0
    assert "s ago" in of(rows(desk_cli), "last pass")[0]["found"]


FIELD = FieldInfo(id=1, name="product", label="Product", type="text", form="ticket")


@pytest.mark.parametrize(
    ("inputs", "changes", "says", "step"),
    [
        ("{product: sla_level}", {}, "which the bridge writes itself", "inputs: {product: …}"),
        ("{product: produkt}", {}, "no field 'produkt' for product", "product"),
        ("{}", {"type": "datetime"}, "holds only dates", "text or choices"),
        ("{}", {"type": "bool"}, "holds only yes or no", "text or choices"),
        ("{product_version: product}", {}, "product and product_version are mapped to one field", "of its own"),
    ],
)
def test_a_fact_that_is_mapped_to_what_cannot_hold_it_is_told(cli, inputs: str, changes, says: str, step: str) -> None:
    text = (cli.folder / "bridge.yaml").read_text(encoding="utf-8")
    kept = [
        one
        for one in text.splitlines()
        if not one.startswith(("inputs", "  product", "  platform", "  registration", "  steps"))
    ]
    (cli.folder / "bridge.yaml").write_text("\n".join([*kept, f"inputs: {inputs}"]), encoding="utf-8")
    meta = Meta(
        meta_rev="1",
        database_zone="UTC",
        statuses=(),
        departments=(),
        topics=(),
        priorities=(),
        fields=(dataclasses.replace(FIELD, **changes),),
    )
    found = list(mapping_findings.mapping_findings(read_settings(cli.folder), meta))
    assert any(says in one.found and step in one.next for one in found), found


SUMMER, WINTER = 1_784_000_000, 1_796_000_000


@pytest.mark.parametrize(
    ("zone", "offset", "now", "state"),
    [
        ("Europe/Moscow", 10_800, WINTER, None),
        ("Europe/Moscow", None, WINTER, None),
        ("Europe/Moscow", 0, WINTER, "fail"),
        ("Europe/Moscow", 10_799, WINTER, None),
        ("Europe/Berlin", 3_600, WINTER, None),
        ("Europe/Berlin", 3_600, SUMMER, "fail"),
        ("Europe/Berlin", 7_200, SUMMER, None),
        ("America/St_Johns", -12_600, WINTER, None),
        ("", 0, WINTER, "warn"),
        ("SYSTEM", 0, WINTER, "warn"),
        ("../../etc/passwd", 0, WINTER, "warn"),
    ],
)
def test_a_database_whose_clock_is_not_of_its_zone_is_told(
    zone: str, offset: int | None, now: int, state: str | None
) -> None:
    meta = Meta(
        meta_rev="1",
        database_zone=zone,
        statuses=(),
        departments=(),
        topics=(),
        priorities=(),
        fields=(),
        database_offset=offset,
    )
    found = list(mapping_findings.zone_findings(meta, now))
    assert [one.state for one in found] == ([] if state is None else [state])
    assert all(one.next for one in found)


def test_the_embedded_helpdesk_keeps_its_zone(desk_cli) -> None:
    assert of(rows(desk_cli), "zone") == []


@pytest.mark.parametrize("day", ["2027-11-03", "2028-02-01"])
def test_holidays_that_end_within_sixty_days_are_warned_of(cli, day: str) -> None:
    with time_machine.travel("2027-11-01T12:00:00Z", tick=False):
        assert of(rows(cli, "--offline"), "calendar") == []
    with time_machine.travel(f"{day}T12:00:00Z", tick=False):
        (told,) = of(rows(cli, "--offline"), "calendar")
    assert "holidays are published up to 2027-12-31, later deadlines are provisional" in told["found"]
    assert "Update the `holidays` package" in told["next"]


@pytest.mark.parametrize("url", ["http://help.example.org", "http://10.1.2.3:8080/support", "http://127.example.org"])
def test_a_key_that_anybody_on_the_way_can_read_is_warned_of(cli, url: str) -> None:
    cli.edit("bridge.yaml", "http://127.0.0.1:9", url)
    (told,) = of(rows(cli, "--offline"), "key")
    assert told["state"] == "warn"
    assert "without encryption" in told["found"]
    assert "https://" in told["next"]


@pytest.mark.parametrize(
    "url", ["https://help.example.org", "http://127.0.0.1", "http://127.8.8.8", "http://localhost:1"]
)
def test_a_key_that_stays_on_this_host_or_is_encrypted_is_not(cli, url: str) -> None:
    cli.edit("bridge.yaml", "http://127.0.0.1:9", url)
    assert of(rows(cli, "--offline"), "key") == []
