"""Letters of a real osTicket, written and sent by the plugin's own classes without the table of actions in between."""

# ruff: noqa: S608 -- whoever runs the tests gives the command, and the tests the names.

import json
import os
import shlex
import subprocess
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.staff_pages import variable

SCRIPT = Path(__file__).parent / "letters.php"


def place(name: str) -> str:
    """Return the mark of what only the helpdesk knows."""
    return f"\ue000{name}\ue001"


def reply(text: str = "Мы приняли вашу заявку.", subject: str = "Заявка принята") -> dict[str, Any]:
    return {"subject": {"ru": subject}, "text": {"ru": text}, "html": {"ru": f"<p>{text}</p>"}}


def warning(*to: str, subject: str = "At risk") -> dict[str, Any]:
    return {
        "to": list(to),
        "subject": {"ru": "Под угрозой", "en": subject},
        "text": {"ru": f"До срока 2 ч\n{place('ticket_link')}", "en": f"2 h left\n{place('ticket_link')}"},
        "html": {"ru": "<p>До срока 2 ч</p>", "en": f'<p>2 h left</p><p><a href="{place("ticket_link")}">Open</a></p>'},
    }


class Letters:
    """Letters of one desk, written and sent by the plugin's own classes."""

    def __init__(self, back: OsticketBackDoor) -> None:
        self.back = back

    def send(
        self, ticket: int, params: dict[str, Any], kind: str = "reply", key: str = "accept:ticket:1"
    ) -> dict[str, Any]:
        asked = {"ticket": ticket, "key": key, "kind": kind, "params": params, "agent": variable("SERVICE_USER")}
        done = subprocess.run(
            [*shlex.split(variable("PHP") or "php"), str(SCRIPT)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            env=os.environ | {"OSTICKET_ROOT": str(variable("ROOT"))},
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
        outcome: dict[str, Any] = json.loads(done.stdout)
        return outcome

    def entries(self, ticket: int) -> list[list[str]]:
        """Return type, staff, user, title and body of what stands in the thread, the oldest first."""
        rows = self.back.sql(
            f"""SELECT e.type, e.staff_id, e.user_id, e.title, REPLACE(e.body, '\\n', ' ') FROM %thread_entry e
            JOIN %thread h ON h.id = e.thread_id AND h.object_type = 'T' WHERE h.object_id = {ticket} ORDER BY e.id"""
        )
        return [row.split("\t") for row in rows.split("\n")]

    def account(self, port: int, email: int, *, is_default: bool = False) -> None:
        self.back.sql(
            f"""INSERT INTO %email_account (email_id, type, auth_bk, active, host, port, protocol, created)
            VALUES ({email}, 'smtp', 'none', 1, '127.0.0.1', {port}, 'SMTP', NOW())"""
        )
        if is_default:
            self.back.sql(
                f"""UPDATE %config SET value = (SELECT MAX(id) FROM %email_account WHERE email_id = {email})
                WHERE namespace = 'core' AND `key` = 'default_smtp_id'"""
            )

    def setting(self, name: str, value: str | None = None) -> str:
        """Return a setting of the desk's; set it where a value is given."""
        row = f"FROM %config WHERE namespace = 'core' AND `key` = '{name}'"
        before = self.back.sql(f"SELECT value {row}")
        if value is not None:
            exists = self.back.sql(f"SELECT COUNT(*) {row}") != "0"
            self.back.sql(
                f"UPDATE %config SET value = '{value}' WHERE namespace = 'core' AND `key` = '{name}'"
                if exists
                else f"INSERT INTO %config (namespace, `key`, value) VALUES ('core', '{name}', '{value}')"
            )
        return before


def by_mail() -> set[Path]:
    """Return what left by PHP's mail()."""
    folder = variable("MAIL")
    return set(Path(folder).glob("*.eml")) if folder else set()


def part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())
