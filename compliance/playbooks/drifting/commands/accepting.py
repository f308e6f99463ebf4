"""Say that an operation may go on as it is although the text above moved."""

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Permission, require
from compliance.errors import Conflict, InvalidInput
from compliance.journal import Event, record
from compliance.playbooks import layers, staleness
from compliance.playbooks.drafting.queries import authors_of
from compliance.playbooks.drifting.comparing import compared
from compliance.playbooks.drifting.guards import against_accepting
from compliance.playbooks.models import OperationDrift
from compliance.refusals import refuse

SAY_WHY = "Say why it may go on: whoever looks at it after the next change reads this."


def acknowledge(actor: Actor, item: OperationDrift, *, why: str, seen: str) -> None:
    """Pin an operation to the text above as it is now: it holds and stays quiet until that text moves again.

    `seen` is the digest of what the actor had before them. Leave to ask for less is not renewed by this. Needs the
    override version with override, playbook and node loaded.
    """
    version = item.override_version
    require(actor, Permission.DECIDE_LOCALLY, version)
    if seen != item.seen:
        raise Conflict("The text above moved again after you opened this. Look at it as it stands now.")
    found = compared(version)
    refuse(against_accepting(actor, item, found, authors_of(version)))
    judged = found.by_key.get(item.operation) if found else None
    if found is None or judged is None or staleness.seen_digest(judged, found.new) != seen:
        raise Conflict("This is not what stands above it next. Look at the period before it first.")
    if not why.strip():
        raise InvalidInput(SAY_WHY, {"why": [SAY_WHY]})
    version.accepted = [*version.accepted, {
        "operation": item.operation, "seen": seen, "at": clock.now().isoformat(), "by": actor.name,
        "by_id": None if actor == SYSTEM else str(actor.id), "why": why.strip()}]
    record(actor, Event.DRIFT_ACCEPTED, version, playbook=version.override.playbook.key, scope=version.override.scope,
           operation=item.operation, state=item.state, seen=seen, why=why.strip())
    db.session.flush()
    layers.note_drift(version.override.playbook, version.override)
