"""Why this level and not another: for each level the rule that comes nearest, and the fewest changes to get it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Rule, Trace
from bridge.policies.clocks.in_force import Terms
from bridge.policies.language.conditions.compiled import smallest_change, smallest_refusal
from bridge.policies.language.conditions.facts import operator_title
from bridge.policies.telling.titles import fact_title, value_title


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelGap:
    """What stands between a ticket and a level it does not have.

    `rule` is the rule that gives the level and comes nearest. `missing` are the leaves to change, in the order of the
    file, so the first one is the first condition that failed; it is empty when the rule would hold. `outranked_by` is
    the rule that is tried before it and holds, too, and `holding` are the fewest leaves on which it, and any other such
    rule, rests: these would have to change as well. It is empty when an earlier rule holds always.
    """

    level: str
    title: Title
    rule: str
    at: str
    missing: tuple[Trace, ...] = ()
    outranked_by: str | None = None
    holding: tuple[Trace, ...] = ()


def why_not(
    terms: Terms, facts: Facts, levels: Sequence[str] = (), *, raised: str | None = None
) -> tuple[LevelGap, ...]:
    """Return the gap to every level that the ticket does not have, or to those of `levels`, in the policy's order. A level that
    time has `raised` it to is one that it has, whatever the rules say."""
    in_force = [one for rules in terms.rules_by_revision for one in rules if one.begun]
    titles = {one.level.id: one.level.definition.title for one in in_force}
    choice = terms.choose(facts)
    chosen = choice.rule.level if choice is not None else None
    gaps = _gaps([one.rule for one in in_force], titles, facts)
    wanted = [name for name in titles if name not in (chosen, raised) and (not levels or name in levels)]
    return tuple(min(gaps[name], key=_distance) for name in wanted)


def _gaps(order: Sequence[Rule], titles: Mapping[str, Title], facts: Facts) -> dict[str, list[LevelGap]]:
    """Return by level what each of the rules that give it lacks."""
    found: dict[str, list[LevelGap]] = {name: [] for name in titles}
    first: str | None = None
    # On what the rules rest that are tried earlier and hold; nothing helps against one that always does.
    holding: dict[tuple[str, str], Trace] = {}
    always = False
    for rule in order:
        gap = LevelGap(
            level=rule.level,
            title=titles[rule.level],
            rule=rule.id,
            at=rule.at,
            missing=smallest_change(rule.when, facts) if rule.when is not None else (),
            outranked_by=first,
            holding=() if always else tuple(holding.values()),
        )
        found[rule.level].append(gap)
        if rule.when is not None and not rule.when.test(facts):
            continue
        first = first or rule.id
        if rule.when is None:
            always = True
        else:
            holding |= {(trace.at, trace.path): trace for trace in smallest_refusal(rule.when, facts)}
    return found


def _distance(gap: LevelGap) -> tuple[bool, int]:
    """Return how far the level is: a rule behind one that always holds can never be reached, any other comes nearer."""
    unreachable = gap.outranked_by is not None and not gap.holding
    return unreachable, len(gap.missing) + len(gap.holding)


WHY_NOT = Title(ru="Почему не другой уровень:", en="Why not another level:")
"""The line above the gaps."""

_FITS = Title(ru="{level}: правило «{rule}» подходит", en="{level}: the rule {rule} fits")
_OUTRANKED = Title(ru=", но раньше него действует «{other}»", en=", but {other} comes before it")
_WHILE = Title(ru=", пока {holding}", en=" as long as {holding}")
_MISSING = Title(
    ru="{level}: по правилу «{rule}» нужно: {changes}",
    en="{level}: the rule {rule} needs {changes}",
)
_HOLDS = Title(ru="{path} {operator} {wanted}", en="{path} {operator} {wanted}")
_CHANGE = Title(
    ru="{path} {operator} {wanted}, сейчас {found}",
    en="{path} {operator} {wanted}, now {found}",
)
_NOTHING = Title(ru="пусто", en="nothing")
_YES = Title(ru="да", en="yes")
_NO = Title(ru="нет", en="no")
_OR = Title(ru=" или ", en=" or ")
_AND = Title(ru="; и ", en="; and ")


def told(gap: LevelGap, levels: Mapping[str, Title], language: str, *, placed: bool = True) -> str:
    """Return a gap as one sentence in Russian or English; `levels` are the titles of the policy's levels by id. `placed`: with
    the file and the line of the first condition that failed."""
    title = gap.title.text(language)
    if gap.missing:
        changes = _joined(gap.missing, _CHANGE, levels, language)
        text = _MISSING.text(language).format(level=title, rule=gap.rule, changes=changes)
        text += f" ({gap.missing[0].at})" if placed else ""
    else:
        text = _FITS.text(language).format(level=title, rule=gap.rule)
    if gap.outranked_by is not None:
        text += _OUTRANKED.text(language).format(other=gap.outranked_by)
    if gap.holding:
        text += _WHILE.text(language).format(holding=_joined(gap.holding, _HOLDS, levels, language))
    return text


def _joined(traces: Sequence[Trace], form: Title, levels: Mapping[str, Title], language: str) -> str:
    return _AND.text(language).join(_change(trace, form, levels, language) for trace in traces)


def _change(trace: Trace, form: Title, levels: Mapping[str, Title], language: str) -> str:
    operator = operator_title(trace.operator)
    return form.text(language).format(
        path=fact_title(trace.path, language),
        operator=operator.text(language) if operator else trace.operator,
        wanted=_shown(trace.path, trace.wanted, levels, language),
        found=_shown(trace.path, trace.found, levels, language),
    )


def _shown(path: str, value: object, levels: Mapping[str, Title], language: str) -> str:
    if value is None or value in ("", ()):
        return _NOTHING.text(language)
    if isinstance(value, bool):
        return (_YES if value else _NO).text(language)
    if isinstance(value, tuple):
        return _OR.text(language).join(_shown(path, one, levels, language) for one in value)
    text = " ".join(value_title(path, value, levels, language).split())
    return text if len(text) <= 80 else f"{text[:77]}…"
