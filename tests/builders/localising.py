"""Requests to test with: a draft asked for, consented to by Legal, and decided on, each by somebody of its own."""

from collections.abc import Collection
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Role
from compliance.playbooks.localising import commands
from compliance.playbooks.models import Override, OverrideVersion
from tests.builders.accounts import a_person, an_actor
from tests.builders.saving import saving


def asked(version: OverrideVersion, actor: Actor = SYSTEM, **said: Any) -> OverrideVersion:
    """Put before those who decide; what asks for less has a control and somebody who answers for it."""
    begins: date = max(version.effective_on, clock.today())
    valid: dict[str, Any] = {
        "rationale": "For a test", "legal_basis": False, "review_on": begins + relativedelta(months=11),
        "control": "A second person looks", "control_owner": a_person(),
    }
    with saving():
        commands.ask_for_override(actor, version, **valid | said)
    return version


def consented(version: OverrideVersion, actor: Actor | None = None, *, given: bool = True) -> OverrideVersion:
    with saving():
        commands.consent(actor or an_actor(Role.LEGAL_REVIEWER), version, digest=version.digest, given=given,
                         reason="Counsel read it")
    return version


def settled(owner: Actor, version: OverrideVersion, approvals: Collection[str] = ()) -> OverrideVersion:
    """Approved by an owner: taken over where it holds already, else asked for, consented to and decided on."""
    if version.effective_on <= clock.today():
        with saving():
            commands.take_over_override(owner, version, decision="For a test", approvals=approvals)
        return version
    asked(version)
    if approvals:
        consented(version)
    with saving():
        commands.approve_override(
            owner, version, digest=version.digest, decision="For a test", approvals=approvals)
    return version


def version_of(scope: str, number: int = 1) -> OverrideVersion:
    """The version of a scope, with its playbook and place."""
    whole = joinedload(OverrideVersion.override)
    return db.session.scalars(
        select(OverrideVersion).join(OverrideVersion.override)
        .where(Override.scope == scope, OverrideVersion.number == number)
        .options(whole.joinedload(Override.playbook), whole.joinedload(Override.node),
                 whole.joinedload(Override.vendor))).unique().one()
