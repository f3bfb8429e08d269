r"""Text patterns that cannot explode: a small regular-expression dialect matched in time linear in the text.

Python's `re` backtracks, so `(a+)+$` on thirty letters can take hours; a policy is no place for that. This matcher
walks all alternatives at once (Thompson's construction) and remembers the sets of states it meets. The price is the
dialect: literals, `.`, classes, `\d \w \s \b` and their opposites, groups, `|`, `* + ? {m,n}`, `^` and `$`.
Back-references and look-around are refused: they are what cannot be linear. Upper and lower case are the same
everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

MAX_STATES = 400
MAX_REPEAT = 100
_REMEMBERED = 20_000
_UNSEEN: frozenset[int] = frozenset({-1})

_Accepts = Callable[[str], bool]


class PatternRefused(ValueError):
    """The pattern cannot be used; says why in words for the person who wrote it."""


@dataclass(slots=True)
class _State:
    """One state: a character test with its successor, or free moves, or a zero-width condition before a free move."""

    accepts: _Accepts | None = None
    condition: str = ""
    following: list[int] = field(default_factory=list)


class Pattern:
    """A compiled pattern; `search` tells whether it occurs anywhere in a text."""

    def __init__(self, source: str) -> None:
        """Compile `source`. Raises PatternRefused for what the dialect does not have."""
        self.source = source
        self._states: list[_State] = []
        builder = _Builder(source, self._states)
        self._start, self._accept = builder.build()
        self._moves: dict[tuple[frozenset[int], bool, bool, str], frozenset[int] | None] = {}

    def search(self, text: str) -> bool:
        """Return whether the pattern occurs in `text`; time grows with the length of the text only."""
        current: frozenset[int] = frozenset()
        after_word, first = False, True
        moves = self._moves
        for raw in text:
            character = raw.lower()[:1]
            key = (current, after_word, first, character)
            reached = moves.get(key, _UNSEEN)
            if reached is _UNSEEN:
                if len(moves) > _REMEMBERED:
                    moves.clear()
                reached = moves[key] = self._move(current, character, after_word=after_word, first=first)
            if reached is None:
                return True
            current, after_word, first = reached, _is_word(character), False
        return self._accept in self._closure(current, after_word=after_word, before_word=False, first=first, last=True)

    def _move(self, current: frozenset[int], character: str, *, after_word: bool, first: bool) -> frozenset[int] | None:
        """Return the states after one more character; None when the pattern is already matched before it."""
        before_word = _is_word(character)
        closed = self._closure(current, after_word=after_word, before_word=before_word, first=first, last=False)
        if self._accept in closed:
            return None
        reached: set[int] = set()
        for index in closed:
            state = self._states[index]
            if state.accepts is not None and state.accepts(character):
                reached.update(state.following)
        return frozenset(reached)

    def _closure(
        self, states: frozenset[int], *, after_word: bool, before_word: bool, first: bool, last: bool
    ) -> set[int]:
        holds = {
            "": True,
            "^": first,
            "$": last,
            "b": after_word != before_word,
            "B": after_word == before_word,
        }
        seen: set[int] = set()
        waiting = [self._start, *states]
        while waiting:
            index = waiting.pop()
            if index in seen:
                continue
            seen.add(index)
            state = self._states[index]
            if state.accepts is None and holds[state.condition]:
                waiting.extend(state.following)
        return seen


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


_CLASSES: dict[str, _Accepts] = {
    "d": str.isdigit,
    "w": _is_word,
    "s": str.isspace,
    "D": lambda character: not character.isdigit(),
    "W": lambda character: not _is_word(character),
    "S": lambda character: not character.isspace(),
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}

_Fragment = tuple[int, int]


class _Builder:
    """A recursive-descent parser that builds the states as it reads."""

    def __init__(self, source: str, states: list[_State]) -> None:
        self._source = source
        self._states = states
        self._at = 0
        self._depth = 0

    def build(self) -> _Fragment:
        """Return the start and accepting state of the whole pattern."""
        if not self._source:
            raise PatternRefused("an empty pattern matches everything")
        fragment = self._alternatives()
        if self._at < len(self._source):
            raise PatternRefused(f"')' without '(' at character {self._at + 1}")
        return fragment

    def _new(self, *, accepts: _Accepts | None = None, condition: str = "") -> int:
        if len(self._states) >= MAX_STATES:
            raise PatternRefused(f"the pattern is too large (more than {MAX_STATES} states); use smaller repetitions")
        self._states.append(_State(accepts=accepts, condition=condition))
        return len(self._states) - 1

    def _link(self, start: int, end: int) -> None:
        self._states[start].following.append(end)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternRefused("the pattern ends too early")
        self._at += 1
        return character

    def _alternatives(self) -> _Fragment:
        start, end = self._new(), self._new()
        while True:
            first, last = self._sequence()
            self._link(start, first)
            self._link(last, end)
            if self._peek() != "|":
                return start, end
            self._at += 1

    def _sequence(self) -> _Fragment:
        start = end = self._new()
        while self._peek() and self._peek() not in "|)":
            first, last = self._repeated()
            self._link(end, first)
            end = last
        return start, end

    def _repeated(self) -> _Fragment:
        begin = self._at
        fragment = self._atom()
        after = self._at
        lowest, highest = self._quantifier()
        if (lowest, highest) == (1, 1):
            return fragment
        if self._peek() and self._peek() in "*+?{" and self._bounds() is not None:
            raise PatternRefused(f"two repetitions in a row at character {self._at + 1}")
        resume = self._at
        start = end = self._new()
        copies = [fragment]
        for _ in range(max(lowest, highest or 1, 1) - 1):
            self._at = begin
            copies.append(self._atom())
        self._at = max(resume, after)
        out = self._new()
        for number, (first, last) in enumerate(copies):
            if number >= lowest:
                self._link(end, out)
            self._link(end, first)
            end = last
        if highest is None:
            self._link(end, copies[-1][0])
        self._link(end, out)
        return start, out

    def _quantifier(self) -> tuple[int, int | None]:
        bounds = self._bounds()
        if bounds is None:
            return 1, 1
        lowest, highest, length = bounds
        self._at += length
        if self._peek() == "?":
            self._at += 1
        return lowest, highest

    def _bounds(self) -> tuple[int, int | None, int] | None:
        """Return lowest and highest count and the length of the quantifier that stands here, or None."""
        character = self._peek()
        simple = {"*": (0, None, 1), "+": (1, None, 1), "?": (0, 1, 1)}
        if character in simple:
            return simple[character]
        if character != "{":
            return None
        close = self._source.find("}", self._at)
        lowest, comma, highest = self._source[self._at + 1 : max(close, 0)].partition(",")
        if not lowest.isdecimal() or (highest and not highest.isdecimal()):
            raise PatternRefused(
                f"'{{' at character {self._at + 1} is no repetition; write \\{{ for the character itself"
            )
        low = int(lowest)
        high = (int(highest) if highest else None) if comma else low
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise PatternRefused(f"a repetition counts from 0 to at most {MAX_REPEAT}, low to high")
        return low, high, close - self._at + 1

    def _atom(self) -> _Fragment:
        character = self._take()
        if character == "(":
            return self._group()
        if character in "*+?":
            raise PatternRefused(f"{character!r} at character {self._at} repeats nothing")
        if character in "^$":
            return self._single(condition=character)
        if character == ".":
            return self._single(accepts=lambda found: found != "\n")
        if character == "[":
            return self._single(accepts=self._class())
        if character == "\\":
            return self._escape()
        literal = character.lower()[:1]
        return self._single(accepts=literal.__eq__)

    def _single(self, *, accepts: _Accepts | None = None, condition: str = "") -> _Fragment:
        start, end = self._new(accepts=accepts, condition=condition), self._new()
        self._link(start, end)
        return start, end

    def _group(self) -> _Fragment:
        if self._peek() == "?":
            if self._source[self._at : self._at + 2] != "?:":
                raise PatternRefused("look-around, named groups and flags are not supported; case never matters")
            self._at += 2
        self._depth += 1
        if self._depth > 30:
            raise PatternRefused("groups are nested too deep")
        fragment = self._alternatives()
        if self._peek() != ")":
            raise PatternRefused("'(' without ')'")
        self._at += 1
        self._depth -= 1
        return fragment

    def _escape(self) -> _Fragment:
        character = self._take()
        if character in "bB":
            return self._single(condition=character)
        if character in _CLASSES:
            return self._single(accepts=_CLASSES[character])
        return self._single(accepts=self._literal(character).__eq__)

    def _literal(self, character: str) -> str:
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character.isalnum():
            raise PatternRefused(f"\\{character} is not supported (back-references never are)")
        return character.lower()[:1]

    def _class(self) -> _Accepts:
        negated = self._peek() == "^"
        if negated:
            self._at += 1
        tests: list[_Accepts] = []
        singles: set[str] = set()
        ranges: list[tuple[str, str]] = []
        first = True
        while first or self._peek() != "]":
            first = False
            character = self._take()
            if character == "\\":
                character = self._take()
                if character in _CLASSES:
                    tests.append(_CLASSES[character])
                    continue
                character = self._literal(character)
            if self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in {"", "]"}:
                self._at += 1
                upper = self._take()
                if upper < character:
                    raise PatternRefused(f"the range {character}-{upper} runs backwards")
                ranges.append((character, upper))
            else:
                singles.add(character.lower()[:1])
        self._at += 1

        def accepts(found: str) -> bool:
            both = (found, found.upper()[:1])
            inside = (
                found in singles
                or any(low <= one <= high for low, high in ranges for one in both)
                or any(test(found) for test in tests)
            )
            return inside != negated

        return accepts
