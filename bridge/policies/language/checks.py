"""Eligibility checks compiled: kinds and their options validated where they stand."""

from collections.abc import Mapping
from typing import Any

from pydantic import create_model

from bridge.files.positions import Path
from bridge.files.validate import Strict, validate_part
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.check_kind import CheckKind, check_kind
from bridge.policies.checks.units import UnitsOptions
from bridge.policies.language.conditions.compiled import CompiledCondition
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.draft import STANDARD_INPUTS, Draft


def compile_checks(draft: Draft) -> tuple[CheckDefinition, ...]:
    """Return the checks in the order of the file."""
    known = draft.checks
    draft.checks = None
    found: list[CheckDefinition] = []
    for id_, model in draft.model.checks.items():
        path = ("checks", id_)
        options = dict(model.options)
        kind = check_kind(model.kind)
        read = validate_part(kind.options, options, draft.document, (*path, "options"), draft.problems)
        counts = isinstance(read, UnitsOptions) and read.taken is not None
        if model.given_back is not None and read is not None and not counts:
            hint = "only a check of kind units with the option 'taken' counts what tickets take"
            draft.report("nothing_counted", "nothing can be given back here", (*path, "given_back"), hint, key=True)
        if isinstance(read, UnitsOptions):
            _check_amount_field(read, (*path, "options", "amount_field"), draft)
        found.append(
            CheckDefinition(
                id=id_,
                kind=model.kind,
                effect=model.effect,
                required=model.required,
                deciding=model.deciding,
                when=draft.optional(model.when, (*path, "when")),
                options=options,
                conditions=_conditions(kind, options, (*path, "options"), draft),
                remedy=model.remedy,
                given_back=draft.optional(model.given_back, (*path, "given_back")),
            )
        )
    draft.checks = known
    return tuple(found)


def _conditions(
    kind: CheckKind, options: Mapping[str, object], path: Path, draft: Draft
) -> Mapping[str, CompiledCondition]:
    """Return the options of the kind that are conditions, compiled."""
    stated = {name: options[name] for name in kind.conditions if name in options}
    if not stated:
        return {}
    members: dict[str, Any] = dict.fromkeys(stated, (ConditionModel, ...))
    model = create_model("Conditions", __base__=Strict, **members)
    read = validate_part(model, stated, draft.document, path, draft.problems)
    return {name: draft.condition(getattr(read, name), (*path, name)) for name in stated} if read is not None else {}


def _check_amount_field(options: UnitsOptions, path: Path, draft: Draft) -> None:
    """Report a field that a customer could fill in: he would say himself how much he takes."""
    inputs = STANDARD_INPUTS.union(draft.model.inputs)
    if options.amount_field and options.amount_field not in inputs:
        message = f"{options.amount_field!r} is no field that only agents set"
        draft.report("not_an_input", message, path, "list it under 'inputs:' of the policy")
