"""What the words of conditions are made of: a fact has a type, a type has operators, and an operator compiles itself.

A new fact is one row of the table in `facts`. A new operator is one record in `operators`, put among those of a type in
`fact_types`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from bridge.files.positions import Path
from bridge.files.types import Shorthand, Title
from bridge.files.validate import Strict
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.tree import Leaf, Test

NAME = "NAME"
"""Stands in a fact's name for a name that the policy chooses, such as that of a custom field."""


@dataclass(frozen=True)
class Operator:
    """One way to ask about a fact.

    `takes` is the type of what is written behind its name, `title` how a sentence for people says it. `predicate` turns
    what is wanted into the test of one value; a value that cannot be compared passes none, and so it passes an `opposite`,
    which holds where the predicate does not. `closed` returns the set of values that it compares with, for the logic
    between rules; what an operator without one says follows from nothing else. `prefix` precedes its name in traces.
    `excludes` says whether a fact that is one of the wanted values cannot be another one as well. `unread` turns what is wanted
    into the test of a value that leaves the question open, such as a version that cannot be read.
    """

    name: str
    takes: Any
    description: str
    title: Title
    predicate: Callable[[Any], Callable[[Any], bool]]
    closed: Callable[[Any], frozenset[str]] | None = None
    opposite: bool = False
    prefix: str = ""
    excludes: Callable[[Any], bool] = lambda _wanted: True
    unread: Callable[[Any], Callable[[Any], bool]] | None = None

    @property
    def told(self) -> str:
        """Return its name in traces."""
        return f"{self.prefix}{self.name}"

    def compiled_as(self) -> tuple["Operator", ...]:
        """Return the operators that its leaves bear."""
        return (self,)

    def leaves(self, fact: "Fact", wanted: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        """Yield the leaves of what is wanted at `path`; none where that cannot be, which `names` is told."""
        yield Leaf(
            path=fact.name,
            operator=self.told,
            wanted=wanted,
            at=names.at(path),
            test=self.test(fact, wanted),
            found=fact.get,
            reads=fact.reads,
            values=self.closed(wanted) if self.closed and not fact.several else None,
            single=not fact.several and self.excludes(wanted),
            opposite=self.opposite,
            domain=self.domain(fact),
            undecided=self.undecided(fact, wanted),
        )

    def test(self, fact: "Fact", wanted: Any) -> Test:
        """Return the test of a fact. Of several values one must pass, and for an opposite none may."""
        predicate, get, held = self.predicate(wanted), fact.get, not self.opposite
        if fact.several:
            return lambda facts: any(map(predicate, get(facts))) is held
        if self.opposite:
            return lambda facts: not predicate(get(facts))
        return lambda facts: predicate(get(facts))

    def undecided(self, fact: "Fact", wanted: Any) -> Test | None:
        """Return the test of facts that are no evidence; None where there are no such facts."""
        get, silent = fact.get, fact.silent
        if self.unread is not None and not fact.several:
            unread = self.unread(wanted)
            return lambda facts: (silent is not None and silent(facts)) or unread(get(facts))
        if silent is None or not fact.several:
            return silent
        # One value that fits is enough, whatever else nobody knows of.
        predicate = self.predicate(wanted)
        return lambda facts: silent(facts) and not any(map(predicate, get(facts)))

    def domain(self, fact: "Fact") -> frozenset[str] | None:
        """Return all values that `closed` can be about for this fact, where they are known."""
        return fact.type.domain


@dataclass(frozen=True, kw_only=True)
class FactType:
    """What a fact is, such as a text or a number: what may be asked of it.

    `annotation` is what pydantic reads below the fact's name. `domain` lists all values that the fact can have.
    """

    annotation: Any
    operators: tuple[Operator, ...] = ()
    domain: frozenset[str] | None = None

    def leaves(self, fact: "Fact", test: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        """Yield the leaves of a test that stands at `path`, one for each operator given."""
        for operator in self.operators:
            wanted = getattr(test, operator.name)
            if wanted is not None:
                yield from operator.leaves(fact, wanted, (*path, operator.name), names)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a condition may look at: one row of the table in `facts`.

    `name` is the path in a condition, such as `customer.tier`. `get` returns the value from `Facts`; where the name ends with
    `NAME`, it takes that name as well, and `known` reports a name that nobody has. `reads` names the attributes of `Facts`
    that `get` looks at, so that a replay asks again only when one of them has changed. With `several`, `get` returns a
    tuple, and one of its values must pass. `silent` says of which facts `get` returns nothing only because nobody can tell.
    """

    name: str
    type: FactType
    description: str
    get: Callable[..., Any]
    reads: Collection[str]
    several: bool = False
    known: Callable[[str, Path, KnownNames], None] | None = None
    silent: Test | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys in a condition that lead to it."""
        return tuple(self.name.removesuffix(f".{NAME}").split("."))

    @property
    def by_name(self) -> bool:
        """Return whether the last part of its name is the policy's to choose."""
        return self.name.endswith(f".{NAME}")

    @property
    def annotation(self) -> Any:
        """Return the type of what is written under its key."""
        return Mapping[str, self.type.annotation] if self.by_name else self.type.annotation  # type: ignore[name-defined]

    def leaves(self, test: Any, path: Path, names: KnownNames) -> Iterator[Leaf]:
        """Yield the leaves of a test that stands at `path`."""
        if not self.by_name:
            yield from self.type.leaves(self, test, path, names)
            return
        for name, inner in test.items():
            if self.known is not None:
                self.known(name, (*path, name), names)
            yield from self.type.leaves(self._named(name), inner, (*path, name), names)

    def _named(self, name: str) -> "Fact":
        get = self.get
        return replace(self, name=".".join((*self.keys, name)), get=lambda facts: get(facts, name))


def many(value: object) -> object:
    """Return a single value as a list of one."""
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError("an empty list matches nothing | name at least one value, or leave the key out")
        return value
    return [value]


def _opened(value: object) -> object:
    if isinstance(value, Mapping):
        if not value:
            raise ValueError("an empty test | name an operator such as 'is' or 'contains'")
        return value
    return {"is": value}


def key(annotation: Any, description: str) -> Any:
    """Return the field of a model for a key that may be left out."""
    return annotation | None, Field(default=None, description=description)


def model_of(name: str, description: str, fields: Mapping[str, Any]) -> type[Strict]:
    """Return the model of a mapping with these keys."""
    return create_model(name, __base__=Strict, __doc__=description, __module__=__name__, **fields)


def test_model(name: str, description: str, operators: tuple[Operator, ...], **further: Any) -> type[Strict]:
    """Return the model of a test in the file: a key for each operator, and `further` ones."""
    return model_of(name, description, {one.name: key(one.takes, one.description) for one in operators} | further)


def short(model: type[Strict]) -> Any:
    """Return the type of a test that may also be written as the value, or the values, that the fact is."""
    return Annotated[model, BeforeValidator(_opened), Shorthand(text="is", items="is", filled=True)]
