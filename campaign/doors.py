"""The doors by which files come in, each with the files it takes and what is done with them afterwards.

A door keeps its promise when it answers or raises a BridgeError: every other exception is a finding.
"""

import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from openpyxl import Workbook

from bridge.connectors.registry.load import load_registry
from bridge.errors import BridgeError
from bridge.policies.calendar.amounts import Amount
from bridge.policies.decide import decide
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.cases import case_problems
from bridge.settings.load import load_settings
from bridge.tickets import Reference, Requester, Ticket
from campaign.mutations import damaged

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "docs" / "samples"
NOW = 1_795_000_000
Files = Mapping[str, bytes]

FEASTS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260105
RRULE:FREQ=YEARLY;COUNT=5
EXDATE;VALUE=DATE:20270105
SUMMARY:Feast
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;VALUE=DATE:20280105
DTSTART;VALUE=DATE:20280106
SUMMARY:Feast moved
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

CALENDAR = b"""id: feast
title: {ru: x, en: x}
zone: Europe/Berlin
week: {mon-thu: [08:00-12:00, 13:00-17:30], fri: 22:00-04:00}
holidays:
  - ics: feasts.ics
  - csv: days.csv
  - dates: [12-24..01-02, 2026-05-04]
rules:
  - {off: 2026-06-01}
  - {work: 2026-06-06, windows: [09:00-12:00]}
  - {short: 2026-06-02, by: 1h}
short_by: 1h
"""
DAYS = b"date;kind;title\n2026-05-01;holiday;Maifeiertag\n2026-05-02;working_weekend;\n"

ROWS = (
    ("Код", "Имя", "Почта", "Домен", "Номер", "Продукт", "Серт", "До", "Мест"),
    ("K-001", "ООО «Рассвет»", "a@b.example", "b.example", "000123", "P", "S-1", "31.12.2027", "5"),
    ("K-002", "Alfa; Beta", "c@d.example", "", "1234567890123", "P", "S-2", "2027-12-31", "7"),
    ("K-002", "Alfa; Beta", "e@d.example", "d.example", "", "Q", "", "", ""),
)
_COLUMNS = (
    "{customer: Код, name: Имя, email: Почта, domain: Домен, registration_number: Номер,"
    " product: Продукт, certificate: Серт, certificate_until: До, seats: Мест}"
)


def _csv() -> bytes:
    return "\n".join(";".join(f'"{one}"' if ";" in one else one for one in row) for row in ROWS).encode()


@cache
def _excel() -> bytes:
    book = Workbook()
    for row in ROWS:
        book.active.append(row)  # type: ignore[union-attr]
    book.active["I2"] = 5  # type: ignore[index]
    book.active["H3"] = datetime(2027, 12, 31)  # type: ignore[index] # noqa: DTZ001 - a workbook has no zones
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _description(source: str) -> bytes:
    return f"""zone: Europe/Moscow
match: [registration_number, organization, email, domain]
sources:
  main: {{{source}, columns: {_COLUMNS}}}
curators:
  people:
    anna: {{name: Anna, email: a@s.example, hours: 09:00-18:00, substitutes: [ivan]}}
    ivan: {{name: Ivan}}
  absence_files:
    - {{kind: csv, file: absences.csv, columns: {{who: Who, from: From, until: Until}}}}
    - {{kind: ics, file: absences.ics}}
""".encode()


_ABSENCES = b"Who;From;Until\nanna;2026-12-01;2026-12-05\n"
_AWAY = FEASTS.replace(b"SUMMARY:Feast", b"SUMMARY:Anna")
_RECORDS = b'[{"customer": "K-001", "name": "Rassvet", "email": "a@b.example", "certificate_until": "2027-12-31"}]'
_YAML_ROWS = b"- {customer: K-001, name: Rassvet, email: a@b.example}\n- {customer: K-002, domain: d.example}\n"


def _registry(source: str, name: str, content: bytes) -> Files:
    return {"registry.yaml": _description(source), name: content, "absences.csv": _ABSENCES, "absences.ics": _AWAY}


@dataclass(frozen=True, slots=True)
class Door:
    """`files` go in, one of them damaged; `use` does what the bridge does with them."""

    name: str
    files: Callable[[], Files]
    use: Callable[[Files], None]


