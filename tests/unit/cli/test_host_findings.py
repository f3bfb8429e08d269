"""What doctor finds on this host, and that nothing is found without a next step."""

import os
import time
from pathlib import Path

import pytest

from bridge.cli.doctor import host_findings, unit_findings
from bridge.cli.doctor.finding import Finding
from bridge.cli.wiring.configuration import read_settings
from bridge.connectors.shipped import shipped
from bridge.settings.load import Settings
from bridge.sync.memory.hold import Held, Hold
from bridge.sync.memory.lock import exclusive

KEPT = """
version: 1
helpdesk: {url: http://127.0.0.1:9, key: {env: SLA_BRIDGE_KEY}}
state: state.sqlite3
"""


def settings(folder: Path, more: str = "") -> Settings:
    (folder / "bridge.yaml").write_text(KEPT + more, encoding="utf-8")
    return read_settings(folder)


def found(folder: Path, *, passed: int | None = None, more: str = "", policy: str | None = None) -> dict[str, Finding]:
    findings = list(host_findings.host_findings(settings(folder, more), passed, policy))
    assert all(one.next for one in findings if one.state != "ok")
    return {one.what: one for one in findings}


def test_a_free_lock_is_told_and_not_taken(tmp_path: Path) -> None:
    lock = tmp_path / "state.sqlite3.lock"
    assert "lock" not in found(tmp_path)
    assert not lock.exists()
    lock.touch()
    assert found(tmp_path)["lock"].found == "free"
    with exclusive(lock):
        pass


def test_a_pass_at_work_is_named_and_one_that_hangs_is_a_warning_with_its_process(tmp_path: Path) -> None:
    lock = tmp_path / "state.sqlite3.lock"
    with exclusive(lock):
        told = found(tmp_path)["lock"]
        assert (told.state, f"process {os.getpid()}" in told.found) == ("ok", True)
        long_ago = time.time() - 3600
        os.utime(lock, (long_ago, long_ago))
        told = found(tmp_path)["lock"]
    assert told.state == "warn"
    assert f"kill {os.getpid()}" in told.next


