"""What stands in a freshly installed helpdesk: osTicket's own statuses, priorities and form fields, a small staff."""

from typing import Any

SERVICE_AGENT = 9
"""The agent in whose name the bridge acts: what he does is `system` and stays out of the change feed."""

TABLES_OF_A_FRESH_HELPDESK: dict[str, list[tuple[Any, ...]]] = {
    "statuses": [
        (1, "Open", "open", 1),
        (2, "Resolved", "closed", 1),
        (3, "Closed", "closed", 1),
        (4, "Archived", "archived", 0),
        (5, "Deleted", "deleted", 0),
    ],
    "departments": [(1, "Support"), (2, "Sales"), (3, "Maintenance")],
    "topics": [
        (1, "General Inquiry", 1),
        (2, "Feedback", 1),
        (10, "Report a Problem", 1),
        (11, "Report a Problem / Access Issue", 1),
        (12, "Installation and set-up", 3),
    ],
    "priorities": [(1, "Low", 4), (2, "Normal", 3), (3, "High", 2), (4, "Emergency", 1)],
    "sla_plans": [(1, "Default SLA", 18)],
    "agents": [
        (1, "Ada Lovelace", 0),
        (2, "Иван Петров", 0),
        (3, "Anna Schmidt", 0),
        (4, "Ольга Кузнецова", 0),
        (SERVICE_AGENT, "SLA Bridge", 1),
    ],
}

ADDRESSES = [
    (1, "lovelace@support.example"),
    (2, "petrov@support.example"),
    (3, "schmidt@support.example"),
    (4, "kuznetsova@support.example"),
]
"""Where agents get mail, by their ids."""

FIELDS: list[tuple[str, str, str, str]] = [
    ("email", "Email Address", "text", "user"),
    ("name", "Full Name", "text", "user"),
    ("phone", "Phone Number", "phone", "user"),
    ("notes", "Internal Notes", "memo", "user"),
    ("subject", "Issue Summary", "text", "ticket"),
    ("name", "Name", "text", "organization"),
    ("address", "Address", "memo", "organization"),
    ("phone", "Phone", "phone", "organization"),
    ("website", "Website", "text", "organization"),
    ("notes", "Internal Notes", "memo", "organization"),
]
"""name, label, type, form; priority and message have a place of their own in the snapshot."""
