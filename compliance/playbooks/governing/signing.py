"""The parts every decision has: who signs, for which text, and why."""

from datetime import date
from uuid import UUID

from compliance import clock, db
from compliance.access import SYSTEM, Actor
from compliance.errors import Conflict, InvalidInput
from compliance.playbooks.governing.life import Yes
from compliance.playbooks.governing.models import SignOff
from compliance.playbooks.models import PlaybookVersion


def sign(actor: Actor, version: PlaybookVersion, kind: Yes, reason: str, *, until_on: date | None = None,
         successor: str = "") -> SignOff:
    """Put one person's yes to the present text on record."""
    row = SignOff(playbook_version=version, kind=kind, digest=version.digest, person_id=actor.id, person=actor.name,
                  at=clock.now(), reason=reason, until_on=until_on, successor=successor)
    db.session.add(row)
    db.session.flush()
    return row


def second(actor: Actor, given: SignOff) -> None:
    """The second person of a two-person decision."""
    given.second_id, given.second, given.second_at = actor.id, actor.name, clock.now()


def require_same_text(version: PlaybookVersion, digest: str) -> None:
    """Refuse a yes to a text that is no longer the one that was read."""
    if version.digest != digest:
        raise Conflict("The text changed under you. What you read is not what stands now: read it again, then decide.")


def require_reason(said: str, field: str = "reason") -> None:
    if not said.strip():
        raise InvalidInput("Say why: others will read this, and ask later.", {field: ["Say why."]})


def person_id(actor: Actor) -> UUID | None:
    return None if actor == SYSTEM else actor.id
