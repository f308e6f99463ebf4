"""Everything that changes an action: the one closure engine, whatever raised the work."""

from compliance.actions.commands.answering import (
    approve_plan,
    contain,
    name_verifier,
    return_plan,
    state_cause,
    submit_plan,
)
from compliance.actions.commands.raising import (
    cancel_action,
    cancel_groundless,
    extend,
    raise_action,
    reassign,
    regrade_action,
)
from compliance.actions.commands.verifying import (
    check_effect,
    close_action,
    do_step,
    implement,
    record_retest,
    reopen_action,
    verify_and_close,
    view_evidence,
)

__all__ = [
    "approve_plan", "cancel_action", "cancel_groundless", "check_effect", "close_action", "contain", "do_step",
    "extend", "implement", "name_verifier", "raise_action", "reassign", "record_retest", "regrade_action",
    "reopen_action", "return_plan", "state_cause", "submit_plan", "verify_and_close", "view_evidence",
]
