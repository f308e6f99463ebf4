"""Decide on an override that was asked for: consent for the law, approve, decline, return with questions."""

from collections.abc import Collection
from datetime import date
from typing import Any

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Permission, require
from compliance.journal import Event
from compliance.playbooks import layers
from compliance.playbooks.localising.commands.keeping import check_text, keep, require_words, tell
from compliance.playbooks.localising.deciding import against_approving, against_consenting, against_deciding
from compliance.playbooks.localising.dossier import (
    Dossier,
    against_others,
    decided_with,
    dossier_of,
    readable,
    with_names,
)
from compliance.playbooks.localising.models import Act
from compliance.playbooks.localising.routing import next_review
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.weighing import Weighed, gravest, missing_consent
from compliance.refusals import Refusal, refuse


def approve_override(actor: Actor, version: OverrideVersion, *, digest: str, decision: str,
                     approvals: Collection[str] = (), seen: int | None = None) -> None:
    """Say yes to the text of a digest: it goes on to the next review, or holds from its date on when none is left.

    `approvals` names each operation that loosens or waives ("set ack_min"): leave is given for the text above as it
    stands now, and lapses when that changes. Needs override, playbook and node loaded.
    """
    require(actor, decided_with(version), version)
    check_text(version, seen, digest)
    dossier = dossier_of(version)
    readable(dossier)
    mine = dossier.covered_by(actor) | dossier.decided()
    left = next_review(dossier.weighed, mine)
    refuse(against_approving(with_names(dossier), actor.id, dossier.weighed, final=left is None)
           + against_others(dossier, mine)
           + agreed(dossier, dossier.covered_by(actor) - dossier.decided(), approvals))
    require_words(decision, "decision")
    version.approvals = approvals_of(actor, dossier)
    if left is None:
        settle(actor, dossier, decision)
    else:
        keep(actor, version, Act.APPROVED, decision, to=left)
        tell(actor, Event.OVERRIDE_VERSION_PASSED_ON, version, review=left, decision=decision)


def agreed(dossier: Dossier, mine: Collection[str], approvals: Collection[str]) -> list[Refusal]:
    looser = [each for each in dossier.weighed if each.key in mine]
    return [Refusal("consent", said) for said in missing_consent(looser, approvals)]


def approvals_of(actor: Actor, dossier: Dossier) -> list[dict[str, Any]]:
    """The leave given so far, an earlier review's for as long as it rests on the same text, and now the actor's."""
    before = {given["operation"]: given for given in dossier.version.approvals}
    mine, found = dossier.covered_by(actor), []
    for each in (weighed for weighed in dossier.weighed if weighed.needs_approval):
        earlier = before.get(each.key)
        if earlier is not None and earlier["basis"] == each.basis:
            found.append(earlier)
        elif each.key in mine:
            found.append(leave(actor, each, clock.today()))
    return found


def leave(actor: Actor, weighed: Weighed, today: date) -> dict[str, Any]:
    return {"operation": weighed.key, "basis": weighed.basis, "approver": actor.name, "approved_on": today.isoformat()}


def settle(actor: Actor, dossier: Dossier, decision: str) -> None:
    """Let an override hold from its date on, and see what that does to those below it."""
    version = dossier.version
    keep(actor, version, Act.APPROVED, decision, to=VersionStatus.APPROVED)
    version.decision = decision
    version.approved_at = clock.now()
    version.approved_by_id = None if actor == SYSTEM else actor.id
    version.approved_by = actor.name
    version.effects = {each.key: str(each.effect) for each in dossier.weighed}
    version.effect = gravest(each.effect for each in dossier.weighed)
    tell(actor, Event.OVERRIDE_VERSION_APPROVED, version, decision=decision, approvals=version.approvals or None)
    db.session.flush()
    layers.note_drift(version.override.playbook)


def decline_override(actor: Actor, version: OverrideVersion, *, reason: str, seen: int | None = None,
                     digest: str | None = None) -> None:
    """Say no to an override; the text above holds, and whoever asked reads why and may appeal once."""
    require(actor, decided_with(version), version)
    check_text(version, seen, digest)
    refuse(against_deciding(with_names(dossier_of(version)), actor.id))
    require_words(reason, "reason")
    keep(actor, version, Act.DECLINED, reason, to=VersionStatus.DECLINED)
    version.decision = reason
    tell(actor, Event.OVERRIDE_VERSION_DECLINED, version, reason=reason)


def return_request(actor: Actor, version: OverrideVersion, *, questions: str, seen: int | None = None,
                   digest: str | None = None) -> None:
    """Give it back with questions: its writers may change the text and ask again."""
    require(actor, decided_with(version), version)
    check_text(version, seen, digest)
    refuse(against_deciding(with_names(dossier_of(version)), actor.id))
    require_words(questions, "questions", "Say what you need to know: whoever asked for it will read this.")
    keep(actor, version, Act.RETURNED, questions, to=VersionStatus.RETURNED)
    version.decision = questions
    tell(actor, Event.OVERRIDE_VERSION_RETURNED, version, questions=questions)


def consent(actor: Actor, version: OverrideVersion, *, digest: str, given: bool, reason: str,
            seen: int | None = None) -> None:
    """Say for Legal whether what asks for less may hold; the word is for this text and no other."""
    require(actor, Permission.CONSENT_LEGALLY, version)
    check_text(version, seen, digest)
    dossier = dossier_of(version)
    readable(dossier)
    refuse(against_consenting(dossier.case, actor.id, dossier.weighed))
    require_words(reason, "reason", "Say what it rests on: those who decide read this.")
    keep(actor, version, Act.CONSENTED if given else Act.REFUSED_CONSENT, reason)
    event = Event.OVERRIDE_VERSION_CONSENTED if given else Event.OVERRIDE_VERSION_CONSENT_REFUSED
    tell(actor, event, version, reason=reason)
