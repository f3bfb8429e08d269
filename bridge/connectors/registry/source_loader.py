"""Taking in one source: its own data, else its last good copy, else nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from bridge.connectors.registry.last_good import CopyFacts, LastGoodCopies, digest
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.rows import KEYS, SourceRows
from bridge.connectors.registry.sources.base import Reach, TableSource
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


@dataclass(slots=True, kw_only=True)
class SourceLoader:
    """Collects the rows of all sources that serve, and what is wrong with them.

    `prefix` leads from the configuration folder to the folder of registry.yaml. With `confirmed`, sources are asked
    anew and taken in however much they shrank. `kept` are the columns whose texts are kept beside the rows.
    """

    reach: Reach
    prefix: PurePosixPath
    copies: LastGoodCopies
    confirmed: bool
    kept: Sequence[str] = KEYS
    rows: list[SourceRows] = field(default_factory=list)
    problems: ProblemList = field(default_factory=ProblemList)

    def take(self, source_id: str, source: TableSource) -> SourceState:
        """Take in a source and return how it fared."""
        name = source.shown(source_id, self.prefix)
        state = SourceState(id=source_id, kind=source.kind)
        recent = self._recent_copy(source_id, source)
        try:
            content, as_of = recent or source.content(self.reach)
            rows = self._read(source, content, name)
        except SourceUnusable as error:
            hint = error.hint if source.quoted(self.reach) else NOT_QUOTED
            self.problems.add(Problem(code="source_unusable", message=error.message, file=name, hint=hint))
            unreachable = isinstance(error, SourceUnreachable)
            return self._from_copy(replace(state, unreachable=unreachable), source, name, error.message)
        facts = CopyFacts(as_of=as_of, rows=len(rows), sha256=digest(content))
        # A copy was judged when it was kept; what equals it was judged with it.
        judged = self.confirmed or recent is not None
        why = "" if judged else why_suspect(facts, self.copies.facts(source_id))
        if why:
            hint = "check the export; if customers really left: sla-bridge registry check --confirm-shrunken"
            self.problems.add(Problem(code="registry_shrunken", message=why, file=name, hint=hint))
            return self._from_copy(state, source, name, why)
        self._use(rows)
        failed = self.copies.keep(source_id, content, facts) if recent is None else ""
        if failed:
            self.problems.add(Problem(code="copy_failed", message=failed, file=source_id, severity=Severity.WARNING))
        return replace(state, rows=len(rows), as_of=as_of, sha256=facts.sha256)

    def _recent_copy(self, source_id: str, source: TableSource) -> tuple[bytes, Instant] | None:
        """Return the copy that is recent enough not to ask the source again, with its age."""
        facts = None if self.confirmed else self.copies.facts(source_id)
        if facts is None or not 0 <= self.reach.now - facts.as_of < source.fresh_seconds:
            return None
        content = self.copies.content(source_id)
        return None if content is None else (content, facts.as_of)

    def _from_copy(self, state: SourceState, source: TableSource, name: str, why: str) -> SourceState:
        """Take in the last good copy of a source that cannot serve for the reason `why`."""
        facts, content = self.copies.facts(state.id), self.copies.content(state.id)
        missing = replace(state, missing=True, why=why)
        if facts is None or content is None:
            return missing
        try:
            rows = self._read(source, content, f"{name} (last good copy)")
        except SourceUnusable:  # The description may have changed since the copy was kept.
            return missing
        self._use(rows)
        return replace(state, rows=len(rows), as_of=facts.as_of, copied=True, why=why, sha256=facts.sha256)

    def _read(self, source: TableSource, content: bytes, name: str) -> SourceRows:
        """Return the source's rows with their own problems, which count only if the rows are used. Raises SourceUnusable."""
        table = source.table(content, name)
        rows = SourceRows(source, table, ProblemList(), name=name, kept=self.kept)
        for problem in table.problems:
            rows.problems.add(problem)
        return rows

    def _use(self, rows: SourceRows) -> None:
        """Use the rows, with what is wrong with them and with what will turn out to be."""
        self.problems.extend(rows.problems)
        rows.problems = self.problems
        self.rows.append(rows)


def why_suspect(found: CopyFacts, kept: CopyFacts | None) -> str:
    """Return why new data needs a confirmation; empty when it does not, as when it was taken in before."""
    if kept is not None and kept.sha256 == found.sha256:
        return ""
    if found.rows == 0:
        return "no usable row"
    if kept is not None and found.rows * 10 <= kept.rows * 7:
        return f"shrank from {kept.rows:,} to {found.rows:,} rows"
    return ""
