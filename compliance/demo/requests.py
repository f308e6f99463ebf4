"""How the overrides of the demo were asked for and decided on: reasons, law, Legal, and who said what."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.demo.story import Story
from compliance.playbooks.localising import commands
from compliance.playbooks.models import Override, OverrideVersion, Playbook
from compliance.playbooks.operations import NEEDS_APPROVAL, Effect

LEGAL = "d.moreau"
LOOKED_AT_AGAIN = relativedelta(months=30)
# A few rules come up for their review within the next weeks, by playbook and scope: days from now.
SOON = {("escalation-handling", "apac"): 38, ("moderator-wellbeing", "jp"): 52}
# What is done instead, and who answers for it.
CONTROLS = {
    ("business-continuity", "ph"): (
        "Wardens check telephone numbers and addresses from signal 1, and count people after fifteen minutes.",
        "g.magsaysay"),
    ("escalation-handling", "ph"): (
        "The shift lead in Cebu goes through every open P1 at two and at five and writes to each user.", "g.magsaysay"),
    ("data-access", "kul2"): (
        "The phones of team leaders carry a sticker over the camera, and a guard looks at it at the door.", "j.tan"),
}
CONSENTS = {
    ("business-continuity", "ph"): "No law sets a time, and the first count after fifteen minutes stays.",
}


def ask(story: Story, asker: str, key: str, scope: str, *, rationale: str = "", law: str = "") -> None:
    """Put the newest draft of a scope before those who decide."""
    version = override_version(key, scope)
    control, owner = CONTROLS.get((key, scope), ("", ""))
    laws = law or "; ".join(_laws(version))
    commands.ask_for_override(
        story.actor(asker), version, rationale=rationale or version.rationale, legal_basis=bool(laws),
        legal_reference=laws, review_on=_review(story, version, key, scope), control=control,
        control_owner=story.person(owner) if owner else None)


def _review(story: Story, version: OverrideVersion, key: str, scope: str) -> date:
    if any(Effect(effect) in NEEDS_APPROVAL for effect in version.effects.values()):
        return max(date.fromisoformat(day) for day in version.reviews)
    if (key, scope) in SOON:
        return story.day(-SOON[key, scope])
    return max(version.effective_on, clock.today()) + LOOKED_AT_AGAIN


def _laws(version: OverrideVersion) -> list[str]:
    said = (line.partition(":")[2].strip() for line in version.source.splitlines() if line.startswith("- Law:"))
    return list(dict.fromkeys(said))


def approve(story: Story, owner: str, key: str, scope: str, decision: str) -> None:
    """The yes of an owner, after Legal where something is looser."""
    version = override_version(key, scope)
    looser = [name for name, effect in version.effects.items() if Effect(effect) in NEEDS_APPROVAL]
    if looser:
        commands.consent(
            story.actor(LEGAL), version, digest=version.digest, given=True, reason=CONSENTS[key, scope])
    commands.approve_override(
        story.actor(owner), version, digest=version.digest, decision=decision, approvals=looser)


def decline(story: Story, owner: str, key: str, scope: str, reason: str) -> None:
    commands.decline_override(story.actor(owner), override_version(key, scope), reason=reason)


def override_version(key: str, scope: str) -> OverrideVersion:
    """The newest version of a scope, with its playbook and place."""
    found: Any = db.session.scalars(
        select(OverrideVersion).join(OverrideVersion.override).join(Override.playbook)
        .options(joinedload(OverrideVersion.override).options(joinedload(Override.playbook), joinedload(Override.node),
                                                              joinedload(Override.vendor)))
        .where(Playbook.key == key, Override.scope == scope).order_by(OverrideVersion.number.desc())).unique().first()
    assert isinstance(found, OverrideVersion)
    return found