def _ticket() -> Ticket:
    return Ticket(
        id=1,
        number="1",
        rev="r",
        created_at=NOW - 86_400,
        status=Reference(id=1, name="Open", state="open"),
        department=Reference(id=1, name="Support"),
        requester=Requester(email="a@b.example"),
        fields={"registration_number": "000123", "product": "P"},
    )


def _policies(files: Files) -> None:
    case_problems(files)
    catalogue = read_catalogue(files["catalogue.yaml"], file="catalogue.yaml")
    policy = compile_policy(files, today=date(2026, 11, 28)).policy
    decide(_ticket(), policy, now=NOW, catalogue=catalogue)


def _calendars(files: Files) -> None:
    policy = compile_policy(files, today=date(2026, 11, 28)).policy
    for calendar in policy.calendars.values():
        for start in (datetime(2026, 1, 4, 23, 59, 59, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)):
            for amount in ("8h", "24wd", "30d"):
                calendar.add(start, Amount.parse(amount))
            calendar.between(start, start + timedelta(days=90))


def _customers(files: Files) -> None:
    with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
        folder = Path(scratch)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        load = load_registry(folder, now=NOW, fetch=lambda _: files["records.json"])
        load.registry.lookup(_ticket(), now=NOW)
        for problem in load.problems:
            str(problem)


def _settings(files: Files) -> None:
    with tempfile.TemporaryDirectory(prefix="campaign-") as scratch:
        (Path(scratch) / "bridge.yaml").write_bytes(files["bridge.yaml"])
        load_settings(Path(scratch)).inputs  # noqa: B018 - read as a command does


def _language() -> Files:
    return {
        "policies/sample.yaml": (SAMPLES / "sample.yaml").read_bytes(),
        "policies/sample_test.yaml": (SAMPLES / "sample_test.yaml").read_bytes(),
        "calendars/office.yaml": (SAMPLES / "office.yaml").read_bytes(),
        "catalogue.yaml": (ROOT / "config" / "catalogue.yaml").read_bytes(),
    }


TINY = b"""policy: p
title: {ru: x, en: x}
valid_from: 2026-01-01
defaults: {calendar: feast}
levels: {a: {title: {ru: a, en: a}, targets: {first_response: 8h}}}
rules: [{id: r, level: a}]
"""

DOORS: Sequence[Door] = (
    Door("policy, its tests, catalogue", _language, _policies),
    Door(
        "calendar, .ics, days in CSV",
        lambda: {
            "calendars/feast.yaml": CALENDAR,
            "calendars/feasts.ics": FEASTS,
            "calendars/days.csv": DAYS,
            "policies/p.yaml": TINY,
        },
        _calendars,
    ),
    Door("registry in CSV", lambda: _registry("kind: csv, file: rows.csv", "rows.csv", _csv()), _customers),
    Door("registry in Excel", lambda: _registry("kind: excel, file: rows.xlsx", "rows.xlsx", _excel()), _customers),
    Door("registry in YAML", lambda: _registry("kind: yaml, file: rows.yaml", "rows.yaml", _YAML_ROWS), _customers),
    Door(
        "registry by HTTP",
        lambda: _registry("kind: http, url: 'https://crm.example/'", "records.json", _RECORDS),
        _customers,
    ),
    Door("bridge.yaml", lambda: {"bridge.yaml": (ROOT / "config" / "bridge.yaml").read_bytes()}, _settings),
)


def random_of(seed: int, case: int) -> Random:
    """Return the dice of a case: the same for the same two numbers."""
    return Random(f"{seed}:{case}")


def files_of(seed: int, case: int) -> tuple[Door, Files]:
    """Return the door of a case, and its files with one of them damaged."""
    random, door = random_of(seed, case), DOORS[case % len(DOORS)]
    files = dict(door.files())
    # The file that the door is named for comes first, and is damaged more often than those beside it.
    name = random.choice([*list(files)[:2], *files])
    files[name] = damaged(files[name], random)
    return door, files


def try_door(seed: int, case: int) -> None:
    """Do with the files of a case what the bridge does; raises whatever is not a refusal."""
    door, files = files_of(seed, case)
    with suppress(BridgeError):
        door.use(files)
