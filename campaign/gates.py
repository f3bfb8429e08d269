"""The figures that the bridge is held to: what each must be, what it is, and by which command it comes about."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign.ledger import PAGES_REDONE, Ledger
from campaign.outcome import Outcome
from campaign.scenarios import SCENARIOS

DOCS = Path(__file__).resolve().parents[1] / "docs"
MANY, MUTANTS = DOCS / "many-tickets.md", DOCS / "mutants.md"
_IN_FLIGHT = frozenset({"race", "state_loss"})
"""Scenarios in which a conflict, or a pass that sets its state aside, may cost a second pass."""

_FAULTS, _KILLS, _PAUSES, _MUTANTS = 100_000, 20_000, 1_000, 60


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, as it is shown, and whether it is enough."""

    text: str
    met: bool


NOTHING = Figure("not measured yet", met=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """One figure; `bound` is the gate as it is shown, `command` by which it is measured."""

    what: str
    bound: str
    command: str
    measured: Callable[[Ledger], Figure]


def _total(ledger: Ledger, names: Sequence[str] = ()) -> Outcome:
    total = Outcome()
    for one in SCENARIOS:
        if not names or one.name in names:
            of_one = ledger.total(one.name)
            total.join(of_one.counts, of_one.most)
            total.findings += of_one.findings
    return total


def _effects(ledger: Ledger) -> Figure:
    total = _total(ledger)
    counts = total.counts
    faults, kills = counts.get("faults", 0), counts.get("kills", 0)
    if not faults + kills:
        return NOTHING
    broken = {one: counts.get(one, 0) for one in ("wrong", "lost", "doubled")}
    told = ", ".join(f"{number:,} {one}" for one, number in broken.items())
    met = not any(broken.values()) and not total.findings and faults >= _FAULTS and kills >= _KILLS
    return Figure(f"{told} in {faults:,} faults and {kills:,} kill -9", met=met)


def _passes(ledger: Ledger) -> Figure:
    most: dict[bool, float] = {}
    for one in SCENARIOS:
        if (passes := ledger.total(one.name).most.get("passes_to_converge")) is not None:
            late = one.name in _IN_FLIGHT
            most[late] = max(passes, most.get(late, passes))
    if not most:
        return NOTHING
    plain, late = most.get(False, 0.0), most.get(True, 0.0)
    return Figure(f"{plain:.0f}, {late:.0f} with a conflict in flight", met=plain <= 1 and late <= 2)


def _crash_points(ledger: Ledger) -> Figure:
    found = _total(ledger, ["crash_points"])
    points, commands = found.counts.get("crash_points", 0), found.counts.get("commands", 0)
    whole = all(commands >= one.target for one in SCENARIOS if one.name == "crash_points")
    if not points:
        return NOTHING
    return Figure(
        f"{points:,} in {commands:,} commands, {len(found.findings)} not mended",
        met=whole and not found.findings,
    )


def _mutants(_: Ledger) -> Figure:
    noticed = re.search(r"(\d+) of (\d+) noticed", MUTANTS.read_text(encoding="utf-8"))
    if noticed is None:
        return NOTHING
    killed, all_of_them = map(int, noticed.groups())
    return Figure(f"{killed} of {all_of_them}", met=killed == all_of_them >= _MUTANTS)


def _most(name: str, at_most: float, form: str, scenario: str = "") -> Callable[[Ledger], Figure]:
    def measured(ledger: Ledger) -> Figure:
        found = _total(ledger, [scenario] if scenario else ()).most.get(name)
        return NOTHING if found is None else Figure(form.format(found), met=found <= at_most)

    return measured


def _restart(ledger: Ledger) -> Figure:
    most = _total(ledger).most
    if not {"restart_seconds", "pages_redone"} <= most.keys():
        return NOTHING
    seconds, pages = most["restart_seconds"], most["pages_redone"]
    return Figure(f"{seconds:.2f} s, {pages:.0f} page(s)", met=seconds <= 1 and pages <= PAGES_REDONE)


def _stale(ledger: Ledger) -> Figure:
    counts = _total(ledger).counts
    if not (pauses := counts.get("pauses", 0)):
        return NOTHING
    stale = counts.get("stale", 0)
    return Figure(f"{stale:,} in {pauses:,} pauses", met=stale == 0 and pauses >= _PAUSES)


def _canary(ledger: Ledger) -> Figure:
    found = _total(ledger, ["canary"])
    outputs, hits = found.counts.get("outputs", 0), found.counts.get("hits", 0)
    return (
        Figure(f"{hits:,} in {outputs:,} outputs and files", met=not hits and not found.findings)
        if outputs
        else NOTHING
    )


def _many(column: str, rows: Sequence[str], at_most: float, unit: str) -> Callable[[Ledger], Figure]:
    """Return what measures the largest of a column over passes of the page about many tickets."""

    def measured(_: Ledger) -> Figure:
        cells = [row.get(column, "") for row in table(MANY, "pass") if row["pass"] in rows]
        figures = [float(found[0]) for one in cells if (found := re.match(r"[\d.]+", one))]
        return Figure(f"{max(figures):g} {unit}", met=max(figures) <= at_most) if figures else NOTHING

    return measured


def _idle(_: Ledger) -> Figure:
    rows = {row["idle pass over"]: row for row in table(MANY, "idle pass over")}
    many, few = rows.get("1,000,000 tickets"), rows.get("100 tickets")
    if many is None or few is None:
        return NOTHING

    def of(row: Mapping[str, str], column: str) -> float:
        return float(row[column].replace(",", "").split()[0])

    requests, size, written = (of(many, one) for one in ("requests", "answered with", "written"))
    times = of(many, "the bridge's processor time") / of(few, "the bridge's processor time")
    text = f"{requests:.0f} request, {written:.0f} writes, {size:,.0f} bytes; {times:.2f} times that over 100"
    return Figure(text, met=requests <= 1 and not written and size <= 1024 and times <= 1.2)


def table(page: Path, first: str) -> list[dict[str, str]]:
    """Return the rows of the table on a page whose first column is called so, cells by columns; none where there is none."""
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [one.strip() for one in line.strip("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif not columns:
            columns = cells if cells[0] == first else [""]
        elif columns[0] and not cells[0].startswith("---"):
            rows.append(dict(zip(columns, cells, strict=False)))
    return rows


_CAMPAIGN, _BENCH = "make campaign", "make bench-many"
_FIRST, _SCAN = "the first sync", "a full scan, nothing to write"

GATES: Sequence[Gate] = (
    Gate("wrong, lost or doubled effects", "0 in ≥ 100,000 faults and ≥ 20,000 kill -9", _CAMPAIGN, _effects),
    Gate("passes until all is right once the faults stop", "≤ 1, 2 with a conflict in flight", _CAMPAIGN, _passes),
    Gate(
        "crash points, at both sides of each durable effect",
        "all",
        f"{_CAMPAIGN} ARGS='--only crash_points'",
        _crash_points,
    ),
    Gate("protocol mutants that the tests notice", "all of ≥ 60", "make mutants", _mutants),
    Gate(
        "an idle pass over a million tickets", "1 request, 0 writes, ≤ 1 KB; ≤ 1.2 times that over 100", _BENCH, _idle
    ),
    Gate(
        "from kill -9 to the next request, and pages read again",
        "≤ 1 s, ≤ 1 page",
        f"{_CAMPAIGN} ARGS='--only kills'",
        _restart,
    ),
    Gate(
        "until another bridge leads, the lease lasting 30 s",
        "≤ 35 s",
        f"{_CAMPAIGN} ARGS='--only failover'",
        _most("failover_seconds", 35, "{:.1f} s"),
    ),
    Gate("stale writes of bridges that were stopped and went on", "0 in ≥ 1,000 pauses", _CAMPAIGN, _stale),
    Gate("memory over a million tickets", "≤ 128 MiB", _BENCH, _many("memory", (_FIRST, _SCAN), 128, "MiB")),
    Gate("the state over a million tickets", "≤ 100 MiB", _BENCH, _many("state", (_FIRST, _SCAN), 100, "MiB")),
    Gate("a full scan of a million at a round trip of 10 ms", "≤ 600 s", _BENCH, _many("wall", (_SCAN,), 600, "s")),
    Gate(
        "exposure of the units",
        "≤ 1.5",
        f"{_CAMPAIGN} ARGS='--only exposure'",
        _most("exposure", 1.5, "{:.1f}", "exposure"),
    ),
    Gate("keys in outputs and files", "0", f"{_CAMPAIGN} ARGS='--only canary'", _canary),
)
