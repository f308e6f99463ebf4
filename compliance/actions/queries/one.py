"""One action, with what its page and its commands need."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.accounts.models import Person
from compliance.actions.models import Action, ActionExtension, ActionStep
from compliance.errors import NotFound

WHOLE = (
    joinedload(Action.site), joinedload(Action.vendor), joinedload(Action.owner), joinedload(Action.implementer),
    joinedload(Action.verifier), selectinload(Action.steps).joinedload(ActionStep.owner),
)


def get_action(actor: Actor, reference: str) -> Action:
    """The action of a reference, in two statements. Raises NotFound when it is not there or out of sight."""
    action = db.session.scalar(
        visible_to(actor, select(Action), Action).where(Action.reference == reference.upper()).options(*WHOLE))
    if action is None:
        raise NotFound
    return action


def actions_from(source_type: str, source_id: UUID) -> Sequence[Action]:
    """What one record raised, the first first, whole; the caller has decided that the record may be seen."""
    return db.session.scalars(
        select(Action).where(Action.source_type == source_type, Action.source_id == source_id)
        .options(*WHOLE).order_by(Action.raised_at, Action.id)).all()


def extensions_of(action: Action) -> Sequence[ActionExtension]:
    return db.session.scalars(
        select(ActionExtension).where(ActionExtension.action_id == action.id).order_by(ActionExtension.number)).all()


def names_of(ids: Sequence[UUID | None]) -> dict[UUID | None, str]:
    """Who these people are, by id; for those a record names."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_([each for each in ids if each])))
    return {row.id: row.name for row in rows}
