"""Eligibility checks compiled: kinds and their options validated where they stand."""

from bridge.files.positions import Path
from bridge.files.validate import validate_part
from bridge.policies.agreement.policy import CheckDefinition
from bridge.policies.checks.options import OPTIONS, UnitsOptions
from bridge.policies.language.revision import STANDARD_INPUTS, Workshop


def compile_checks(shop: Workshop) -> tuple[CheckDefinition, ...]:
    """Return the checks in the order of the file."""
    known = shop.scope.checks
    shop.scope.checks = None
    found: list[CheckDefinition] = []
    for id_, model in shop.model.checks.items():
        path = ("checks", id_)
        options = dict(model.options)
        read = validate_part(OPTIONS[model.kind], options, shop.document, (*path, "options"), shop.problems)
        counts = isinstance(read, UnitsOptions) and read.taken is not None
        if model.given_back is not None and read is not None and not counts:
            hint = "only a check of kind units with the option 'taken' counts what tickets take"
            shop.report("nothing_counted", "nothing can be given back here", (*path, "given_back"), hint, key=True)
        if isinstance(read, UnitsOptions):
            _check_amount_field(read, (*path, "options", "amount_field"), shop)
        found.append(
            CheckDefinition(
                id=id_,
                kind=model.kind,
                effect=model.effect,
                required=model.required,
                deciding=model.deciding,
                when=shop.optional(model.when, (*path, "when")),
                options=options,
                remedy=model.remedy,
                given_back=shop.optional(model.given_back, (*path, "given_back")),
            )
        )
    shop.scope.checks = known
    return tuple(found)


def _check_amount_field(options: UnitsOptions, path: Path, shop: Workshop) -> None:
    """Report a field that a customer could fill in: he would say himself how much he takes."""
    inputs = STANDARD_INPUTS.union(shop.model.inputs)
    if options.amount_field and options.amount_field not in inputs:
        message = f"{options.amount_field!r} is no field that only agents set"
        shop.report("not_an_input", message, path, "list it under 'inputs:' of the policy")
