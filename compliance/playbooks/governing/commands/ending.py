"""After publishing: withdrawn before it takes effect, read through again, or retired by two people."""

from datetime import date

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, require, visible_to
from compliance.errors import Forbidden, InvalidInput
from compliance.journal import Event, record
from compliance.playbooks import layers
from compliance.playbooks.governing.cases import case_of
from compliance.playbooks.governing.commands.publishing import name_after_latest, proposed_before, require_open
from compliance.playbooks.governing.guards import (
    against_retiring,
    against_reviewing,
    against_seconding,
    against_withdrawing,
)
from compliance.playbooks.governing.life import Yes
from compliance.playbooks.governing.models import SignOff
from compliance.playbooks.governing.pinned import open_audits
from compliance.playbooks.governing.signing import require_reason, require_same_text, second, sign
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus
from compliance.refusals import Refusal, refuse

EARLIEST_ZONE = "Pacific/Kiritimati"  # a version takes effect there first


def withdraw_version(actor: Actor, version: PlaybookVersion, *, reason: str, seen: int | None = None) -> None:
    """Take a published text back before it binds anybody: it is a draft again. Needs its playbook loaded."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    db.check_version(version, seen)
    require_reason(reason)
    refuse(against_withdrawing(case_of(version), clock.today(EARLIEST_ZONE)))
    version.status, version.decision, version.returned_at = VersionStatus.DRAFT, reason, clock.now()
    version.approved_at = version.approved_by_id = None
    version.approved_by, version.emergency = "", False
    db.session.flush()
    name_after_latest(version.playbook)
    layers.note_drift(version.playbook)
    record(actor, Event.PLAYBOOK_VERSION_WITHDRAWN, version, digest=version.digest, reason=reason)


def confirm_review(actor: Actor, version: PlaybookVersion, *, review_on: date, reason: str,
                   seen: int | None = None) -> None:
    """Say that a published text was read through and stands as it is, until the next such day."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    db.check_version(version, seen)
    require_reason(reason)
    refuse(against_reviewing(case_of(version), review_on, clock.today()))
    version.review_on = review_on
    record(actor, Event.PLAYBOOK_VERSION_REVIEWED, version, digest=version.digest, review_on=review_on, reason=reason)


def propose_retirement(actor: Actor, version: PlaybookVersion, *, until_on: date, reason: str = "",
                       successor: str = "") -> SignOff:
    """Ask a second owner to end a playbook on a day; names the playbook that follows, or why none does."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    if not successor:
        require_reason(reason)
    _require_playbook(actor, successor, version)
    refuse(_against_ending(version, until_on) + proposed_before(version, Yes.RETIRE))
    proposal = sign(actor, version, Yes.RETIRE, reason, until_on=until_on, successor=successor)
    record(actor, Event.PLAYBOOK_VERSION_RETIRING, version, until=until_on, reason=reason or None,
           successor=successor or None)
    return proposal


def confirm_retirement(actor: Actor, proposal: SignOff, *, digest: str) -> None:
    """End a playbook as another owner proposed; needs the version and its playbook loaded."""
    version = proposal.playbook_version
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    require_same_text(version, digest)
    require_open(proposal, digest)
    assert proposal.until_on is not None, "a retirement has its day"
    refuse(_against_ending(version, proposal.until_on) + against_seconding(proposal.person_id, actor.id))
    second(actor, proposal)
    version.status, version.until_on = VersionStatus.RETIRED, proposal.until_on
    db.session.flush()
    layers.note_drift(version.playbook)
    record(actor, Event.PLAYBOOK_VERSION_RETIRED, version, until=proposal.until_on, proposed_by=proposal.person,
           reason=proposal.reason or None, successor=proposal.successor or None)


def end_sign_off(actor: Actor, given: SignOff, *, reason: str) -> None:
    """Take one's own yes back, or turn down what another owner proposed. Needs the version loaded."""
    needed = Permission.CONSENT_LEGALLY if given.kind is Yes.LEGAL else Permission.PUBLISH_PLAYBOOK
    require(actor, needed, given)
    require_reason(reason)
    if given.ended_at is not None or given.second_at is not None:
        refuse([Refusal("ended", "This is settled already.")])
    if given.kind is Yes.LEGAL and given.person_id != actor.id:
        raise Forbidden("Only who gave this consent takes it back.")
    if given.kind is Yes.LEGAL and given.playbook_version.status is not VersionStatus.IN_REVIEW:
        refuse([Refusal("status", "The text was decided on with this consent; it stays on record.")])
    given.ended_at, given.ended_by, given.ended_reason = clock.now(), actor.name, reason
    record(actor, Event.SIGN_OFF_ENDED, given, kind=given.kind, of=given.playbook_version.reference, reason=reason)


def _against_ending(version: PlaybookVersion, until_on: date) -> list[Refusal]:
    return against_retiring(case_of(version), until_on, clock.today(), open_audits(version))


def _require_playbook(actor: Actor, key: str, version: PlaybookVersion) -> None:
    if not key:
        return
    found = db.session.scalar(visible_to(actor, select(Playbook.id), Playbook).where(Playbook.key == key))
    if found is None or found == version.playbook_id:
        raise InvalidInput("Name another playbook as the successor.", {"successor": ["Choose another playbook."]})
