"""Gathers from the database what the closure rule asks about an action; the rule itself is `closure.py`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Role
from compliance.accounts.models import Person
from compliance.accounts.queries import holders_of
from compliance.actions.closure import ClosureFacts, EvidenceFact, PersonFacts, Retest, closure_refusals
from compliance.actions.models import Action, ActionStep, EvidenceView
from compliance.files.models import Evidence
from compliance.files.queries import evidence_of
from compliance.refusals import Refusal

People = Mapping[UUID | None, PersonFacts]


@dataclass(frozen=True, slots=True)
class Supporting:
    """The evidence of an action and of the steps of its plan, and which of it each person has opened."""

    of_action: list[Evidence]
    of_steps: Mapping[UUID, list[Evidence]]
    opened: frozenset[tuple[UUID, UUID]]  # (evidence, person)

    @property
    def pieces(self) -> list[Evidence]:
        return [*self.of_action, *(piece for pieces in self.of_steps.values() for piece in pieces)]

    def has_opened(self, person_id: UUID | None, piece: Evidence) -> bool:
        return person_id is not None and (piece.id, person_id) in self.opened


def supporting(action: Action) -> Supporting:
    """In two statements, whoever asks: a rule counts evidence the same for everybody."""
    plan = action.plan
    found = evidence_of(SYSTEM, action, *plan)
    opened = db.session.execute(
        select(EvidenceView.evidence_id, EvidenceView.person_id).where(EvidenceView.action_id == action.id))
    return Supporting(found[action.id], {step.id: found[step.id] for step in plan},
                      frozenset((evidence, person) for evidence, person in opened))


def why_not_closed(action: Action, closer: Actor | None = None) -> list[Refusal]:
    """What stands against closing an action now: for somebody, or with None what closing still needs of anybody."""
    return closure_refusals(closure_facts(action, supporting(action), closer.id if closer else None))


def closure_facts(action: Action, shown: Supporting, closer_id: UUID | None = None,
                  verifier_id: UUID | None = None, known: People | None = None) -> ClosureFacts:
    """The action as the rule sees it; `verifier_id` stands in for a verifier who is about to be named.

    `known` are the people already at hand, as `people_facts` gives them: those of the action and the closer.
    """
    verifier_id = action.verifier_id or verifier_id
    worked = implementer_ids(action)
    people = known or people_facts({action.owner_id, *worked, verifier_id, closer_id})
    zone = action.site.zone or "UTC"
    return ClosureFacts(
        today=clock.today(zone), owner=people[action.owner_id], implementers=[people[each] for each in worked],
        verifier=people.get(verifier_id), closer=people.get(closer_id), severity=action.severity,
        evidence=[EvidenceFact(piece.name, shown.has_opened(verifier_id, piece)) for piece in shown.pieces],
        steps_without_evidence=[f"step {step.position}" for step in action.plan if not shown.of_steps[step.id]],
        criterion=action.criterion, criterion_stated_on=_local(action.plan_submitted_at, zone),
        implemented_on=_local(action.implemented_at, zone), criterion_met=action.criterion_met,
        soak_days=action.soak_days, retest=_retest(action), site_leads=site_lead_ids(action))


def implementer_ids(action: Action) -> list[UUID]:
    """Everybody who did a step of the present plan or reported it done, each once."""
    done = [step.done_by_id for step in action.plan] + [action.implementer_id]
    return list(dict.fromkeys(each for each in done if each is not None))


def people_facts(ids: Iterable[UUID | None]) -> dict[UUID | None, PersonFacts]:
    """Names and managers in one statement."""
    rows = db.session.execute(
        select(Person.id, Person.name, Person.manager_id).where(Person.id.in_([each for each in ids if each])))
    return {row.id: PersonFacts(str(row.id), row.name, str(row.manager_id or "")) for row in rows}


def site_lead_ids(action: Action | ActionStep) -> frozenset[str]:
    return frozenset(str(person.id) for person in holders_of(action.place, [Role.SITE_LEAD]))


def _local(instant: datetime | None, zone: str) -> date | None:
    return instant.astimezone(ZoneInfo(zone)).date() if instant is not None else None


def _retest(action: Action) -> Retest | None:
    if not action.needs_retest:
        return None
    planned = action.retest_on if action.retest_passed is None else None
    return Retest(passed=bool(action.retest_passed), planned_on=planned)
