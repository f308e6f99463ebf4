"""Publishing a version: with due notice by one owner, without it by two, or taken over from before the product."""

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.journal import Event, record
from compliance.playbooks import layers
from compliance.playbooks.choosing import STANDING
from compliance.playbooks.governing.cases import case_of, sign_offs_of
from compliance.playbooks.governing.guards import (
    against_approving,
    against_hurrying,
    against_seconding,
    against_taking_over,
)
from compliance.playbooks.governing.life import Yes, latest_review
from compliance.playbooks.governing.models import SignOff
from compliance.playbooks.governing.signing import person_id, require_reason, require_same_text, second, sign
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_playbook
from compliance.refusals import Refusal, refuse


def approve_version(actor: Actor, version: PlaybookVersion, *, digest: str, decision: str = "",
                    seen: int | None = None) -> None:
    """Publish the text of a digest: it holds from its date on, at every site at midnight there.

    Needs its playbook loaded. Raises Conflict when the text is another by now.
    """
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    require_same_text(version, digest)
    db.check_version(version, seen)
    refuse(against_approving(case_of(version), actor.id, clock.today()))
    _publish(actor, version, decision)
    record(actor, Event.PLAYBOOK_VERSION_APPROVED, version, digest=digest, effective=version.effective_on,
           decision=decision or None)


def propose_emergency(actor: Actor, version: PlaybookVersion, *, digest: str, reason: str) -> SignOff:
    """Ask a second owner to publish without the notice that is due."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    require_same_text(version, digest)
    require_reason(reason)
    refuse(against_hurrying(case_of(version), actor.id, clock.today()) + proposed_before(version, Yes.EMERGENCY))
    proposal = sign(actor, version, Yes.EMERGENCY, reason)
    record(actor, Event.PLAYBOOK_VERSION_HURRIED, version, digest=digest, reason=reason)
    return proposal


def confirm_emergency(actor: Actor, proposal: SignOff, *, digest: str, decision: str = "") -> None:
    """Publish without notice what another owner proposed; needs the version and its playbook loaded."""
    version = proposal.playbook_version
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    require_same_text(version, digest)
    require_open(proposal, digest)
    refuse(against_hurrying(case_of(version), actor.id, clock.today())
           + against_seconding(proposal.person_id, actor.id))
    second(actor, proposal)
    version.emergency = True
    _publish(actor, version, decision or proposal.reason)
    record(actor, Event.PLAYBOOK_VERSION_APPROVED, version, digest=digest, effective=version.effective_on,
           emergency=proposal.reason, proposed_by=proposal.person, decision=decision or None)


def take_over_version(actor: Actor, version: PlaybookVersion, *, decision: str) -> None:
    """Approve a text that was in force before the product kept it: its notice and its reviews are history.

    Only for who sets an installation up, from the command line; every page goes through `approve_version`.
    """
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    require_reason(decision, "decision")
    refuse(against_taking_over(case_of(version), actor.id, clock.today()))
    version.review_on = version.review_on or latest_review(version.effective_on)
    _publish(actor, version, decision)
    record(actor, Event.PLAYBOOK_VERSION_TAKEN_OVER, version, digest=version.digest, effective=version.effective_on,
           claimed=version.claimed or None, decision=decision)


def require_open(proposal: SignOff, digest: str) -> None:
    """Refuse to second what was taken back, is done, or was said of another text."""
    if proposal.ended_at is not None:
        refuse([Refusal("ended", f"{proposal.ended_by} ended this proposal. Propose it anew if it is still wanted.")])
    if proposal.second_at is not None:
        refuse([Refusal("done", f"{proposal.second} confirmed this already.")])
    if proposal.digest != digest:
        refuse([Refusal("digest", "It was proposed for another text. Propose it anew for this one.")])


def proposed_before(version: PlaybookVersion, kind: Yes) -> list[Refusal]:
    return [Refusal("proposed", f"{each.person} proposed this already. Somebody else than {each.person} confirms it.")
            for each in sign_offs_of(version, kind) if each.second_at is None]


def _publish(actor: Actor, version: PlaybookVersion, decision: str) -> None:
    version.status = VersionStatus.APPROVED
    version.decision = decision
    version.approved_at = clock.now()
    version.approved_by_id = person_id(actor)
    version.approved_by = actor.name
    version.returned_at = None
    db.session.flush()
    name_after_latest(version.playbook)
    layers.note_drift(version.playbook)


def name_after_latest(playbook: Playbook) -> None:
    """The playbook is called what its latest published text calls it."""
    source = db.session.scalar(
        select(PlaybookVersion.source).where(
            PlaybookVersion.playbook_id == playbook.id, PlaybookVersion.status.in_(STANDING))
        .order_by(PlaybookVersion.effective_on.desc(), PlaybookVersion.approved_at.desc()).limit(1))
    if source is not None:
        text = parse_playbook(source)
        playbook.title, playbook.owner = text.title, text.owner
