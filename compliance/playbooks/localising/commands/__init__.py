"""What people do with a request for an override: ask, consent, decide, return, withdraw, appeal."""

from compliance.playbooks.localising.commands.appealing import appeal, hear_appeal
from compliance.playbooks.localising.commands.asking import ask_for_override, withdraw_request
from compliance.playbooks.localising.commands.deciding import (
    approve_override,
    consent,
    decline_override,
    return_request,
)
from compliance.playbooks.localising.commands.taking_over import take_over_override

__all__ = [
    "appeal", "approve_override", "ask_for_override", "consent", "decline_override", "hear_appeal", "return_request",
    "take_over_override", "withdraw_request",
]  # fmt: skip
