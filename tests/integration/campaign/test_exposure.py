"""The short form of `make campaign --only exposure`, and a unit that it finds."""

import shutil

import pytest

from campaign.scenarios import exposure

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def test_no_unit_is_exposed_further_than_promised(tmp_path):
    outcome = exposure.play(1, 1, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["units"] == 4
    assert 0 < outcome.most["exposure"] <= exposure.AT_MOST


def test_a_unit_that_is_opened_is_found(tmp_path, monkeypatch):
    text = (exposure.DEPLOY / "sla-bridge.service").read_text(encoding="utf-8")
    closed = [one for one in text.splitlines() if not one.startswith(("CapabilityBoundingSet=", "PrivateUsers="))]
    (tmp_path / "sla-bridge.service").write_text("\n".join(closed), encoding="utf-8")
    monkeypatch.setattr(exposure, "DEPLOY", tmp_path)
    assert len(exposure.play(1, 1, tmp_path).findings) == 1
