"""What people do about drift: accept it as it is, bring an override onto the new text, clear what changed nothing."""

from compliance.playbooks.drifting.commands.accepting import acknowledge
from compliance.playbooks.drifting.commands.clearing import clear_together
from compliance.playbooks.drifting.commands.rebasing import rebase

__all__ = ["acknowledge", "clear_together", "rebase"]
