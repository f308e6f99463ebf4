"""Approve and decline: versions of a playbook by its owners, overrides by the owners of what they change."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Permission, require
from compliance.errors import InvalidInput
from compliance.journal import Event, record
from compliance.playbooks import layers
from compliance.playbooks.approving import against_approving, against_deciding, against_silence
from compliance.playbooks.deliberating import against_operations, override_standing_of, standing_of, weighed_of
from compliance.playbooks.models import OverrideVersion, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_playbook
from compliance.playbooks.weighing import Weighed, gravest, missing_consent
from compliance.refusals import Refusal, refuse


def approve_version(actor: Actor, version: PlaybookVersion, *, decision: str = "", seen: int | None = None) -> None:
    """Publish a version: it holds from its date on, at every site at midnight there. Needs its playbook loaded."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    db.check_version(version, seen)
    text, today = standing_of(version), clock.today()
    refuse(against_approving(text, actor.id, today) + against_silence(text, decision, today))
    _approve(actor, version, decision)
    _take_over_title(version)
    record(actor, Event.PLAYBOOK_VERSION_APPROVED, version, digest=version.digest, effective=version.effective_on,
           decision=decision or None)
    db.session.flush()
    layers.note_drift(version.playbook)


def decline_version(actor: Actor, version: PlaybookVersion, *, reason: str, seen: int | None = None) -> None:
    """Say no to a version, with the reason its author reads."""
    require(actor, Permission.PUBLISH_PLAYBOOK, version)
    db.check_version(version, seen)
    refuse(against_deciding(standing_of(version)))
    _decline(version, reason)
    record(actor, Event.PLAYBOOK_VERSION_DECLINED, version, reason=reason)


def approve_override(actor: Actor, version: OverrideVersion, *, decision: str, approvals: Collection[str] = (),
                     seen: int | None = None) -> None:
    """Let an override hold from its date on.

    `approvals` names each operation that loosens or waives ("set ack_min"): leave is given for the text above as it
    stands now, and lapses when that changes. Needs override, playbook and node loaded.
    """
    require(actor, Permission.DECIDE_OVERRIDE, version)
    db.check_version(version, seen)
    today = clock.today()
    weighed = weighed_of(version, max(version.effective_on, today))
    refuse(against_approving(override_standing_of(version), actor.id, today)
           + against_operations(actor, version, weighed)
           + [Refusal("consent", said) for said in missing_consent(weighed, approvals)])
    _require_reason(decision, "decision")
    _approve(actor, version, decision)
    version.approvals = [_approval(actor, each, today) for each in weighed if each.needs_approval]
    version.effects = {each.key: str(each.effect) for each in weighed}
    version.effect = gravest(each.effect for each in weighed)
    record(actor, Event.OVERRIDE_VERSION_APPROVED, version, playbook=version.override.playbook.key,
           scope=version.override.scope, digest=version.digest, decision=decision, approvals=version.approvals or None)
    db.session.flush()
    layers.note_drift(version.override.playbook)


def decline_override(actor: Actor, version: OverrideVersion, *, reason: str, seen: int | None = None) -> None:
    """Say no to an override; the text above holds, and whoever asked reads why."""
    require(actor, Permission.DECIDE_OVERRIDE, version)
    db.check_version(version, seen)
    refuse(against_deciding(override_standing_of(version)))
    _decline(version, reason)
    record(actor, Event.OVERRIDE_VERSION_DECLINED, version, playbook=version.override.playbook.key,
           scope=version.override.scope, reason=reason)


def _approve(actor: Actor, version: PlaybookVersion | OverrideVersion, decision: str) -> None:
    version.status = VersionStatus.APPROVED
    version.decision = decision
    version.approved_at = clock.now()
    version.approved_by_id = None if actor == SYSTEM else actor.id
    version.approved_by = actor.name


def _decline(version: PlaybookVersion | OverrideVersion, reason: str) -> None:
    _require_reason(reason, "reason")
    version.status = VersionStatus.DECLINED
    version.decision = reason


def _require_reason(said: str, field: str) -> None:
    if not said.strip():
        raise InvalidInput("Say why: whoever asked for it will read this.", {field: ["Say why."]})


def _take_over_title(version: PlaybookVersion) -> None:
    """The playbook is called what its latest approved text calls it."""
    later = db.session.scalar(
        select(PlaybookVersion.id).where(
            PlaybookVersion.playbook_id == version.playbook_id, PlaybookVersion.status == VersionStatus.APPROVED,
            PlaybookVersion.effective_on > version.effective_on).limit(1))
    if later is None:
        text = parse_playbook(version.source)
        version.playbook.title, version.playbook.owner = text.title, text.owner


def _approval(actor: Actor, weighed: Weighed, today: date) -> dict[str, Any]:
    return {"operation": weighed.key, "basis": weighed.basis, "approver": actor.name, "approved_on": today.isoformat()}
