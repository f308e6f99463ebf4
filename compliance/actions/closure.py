"""When an action may close: one rule for every kind, whoever asks and through whichever door.

Each function returns the reasons against, as data; an empty list means it may be done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.playbooks.document import Severity
from compliance.refusals import Refusal
from compliance.wording import counted, joined, on_day


@dataclass(frozen=True, slots=True)
class ClosureRules:
    """The settings of one version: days an implemented action must hold before it can be called effective."""

    version: int = 1
    soak_critical: int = 60
    soak_major: int = 30
    soak_minor: int = 0

    def soak_days(self, severity: Severity | None) -> int:
        return {
            Severity.CRITICAL: self.soak_critical,
            Severity.MAJOR: self.soak_major,
            Severity.MINOR: self.soak_minor,
        }.get(severity or Severity.MINOR, self.soak_minor)


DEFAULT_CLOSURE_RULES = ClosureRules()


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """`stands_in_for` are the ids of those this person is deputy of today: a deputy inherits their conflicts."""

    id: str
    name: str
    manager_id: str = ""
    stands_in_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    name: str
    viewed: bool  # opened by whoever verifies


@dataclass(frozen=True, slots=True)
class Retest:
    """What a failed exercise owes: the exercise again, passed. A date set for it only tells when that may be."""

    passed: bool = False
    planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClosureFacts:
    """Everything closing depends on. `closer` is who asks, None when nobody does and a page lists what is missing.

    `soak_days` is the plan's own, if it states one; the rules of the severity are the least. `site_leads` are the
    ids of those who lead the site. `retest` is None unless the action answers a failed exercise.
    """

    today: date
    owner: PersonFacts
    implementers: Sequence[PersonFacts]
    verifier: PersonFacts | None
    closer: PersonFacts | None
    severity: Severity | None
    evidence: Sequence[EvidenceFact]
    steps_without_evidence: Sequence[str] = ()
    criterion: str = ""
    criterion_stated_on: date | None = None
    implemented_on: date | None = None
    criterion_met: bool | None = None
    soak_days: int | None = None
    open_dependencies: Sequence[str] = ()
    retest: Retest | None = None
    site_leads: frozenset[str] = frozenset()


def closure_refusals(facts: ClosureFacts, rules: ClosureRules = DEFAULT_CLOSURE_RULES) -> list[Refusal]:
    """Why an action may not be closed now."""
    return [
        *_closer(facts, rules),
        *_evidence(facts),
        *_criterion(facts),
        *_soak(facts, rules),
        *_dependencies(facts),
        *_retest(facts),
    ]


def soak_ends(facts: ClosureFacts, rules: ClosureRules = DEFAULT_CLOSURE_RULES) -> date | None:
    """The first day on which the action can close, None while it is not implemented."""
    if facts.implemented_on is None:
        return None
    return facts.implemented_on + timedelta(days=max(facts.soak_days or 0, rules.soak_days(facts.severity)))


def verifier_refusals(
    person: PersonFacts,
    owner: PersonFacts,
    implementers: Sequence[PersonFacts],
    site_leads: frozenset[str] = frozenset(),
) -> list[Refusal]:
    """Why a person may not verify an action, said of that person by name."""
    return [
        Refusal(conflict.code, f"{person.name} {conflict.they}, so {person.name} cannot verify it. Name somebody else.")
        for conflict in _conflicts(person, owner, implementers, site_leads)
    ]


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Why a person had too much part in an action to judge it, after "Ajit ..." and after "You ..."."""

    code: str
    they: str
    you: str


def _conflicts(
    person: PersonFacts, owner: PersonFacts, implementers: Sequence[PersonFacts], site_leads: frozenset[str]
) -> Iterator[_Conflict]:
    worked = {implementer.id for implementer in implementers}
    if person.id == owner.id:
        yield _Conflict("owner", "owns this action", "own this action")
    if person.id in worked:
        yield _Conflict("implementer", "implemented this action", "implemented this action")
    if person.manager_id == owner.id:
        yield _Conflict("report", f"reports to its owner, {owner.name}", f"report to its owner, {owner.name}")
    if owner.id in person.stands_in_for:
        yield _Conflict("deputy", f"stands in for its owner, {owner.name}", f"stand in for its owner, {owner.name}")
    if person.stands_in_for & (worked - {owner.id}):
        yield _Conflict(
            "deputy", "stands in for somebody who implemented it", "stand in for somebody who implemented it"
        )
    if person.id in site_leads and person.id != owner.id:
        yield _Conflict("site_lead", "leads the site it is for", "lead the site it is for")


