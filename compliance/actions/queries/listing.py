"""The list of actions: filtered, sorted and paged, in a number of statements that rows do not change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from compliance.access import Actor, at_or_below, visible_to
from compliance.accounts.models import Person
from compliance.actions.lifecycle import ActionKind, ActionStatus
from compliance.actions.models import IS_OPEN, Action
from compliance.actions.queries.lateness import overdue_action, zones
from compliance.containing import holds
from compliance.errors import NotFound
from compliance.network.models import Site, Vendor
from compliance.network.queries import get_node, get_site, get_vendor
from compliance.paging import PAGE, Page, Sort, every_row, page
from compliance.playbooks.document import Severity

IN_HOUSE = "in-house"
SORTS: dict[str, Sort] = {
    "due": Sort(Action.due_on, Action.id, lambda action: action.due_on),
    "-due": Sort(Action.due_on, Action.id, lambda action: action.due_on, descending=True),
    "raised": Sort(Action.raised_at, Action.id, lambda action: action.raised_at),
    "-raised": Sort(Action.raised_at, Action.id, lambda action: action.raised_at, descending=True),
}

EXPORTED = (
    Action.reference, Action.title, Action.kind, Action.severity, Action.status, Action.source_reference,
    Action.raised_at, Action.due_on, Action.original_due_on, Action.plan_due_on, Action.contain_due_at,
    Action.implemented_at, Action.soak_days, Action.extensions, Action.cause_category, Action.closed_on,
)


@dataclass(frozen=True, slots=True)
class ActionFilters:
    """As they stand in an address; an empty one does not narrow. `status` is "open" or the value of one status."""

    status: str = ""
    severity: str = ""
    kind: str = ""
    region: str = ""
    site: str = ""
    vendor: str = ""
    owner: str = ""  # "me", or the id of a person
    verifier: str = ""
    overdue: bool = False
    q: str = ""


def actions(actor: Actor, filters: ActionFilters | None = None, *, sort: str = "due", cursor: str = "",
            limit: int = PAGE) -> Page[Action]:
    """One page, with site, vendor and owner. Raises NotFound for a filter that names nothing in sight."""
    return page(_statement(actor, filters or ActionFilters()), SORTS.get(sort, SORTS["due"]), cursor, limit)


def all_actions(actor: Actor, filters: ActionFilters, sort: str = "due") -> Iterator[Any]:
    """Every row of the list as it is filtered, for an export: columns alone, which cost a third of the records.

    A row has the columns of `EXPORTED` by name, and `site`, `vendor` and `owner` as codes and names.
    """
    columns: Any = select(*EXPORTED, Site.code.label("site"), Vendor.name.label("vendor"), Person.name.label("owner"))
    statement = visible_to(actor, columns.select_from(Action).outerjoin(Action.site).outerjoin(
        Action.vendor).outerjoin(Action.owner), Action)
    return every_row(statement.where(*_conditions(actor, filters)), SORTS.get(sort, SORTS["due"]))


def _statement(actor: Actor, filters: ActionFilters) -> Select[Any]:
    # An outer join: SQLite would turn an inner one round, read site by site, and sort what it found.
    statement = visible_to(actor, select(Action).outerjoin(Action.site), Action).options(
        contains_eager(Action.site), joinedload(Action.vendor), joinedload(Action.owner))
    return statement.where(*_conditions(actor, filters))


def _conditions(actor: Actor, filters: ActionFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.status:
        found.append(IS_OPEN if filters.status == "open"
                     else Action.status == one_of(ActionStatus, filters.status))
    if filters.severity:
        found.append(Action.severity == one_of(Severity, filters.severity))
    if filters.kind:
        found.append(Action.kind == one_of(ActionKind, filters.kind))
    if filters.owner:
        found.append(Action.owner_id == person_id(actor, filters.owner))
    if filters.verifier:
        found.append(Action.verifier_id == person_id(actor, filters.verifier))
    if filters.overdue:
        found.append(overdue_action(zones()))
    if filters.q.strip():
        found.append(or_(*(holds(column, filters.q.strip())
                           for column in (Action.title, Action.reference, Action.description))))
    return found + place_conditions(actor, Action, filters)


def place_conditions(actor: Actor, model: Any, filters: Any) -> list[ColumnElement[bool]]:
    """Region, site and vendor of a list; each looked up in the actor's sight, so that a wrong one is not found."""
    found: list[ColumnElement[bool]] = []
    if filters.region:
        found.append(at_or_below(model.site_id, get_node(actor, filters.region).path))
    if filters.site:
        found.append(model.site_id == get_site(actor, filters.site).id)
    if filters.vendor:
        found.append(model.vendor_id.is_(None) if filters.vendor == IN_HOUSE
                     else model.vendor_id == get_vendor(actor, filters.vendor).id)
    return found


def one_of(kind: Callable[[str], Any], value: str) -> Any:
    """The member of an enum. Raises NotFound for a value it does not have."""
    try:
        return kind(value)
    except ValueError as error:
        raise NotFound from error


def person_id(actor: Actor, value: str) -> UUID:
    """ "me", or the id of a person: rows of people out of sight are out of sight themselves."""
    return actor.id if value == "me" else one_of(UUID, value)
