"""What raised an action is told when the action moves on; the engine does not know what that is.

A finding has to follow its plan and its closure through whichever door they came, and `actions` may not import what
lies above it: whoever raises actions registers here what follows, by the `source_type` it raises them under.
"""

from collections.abc import Callable

from compliance.access import Actor
from compliance.actions.models import Action

followers: dict[str, Callable[[Actor, Action], None]] = {}


def tell_source(actor: Actor, action: Action) -> None:
    """Runs inside the command that changed the action, after its change; raises what the follower refuses."""
    follow = followers.get(action.source_type)
    if follow is not None:
        follow(actor, action)
