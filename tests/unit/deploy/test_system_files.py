"""The user, the folders and their rights, and the rotation of logs, as the programs that read those files understand them."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from bridge.connectors.shipped import shipped

DEPLOY = shipped("deploy")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes users and gives files away")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def tried(*command: str | Path) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """The root of a host with the bridge's configuration, and its key open to everybody by mistake."""
    for folder in ("etc/sysusers.d", "etc/tmpfiles.d", "etc/sla-bridge/north", "var/lib", "var/log"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copyfile(DEPLOY / "sla-bridge.sysusers", tmp_path / "etc/sysusers.d/sla-bridge.conf")
    shutil.copyfile(DEPLOY / "sla-bridge.tmpfiles", tmp_path / "etc/tmpfiles.d/sla-bridge.conf")
    for key in ("etc/sla-bridge/key", "etc/sla-bridge/north/key"):
        (tmp_path / key).write_text("0123456789ABCDEF0123456789ABCDEF\n")
        (tmp_path / key).chmod(0o644)
    return tmp_path


@as_root
@needs("systemd-sysusers")
@needs("systemd-tmpfiles")
def test_user_and_folders_are_made_and_a_key_is_closed_to_everybody_else(host: Path) -> None:
    tried("systemd-sysusers", f"--root={host}", "sla-bridge.conf")
    found = re.search(
        r"^sla-bridge:x:(\d+):(\d+):[^:]*:/var/lib/sla-bridge:(\S+)$", (host / "etc/passwd").read_text(), re.MULTILINE
    )
    assert found
    user, group, shell = int(found[1]), int(found[2]), found[3]
    assert shell.endswith("nologin")
    tried("systemd-tmpfiles", f"--root={host}", "--create", "sla-bridge.conf")
    rights = {
        "var/lib/sla-bridge": (user, group, 0o750),
        "var/log/sla-bridge": (user, group, 0o750),
        "etc/sla-bridge": (0, group, 0o750),
        "etc/sla-bridge/key": (0, group, 0o640),
        "etc/sla-bridge/north/key": (0, group, 0o640),
    }
    for name, expected in rights.items():
        at = (host / name).stat()
        assert (at.st_uid, at.st_gid, stat.S_IMODE(at.st_mode)) == expected, name


@needs("logrotate")
def test_logrotate_understands_its_file(tmp_path: Path) -> None:
    text = (DEPLOY / "sla-bridge.logrotate").read_text(encoding="utf-8")
    here = tmp_path / "sla-bridge.conf"
    # The user is not there where the tests run.
    here.write_text(re.sub(r"sla-bridge sla-bridge$", "root root", text, flags=re.MULTILINE))
    here.chmod(0o644)
    said = tried("logrotate", "--debug", "--state", tmp_path / "state", here)
    assert "error" not in said
    assert "rotating pattern: /var/log/sla-bridge/*.log" in said


def test_the_log_of_cron_lies_where_logs_are_rotated_and_its_folder_is_made() -> None:
    cron = (DEPLOY / "sla-bridge.cron").read_text(encoding="utf-8")
    (log,) = re.findall(r">> (\S+)/\S+\.log 2>&1", cron)
    assert f"{log}/*.log" in (DEPLOY / "sla-bridge.logrotate").read_text()
    assert f"d {log} " in (DEPLOY / "sla-bridge.tmpfiles").read_text()


def test_cron_runs_the_pass_that_is_silent_without_news() -> None:
    cron = (DEPLOY / "sla-bridge.cron").read_text(encoding="utf-8")
    (line,) = [one for one in cron.splitlines() if one.startswith("*")]
    assert line.endswith("sla-bridge sync --quiet")
