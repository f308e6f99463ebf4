"""What a decision on a text rests on, gathered once for the command that decides and the page that offers it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from compliance import clock, db
from compliance.access import EVERYWHERE, Actor, Permission, Place, may
from compliance.errors import RuleViolation
from compliance.playbooks import layers
from compliance.playbooks.approving import Standing, against_approving
from compliance.playbooks.effective import GLOBAL
from compliance.playbooks.models import Override, OverrideVersion, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_override, parse_playbook
from compliance.playbooks.weighing import Weighed, weigh
from compliance.refusals import Refusal


def standing_of(version: PlaybookVersion) -> Standing:
    rival = db.session.scalar(
        select(PlaybookVersion).where(
            PlaybookVersion.playbook_id == version.playbook_id, PlaybookVersion.id != version.id,
            PlaybookVersion.effective_on == version.effective_on, PlaybookVersion.status == VersionStatus.APPROVED))
    return Standing(version.reference, version.status.value, version.effective_on, version.author_id,
                    version.approved_by, rival.reference if rival else "", parse_playbook(version.source).retroactive)


def override_standing_of(version: OverrideVersion) -> Standing:
    """The same of an override; needs it loaded."""
    scope = version.override.scope
    rival = db.session.scalar(
        select(OverrideVersion.number).where(
            OverrideVersion.override_id == version.override_id, OverrideVersion.id != version.id,
            OverrideVersion.effective_on == version.effective_on, OverrideVersion.status == VersionStatus.APPROVED))
    return Standing(f"{scope} {version.number}", version.status.value, version.effective_on, version.requested_by_id,
                    version.approved_by, f"{scope} {rival}" if rival else "")


def weighed_of(version: OverrideVersion, on: date) -> tuple[Weighed, ...]:
    """Its operations against what stands above on a day. Raises RuleViolation while nothing does."""
    parent = layers.above(version.override, on)
    if parent is None:
        raise RuleViolation(f"No version of {version.override.playbook.title} is in force on {on}. Approve one first.")
    text = parse_override(version.source, playbook=version.override.playbook.prefix)
    return weigh(parent, version.override.kind, text, on)


def against_operations(actor: Actor, version: OverrideVersion, weighed: Sequence[Weighed]) -> list[Refusal]:
    """Operations that can never hold, and those whose owner the actor is not."""
    found = [Refusal("operation", each.refused) for each in weighed if each.refused]
    others = [each for each in weighed if each.owner and not may(
        actor, Permission.DECIDE_OVERRIDE, _place_of(version.override, each.owner))]
    return found + [
        Refusal("owner", f"{each.heading} changes what {each.owner} says. Its owner decides on that.")
        for each in others]


def reasons_against(actor: Actor, version: OverrideVersion) -> tuple[tuple[Weighed, ...], list[str]]:
    """The operations as they would be decided on today, and why this actor could not approve them."""
    today = clock.today()
    try:
        weighed = weighed_of(version, max(version.effective_on, today))
    except RuleViolation as nothing_above:
        return (), [str(nothing_above)]
    found = against_approving(override_standing_of(version), actor.id, today)
    return weighed, [refusal.message for refusal in found + against_operations(actor, version, weighed)]


def _place_of(override: Override, scope: str) -> Place:
    """The place of a layer above an override, or of its own."""
    if scope == GLOBAL or override.node is None:
        return EVERYWHERE
    head, found, _ = override.node.path.partition(f"/{scope}/")
    return Place(f"{head}/{scope}/") if found else EVERYWHERE