def test_a_link_in_the_place_of_the_lock_fails_with_the_code_of_the_state(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3.lock").symlink_to(tmp_path / "elsewhere")
    told = found(tmp_path)["lock"]
    assert (told.state, told.exit_code) == ("fail", 9)


@pytest.mark.skipif(os.getuid() != 0, reason="gives files away")
@pytest.mark.parametrize("suffix", ["", ".lock", ".token", "-wal", ".undo", ".undo-wal", ".hold"])
def test_a_file_that_root_left_behind_is_named_with_the_chown_that_mends_it(tmp_path: Path, suffix: str) -> None:
    os.chown(tmp_path, 65534, -1)
    assert "owner" not in found(tmp_path)
    path = tmp_path / f"state.sqlite3{suffix}"
    path.touch()
    told = found(tmp_path)["owner"]
    assert str(path) in told.next
    assert told.next.startswith("chown nobody ")


def test_a_hold_fails_with_the_code_of_the_pass_that_it_stops_and_says_how_it_ends(tmp_path: Path) -> None:
    assert "hold" not in found(tmp_path)
    Hold(tmp_path / "state.sqlite3").set(Held(3, "sha256:wrong", 1_795_000_000))
    for policy in ("sha256:wrong", None):
        told = found(tmp_path, policy=policy)["hold"]
        assert (told.state, told.exit_code) == ("fail", 6)
        assert "run 3 was undone at 2026-11-18" in told.found
        assert "sync --release" in told.next
    told = found(tmp_path, policy="sha256:right")["hold"]
    assert (told.state, "the next pass goes on" in told.found) == ("ok", True)


def test_a_damaged_hold_holds_by_whatever_policy_and_one_that_cannot_be_read_fails(tmp_path: Path) -> None:
    hold = Hold(tmp_path / "state.sqlite3").path
    hold.write_bytes(b"{")
    assert found(tmp_path, policy="sha256:right")["hold"].exit_code == 6
    hold.unlink()
    hold.mkdir()
    assert found(tmp_path)["hold"].exit_code == 9


def test_little_room_beside_the_state_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "disk" not in found(tmp_path)
    monkeypatch.setattr(host_findings, "_ROOM", 1 << 62)
    assert found(tmp_path)["disk"].state == "warn"


@pytest.mark.parametrize(
    ("ago", "state", "says"),
    [(None, "ok", "none"), (5, "ok", "s ago"), (600, "ok", "10 minutes"), (3 * 3600, "warn", "180 minutes")],
)
def test_passes_that_have_ceased_are_a_warning(tmp_path: Path, ago: int | None, state: str, says: str) -> None:
    told = found(tmp_path, passed=None if ago is None else int(time.time()) - ago)["last pass"]
    assert told.state == state
    assert says in told.found


def test_a_textfile_that_nobody_can_write_is_told_before_the_first_pass(tmp_path: Path) -> None:
    assert "metrics" not in found(tmp_path)
    assert found(tmp_path, more="metrics: {textfile: b.prom}")["metrics"].state == "ok"
    assert "no folder" in found(tmp_path, more="metrics: {textfile: nowhere/b.prom}")["metrics"].found
    (tmp_path / "folder").mkdir()
    assert "is a folder" in found(tmp_path, more="metrics: {textfile: folder}")["metrics"].found


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host with a folder of units and one of cron lines, both empty."""
    for name in ("etc", "usr", "cron"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(unit_findings, "UNIT_FOLDERS", (tmp_path / "etc", tmp_path / "usr"))
    monkeypatch.setattr(unit_findings, "CRON_FOLDER", tmp_path / "cron")
    return tmp_path


def warnings() -> list[Finding]:
    findings = list(unit_findings.unit_findings())
    assert all(one.next for one in findings if one.state != "ok")
    return [one for one in findings if one.state != "ok"]


def test_a_host_without_units_is_told_so(host: Path) -> None:
    (told,) = unit_findings.unit_findings()
    assert (told.state, "neither" in told.found) == ("ok", True)


def test_the_shipped_unit_differs_in_nothing_from_itself_but_for_its_comments_and_the_path_of_the_command(
    host: Path,
) -> None:
    text = (shipped("deploy") / "sla-bridge.service").read_text(encoding="utf-8")
    elsewhere = text.replace("/usr/local/bin/", "/opt/sla-bridge/bin/") + "\n# ours\n"
    (host / "etc" / "sla-bridge.service").write_text(elsewhere, encoding="utf-8")
    assert not [one for one in warnings() if "differs from the one" in one.found]


def test_a_unit_of_another_version_is_told_with_the_diff_to_look_at(host: Path) -> None:
    text = (shipped("deploy") / "sla-bridge.service").read_text(encoding="utf-8")
    assert "ProtectHome=yes\n" in text
    (host / "etc" / "sla-bridge.service").write_text(text.replace("ProtectHome=yes\n", ""), encoding="utf-8")
    (told,) = [one for one in warnings() if "differs from the one" in one.found]
    assert told.next.startswith("diff ")


def test_a_unit_in_etc_stands_before_one_of_its_name_elsewhere(host: Path) -> None:
    (host / "usr" / "sla-bridge-odd.service").write_text("[Service]\nExecStart=/nowhere/sla-bridge sync\n")
    assert len(warnings()) == 1
    (host / "etc" / "sla-bridge-odd.service").write_text("[Service]\nExecStart=/bin/sh\n")
    assert warnings() == []


def test_a_program_that_is_not_there_is_named(host: Path) -> None:
    (host / "etc" / "sla-bridge-odd@.service").write_text("[Service]\nExecStart=-/nowhere/sla-bridge sync\n")
    (told,) = warnings()
    assert "starts /nowhere/sla-bridge, which is not there" in told.found


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda key: None, "which is not there"),
        (lambda key: (key.touch(), key.chmod(0o644)), "can be read by others"),
        (lambda key: (key.touch(), key.chmod(0o640)), "can be read by others"),
    ],
)
def test_a_key_that_the_unit_cannot_hand_over_or_that_others_read_is_named(host: Path, prepare, says: str) -> None:
    key = host / "secret"
    prepare(key)
    (host / "etc" / "sla-bridge-one.service").write_text(
        f"[Service]\nExecStart=/bin/sh\nLoadCredential=osticket-api-key:{key}\n"
    )
    (told,) = warnings()
    assert says in told.found
    assert str(key) in told.next


def test_the_group_of_the_service_may_read_the_key_as_the_package_places_it_and_nobody_else(
    host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page on installing says is not found to be wrong: `install -m 640 -g sla-bridge`."""
    key = host / "secret"
    key.touch()
    monkeypatch.setattr(unit_findings, "GROUP", unit_findings._group(key.stat().st_gid))
    (host / "etc" / "sla-bridge-one.service").write_text(
        f"[Service]\nExecStart=/bin/sh\nLoadCredential=osticket-api-key:{key}\n"
    )
    key.chmod(0o640)
    assert warnings() == []
    for mode in (0o644, 0o660, 0o604):
        key.chmod(mode)
        (told,) = warnings()
        assert told.next == f"chmod 640 {key}"


def test_a_template_is_not_asked_for_the_keys_of_its_instances(host: Path) -> None:
    (host / "etc" / "sla-bridge-odd@.service").write_text(
        "[Service]\nExecStart=/bin/sh\nLoadCredential=osticket-api-key:/etc/sla-bridge/%i/key\n"
    )
    assert warnings() == []


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("sla-bridge.cron", "* * * * * x /bin/sh\n", "contains a dot"),
        ("sla-bridge", "* * * * * x /bin/sh", "has no end"),
        ("sla-bridge", "* * * * * x /nowhere/sla-bridge sync --quiet\n", "which is not there"),
    ],
)
def test_a_cron_line_that_would_never_run_is_told(host: Path, name: str, text: str, says: str) -> None:
    (host / "cron" / name).write_text(text)
    (told,) = warnings()
    assert says in told.found


def test_a_timer_beside_a_cron_line_is_one_too_many(host: Path) -> None:
    (host / "etc" / "sla-bridge-x.timer").write_text("[Timer]\nOnCalendar=*:*\n")
    assert warnings() == []
    (host / "cron" / "sla-bridge").write_text("* * * * * x /bin/sh\n")
    (told,) = warnings()
    assert "both" in told.found
