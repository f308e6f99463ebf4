"""Continuity plans that could be approved, and exercises at every point of their life."""

import itertools
from datetime import date
from typing import Any
from uuid import UUID

from compliance import clock
from compliance.access import Actor, Role
from compliance.continuity import commands
from compliance.continuity.contents import (
    CallTree,
    Duty,
    Measured,
    PlanContents,
    PlannedActivity,
    Record,
    as_stored,
)
from compliance.continuity.models import ContinuityPlan, Exercise
from compliance.continuity.objectives import ExerciseStatus, ExerciseType, PlanStatus
from compliance.network.models import Site
from tests.builders.accounts import a_person, an_actor
from tests.builders.network import a_site, an_operation
from tests.builders.saving import save, saving

numbers = itertools.count(1)
MODERATION = PlannedActivity("Moderation", tier=1, rto_minutes=240, mtpd_minutes=480, mbco_percent=50,
                             strategy="Queues move to the failover site.", failover="")
CASEWORK = PlannedActivity("Casework", tier=2, rto_minutes=1440, mtpd_minutes=2880, mbco_percent=30)


def contents(**changes: Any) -> PlanContents:
    """A plan nobody could refuse, for a clock in 2026."""
    valid: dict[str, Any] = {
        "title": "Continuity plan", "purpose": "Keep queues with a human behind them.",
        "activation": "The site lead activates it when the building is lost.",
        "deactivation": "The site lead ends it once the floor is back.", "recovery": "Moderation first, then casework.",
        "activities": [MODERATION, CASEWORK], "roles": [Duty("Lead", "Ana", "Ben", "radio")],
        "bia_on": date(2026, 1, 10), "review_on": date(2027, 1, 10),
    }
    return PlanContents(**valid | changes)


def a_plan(site: Site | None = None, vendor_id: UUID | None = None, **fields: Any) -> ContinuityPlan:
    """A draft, or what `status` says, with columns as `contents()` fills them."""
    site = site or a_site()
    said = contents(**{name: fields.pop(name) for name in ("activities", "roles") if name in fields})
    valid: dict[str, Any] = {
        "reference": f"PLN-2019-{next(numbers):04d}",
        "status": PlanStatus.DRAFT, "title": said.title, "purpose": said.purpose, "activation": said.activation,
        "deactivation": said.deactivation, "recovery": said.recovery, "activities": as_stored(said.activities),
        "roles": as_stored(said.roles), "bia_on": said.bia_on, "review_on": said.review_on, "added_at": clock.now(),
    }
    author_id = fields.pop("author_id", None) or a_person(Role.CONTINUITY_LEAD, site).id
    return save(ContinuityPlan(site_id=site.id, site=site, vendor_id=vendor_id, author_id=author_id,
                               writer_ids=[str(author_id)], **valid | fields))


def a_current_plan(site: Site | None = None, vendor_id: UUID | None = None, **fields: Any) -> ContinuityPlan:
    return a_plan(site, vendor_id, **{"status": PlanStatus.CURRENT, **fields})


def an_exercise(actor: Actor | None = None, site: Site | None = None, vendor_id: UUID | None = None,
                **fields: Any) -> Exercise:
    """A functional exercise planned for today by a continuity lead, at a site whose plan is current."""
    site = site or a_site_with_a_plan()
    valid: dict[str, Any] = {
        "type": ExerciseType.FUNCTIONAL, "title": "Loss of the floor", "planned_on": clock.today(site.zone or "UTC"),
        "objective": "Move the queues in time.", "scenario": "The building is closed at 10:00; lifts stop at 10:20.",
    }
    lead = fields.pop("lead", None) or a_person(Role.CONTINUITY_LEAD, site)
    with saving():
        return commands.plan_exercise(actor or an_actor(Role.CONTINUITY_LEAD), site=site, vendor_id=vendor_id,
                                      lead=lead, **valid | fields)


def a_site_with_a_plan(**fields: Any) -> Site:
    """A site run in-house that has a current plan and a lead."""
    site = a_site(**fields)
    an_operation(site)
    a_current_plan(site)
    return site


def measured(moderation: int = 300, casework: int = 600, **fields: Any) -> Record:
    """What was measured today; Moderation promises 240 minutes, Casework 1440."""
    valid: dict[str, Any] = {
        "conducted_on": clock.today(), "participants": 24, "call_tree": CallTree(50, 46),
        "measured": [Measured("Moderation", moderation, 60), Measured("Casework", casework, 40)],
    }
    return Record(**valid | fields)


def a_held_exercise(site: Site | None = None, conducted: Record | None = None, **fields: Any) -> Exercise:
    """An exercise that was recorded; it missed its recovery time unless `conducted` says otherwise."""
    actor = an_actor(Role.CONTINUITY_LEAD)
    exercise = an_exercise(actor, site, **fields)
    with saving():
        commands.record_exercise(actor, exercise, conducted=conducted or measured())
    assert exercise.status is ExerciseStatus.CONDUCTED
    return exercise
