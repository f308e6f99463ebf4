"""Everything that changes a finding."""

from compliance.findings.commands.answering import (
    accept_finding,
    decide_dispute,
    dispute_finding,
    regrade,
    withdraw_finding,
)
from compliance.findings.commands.closing import (
    close_finding,
    link_systemic,
    note_finding,
    reopen_finding,
    verify_finding,
)
from compliance.findings.commands.issuing import find_repeats, issue_finding, raise_finding

__all__ = [
    "accept_finding", "close_finding", "decide_dispute", "dispute_finding", "find_repeats", "issue_finding",
    "link_systemic", "note_finding", "raise_finding", "regrade", "reopen_finding", "verify_finding",
    "withdraw_finding",
]
