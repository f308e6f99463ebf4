"""Which roles may be given to whom, so that nobody gains what nobody meant to give.

Roles are given by administrators, who hold no power over content themselves. "Nobody grants what they do not hold"
would leave nobody to grant anything; in its place stand: nobody grants to themselves, the administrator's role stands
alone, and an outside company's people hold only roles without inside knowledge, narrowed to their company.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.access import ROLE_PERMISSIONS, ROOT, Permission, Role

P = Permission
INSIDE = frozenset({P.VIEW_INTERNAL_NOTES, P.VIEW_WORKING_PAPERS, P.VIEW_UNANNOUNCED, P.VIEW_DRAFT, P.VIEW_JOURNAL,
                    P.MANAGE_PEOPLE, P.MANAGE_NETWORK})


@dataclass(frozen=True, slots=True)
class Held:
    """A role over a node's path, until a day (half-open) or without an end."""

    role: Role
    path: str
    vendor_id: UUID | None
    from_on: date
    until_on: date | None

    def overlaps(self, other: "Held") -> bool:
        return ((self.until_on is None or other.from_on < self.until_on)
                and (other.until_on is None or self.from_on < other.until_on))


def roles_for(employer: UUID | None) -> tuple[Role, ...]:
    """The roles somebody can be given: the company's own people, or a vendor's."""
    if employer is None:
        return tuple(role for role in Role if role is not Role.VENDOR_LEAD)
    return tuple(role for role in Role if not ROLE_PERMISSIONS[role] & INSIDE)


def reasons_against(wanted: Held, employer: UUID | None, held: Iterable[Held]) -> list[str]:
    """Every reason not to give a role to somebody who holds others; none when it can be given."""
    return [reason for reason in (
        _about_employer(wanted, employer), _about_administrator(wanted, held), _about_dates(wanted),
        _about_same(wanted, held)) if reason]


def _about_employer(wanted: Held, employer: UUID | None) -> str | None:
    if employer is None:
        return "Only people of a vendor can be vendor lead." if wanted.role is Role.VENDOR_LEAD else None
    if wanted.vendor_id != employer:
        return "Somebody who works for a vendor holds roles for that vendor alone. Choose their company."
    if wanted.role not in roles_for(employer):
        return f"A {wanted.role.label.lower()} sees what is internal to the company; a vendor's people cannot be one."
    return None


def _about_administrator(wanted: Held, held: Iterable[Held]) -> str | None:
    if wanted.role is Role.ADMINISTRATOR and (wanted.path != ROOT or wanted.vendor_id):
        return "An administrator keeps the whole network. Choose the network, and no vendor."
    others = [each for each in held if each.overlaps(wanted)]
    if any((each.role is Role.ADMINISTRATOR) != (wanted.role is Role.ADMINISTRATOR) for each in others):
        return ("An administrator holds no other role, so that who keeps people and sites has no power over content. "
                "End the other role first.")
    return None


def _about_dates(wanted: Held) -> str | None:
    if wanted.until_on is not None and wanted.until_on <= wanted.from_on:
        return "The role would end before it begins. Give a later day for its end."
    return None


def _about_same(wanted: Held, held: Iterable[Held]) -> str | None:
    same = (wanted.role, wanted.path, wanted.vendor_id)
    if any((each.role, each.path, each.vendor_id) == same and each.overlaps(wanted) for each in held):
        return "They hold this role there already in that time."
    return None
