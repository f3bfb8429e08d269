"""The real command with a configuration that fits on a page, in which all that a pass can leave behind is switched on."""

import os
import sys
from pathlib import Path

from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.protocols.provisioning import SetupRequest
from bridge.sync.memory.state import SqliteState

FILES = {
    "bridge.yaml": """version: 1
helpdesk: {{url: {url}, key: {{env: SLA_BRIDGE_KEY}}}}
registry: registry/registry.yaml
state: state/state.sqlite3
inputs: {{product: Product}}
actions: {{per_day: 100000, per_ticket_per_day: 100, first_run: 100000, addresses: {{manager: head@support.example}}}}
lease: {{holder: here, ttl: 30s}}
undo: {{keep: 30d}}
archive: {{keep: 30d}}
metrics: {{textfile: metrics/sla.prom}}
guards: {{minimum: 100000}}
""",
    "registry/registry.yaml": """zone: Europe/Moscow
match: [email, domain]
sources:
  main: {kind: csv, file: rows.csv, columns: {customer: Code, name: Name, email: Mail, domain: Domain}}
""",
    "registry/rows.csv": "Code;Name;Mail;Domain\nK-1;Kolos;user0@kolos.example;kolos.example\n",
    "calendars/always.yaml": """id: always
title: {ru: Всегда, en: Always}
zone: Europe/Moscow
week: {mon-sun: [00:00-24:00]}
""",
    "policies/small.yaml": """policy: small
title: {ru: Мало, en: Small}
defaults: {calendar: always}
levels:
  standard: {title: {ru: Обычный, en: Standard}, targets: {first_response: 8h}}
rules: [{id: everybody, level: standard}]
events:
  - id: acknowledge
    on: accepted
    actions:
      - reply: {ru: "Заявка {number} принята.", en: "Ticket {number} is accepted."}
  - id: hurry
    on: accepted
    actions:
      - priority: High
""",
}


class SmallBridge:
    """A configuration in `folder` for the helpdesk at `url`, whose fields it sets up."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.folder, self.url, self.key = folder, url, key
        self.state_path = folder / "state" / "state.sqlite3"
        for name, text in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(url=url) if name == "bridge.yaml" else text, encoding="utf-8")
        (folder / "metrics").mkdir()
        helpdesk = OsTicket(Transport(url, SecretStr(key)))
        helpdesk.setup(
            SetupRequest(action="apply", language="en", levels=(("standard", "Standard", True),), inputs=("product",))
        )
        helpdesk.close()

    @property
    def environment(self) -> dict[str, str]:
        """What the command is to find around it; its modules stand compiled, as those of an installed one do."""
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder / "compiled")}
        here = {"SLA_BRIDGE_KEY": self.key, "SLA_BRIDGE_CONFIG": str(self.folder), "NO_COLOR": "1"}
        return {**os.environ, **compiled, **here}

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """Return the command as a process of its own."""
        return [sys.executable, "-P", "-m", "bridge", *arguments]

    def change_policy(self, hours: int) -> None:
        """Promise an answer within so many hours from now on."""
        path = self.folder / "policies" / "small.yaml"
        path.write_text(FILES["policies/small.yaml"].replace("8h", f"{hours}h"), encoding="utf-8")

    def state(self) -> SqliteState:
        """Return the state to be read."""
        return SqliteState(self.state_path, read_only=True)
