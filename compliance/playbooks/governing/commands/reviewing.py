"""A version on its way to a decision: into review and back, what became of its clauses, and the lawyer's yes."""

from collections.abc import Sequence
from datetime import date

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.errors import Conflict, Forbidden, InvalidInput
from compliance.journal import Event, record
from compliance.playbooks.drafting.queries import authors_of
from compliance.playbooks.governing.cases import Matter, case_of, lineages_of
from compliance.playbooks.governing.fates import Confirmed, fault_of
from compliance.playbooks.governing.guards import against_consenting, against_moving, against_submitting
from compliance.playbooks.governing.life import Yes, latest_review
from compliance.playbooks.governing.models import ClauseLineage, SignOff
from compliance.playbooks.governing.signing import person_id, require_reason, require_same_text, sign
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from compliance.refusals import Refusal, refuse

OPEN = frozenset({VersionStatus.DRAFT, VersionStatus.IN_REVIEW})


def submit_version(actor: Actor, version: PlaybookVersion, *, review_on: date | None = None,
                   seen: int | None = None) -> None:
    """Send a draft to review; from here on its text stands still. Without a day it is read through again in a year."""
    require(actor, Permission.WRITE_PLAYBOOK, version)
    db.check_version(version, seen)
    version.review_on = review_on or latest_review(version.effective_on)
    refuse(against_submitting(case_of(version), clock.today()))
    version.status = VersionStatus.IN_REVIEW
    version.submitted_at, version.submitted_by = clock.now(), actor.name
    version.returned_at, version.decision = None, ""
    record(actor, Event.PLAYBOOK_VERSION_SUBMITTED, version, digest=version.digest, change=version.change,
           effective=version.effective_on, review_on=version.review_on)


def return_version(actor: Actor, version: PlaybookVersion, *, reason: str, seen: int | None = None) -> None:
    """Ask its authors for changes: the text is a draft again."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    db.check_version(version, seen)
    require_reason(reason)
    _back_to_draft(version, reason)
    record(actor, Event.PLAYBOOK_VERSION_RETURNED, version, digest=version.digest, reason=reason)


def recall_version(actor: Actor, version: PlaybookVersion, *, seen: int | None = None) -> None:
    """Take one's own text out of review, to go on writing."""
    require(actor, Permission.WRITE_PLAYBOOK, version)
    db.check_version(version, seen)
    if actor.id not in authors_of(version):
        raise Forbidden("Only somebody who wrote on this text takes it back. An owner can return it.")
    _back_to_draft(version, "")
    record(actor, Event.PLAYBOOK_VERSION_RECALLED, version, digest=version.digest)


def decline_version(actor: Actor, version: PlaybookVersion, *, reason: str, seen: int | None = None) -> None:
    """Say no to a version for good, with the reason its author reads. Its number is never used again."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    db.check_version(version, seen)
    require_reason(reason)
    refuse(against_moving(case_of(version), VersionStatus.DECLINED))
    version.status, version.decision = VersionStatus.DECLINED, reason
    record(actor, Event.PLAYBOOK_VERSION_DECLINED, version, reason=reason)


def consent(actor: Actor, version: PlaybookVersion, *, digest: str, reason: str = "") -> SignOff:
    """Legal consent to exactly the text of a digest."""
    require(actor, Permission.CONSENT_LEGALLY, version)
    require_same_text(version, digest)
    refuse(against_consenting(case_of(version), actor.id))
    given = sign(actor, version, Yes.LEGAL, reason)
    record(actor, Event.PLAYBOOK_VERSION_CONSENTED, version, digest=digest, reason=reason or None)
    return given


def confirm_lineage(actor: Actor, version: PlaybookVersion, *, said: Sequence[Confirmed]) -> None:
    """Say what became of clauses of the version before; what was said of one earlier is said anew."""
    require(actor, Permission.WRITE_PLAYBOOK, version)
    if version.status not in OPEN:
        refuse(against_moving(case_of(version), VersionStatus.IN_REVIEW))
    matter = Matter(version)
    asked = {each.former: each for each in matter.suggested}
    if matter.text is None or any(each.former not in asked for each in said):
        raise Conflict("The text changed meanwhile: other clauses need a word now. Look again.")
    faults = {each.former: [fault] for each in said if (fault := fault_of(each, asked[each.former], matter.text))}
    if faults:
        raise InvalidInput(next(iter(faults.values()))[0], faults)
    _keep(actor, version, said)
    record(actor, Event.PLAYBOOK_VERSION_TRACED, version, digest=version.digest, clauses=[
        {"former": each.former, "fate": each.fate, "successors": list(each.successors)} for each in said])


def _keep(actor: Actor, version: PlaybookVersion, said: Sequence[Confirmed]) -> None:
    rows = {row.former: row for row in lineages_of(version)}
    for each in said:
        row = rows.get(each.former)
        if row is None:
            row = ClauseLineage(playbook_version_id=version.id, former=each.former)
            db.session.add(row)
        row.fate, row.successors = each.fate, list(each.successors)
        row.confirmed_by_id, row.confirmed_by = person_id(actor), actor.name
        row.confirmed_at = clock.now()


def _back_to_draft(version: PlaybookVersion, reason: str) -> None:
    if version.status is not VersionStatus.IN_REVIEW:
        refuse([Refusal("status", f"{version.reference} is not in review, so there is nothing to take back.")])
    version.status, version.decision, version.returned_at = VersionStatus.DRAFT, reason, clock.now()
