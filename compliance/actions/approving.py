"""Who approves the plan of an action, and who may grant it more time: the role table as two pure functions."""

from collections.abc import Iterable

from compliance.access import Role
from compliance.actions.escalation import ExtensionAuthority
from compliance.actions.lifecycle import ActionKind
from compliance.playbooks.document import Severity
from compliance.refusals import Refusal
from compliance.wording import joined

_BY_SEVERITY = {
    Severity.CRITICAL: (Role.PLAYBOOK_OWNER,),
    Severity.MAJOR: (Role.REGIONAL_LEAD,),
    Severity.MINOR: (Role.PROGRAMME_MANAGER,),
}
# Each may also grant what those below it may: a second extension is never easier to get than a first.
_AUTHORITIES = {
    Role.REGIONAL_LEAD: 1,
    Role.PLAYBOOK_OWNER: 2,
    Role.GLOBAL_HEAD: 3,
}


def plan_approvers(kind: ActionKind, severity: Severity | None, *, of_a_vendor: bool) -> tuple[Role, ...]:
    """The roles that approve a plan; one of them is enough. No severity counts as the least."""
    if kind is ActionKind.READINESS:
        return (Role.CONTINUITY_LEAD,)
    roles = _BY_SEVERITY[severity or Severity.MINOR]
    return (*roles, Role.VENDOR_MANAGER) if of_a_vendor and roles == _BY_SEVERITY[Severity.MINOR] else roles


def approver_refusals(held: Iterable[Role], approvers: Iterable[Role], what: str) -> list[Refusal]:
    """Why the roles somebody holds at the place do not approve `what` ("the plan of a critical action")."""
    wanted = list(approvers)
    if set(held) & set(wanted):
        return []
    names = joined([f"a {role.label.lower()}" for role in wanted])
    return [Refusal("approver", f"You cannot approve {what}: {names} does.")]


def extension_authorities(held: Iterable[Role]) -> frozenset[ExtensionAuthority]:
    """What the roles somebody holds at the place let them grant; a regional lead is the site lead's manager."""
    highest = max((_AUTHORITIES.get(role, 0) for role in held), default=0)
    return frozenset(tuple(ExtensionAuthority)[:highest])
