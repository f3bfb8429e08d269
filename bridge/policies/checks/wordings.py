"""The eligibility checks, one file per group, and all of their wordings."""

from bridge.policies.checks import (
    attachments,
    certificate,
    completeness,
    conditions,
    contract,
    licence,
    registration,
    staff,
    version,
)

WORDINGS = {
    **registration.WORDINGS,
    **licence.WORDINGS,
    **certificate.WORDINGS,
    **version.WORDINGS,
    **conditions.WORDINGS,
    **completeness.WORDINGS,
    **attachments.WORDINGS,
    **staff.WORDINGS,
    **contract.WORDINGS,
}
"""What every reason code says, in both languages; its keys are the closed list of reasons."""
