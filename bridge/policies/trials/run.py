"""Policy tests run: cases with a frozen `now`, decided by the very engine that decides live tickets, and rule coverage."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from operator import itemgetter

from pydantic import TypeAdapter

from bridge.customers import THOUSANDTHS, Account, Category, Customer, Presence, RegistryAnswer, Tracked
from bridge.decisions import Decision
from bridge.errors import BridgeError
from bridge.files.addresses import is_address
from bridge.files.positions import hint_for
from bridge.policies.actions.keys import owner_and_metric
from bridge.policies.agreement.breaches import any_account
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.decide import decide
from bridge.policies.outcome.basis import Basis
from bridge.policies.trials.cases import CaseSet
from bridge.policies.trials.compare import compared
from bridge.policies.trials.models import CaseModel, CheckpointModel, CustomerModel, TicketModel
from bridge.policies.trials.notation import moment, snapshot
from bridge.tickets import Acted, Instant, Ticket, format_instant


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out differently: what, the expected and the found, and where the expectation stands."""

    what: str
    expected: str
    found: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case. `error` is set when it could not be decided; `rules` are id and place of what decided."""

    name: str
    file: str
    line: int
    mismatches: tuple[Mismatch, ...] = ()
    error: str = ""
    rules: frozenset[tuple[str, str]] = frozenset()

    @property
    def passed(self) -> bool:
        """Return whether everything came out as expected."""
        return not self.mismatches and not self.error


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """How many cases a rule decided."""

    rule: str
    at: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """All results of a run, and which rules they reached. Not `complete`: a filter left cases out."""

    results: tuple[CaseResult, ...]
    coverage: tuple[RuleCoverage, ...]
    complete: bool = True

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Return the cases that did not pass."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def untested(self) -> tuple[RuleCoverage, ...]:
        """Return the rules that decided no case."""
        return tuple(rule for rule in self.coverage if not rule.cases)

    @property
    def share(self) -> float:
        """Return the share of rules that decided a case, from 0 to 1."""
        return 1.0 - len(self.untested) / len(self.coverage) if self.coverage else 1.0


_EVERYTHING = frozenset(Tracked)


def run_cases(
    policy: Policy,
    sets: Iterable[CaseSet],
    *,
    catalogue: Catalogue = EMPTY_CATALOGUE,
    select: str = "",
    keeps: frozenset[Tracked] = _EVERYTHING,
) -> CaseReport:
    """Return the results of all cases, or of those whose name or file contains `select` (with `*` for any text).

    `keeps` is what the registry of the configuration keeps: live tickets are decided by the same.
    """
    known = [(one, index, case.name) for one in sets for index, case in enumerate(one.written.cases)]
    chosen = [(one, index) for one, index, name in known if not select or _selected(name, one.document.file, select)]
    results = tuple(_run(policy, one, index, catalogue, _kept(one, keeps)) for one, index in chosen)
    complete = len(chosen) == len(known)
    return CaseReport(results=results, coverage=tuple(_coverage(policy, results)), complete=complete)


def _selected(name: str, file: str, select: str) -> bool:
    pattern = select.casefold()
    if "*" not in pattern:
        return pattern in name.casefold() or pattern in file.casefold()
    return fnmatchcase(name.casefold(), pattern) or fnmatchcase(file.casefold(), pattern)


def _coverage(policy: Policy, results: Sequence[CaseResult]) -> Iterator[RuleCoverage]:
    rules = dict.fromkeys((rule.id, rule.at) for revision in policy.revisions for rule in revision.rules)
    decided = Counter(rule for result in results for rule in result.rules)
    for rule in rules:
        yield RuleCoverage(*rule, decided[rule])


def _kept(cases: CaseSet, keeps: frozenset[Tracked]) -> frozenset[Tracked]:
    """Return what the registry of a file's cases keeps: what the file says, else also what its customers hold."""
    if cases.written.keeps is not None:
        return frozenset(cases.written.keeps)
    return keeps | {one for one in Tracked for held in cases.written.customers.values() if getattr(held, one)}


def _run(policy: Policy, cases: CaseSet, index: int, catalogue: Catalogue, keeps: frozenset[Tracked]) -> CaseResult:
    case = cases.written.cases[index]
    path = ("cases", index)
    place = cases.document.place((*path, "name"))
    mismatches: list[Mismatch] = []
    rules: set[tuple[str, str]] = set()
    error = ""
    try:
        for number, checkpoint in enumerate(case.at):
            decision = _decided(policy, cases, case, checkpoint, catalogue, keeps)
            rules |= _decisive(decision)
            for key, expected, found in compared(checkpoint.expect, decision, cases.zone):
                where = cases.at((*path, "at", number, "expect", *key))
                mismatches.append(Mismatch(".".join(key), expected, found, where))
    except (ValueError, BridgeError) as wrong:
        error = str(wrong).replace(" | ", "; ")
    return CaseResult(
        name=case.name,
        file=place.file,
        line=place.line,
        mismatches=tuple(mismatches),
        error=error,
        rules=frozenset(rules),
    )


