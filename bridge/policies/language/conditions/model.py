"""What a condition may say, as a model: made of the table of facts, and of the words that join conditions.

Short forms are opened before validation, so that every leaf has one shape and an error has one place: `status: Open`
means `status: {is: [Open]}`, a list means any of its members. Several keys in one condition must all hold.
"""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, create_model, model_validator

from bridge.files.types import Shorthand
from bridge.files.validate import Strict
from bridge.policies.language.conditions.facts import FACTS, GROUPS
from bridge.policies.language.conditions.operators import Many
from bridge.policies.language.conditions.vocabulary import Fact, key, many, model_of

_Conditions = Annotated["tuple[ConditionModel, ...]", BeforeValidator(many), Shorthand(("item",), filled=True)]


class _Joins(Strict):
    """A condition. Every key that is given must hold; `all`, `any` and `not` join conditions."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    facts: ClassVar[tuple[Fact, ...]] = ()

    all: _Conditions | None = Field(default=None, description="All of these hold.")
    any: _Conditions | None = Field(default=None, description="At least one of these holds.")
    not_: "ConditionModel | None" = Field(default=None, alias="not", description="This does not hold.")
    condition: Many[str] | None = Field(default=None, description="Named conditions of this policy; all of them hold.")

    @model_validator(mode="before")
    @classmethod
    def _says_something(cls, value: Any) -> Any:
        if value == {}:
            raise ValueError("an empty condition | leave 'when' out for what always holds")
        return value


def condition_model(facts: tuple[Fact, ...]) -> type[_Joins]:
    """Return the model of a condition over the facts, in their order."""
    fields: dict[str, Any] = {}
    for fact in facts:
        head, *below = fact.keys
        if not below:
            fields[head] = key(fact.annotation, fact.description)
        elif head not in fields:
            name, description, meaning = GROUPS[head]
            members = {one.keys[1]: key(one.annotation, one.description) for one in facts if one.keys[0] == head}
            fields[head] = key(model_of(name, description, members), meaning)
    model = create_model("ConditionModel", __base__=_Joins, __doc__=_Joins.__doc__, __module__=__name__, **fields)
    model.facts = facts
    return model


if TYPE_CHECKING:

    class ConditionModel(_Joins):
        """Stands for the model below, which type checkers cannot follow."""
else:
    ConditionModel = condition_model(FACTS)
