"""Rows that join nobody, or somebody else than the eye believes: what they say about their customer is lost."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence

from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.damage import shown
from bridge.connectors.registry.rows import SourceRows
from bridge.errors import Severity

_REPORTED_AT_MOST = 100
_COMPARED_AT_MOST = 20
"""Codes that are compared with all others letter by letter; the rest is only looked up by its bare form."""

_CANDIDATES = 300
_LONGEST = 64
_CYRILLIC, _LATIN = "авекмнорстухіѕјАВЕКМНОРСТУХІЅЈ", "abekmhopctyxisjABEKMHOPCTYXISJ"
_ALIKE = str.maketrans(_CYRILLIC, _LATIN)
"""Cyrillic letters, and the Latin ones that look the same."""


def report_orphans(sources: Sequence[SourceRows], rows: AllRows) -> None:
    """Report the rows whose customer no source describes: no name, no address, no domain, no number.

    Only sources that describe nobody themselves are looked at. A code that differs from another only in what people overlook
    is a slip, an error; any other may be of somebody who is no customer here.
    """
    described = [source for source in sources if source.describes]
    if not described:
        return
    nearest: Callable[[str], tuple[str, bool]] | None = None
    for source in sources:
        if source.describes:
            continue
        found = list(_orphans(source, rows))
        if not found:
            continue
        nearest = nearest or _finder(one for other in described for one in other.owners)
        _report_first(source, found, nearest)


def _report_first(source: SourceRows, found: Sequence[int], nearest: Callable[[str], tuple[str, bool]]) -> None:
    """Report the first of the rows one by one, and how many more there are."""
    for index in found[:_REPORTED_AT_MOST]:
        _report(source, index, nearest(source.owners[index]))
    if len(found) > _REPORTED_AT_MOST:
        message = f"and {len(found) - _REPORTED_AT_MOST:,} more rows from here on, whose customer no source describes"
        line = source.lines[found[_REPORTED_AT_MOST]]
        source.report("joins_nobody", message, line, source.identity, severity=Severity.WARNING)


def report_lookalikes(sources: Sequence[SourceRows], rows: AllRows) -> None:
    """Report codes that the eye takes for those of another customer: one of them has Cyrillic letters for Latin ones."""
    for source in sources:
        if not source.describes:
            continue
        told = dict[str, None]()
        for index, owner in enumerate(source.owners):
            if owner.isascii() or owner in told or len(told) >= _REPORTED_AT_MOST:
                continue
            latin = owner.translate(_ALIKE)
            if latin != owner and rows.of(latin):
                told[owner] = None
                message = f"{shown(owner)} looks like {shown(latin)}, another customer, and has Cyrillic letters for Latin ones"
                hint = "if they are one, write both codes alike"
                severity = Severity.WARNING
                source.report("lookalike", message, source.lines[index], source.identity, hint=hint, severity=severity)


def _orphans(source: SourceRows, rows: AllRows) -> Iterator[int]:
    """Yield the rows of which no other source says whose they are; of each customer's the first."""
    seen = set[str]()
    for index, owner in enumerate(source.owners):
        if owner in seen:
            continue
        seen.add(owner)
        if not any(other.describes for other in rows.sources_of(owner)):
            yield index


def _report(source: SourceRows, index: int, found: tuple[str, bool]) -> None:
    owner, (near, same) = source.owners[index], found
    message = f"no other source describes a customer {shown(owner)}, so nobody gets what this row says"
    source.report(
        "joins_nobody",
        message,
        source.lines[index],
        source.identity,
        hint=f"did you mean {shown(near)}?" if near else "no code is like it",
        severity=Severity.ERROR if same else Severity.WARNING,
    )


def _finder(codes: Iterable[str]) -> Callable[[str], tuple[str, bool]]:
    """Return what finds the code nearest to one, and whether they differ only in case, zeros, signs and look-alikes."""
    by_form: dict[str, str] = {}
    alike: dict[tuple[str, int], list[str]] = {}
    for code in codes:
        form = _bare(code)
        if by_form.setdefault(form, code) is code:
            for key in _neighbourhoods(form, len(form)):
                near = alike.setdefault(key, [])
                if len(near) < _CANDIDATES:
                    near.append(form)
    left = [_COMPARED_AT_MOST]

    def nearest(code: str) -> tuple[str, bool]:
        form = _bare(code)
        if form in by_form or left[0] == 0:
            return by_form.get(form, ""), form in by_form
        left[0] -= 1
        lengths = range(len(form) - 1, len(form) + 2)
        keys = [key for length in lengths for key in _neighbourhoods(form, length)]
        candidates = dict.fromkeys(one for key in keys for one in alike.get(key, ()))
        found = difflib.get_close_matches(form[:_LONGEST], candidates, n=1, cutoff=0.7)
        return (by_form[found[0]] if found else ""), False

    return nearest


def _neighbourhoods(form: str, length: int) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return the groups in which codes like this one are looked for: those that begin, and those that end with it."""
    return ("^" + form[:2], min(length, _LONGEST)), ("$" + form[-2:], min(length, _LONGEST))


def _bare(code: str) -> str:
    """Return a code without what people overlook: case, zeros in front, signs, and the alphabet of its letters."""
    letters = "".join(sign for sign in code[:_LONGEST].casefold().translate(_ALIKE) if sign.isalnum())
    return letters.lstrip("0") or letters
