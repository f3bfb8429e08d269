"""The osTicket of the campaign and the bridge beside it: passes as processes, and what is looked at after each."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bridge.cli.wiring.configuration import read_settings
from bridge.cli.wiring.deciding import Deferred
from bridge.cli.wiring.helpdesk import connect
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from bridge.protocols.reading import Meta, Ping
from bridge.tickets import Instant
from campaign.osticket.comparing import Wrong, compared
from campaign.osticket.copies import OPEN, wrong_copies
from campaign.osticket.footprint import Footprint, Traces, footprint, traces
from campaign.osticket.processes import Processes
from tests.contract.staff_pages import OsticketDesk

CONFIG = Path(__file__).resolve().parents[2] / "config"
_PASSES = 3
_PASS_SECONDS = 300
NAMES = tuple(one.name for one in OUTPUT_FIELDS)
_LIST = ", ".join(f"'{one}'" for one in NAMES)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found after one pass, and how many passes it took until nothing was wrong."""

    compared: int
    wrong: tuple[Wrong, ...]
    passes: int
    traces: Traces
    report: dict[str, Any]


class PassFailed(Exception):
    """A pass that nothing disturbed and that did not end well."""


class World:
    """One osTicket, one configuration, one state. `folder` is for what the bridge keeps, `replaced` changes bridge.yaml."""

    def __init__(
        self,
        desk: OsticketDesk,
        processes: Processes,
        mail: Path,
        folder: Path,
        *,
        replaced: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.desk, self.processes, self.mail, self.back = desk, processes, mail, desk.back_door
        self._state, self._complaint = folder / "state", folder / "complaint"
        config = folder / "config"
        shutil.copytree(CONFIG, config)
        text = (config / "bridge.yaml").read_text(encoding="utf-8")
        text = text.replace("url: http://127.0.0.1", f"url: {desk.root}").replace(
            "/var/lib/sla-bridge", str(self._state)
        )
        for before, after in replaced.items():
            text = text.replace(before, after)
        (config / "bridge.yaml").write_text(text, encoding="utf-8")
        os.environ["SLA_BRIDGE_KEY"] = desk.key
        self._environment = os.environ | {"SLA_BRIDGE_CONFIG": str(config), "NO_COLOR": "1"}
        self.settings = read_settings(config)
        self.agreement = Deferred(self.settings)

    def ask(self) -> tuple[Ping, Meta]:
        """Return who answers, and the helpdesk's vocabulary."""
        with connect(self.settings) as helpdesk:
            return helpdesk.ping(), helpdesk.meta()

    def level(self, ticket: int) -> object:
        """Return the level that stands in a ticket."""
        return self.desk._read(f"tickets/{ticket}")["bridge"]["fields"].get("sla_level")

    def levels(self) -> str:
        """Return how many open tickets have each level."""
        return self.back.sql(
            f"SELECT c.sla_level, COUNT(*) FROM %ticket__cdata c JOIN {OPEN} ON t.ticket_id = c.ticket_id GROUP BY 1"  # noqa: S608 - ours
        )

    # --- what the bridge does ---------------------------------------------------------------------------------------

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the bridge to its end."""
        return subprocess.run(
            self._command(arguments),
            check=False,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_PASS_SECONDS,
        )

    def begin(self) -> subprocess.Popen[bytes]:
        """Start a pass, and do not wait; what it complains of is in `complaint`."""
        with self._complaint.open("wb") as talk:
            return subprocess.Popen(
                self._command(("sync", "--quiet")), env=self._environment, stdout=subprocess.DEVNULL, stderr=talk
            )

    @property
    def complaint(self) -> str:
        """Return what the pass that was begun last has complained of."""
        return self._complaint.read_text(encoding="utf-8", errors="replace").strip()

    @staticmethod
    def _command(arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-P", "-m", "bridge", *arguments]

    def one_pass(self, *arguments: str) -> dict[str, Any]:
        """Make a pass and return its report. Raises PassFailed where it does not end with 0."""
        done = self.run("sync", "--json", *arguments)
        if done.returncode:
            raise PassFailed(f"exit code {done.returncode}: {done.stderr.strip()[-500:]} {done.stdout.strip()[-500:]}")
        return json.loads(done.stdout)

    # --- what the campaign does -------------------------------------------------------------------------------------

    def forget_everything(self) -> None:
        """Empty the output fields, their copies and the plugin's record of every open ticket, and forget the bridge's state."""
        for path in self._state.glob("state.sqlite3*"):
            path.unlink()
        columns = ", ".join(f"c.{one} = NULL" for one in NAMES)
        self.back.sql(
            f"""DELETE v FROM %form_entry_values v JOIN %form_field f ON f.id = v.field_id AND f.name IN ({_LIST})
            JOIN %form_entry e ON e.id = v.entry_id AND e.object_type = 'T' JOIN {OPEN} ON t.ticket_id = e.object_id;
            UPDATE %ticket__cdata c JOIN {OPEN} ON t.ticket_id = c.ticket_id SET {columns};
            DELETE k FROM %sla_bridge_clock k JOIN {OPEN} ON t.ticket_id = k.ticket_id;
            DELETE r FROM %sla_bridge_ticket r JOIN {OPEN} ON t.ticket_id = r.ticket_id"""  # noqa: S608 - ours
        )

    def forget_the_scan(self) -> None:
        """Let the bridge take its last full scan for long ago, as it does a day later."""
        with closing(sqlite3.connect(self._state / "state.sqlite3")) as connection, connection:
            connection.execute("UPDATE fact SET value = '0' WHERE name = 'scanned_at'")

    def written(self) -> int:
        """Return how many open tickets the bridge has written since everything was forgotten."""
        rows = f"SELECT COUNT(*) FROM %sla_bridge_ticket r JOIN {OPEN} ON t.ticket_id = r.ticket_id"  # noqa: S608 - ours
        return int(self.back.sql(rows))

    def open_tickets(self) -> int:
        """Return how many tickets are open."""
        return int(self.back.sql(f"SELECT COUNT(*) FROM {OPEN}"))  # noqa: S608 - ours

    def footprint(self) -> Footprint:
        """Return how things stand now."""
        return footprint(self.back, self.mail)

    def check(self, *arguments: str, before: Footprint | None = None, also: Iterable[int] = ()) -> Checked:
        """Make one pass and compare; make more until nothing is wrong, at most three. What the bridge left behind counts from
        the pass on, or from `before`. Raises PassFailed."""
        then = before or self.footprint()
        report = self.one_pass(*arguments)
        met, wrong = self.compare(report["at"], also)
        left = traces(then, self.footprint(), self.mail)
        passes, still = 1, wrong
        while still and passes < _PASSES:
            passes += 1
            _, still = self.compare(self.one_pass()["at"], also)
        return Checked(met, wrong, passes, left, report)

    def compare(self, since: Instant, also: Iterable[int] = ()) -> tuple[int, tuple[Wrong, ...]]:
        """Return how many tickets were compared, and every wrong field, those of the copies that queues read included."""
        with connect(self.settings) as helpdesk:
            met, wrong = compared(helpdesk, self.agreement.decide, since=since, also=also)
        return met, (*wrong, *wrong_copies(self.back, NAMES))

    def wait_until_it_answers(self, seconds: float = 60) -> None:
        """Wait for osTicket: workers that were killed come back one by one."""
        end = time.monotonic() + seconds
        while True:
            try:
                self.desk._read("ping")
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return
