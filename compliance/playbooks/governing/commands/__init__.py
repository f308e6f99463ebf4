"""What people do with a version: send it to review, comment on its clauses' fate, consent, publish, end it."""

from compliance.playbooks.governing.commands.ending import (
    confirm_retirement,
    confirm_review,
    end_sign_off,
    propose_retirement,
    withdraw_version,
)
from compliance.playbooks.governing.commands.publishing import (
    approve_version,
    confirm_emergency,
    propose_emergency,
    take_over_version,
)
from compliance.playbooks.governing.commands.reviewing import (
    confirm_lineage,
    consent,
    decline_version,
    recall_version,
    return_version,
    submit_version,
)

__all__ = [
    "approve_version", "confirm_emergency", "confirm_lineage", "confirm_retirement", "confirm_review", "consent",
    "decline_version", "end_sign_off", "propose_emergency", "propose_retirement", "recall_version", "return_version",
    "submit_version", "take_over_version", "withdraw_version",
]  # fmt: skip
