"""What can be done with audits: planned, conducted, reviewed."""

from compliance.audits.commands.conducting import (
    Part,
    answer,
    answer_parts,
    attach_evidence,
    attach_signature,
    caption_evidence,
    note_closing,
    start_audit,
    submit_audit,
    withdraw_evidence,
)
from compliance.audits.commands.planning import (
    REASSIGNED,
    add_programme,
    assign_programme,
    cancel_audit,
    plan_audit,
    postpone_audit,
    reassign_audit,
    schedule_audit,
)
from compliance.audits.commands.proposing import OVER, issue_proposed, propose_finding
from compliance.audits.commands.reviewing import FAILED, Grade, close_audit, return_audit, review_audit, second_review

__all__ = [
    "FAILED", "OVER", "REASSIGNED", "Grade", "Part", "add_programme", "answer", "answer_parts", "assign_programme",
    "attach_evidence", "attach_signature", "cancel_audit", "caption_evidence", "close_audit", "issue_proposed",
    "note_closing", "plan_audit", "postpone_audit", "propose_finding", "reassign_audit", "return_audit", "review_audit",
    "schedule_audit", "second_review", "start_audit", "submit_audit", "withdraw_evidence",
]  # fmt: skip