def _closer(facts: ClosureFacts, rules: ClosureRules) -> Iterator[Refusal]:
    if facts.verifier is None:
        yield Refusal("verifier", "Nobody is named to verify this action. Name a verifier who had no part in it.")
    if facts.closer is None:
        return
    conflict = next(_conflicts(facts.closer, facts.owner, facts.implementers, facts.site_leads), None)
    if conflict is not None:
        yield Refusal(conflict.code, f"You {conflict.you}, so you cannot close it. {_who_can(facts, rules)}")
    elif facts.verifier and facts.closer.id != facts.verifier.id:
        yield Refusal("not_verifier", f"You are not the verifier of this action. {_who_can(facts, rules)}")


def _who_can(facts: ClosureFacts, rules: ClosureRules) -> str:
    verifier = facts.verifier
    if verifier is None or facts.closer is None or verifier.id == facts.closer.id:
        return "Name a verifier who had no part in it."
    ends = soak_ends(facts, rules)
    when = f" from {on_day(ends, facts.today)}" if ends and ends > facts.today else ""
    return f"The verifier, {verifier.name}, can{when}."


def _evidence(facts: ClosureFacts) -> Iterator[Refusal]:
    verifier = facts.verifier.name if facts.verifier else "the verifier"
    if not facts.evidence:
        yield Refusal("evidence", f"There is no evidence yet. {facts.owner.name} attaches what shows that it was done.")
    if facts.steps_without_evidence:
        steps = joined(facts.steps_without_evidence, "and")
        yield Refusal("step_evidence", f"No evidence is attached to {steps}. {facts.owner.name} can add it.")
    unseen = [item.name for item in facts.evidence if not item.viewed]
    if unseen:
        seen = f"{len(facts.evidence) - len(unseen)} of {counted(len(facts.evidence), 'evidence file')}"
        yield Refusal("evidence_unseen", f"Opened by {verifier}: {seen}. Still to open: {joined(unseen, 'and')}.")


def _criterion(facts: ClosureFacts) -> Iterator[Refusal]:
    if not facts.criterion.strip():
        yield Refusal("criterion", "No effectiveness criterion was stated. Without one, nobody can say that it worked.")
        return
    if facts.criterion_stated_on is None:
        yield Refusal("criterion", "State the criterion anew with the new plan: the last one is for what did not work.")
        return
    if facts.implemented_on and facts.criterion_stated_on > facts.implemented_on:
        stated, done = (on_day(day, facts.today) for day in (facts.criterion_stated_on, facts.implemented_on))
        yield Refusal(
            "criterion_late",
            f"The criterion was stated on {stated}, after the work was done on {done}. "
            "Reopen the action, state the criterion in a new plan and let it hold again.",
        )
    if facts.criterion_met is None:
        yield Refusal("criterion_unchecked", f"Nobody has recorded yet whether the criterion is met: {facts.criterion}")
    elif not facts.criterion_met:
        yield Refusal("criterion_not_met", "The criterion is not met. Reopen the action and ask for the cause again.")


def _soak(facts: ClosureFacts, rules: ClosureRules) -> Iterator[Refusal]:
    ends = soak_ends(facts, rules)
    if facts.implemented_on is None or ends is None:
        yield Refusal("not_implemented", f"This action is not implemented. {facts.owner.name} reports it when it is.")
    elif facts.today < ends:
        days = (ends - facts.implemented_on).days
        yield Refusal(
            "soak",
            f"Soak of {counted(days, 'day')} ends {on_day(ends, facts.today)}, "
            f"{counted((ends - facts.today).days, 'day')} from now.",
        )


def _dependencies(facts: ClosureFacts) -> Iterator[Refusal]:
    if facts.open_dependencies:
        waiting = joined(facts.open_dependencies, "and")
        yield Refusal("dependencies", f"This action depends on {waiting}, still open. Close what it depends on first.")


def _retest(facts: ClosureFacts) -> Iterator[Refusal]:
    if facts.retest is None or facts.retest.passed:
        return
    planned = facts.retest.planned_on
    when = f"; the re-test is set for {on_day(planned, facts.today)}" if planned else ""
    yield Refusal("retest", f"It answers a failed exercise: repeat the exercise and pass before you close it{when}.")
