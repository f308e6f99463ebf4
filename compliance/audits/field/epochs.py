"""Which life of the database this is: a tablet that knows another one sends again all that it still holds."""

from sqlalchemy import select, update

from compliance import clock, db
from compliance.access import EVERYWHERE, Actor, Permission, require
from compliance.audits.field.models import FieldEpoch
from compliance.db import new_id
from compliance.journal import Event, record


def epoch() -> str:
    """The present epoch, as tablets know it."""
    return str(db.session.scalars(select(FieldEpoch.epoch)).one())


def renew_epoch(actor: Actor) -> str:
    """Begin another epoch, as after a restored backup: what came after that backup is on the tablets alone.

    They keep what they sent for two weeks after it was confirmed, and whatever the server holds already is recognised.
    """
    require(actor, Permission.MANAGE_NETWORK, EVERYWHERE)
    fresh = new_id()
    db.session.execute(update(FieldEpoch).values(epoch=fresh, begun_at=clock.now()))
    record(actor, Event.FIELD_EPOCH_RENEWED, None, epoch=str(fresh))
    return str(fresh)
