"""Eligibility checks compiled: kinds and their options validated where they stand."""

from bridge.files.positions import Path
from bridge.files.validate import validate_part
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.check_kind import check_kind
from bridge.policies.checks.units import UnitsOptions
from bridge.policies.language.draft import STANDARD_INPUTS, Draft


def compile_checks(draft: Draft) -> tuple[CheckDefinition, ...]:
    """Return the checks in the order of the file."""
    known = draft.scope.checks
    draft.scope.checks = None
    found: list[CheckDefinition] = []
    for id_, model in draft.model.checks.items():
        path = ("checks", id_)
        options = dict(model.options)
        read = validate_part(
            check_kind(model.kind).options, options, draft.document, (*path, "options"), draft.problems
        )
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
                remedy=model.remedy,
                given_back=draft.optional(model.given_back, (*path, "given_back")),
            )
        )
    draft.scope.checks = known
    return tuple(found)


def _check_amount_field(options: UnitsOptions, path: Path, draft: Draft) -> None:
    """Report a field that a customer could fill in: he would say himself how much he takes."""
    inputs = STANDARD_INPUTS.union(draft.model.inputs)
    if options.amount_field and options.amount_field not in inputs:
        message = f"{options.amount_field!r} is no field that only agents set"
        draft.report("not_an_input", message, path, "list it under 'inputs:' of the policy")
