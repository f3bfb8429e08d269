"""A real osTicket, worked at as people do: an agent on the staff pages, a visitor at the front, mail and the stock API."""

import os
import re
from email.message import EmailMessage
from typing import Any

import requests

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.desk import API, API_WITHOUT_REWRITING, Unsupported
from tests.contract.html_forms import Form

PREFIX = "SLA_BRIDGE_TEST_OSTICKET_"
SECONDS_AT_MOST = 60


def variable(name: str) -> str | None:
    """Return `SLA_BRIDGE_TEST_OSTICKET_<name>`, None when it is unset or empty."""
    return os.environ.get(PREFIX + name) or None


class Agent:
    """One agent in his browser."""

    def __init__(self, root: str, user: str, password: str) -> None:
        self.root = root
        self.session = requests.Session()
        page = self._get("/scp/login.php")
        token = Form(page).first("hidden").value
        self._post(
            "/scp/login.php", [("__CSRFToken__", token), ("do", "scplogin"), ("userid", user), ("passwd", password)]
        )
        found = re.search(r'name="csrf_token" content="([^"]+)"', self._get("/scp/index.php"))
        assert found, f"agent {user} cannot log in at {root}"
        self.session.headers["X-CSRFToken"] = found[1]
        self.session.headers["X-Requested-With"] = "XMLHttpRequest"

    def _get(self, path: str) -> str:
        answer = self.session.get(self.root + path, timeout=SECONDS_AT_MOST)
        answer.raise_for_status()
        return answer.text

    def _post(self, path: str, data: list[tuple[str, str]]) -> requests.Response:
        answer = self.session.post(self.root + path, data=data, timeout=SECONDS_AT_MOST)
        answer.raise_for_status()
        return answer

    def _dialog(self, path: str, fill: dict[str, str]) -> requests.Response:
        """Open a dialog, fill the first control of each kind, send it; 201 is osTicket's word for done."""
        form = Form(self._get(f"/scp/ajax.php/tickets/{path}"))
        for kind, value in fill.items():
            form.first(kind).value = value
        return self._post(f"/scp/ajax.php/tickets/{path}", form.data())

    @staticmethod
    def _done(answer: requests.Response) -> None:
        assert answer.status_code == 201, (
            f"{answer.status_code}: {' '.join(re.sub('<[^>]+>', ' ', answer.text).split())[:300]}"
        )

    def page(self, ticket: int, *, edit: bool = False) -> str:
        return self._get(f"/scp/tickets.php?id={ticket}" + ("&a=edit" if edit else ""))

    def _entry(self, ticket: int, action: str, fields: dict[str, str]) -> None:
        lock = self._post(f"/scp/ajax.php/lock/ticket/{ticket}", []).json()
        form = Form(self.page(ticket), f'name="{"reply" if action == "reply" else "note"}" method="post"')
        data = [pair for pair in form.data() if pair[0] not in fields and pair[0] not in ("lockCode", "draft_id")]
        data += [("lockCode", str(lock.get("code", ""))), *fields.items()]
        self._post(f"/scp/tickets.php?id={ticket}", data)

    def reply(self, ticket: int, text: str, *, status: int | None = None) -> None:
        fields = {"response": text, "reply-to": "none"}
        if status is not None:
            fields["reply_status_id"] = str(status)
        self._entry(ticket, "reply", fields)

    def note(self, ticket: int, text: str) -> None:
        self._entry(ticket, "note", {"note": text})

    def transfer(self, ticket: int, department: int, *, comment: str | None) -> None:
        self._done(self._dialog(f"{ticket}/transfer", {"select": str(department), "textarea": comment or ""}))

    def set_status(self, ticket: int, status: int, *, comment: str | None) -> None:
        data = [("status_id", str(status)), ("comments", comment or "")]
        self._done(self._post(f"/scp/ajax.php/tickets/{ticket}/status", data))

    def claim(self, ticket: int) -> None:
        self._done(self._dialog(f"{ticket}/claim", {}))

    def release(self, ticket: int) -> None:
        form = Form(self._get(f"/scp/ajax.php/tickets/{ticket}/release"))
        for control in form.controls:
            control.checked = control.checked or control.name == "sid[]" or control.name == "sid"
        self._done(self._post(f"/scp/ajax.php/tickets/{ticket}/release", form.data()))

    def pick(self, ticket: int, field: str, value: int) -> None:
        self._done(self._dialog(f"{ticket}/field/{field}/edit", {"select": str(value)}))

    def edit_field(self, ticket: int, field: int, *, value: str | bool) -> bool:
        path = f"/scp/ajax.php/tickets/{ticket}/field/{field}/edit"
        answer = self.session.get(self.root + path, timeout=SECONDS_AT_MOST)
        if answer.status_code != 200:
            return False
        form = Form(answer.text)
        if not form.controls:
            return False
        control = form.controls[0]
        if isinstance(value, bool):
            control.checked = value
        else:
            control.value = value
        sent = self.session.post(self.root + path, data=form.data(), timeout=SECONDS_AT_MOST)
        return sent.status_code == 201

    def edit_form(
        self, ticket: int, labelled: dict[str, str], smuggled: dict[str, str], ticked: dict[int, bool]
    ) -> None:
        form = Form(self.page(ticket, edit=True), f'<form action="tickets.php?id={ticket}')
        for label, value in labelled.items():
            form.captioned(label).value = value
        for control in form.controls:
            if control.name == "source":
                control.value = control.value or "Other"
            if control.name == "_field-checkboxes[]" and int(control.value) in ticked:
                control.checked = ticked[int(control.value)]
        self._post(f"/scp/tickets.php?id={ticket}&a=edit", form.data() + list(smuggled.items()))

    def merge(self, child: str, into: str, ticket: int) -> None:
        data = [
            ("title", "merge"), ("tids[]", into), ("tids[]", child), ("combine", "1"), ("participants", "user"),
            ("childStatusId", "3"), ("parentStatusId", ""),
        ]  # fmt: skip
        self._done(self._post(f"/scp/ajax.php/tickets/{ticket}/merge", data))

    def delete(self, ticket: int) -> None:
        self.set_status(ticket, 5, comment=None)

    def open(self, subject: str, body: str, *, email: str, extra: dict[str, Any]) -> None:
        dialog = "/scp/ajax.php/users/lookup/form"
        form = Form(self._get(dialog), f'action="{dialog.replace("/scp/ajax.php/", "#")}"')
        form.captioned("Email Address").value = email
        form.captioned("Full Name").value = "Иван Петров"
        user = self._post(dialog, form.data()).json()["id"]
        form = Form(self._get(f"/scp/tickets.php?a=open&uid={user}"), '<form action="tickets.php?a=open"')
        asked = {"topicId": "1", "deptId": "1", "reply-to": "none", "subject": subject, "message": body}
        data = [pair for pair in form.data() if pair[0] not in asked] + list(asked.items())
        self._post("/scp/tickets.php?a=open", data + [(name, str(value)) for name, value in extra.items()])


