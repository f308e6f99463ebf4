"""Reading actions: the list, one of them, and what waits for whom."""

from compliance.actions.queries.listing import ActionFilters, actions, all_actions
from compliance.actions.queries.one import actions_from, extensions_of, get_action
from compliance.actions.queries.today import Task, my_work, plans_to_approve, soon, to_verify, waiting

__all__ = ["ActionFilters", "Task", "actions", "actions_from", "all_actions", "extensions_of", "get_action", "my_work",
           "plans_to_approve", "soon", "to_verify", "waiting"]
