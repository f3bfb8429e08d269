"""The mark-up of letters and their variables, described from the code: a reference page."""

from collections.abc import Mapping
from typing import Any

from bridge.policies.actions.letters import LONGEST_SUBJECT, parse_letter, parse_subject
from bridge.policies.actions.owed_variables import OWED_VARIABLES
from bridge.policies.actions.plain_letter import WIDTH
from bridge.policies.actions.variables import DESKS_OWN, VARIABLES, Variable, examples
from docs.reference_pages import GENERATED

SUBJECT = "At risk: #{number}, due {due}"
LETTER = """\
({state})

**{left}** of working time left.

- Ticket: **{number}** {subject}
- Answer due: **{due}**
  {target}
- Curator: {curator}

**What stops the clock:** an answer to the customer in the ticket.

[Answer in the ticket]({ticket_link})

---
Sent once per cycle.
"""

_HEAD = f"""\
# Letters

{GENERATED}

What replies, e-mails and notes of a [policy](policy.md) may say. How to write them: [write letters](../how-to/write-letters.md).

## Mark-up

| what is written | what it becomes |
| --- | --- |
| lines, with a blank line between them | lines of a paragraph, and the next paragraph |
| `- Label: value` | a row of a table; an indented line below it is told smaller, below the value |
| `[words]({{ticket_link}})` or `[words]({{rating_link}})`, alone on a line | a button; in plain text the words with the address |
| `({{state}})`, alone on a line | the state as the panel shows it; the paragraph below it is larger |
| `**words**` | bold |
| `---`, alone on a line | what follows is small print |
| `{{name}}` | the value of a variable |
| `{{{{` and `}}}}` | the signs `{{` and `}}` |

A line all of whose variables are empty is left out, with the words around them. A template is read before any value is put in:
what a customer writes is never mark-up, never a variable, and never a header. Anything else that looks like mark-up is an
error of `sla-bridge policy check`, and so is a variable that is not in the table.

A subject is one line with variables and without mark-up, at most {LONGEST_SUBJECT} characters; the helpdesk adds the ticket's
number to it. Plain text is folded at {WIDTH} characters.

## An example

```text
"""


def letters_page() -> str:
    """Return the page as Markdown."""
    values = examples("en")
    told = parse_letter(LETTER).plain(values).replace("\ue000ticket_link\ue001", values["ticket_link"])
    subject = parse_subject(SUBJECT).subject(values)
    told = f"{subject}\n\n{told}".replace("\N{NO-BREAK SPACE}", " ")
    own = ", ".join(f"`{{{name}}}`" for name in DESKS_OWN)
    parts = [
        f"{_HEAD}subject: {SUBJECT}\n\n{LETTER}```",
        f"In plain text:\n\n```text\n{told}\n```",
        "## Variables",
        _table(VARIABLES),
        f"Only the helpdesk knows {own}: it puts them in when it sends the letter, and nothing else. A variable of",
    ]
    end = "osTicket's own, such as `%{ticket.number}`, is none here, and where a customer writes one it stays as it is written."
    return "\n\n".join(parts) + f"\n{end}\n\n{_OWED}\n\n{_table(OWED_VARIABLES)}\n"


_OWED = """\
## Variables of letters about obligations

A letter at a point of `warn_at` ([obligations](../how-to/owe-visits-and-trainings.md)) belongs to no ticket. It has the same
mark-up without buttons and `({state})`, and these variables alone:"""


def _table(variables: Mapping[str, Variable[Any]]) -> str:
    rows = ["| variable | what it says | example |", "| --- | --- | --- |"]
    rows += [f"| `{{{name}}}` | {one.says} | {_example(one.example.en)} |" for name, one in variables.items()]
    return "\n".join(rows)


def _example(text: str) -> str:
    return "; ".join(text.split("\n")).replace("\N{NO-BREAK SPACE}", " ")