class OsticketDesk:
    """A running osTicket, reached by the addresses, keys and the agent of the environment."""

    real = True

    def __init__(self) -> None:
        self.root = (variable("URL") or "").rstrip("/")
        self.base = self.root + API
        bare = variable("URL_NOREWRITE")
        self.base_without_rewriting = None if bare is None else bare.rstrip("/") + API_WITHOUT_REWRITING
        self.key = variable("KEY") or ""
        self.key_noscope = variable("KEY_NOSCOPE")
        self._agent: Agent | None = None
        self._fields: dict[str, dict[str, Any]] = {}
        self.last_message_id = ""

    @property
    def agent(self) -> Agent:
        """Return the agent, logged in. Raises Unsupported when the environment names none."""
        if self._agent is None:
            user, password = variable("STAFF_USER"), variable("STAFF_PASSWORD")
            if user is None or password is None:
                raise Unsupported(f"set {PREFIX}STAFF_USER and {PREFIX}STAFF_PASSWORD")
            self._agent = Agent(self.root, user, password)
        return self._agent

    def _read(self, path: str) -> Any:
        answer = requests.get(f"{self.base}/{path}", headers={"X-API-Key": self.key}, timeout=SECONDS_AT_MOST)
        answer.raise_for_status()
        return answer.json()

    def _field(self, name: str) -> dict[str, Any]:
        if name not in self._fields:
            self._fields = {field["name"]: field for field in self._read("meta")["fields"] if field["form"] == "ticket"}
        return self._fields[name]

    def _number(self, ticket: int) -> str:
        return str(self._read(f"tickets/{ticket}")["number"])

    def open(self, subject: str, body: str, *, via: str, email: str, extra: dict[str, Any] | None = None) -> str:
        if via == "staff":
            self.agent.open(subject, body, email=email, extra=extra or {})
        elif via == "web":
            self._open_page(subject, body, email, extra or {})
        elif via == "api":
            self._stock("tickets.json", json={
                "name": "Иван Петров", "email": email, "subject": subject, "message": body, "topicId": 1,
                "alert": False, "autorespond": False, **(extra or {}),
            })  # fmt: skip
        else:
            self.mail(email, subject, body, headers=extra or {})
        return subject

    def _open_page(self, subject: str, body: str, email: str, extra: dict[str, Any]) -> None:
        with requests.Session() as visitor:
            visitor.headers["X-Requested-With"] = "XMLHttpRequest"
            page = visitor.get(self.root + "/open.php", timeout=SECONDS_AT_MOST)
            form = Form(page.text, '<form id="ticketForm"')
            form.captioned("Email Address").value = email
            form.captioned("Full Name").value = "Иван Петров"
            data = [pair for pair in form.data() if pair[0] != "topicId"]
            data += [("topicId", "1"), ("subject", subject), ("message", body)]
            data += [(name, str(value)) for name, value in extra.items()]
            answer = visitor.post(self.root + "/open.php", data=data, timeout=SECONDS_AT_MOST)
            answer.raise_for_status()

    def _stock(self, route: str, **options: Any) -> None:
        key = variable("KEY_CREATE")
        if key is None:
            raise Unsupported(f"set {PREFIX}KEY_CREATE")
        answer = requests.post(
            f"{self.root}/api/{route}", headers={"X-API-Key": key}, timeout=SECONDS_AT_MOST, **options
        )
        assert answer.status_code in (200, 201), answer.text

    def mail(self, email: str, subject: str, body: str, *, headers: dict[str, Any]) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = email, "support@helpdesk.example", subject
        mail["Message-ID"] = self.last_message_id = f"<{os.urandom(8).hex()}@{email.partition('@')[2]}>"
        for name, value in headers.items():
            mail[name] = str(value)
        mail.set_content(body)
        self._stock("tickets.email", data=mail.as_bytes())

    def customer_message(self, number: str, email: str, text: str) -> None:
        self.mail(email, f"Re: [#{number}]", text, headers={})

    def reply(self, ticket: int, text: str, *, status: int | None = None) -> None:
        self.agent.reply(ticket, text, status=status)

    def note(self, ticket: int, text: str) -> None:
        self.agent.note(ticket, text)

    def transfer(self, ticket: int, department: int, *, comment: str | None = None) -> None:
        self.agent.transfer(ticket, department, comment=comment)

    def set_status(self, ticket: int, status: int, *, comment: str | None = None) -> None:
        self.agent.set_status(ticket, status, comment=comment)

    def claim(self, ticket: int) -> None:
        self.agent.claim(ticket)

    def release(self, ticket: int) -> None:
        self.agent.release(ticket)

    def set_topic(self, ticket: int, topic: int) -> None:
        self.agent.pick(ticket, "topic", topic)

    def set_priority(self, ticket: int, priority: int) -> None:
        self.agent.pick(ticket, "priority", priority)

    def edit_field(self, ticket: int, name: str, *, value: str | bool) -> bool:
        return self.agent.edit_field(ticket, self._field(name)["id"], value=value)

    def edit_form(self, ticket: int, fields: dict[str, str | bool]) -> None:
        ticked = {self._field(name)["id"]: value for name, value in fields.items() if isinstance(value, bool)}
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        labelled = {self._field(name)["label"]: value for name, value in texts.items() if not self._ours(name)}
        smuggled = {name: value for name, value in texts.items() if self._ours(name)}
        smuggled |= {str(self._field(name)["id"]): value for name, value in smuggled.items()}
        self.agent.edit_form(ticket, labelled, smuggled, ticked)

    @property
    def back_door(self) -> OsticketBackDoor:
        """Return the way to the tables. Raises Unsupported where the environment names none."""
        command = variable("SQL")
        if command is None:
            raise Unsupported(f"set {PREFIX}SQL to a command that takes SQL, like `mysql --socket=… osticket`")
        # Known from here on, also while nobody can ask for it.
        self._field("sla_set_critical")
        return OsticketBackDoor(command)

    def _ours(self, name: str) -> bool:
        return self._field(name)["owner"] == "bridge"

    def merge(self, child: int, into: int) -> None:
        self.agent.merge(self._number(child), self._number(into), into)

    def delete(self, ticket: int) -> None:
        self.agent.delete(ticket)

    def look_at(self, ticket: int) -> None:
        self.agent.page(ticket)

    def service_note(self, ticket: int, text: str) -> None:
        user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
        if user is None or password is None:
            raise Unsupported(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
        service = Agent(self.root, user, password)
        service.note(ticket, text)
        service.session.close()

    def close(self) -> None:
        if self._agent is not None:
            self._agent.session.close()
