"""A government changes its zone, and the system is updated: deadlines follow with the next pass, also in a process that stays."""

import os
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from bridge.cli.wiring.in_force import InForce

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def zones(tmp_path) -> Iterator[Path]:
    """The system's zones as this user may update them: Moscow alone, all others come from the package."""
    folder = tmp_path / "zoneinfo"
    (folder / "Europe").mkdir(parents=True)
    before = zoneinfo.TZPATH
    update(folder, "Moscow")
    zoneinfo.reset_tzpath(to=[str(folder)])
    zoneinfo.ZoneInfo.clear_cache()
    yield folder
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache()


def update(folder: Path, like: str) -> None:
    """Put the zone in place as a package manager does: written beside it, then renamed, and the folder's own time moves."""
    of = {"Moscow": "Europe", "Yekaterinburg": "Asia"}[like]
    draft = folder / "Europe.Moscow.new"
    draft.write_bytes((files("tzdata.zoneinfo") / of / like).read_bytes())
    draft.replace(folder / "Europe/Moscow")
    os.utime(folder, ns=(folder.stat().st_mtime_ns + 10**9,) * 2)


def test_every_ticket_is_looked_at_once_when_the_systems_zones_were_updated(zones, desk_cli, helpdesk) -> None:
    assert desk_cli("setup").code == 0
    for one in range(3):
        helpdesk.people.create_ticket(f"question {one}", email=f"user{one}@kolos.example")
    assert desk_cli("sync").code == 0
    assert desk_cli("sync", "--json").json["examined"] == 0
    update(zones, "Yekaterinburg")
    zoneinfo.ZoneInfo.clear_cache()
    looked = desk_cli("sync", "--json").json
    assert (looked["full_scan"], looked["examined"]) == (True, 3)
    assert desk_cli("sync", "--json").json["examined"] == 0


def test_a_process_that_stays_counts_by_the_new_zone_without_a_new_start(zones, cli) -> None:
    in_force = InForce(None)

    def offset() -> timedelta | None:
        (calendar,) = in_force.assembled(in_force.settings).policy.calendars.values()
        return NOON.astimezone(calendar.zone).utcoffset()

    assert offset() == timedelta(hours=3)
    update(zones, "Yekaterinburg")
    assert offset() == timedelta(hours=5)
