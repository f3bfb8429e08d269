"""What a kind of check is made of, and which kinds there are.

A kind is one file of this folder that ends with `register(CheckKind(…))`; see `attachments.py` for a short one.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from bridge.files.types import Title
from bridge.files.validate import Strict
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks import unanswerable
from bridge.policies.checks.answer import CheckAnswer
from bridge.policies.checks.case import Case
from bridge.policies.checks.wording import Wording
from bridge.tickets import Instant


class Options(Strict):
    """Options of a check that has none."""


class Prepared(NamedTuple):
    """A check of a policy as its kind is asked: what `answer` and `turns` get as options, the fields on which the answer
    depends (None: on more of the ticket than fields), and whether it is as old as the registry's copy."""

    options: Any
    looks_at: tuple[str, ...] | None
    rests_on_registry: bool


def _never(_case: Case, _options: Any) -> list[Instant]:
    return []


@dataclass(frozen=True, slots=True)
class CheckKind:
    """One kind of check: `answer` under its `options`, and what each reason says beside those that many kinds share; `title`
    is what people call a check of it that has no title of its own.

    `place` orders the kinds where people read a list of them. `turns` gives the instants at which time alone may change
    the answer. `rests_on_registry`: the answer is as old as the registry's copy, and unknown while the registry is
    silent. `looks_at` names the options that name fields on which the answer depends beside the customer, the product
    and its version, the channel and the deciding day; None when it depends on more, and is good for one ticket only.
    `staff_fields` names the options that name a field which only agents set, `topics` those whose keys are names of help
    topics. A kind whose checks differ in more than their options makes of a definition what is asked, with `prepare`.
    """

    kind: str
    title: Title
    options: type[Options]
    answer: Callable[[Case, Any], CheckAnswer]
    wordings: Mapping[str, Wording]
    _: KW_ONLY
    place: int
    turns: Callable[[Case, Any], list[Instant]] = _never
    rests_on_registry: bool = False
    looks_at: tuple[str, ...] | None = None
    staff_fields: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    prepare: Callable[[CheckDefinition], Prepared] | None = None

    def prepared(self, definition: CheckDefinition) -> Prepared:
        """Return the check that a policy defines, ready to be asked. Raises ValueError for bad options."""
        if self.prepare is not None:
            return self.prepare(definition)
        options = self.options.model_validate(dict(definition.options))
        fields = None if self.looks_at is None else tuple(getattr(options, name) for name in self.looks_at)
        return Prepared(options, fields, self.rests_on_registry)


_KINDS: dict[str, CheckKind] = {}


def register(kind: CheckKind) -> None:
    """Add a kind that policies may use.

    Raises ValueError when another one has its name, or gives one of its codes other words: a code says one thing.
    """
    if kind.kind in _KINDS:
        raise ValueError(f"there is a check of the kind {kind.kind!r} already")
    known = all_wordings()
    taken = sorted(code for code, wording in kind.wordings.items() if known.get(code, wording) != wording)
    if taken:
        raise ValueError(f"the check {kind.kind!r} says something else with codes of others: {', '.join(taken)}")
    _KINDS[kind.kind] = kind


def check_kinds() -> Mapping[str, CheckKind]:
    """Return all kinds by name, in the order in which people read them."""
    return {one.kind: one for one in sorted(_KINDS.values(), key=lambda one: one.place)}


def check_kind(name: str) -> CheckKind:
    """Return the kind of that name. Raises ValueError for an unknown one."""
    if name not in _KINDS:
        raise ValueError(f"{name!r} is not a valid kind of check; there are {', '.join(check_kinds())}")
    return _KINDS[name]


def options_of(kind: str, options: Mapping[str, object]) -> Options:
    """Return a check's options, defaults filled in. Raises ValueError for an unknown kind and for options it does not take."""
    return check_kind(kind).options.model_validate(dict(options))


def all_wordings() -> Mapping[str, Wording]:
    """Return what every reason code says; the keys are the closed list of reasons."""
    found = dict(unanswerable.WORDINGS)
    for kind in check_kinds().values():
        found.update(kind.wordings)
    return found


def _known(value: object) -> object:
    if isinstance(value, str) and value in _KINDS:
        return value
    names = [f"'{name}'" for name in check_kinds()]
    # In the words of pydantic's own enumerations: to an admin, a kind is one of a closed list like any other.
    expected = f"{', '.join(names[:-1])} or {names[-1]}"
    raise PydanticCustomError("enum", "Input should be {expected}", {"expected": expected})


class _ListedInSchema:
    """Lists the kinds in the JSON Schema as they are when it is asked for."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "enum": list(check_kinds())}


KindName = Annotated[str, BeforeValidator(_known), _ListedInSchema()]
"""The name of a kind of check, as a policy states it."""
