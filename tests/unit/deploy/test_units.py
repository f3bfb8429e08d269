"""The units of systemd: closed as far as promised, alike where they have to be, and accepted by systemd itself."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.connectors.shipped import shipped

DEPLOY = shipped("deploy")
SERVICES = sorted(path.name for path in DEPLOY.glob("*.service"))
UNITS = [*SERVICES, *sorted(path.name for path in DEPLOY.glob("*.timer"))]
EXPOSURE = 1.5
"""The most that `systemd-analyze security` may find exposed, of ten."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (the Debian package systemd)"
)


def settings(name: str) -> dict[str, list[str]]:
    """Return the settings of a unit; one that is given several times has several values."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / name).read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


def test_daemon_and_single_pass_exist_for_one_helpdesk_and_for_many() -> None:
    assert UNITS == [
        "sla-bridge-sync.service",
        "sla-bridge-sync@.service",
        "sla-bridge.service",
        "sla-bridge@.service",
        "sla-bridge.timer",
        "sla-bridge@.timer",
    ]


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_exposed_no_further_than_promised(name: str) -> None:
    done = analyze("security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", DEPLOY / name)
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= EXPOSURE
    assert done.returncode == 0


@needs_systemd
def test_the_gate_notices_a_unit_that_is_opened(tmp_path: Path) -> None:
    opened = tmp_path / "sla-bridge.service"
    text = (DEPLOY / opened.name).read_text(encoding="utf-8")
    opened.write_text(re.sub(r"^(CapabilityBoundingSet|PrivateUsers)=.*\n", "", text, flags=re.MULTILINE))
    assert analyze("security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", opened).returncode != 0


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        # The command need not be installed where the tests run.
        (tmp_path / name).write_text(
            re.sub(r"^ExecStart=sla-bridge\b", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        )
    done = analyze("verify", "--man=no", *(tmp_path / name for name in UNITS))
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("name", SERVICES)
def test_all_services_take_away_the_same(name: str) -> None:
    def hardening(unit: str) -> str:
        text = (DEPLOY / unit).read_text(encoding="utf-8")
        return text.split("# Each line below takes", 1)[1].split("\n[Install]", 1)[0].strip()

    assert hardening(name) == hardening(SERVICES[0])


@pytest.mark.parametrize("name", SERVICES)
def test_all_services_run_as_the_one_user_that_cron_has_too(name: str) -> None:
    found = settings(name)
    (line,) = re.findall(r"^\* \* \* \* \* (\S+)", (DEPLOY / "sla-bridge.cron").read_text(), re.MULTILINE)
    assert (found["User"], found["Group"]) == ([line], [line])
    assert "DynamicUser" not in found
    assert re.search(rf"^u {line} ", (DEPLOY / "sla-bridge.sysusers").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", [one for one in UNITS if "@" in one])
def test_a_template_says_what_the_single_unit_says_of_its_own_folder(name: str) -> None:
    single = (DEPLOY / name.replace("@", "")).read_text(encoding="utf-8")
    template = (DEPLOY / name).read_text(encoding="utf-8")
    assert "%i" in template
    assert re.sub(r" of %i|/%i|@%i", "", template) == single


@pytest.mark.parametrize("name", [one for one in UNITS if one.endswith(".timer")])
def test_a_timer_starts_the_single_pass_and_never_the_daemon(name: str) -> None:
    (started,) = settings(name)["Unit"]
    service = started.replace("%i", "")
    assert service in SERVICES
    assert settings(service)["Type"] == ["oneshot"]


@pytest.mark.parametrize("name", ["sla-bridge.service", "sla-bridge@.service"])
def test_the_daemon_is_watched_for_progress_and_drained(name: str) -> None:
    found = settings(name)
    assert found["Type"] == ["notify"]
    assert found["WatchdogSec"] == ["5min"]
    assert found["ExecStart"][0].startswith("sla-bridge run --config /etc/sla-bridge")
    assert found["ExecReload"] == ["kill -HUP $MAINPID"]
    # A wrong configuration is not started again and again.
    assert found["RestartPreventExitStatus"] == ["2 3"]


def test_the_watchdog_waits_longer_than_any_request_may_take() -> None:
    from bridge.settings.model import BridgeFile

    helpdesk = BridgeFile.model_fields["helpdesk"].annotation
    assert helpdesk is not None
    assert 2 * helpdesk.model_fields["total_seconds"].default < 300
