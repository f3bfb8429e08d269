"""Taking in a source of customers or a list of events: its own data, else its last good copy, else nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import ClassVar, Protocol, TypeVar

from bridge.connectors.registry.last_good import CopyFacts, LastGoodCopies, digest
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.sources.base import Reach
from bridge.connectors.registry.sources.table import SourceUnreachable, SourceUnusable
from bridge.errors import Problem, Severity
from bridge.tickets import Instant

NOT_QUOTED = "it lies outside the configuration folder, so nothing of it is shown here"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source fared: rows in use, their age, and `why` the last good copy (`copied`) or nothing serves.

    `unreachable` says that it gave nothing at all, rather than what cannot be used.
    """

    id: str
    kind: str
    rows: int = 0
    as_of: Instant | None = None
    copied: bool = False
    missing: bool = False
    unreachable: bool = False
    why: str = ""
    sha256: str = ""


class Origin(Protocol):
    """Where something is read from: a source of customers, or a list of events.

    `gone` says what has happened where rows are rightly missing, `may_be_empty` that there need not be any at the beginning.
    """

    gone: ClassVar[str]
    may_be_empty: ClassVar[bool]

    @property
    def kind(self) -> str:
        """What kind it is of."""

    @property
    def fresh_seconds(self) -> int:
        """How long a copy is used without asking again."""

    def shown(self, source_id: str, prefix: PurePosixPath) -> str:
        """Return what problems call it."""

    def quoted(self, reach: Reach) -> bool:
        """Return whether messages may quote what it holds before that has proved to be a table of ours."""

    def content(self, reach: Reach) -> tuple[bytes, Instant]:
        """Return its bytes and how old they are. Raises SourceUnusable."""


class Rows(Protocol):
    """What an origin holds: so many usable rows, with the problems of the others."""

    problems: ProblemList

    def __len__(self) -> int:
        """Return how many."""


Found = TypeVar("Found", bound=Rows)


@dataclass(slots=True, kw_only=True)
class SourceLoader:
    """Takes in what the description names, and collects what is wrong with it.

    `prefix` leads from the configuration folder to the folder of registry.yaml. With `confirmed`, origins are asked
    anew and taken in however much they shrank.
    """

    reach: Reach
    prefix: PurePosixPath
    copies: LastGoodCopies
    confirmed: bool
    problems: ProblemList = field(default_factory=ProblemList)

    def take(
        self, source_id: str, origin: Origin, read: Callable[[bytes, str], Found]
    ) -> tuple[SourceState, Found | None]:
        """Return how an origin fared and what it holds, None where nothing serves.

        `read` gives what stands in the bytes, which problems call by the name; it raises SourceUnusable.
        """
        name = origin.shown(source_id, self.prefix)
        state = SourceState(id=source_id, kind=origin.kind)
        recent = self._recent_copy(source_id, origin)
        try:
            content, as_of = recent or origin.content(self.reach)
            rows = read(content, name)
        except SourceUnusable as error:
            hint = error.hint if origin.quoted(self.reach) else NOT_QUOTED
            self.problems.add(Problem(code="source_unusable", message=error.message, file=name, hint=hint))
            unreachable = isinstance(error, SourceUnreachable)
            return self._from_copy(replace(state, unreachable=unreachable), read, name, error.message)
        facts = CopyFacts(as_of=as_of, rows=len(rows), sha256=digest(content))
        # A copy was judged when it was kept; what equals it was judged with it.
        judged = self.confirmed or recent is not None
        why = "" if judged else why_suspect(facts, self.copies.facts(source_id), may_be_empty=origin.may_be_empty)
        if why:
            hint = f"check the export; if {origin.gone}: sla-bridge registry check --confirm-shrunken"
            self.problems.add(Problem(code="registry_shrunken", message=why, file=name, hint=hint))
            return self._from_copy(state, read, name, why)
        failed = self.copies.keep(source_id, content, facts) if recent is None else ""
        if failed:
            self.problems.add(Problem(code="copy_failed", message=failed, file=source_id, severity=Severity.WARNING))
        return replace(state, rows=len(rows), as_of=as_of, sha256=facts.sha256), self._used(rows)

    def _recent_copy(self, source_id: str, origin: Origin) -> tuple[bytes, Instant] | None:
        """Return the copy that is recent enough not to ask its origin again, with its age."""
        facts = None if self.confirmed else self.copies.facts(source_id)
        if facts is None or not 0 <= self.reach.now - facts.as_of < origin.fresh_seconds:
            return None
        content = self.copies.content(source_id)
        return None if content is None else (content, facts.as_of)

    def _from_copy(
        self, state: SourceState, read: Callable[[bytes, str], Found], name: str, why: str
    ) -> tuple[SourceState, Found | None]:
        """Return what the last good copy holds of an origin that cannot serve for the reason `why`."""
        facts, content = self.copies.facts(state.id), self.copies.content(state.id)
        missing = replace(state, missing=True, why=why)
        if facts is None or content is None:
            return missing, None
        try:
            rows = read(content, f"{name} (last good copy)")
        except SourceUnusable:  # The description may have changed since the copy was kept.
            return missing, None
        copied = replace(state, rows=len(rows), as_of=facts.as_of, copied=True, why=why, sha256=facts.sha256)
        return copied, self._used(rows)

    def _used(self, rows: Found) -> Found:
        """Return the rows as they are used, with what is wrong with them and with what will turn out to be."""
        self.problems.extend(rows.problems)
        rows.problems = self.problems
        return rows


def why_suspect(found: CopyFacts, kept: CopyFacts | None, *, may_be_empty: bool = False) -> str:
    """Return why new data needs a confirmation; empty when it does not, as when it was taken in before."""
    if kept is not None and kept.sha256 == found.sha256:
        return ""
    if found.rows == 0 and not may_be_empty:
        return "no usable row"
    if kept is not None and kept.rows and found.rows * 10 <= kept.rows * 7:
        return f"shrank from {kept.rows:,} to {found.rows:,} rows"
    return ""
