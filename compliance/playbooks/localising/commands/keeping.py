"""How each act on a request is kept: the step of its history, the journal, and what everybody has to say."""

from typing import Any

from compliance import clock, db
from compliance.access import SYSTEM, Actor
from compliance.errors import Conflict, InvalidInput
from compliance.journal import Event, record
from compliance.playbooks.localising.models import Act, RequestStep
from compliance.playbooks.localising.routing import LIFE
from compliance.playbooks.models import OverrideVersion, VersionStatus


def check_text(version: OverrideVersion, seen: int | None, digest: str | None) -> None:
    """Refuse what was said of a text that is no longer the present one."""
    if digest is not None and digest != version.digest:
        raise Conflict("The text changed after you opened it. What you typed is kept; read the present text first.")
    db.check_version(version, seen)


def require_words(said: str, field: str, message: str = "Say why: whoever asked for it will read this.") -> None:
    if not said.strip():
        raise InvalidInput(message, {field: [message]})


def keep(actor: Actor, version: OverrideVersion, act: Act, reason: str, *,
         to: VersionStatus | None = None) -> RequestStep:
    """Add an act to the history, and move the request on where the act does that."""
    step = RequestStep(
        override_version_id=version.id, act=act, stage=version.status, reason=reason, digest=version.digest,
        person_id=None if actor == SYSTEM else actor.id, person=actor.name, at=clock.now())
    db.session.add(step)
    if to is not None:
        LIFE.check(version.status, to)
        version.status = to
    return step


def tell(actor: Actor, event: Event, version: OverrideVersion, **fields: Any) -> None:
    record(actor, event, version, playbook=version.override.playbook.key, scope=version.override.scope,
           digest=version.digest, **fields)
    db.session.flush()