def _decisive(decision: Decision) -> set[tuple[str, str]]:
    """Return id and place of the rule that gave the level, also where time has raised it since."""
    basis: Basis | None = decision.basis
    by_rules = basis.by_rules if basis is not None else None
    return set() if by_rules is None else {(by_rules.rule.id, by_rules.rule.at)}


def _decided(
    policy: Policy,
    cases: CaseSet,
    case: CaseModel,
    checkpoint: CheckpointModel,
    catalogue: Catalogue,
    keeps: frozenset[Tracked],
) -> Decision:
    now = moment(checkpoint.now, cases.zone)
    own = case.ticket.model_dump(exclude_none=True)
    shared = cases.written.ticket.model_dump(exclude_none=True)
    fields = {**shared.get("fields", {}), **own.get("fields", {})}
    merged = TicketModel.model_validate({**shared, **own, "fields": fields})
    ticket = snapshot(merged, cases.zone, now)
    name, zone = merged.customer or "unknown", str(cases.zone)
    registry = registry_answer(name, cases.written.customers, now, zone=zone, keeps=keeps)
    deciding = partial(decide, policy=policy, registry=registry, catalogue=catalogue, addresses=ADDRESSES)
    done = {id_: moment(when, cases.zone) for id_, when in (merged.done or {}).items()}
    ticket = acted(ticket, {id_: at for id_, at in done.items() if at <= now}, deciding)
    return deciding(ticket, now=now)


ADDRESSES = {"manager": "manager@support.example"}
"""The addresses of people inside as cases know them: bridge.yaml is no part of an agreement."""

_CURATORS_ADDRESS = "curator@support.example"


def acted(ticket: Ticket, done: Mapping[str, Instant], deciding: Callable[..., Decision]) -> Ticket:
    """Return the ticket with actions that have been carried out. Raises ValueError for one that was not due then."""
    for id_, at in sorted(done.items(), key=itemgetter(1)):
        keys = [one.key for one in deciding(ticket, now=at).actions if id_ in {one.id, owner_and_metric(one)[0]}]
        if not keys:
            raise ValueError(f"no action {id_!r} was due at {format_instant(at)} | look at 'actions' expected then")
        kept = (*ticket.bridge.actions, *(Acted(key=key, state="done", at=at) for key in keys))
        ticket = replace(ticket, bridge=replace(ticket.bridge, actions=kept))
    return ticket


_CUSTOMER = TypeAdapter(Customer)
"""Makes a customer of the members that a case writes."""

_ABSENT = {
    "unknown": Presence.UNKNOWN,
    "ambiguous": Presence.AMBIGUOUS,
    "not_found": Presence.NOT_FOUND,
    Category.UNREGISTERED.value: Presence.NOT_FOUND,
}


def registry_answer(
    name: str,
    customers: Mapping[str, CustomerModel],
    now: Instant,
    *,
    zone: str = "UTC",
    keeps: frozenset[Tracked] = _EVERYTHING,
) -> RegistryAnswer:
    """Return what the registry says about a case's customer. Raises ValueError for a name that stands for nobody."""
    breached: dict[Account, int] = {}
    if name in customers:
        members = customers[name].model_dump()
        breached = {any_account(metric, name): count * THOUSANDTHS for metric, count in members.pop("breaches").items()}
        customer = _CUSTOMER.validate_python({"id": name, **members})
    elif name in _ABSENT:
        presence = _ABSENT[name]
        candidates = ("a", "b") if presence is Presence.AMBIGUOUS else ()
        return RegistryAnswer(presence=presence, candidates=candidates, as_of=None if name == "unknown" else now)
    elif name in set(Category):
        customer = Customer(id=name, category=Category(name))
    else:
        raise ValueError(f"no customer {name!r} | {hint_for(name, {*customers, *_ABSENT, *Category})}")
    return RegistryAnswer(
        presence=Presence.FOUND,
        customer=customer,
        matched_by="email",
        as_of=now,
        curator=customer.curator,
        curator_email=_address_of(customer.curator),
        zone=zone,
        tracks=keeps,
        taken=breached,
    )


def _address_of(curator: str) -> str:
    return curator if is_address(curator) or not curator else _CURATORS_ADDRESS
