"""The how-tos on installing and upgrading name what there is, and their snippets are understood by whom they are for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALL = (ROOT / "docs/how-to/install.md").read_text(encoding="utf-8")
UPGRADE = (ROOT / "docs/how-to/upgrade.md").read_text(encoding="utf-8")
SERVICE = (ROOT / "docs/how-to/run-it-as-a-service.md").read_text(encoding="utf-8")
UNITS = {path.name for suffix in ("service", "timer") for path in (ROOT / "deploy").glob(f"*.{suffix}")}


@pytest.mark.parametrize("page", [INSTALL, UPGRADE, SERVICE], ids=["install", "upgrade", "service"])
def test_every_unit_that_a_page_names_is_shipped(page: str) -> None:
    named = set(re.findall(r"sla-bridge(?:-sync)?@?(?:north)?\.(?:service|timer)", page))
    assert named
    assert {one.replace("@north", "@") for one in named} <= UNITS


@pytest.mark.parametrize("page", [INSTALL, UPGRADE, SERVICE], ids=["install", "upgrade", "service"])
def test_every_command_of_a_page_is_one_of_the_reference(page: str) -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for one in re.findall(
            r"(?:^|[ (])sla-bridge ((?:policy|plugin|state) \w+|plan|sync|doctor|setup|init|version)\b", block
        ):
            assert f"## `sla-bridge {one}`" in reference, one


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_understands_the_location(tmp_path: Path) -> None:
    (location,) = re.findall(r"```nginx\n(.*?)```", INSTALL, re.DOTALL)
    (tmp_path / "fastcgi_params").touch()
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:8399; root /var/www/osticket;\n{location} }} }}\n"
    )
    done = subprocess.run(["nginx", "-t", "-c", conf, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
