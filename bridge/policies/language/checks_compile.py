"""Eligibility checks compiled: kinds and their options validated where they stand."""

from bridge.policies.checks.options import OPTIONS
from bridge.policies.language.parts import Workshop, title_of
from bridge.policies.language.validate import validate_part
from bridge.policies.policy import CheckDefinition


def compile_checks(shop: Workshop) -> tuple[CheckDefinition, ...]:
    """Return the checks in the order of the file."""
    known = shop.scope.checks
    shop.scope.checks = None
    found: list[CheckDefinition] = []
    for id_, model in shop.model.checks.items():
        path = ("checks", id_)
        options = dict(model.options)
        validate_part(OPTIONS[model.kind], options, shop.document, (*path, "options"), shop.problems)
        found.append(
            CheckDefinition(
                id=id_,
                kind=model.kind,
                effect=model.effect,
                required=model.required,
                deciding=model.deciding,
                when=shop.optional(model.when, (*path, "when")),
                options=options,
                remedy=title_of(model.remedy) if model.remedy else None,
            )
        )
    shop.scope.checks = known
    return tuple(found)
