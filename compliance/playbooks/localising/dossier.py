"""All that a decision on a request rests on, gathered once for the command that decides and the page that offers it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import EVERYWHERE, Actor, Permission, Place, may
from compliance.accounts.models import Person
from compliance.accounts.queries import holders
from compliance.errors import RuleViolation
from compliance.playbooks import layers
from compliance.playbooks.document import Override as OverrideText
from compliance.playbooks.drafting.queries import authors_of
from compliance.playbooks.effective import GLOBAL, Effective
from compliance.playbooks.localising.deciding import UNDECIDED, Case, against_approving
from compliance.playbooks.localising.models import Act, RequestStep
from compliance.playbooks.localising.overlapping import Period, against_both
from compliance.playbooks.localising.routing import REVIEWS, Route, next_review, route_of
from compliance.playbooks.models import Override, OverrideVersion, VersionStatus
from compliance.playbooks.parsing import read_override
from compliance.playbooks.problems import describe
from compliance.playbooks.weighing import Weighed, weigh
from compliance.refusals import Refusal


@dataclass(frozen=True)
class Dossier:
    """A request with the text above it, its operations weighed, and what was said on it so far, oldest first.

    `unread` says why its operations could not be weighed, "" when they were.
    """

    version: OverrideVersion
    text: OverrideText | None
    parent: Effective | None
    weighed: tuple[Weighed, ...]
    steps: Sequence[RequestStep]
    unread: str
    case: Case

    @cached_property
    def routes(self) -> list[Route]:
        return [route_of(each) for each in self.weighed]

    @cached_property
    def round(self) -> list[RequestStep]:
        """What happened since it was last asked for."""
        return this_round(self.steps)

    def decided(self) -> frozenset[str]:
        """The operations the reviews of this round have passed already."""
        passed = {step.stage for step in self.round if step.act is Act.APPROVED}
        return frozenset(route.key for route in self.routes if route.review in passed)

    def covered_by(self, actor: Actor) -> frozenset[str]:
        """The operations this actor's roles decide on."""
        return frozenset(route.key for route in self.routes if covers(actor, self.version.override, route))

    @property
    def next(self) -> VersionStatus | None:
        return next_review(self.weighed, self.decided())


def this_round(steps: Sequence[RequestStep]) -> list[RequestStep]:
    asked = [at for at, step in enumerate(steps) if step.act is Act.ASKED]
    return list(steps[asked[-1]:]) if asked else []


def dossier_of(version: OverrideVersion) -> Dossier:
    """The dossier of a version, which has its override, playbook and node loaded."""
    steps = steps_of(version)
    text, problems = read_override(version.source, playbook=version.override.playbook.prefix)
    on = max(version.effective_on, clock.today())
    parent = layers.above(version.override, on)
    weighed = weigh(parent, version.override.kind, text, on) if text and parent else ()
    unread = ""
    if text is None:
        unread = next(describe(problem) for problem in problems if not problem.warning)
    elif parent is None:
        unread = f"No version of {version.override.playbook.title} is in force on {on}. Approve one first."
    return Dossier(version, text, parent, weighed, steps, unread, _case(version, steps))


def readable(dossier: Dossier) -> None:
    """Raise RuleViolation for a text nobody can weigh."""
    if dossier.unread:
        raise RuleViolation(dossier.unread)


def steps_of(version: OverrideVersion) -> Sequence[RequestStep]:
    return db.session.scalars(
        select(RequestStep).where(RequestStep.override_version_id == version.id)
        .order_by(RequestStep.at, RequestStep.id)).all()


def _case(version: OverrideVersion, steps: Sequence[RequestStep]) -> Case:
    now = this_round(steps)
    spoken = [step for step in now if step.act in {Act.CONSENTED, Act.REFUSED_CONSENT}
              and step.digest == version.digest]
    legal = spoken[-1] if spoken else None
    asked = {step.person_id for step in steps if step.act is Act.ASKED and step.person_id}
    decided = {step.person_id for step in now if step.act in {Act.APPROVED, Act.DECLINED} and step.person_id}
    return Case(
        name=f"{version.override.scope} {version.number}", status=version.status,
        asked_by=frozenset(authors_of(version) | asked), decided_by=frozenset(decided),
        legal_by=legal.person_id if legal else None, legal=legal.act is Act.CONSENTED if legal else None,
        legal_said=legal.reason if legal else "", control=version.control, rival=rival_to(version),
        approver=version.approved_by, appealed=any(step.act is Act.APPEALED for step in now))


def rival_to(version: OverrideVersion) -> str:
    """Why it cannot hold beside what is approved for the same scope, "" when it can."""
    scope = version.override.scope
    rows = db.session.execute(
        select(OverrideVersion.number, OverrideVersion.effective_on, OverrideVersion.until_on).where(
            OverrideVersion.override_id == version.override_id, OverrideVersion.id != version.id,
            OverrideVersion.status == VersionStatus.APPROVED)).all()
    approved = [Period(f"{scope} {row.number}", row.number, row.effective_on, row.until_on) for row in rows]
    mine = Period(f"{scope} {version.number}", version.number, version.effective_on, version.until_on)
    return against_both(mine, approved, clock.today())


def covers(actor: Actor, override: Override, route: Route) -> bool:
    """Whether the actor's roles decide on an operation; those of a wider place decide anything below it."""
    permission, place = decided_at(override, route)
    return may(actor, permission, place) or may(actor, Permission.DECIDE_OVERRIDE, EVERYWHERE)


def decided_at(override: Override, route: Route) -> tuple[Permission, Place]:
    """The permission an operation needs, and where."""
    if route.scope == GLOBAL:
        return Permission.DECIDE_OVERRIDE, EVERYWHERE
    return Permission.DECIDE_LOCALLY, place_of(override, route.scope) if route.scope else override.place


def place_of(override: Override, scope: str) -> Place:
    """The place of a layer above an override."""
    if override.node is None:
        return EVERYWHERE
    head, found, _ = override.node.path.partition(f"/{scope}/")
    return Place(f"{head}/{scope}/") if found else EVERYWHERE


def deciders_of(dossier: Dossier, review: VersionStatus | None = None) -> list[Person]:
    """Who can decide on the operations of a review (the next one), without those who had a part in it.

    Those of the place come first: whoever decides everywhere is there for when they cannot.
    """
    review = review or dossier.next or REVIEWS[0]
    override = dossier.version.override
    wanted = {decided_at(override, route) for route in dossier.routes if route.review is review}
    wanted = wanted or {(Permission.DECIDE_LOCALLY, override.place)}
    found = [{person.id: person for person in holders(place, permission)} for permission, place in wanted]
    everywhere = set.intersection(*(set(each) for each in found))
    kept_out = dossier.case.asked_by | ({dossier.case.legal_by} if dossier.case.legal_by else set())
    owners = {person.id for person in holders(EVERYWHERE, Permission.DECIDE_OVERRIDE)}
    able = [person for person_id, person in found[0].items() if person_id in everywhere - kept_out]
    return sorted(able, key=lambda person: person.id in owners)


def legal_reviewers(dossier: Dossier) -> list[Person]:
    """Who can speak for Legal on it."""
    kept_out: frozenset[UUID] = dossier.case.asked_by | dossier.case.decided_by
    return [person for person in holders(dossier.version.override.place, Permission.CONSENT_LEGALLY)
            if person.id not in kept_out]


def with_names(dossier: Dossier) -> Case:
    """The case with the names of who can decide instead."""
    return replace(dossier.case, who_can=[person.name for person in deciders_of(dossier)][:3])


def decided_with(version: OverrideVersion) -> Permission:
    """What deciding on a request takes where it stands now; the operations say where it has to be held."""
    return Permission.DECIDE_OVERRIDE if version.status is VersionStatus.GLOBAL_REVIEW else Permission.DECIDE_LOCALLY


def against_others(dossier: Dossier, mine: frozenset[str]) -> list[Refusal]:
    """The operations to be decided in this review, or before it, whose owner the actor is not."""
    due = {dossier.version.status, VersionStatus.REGIONAL_REVIEW}
    return [Refusal("owner", f"{route.heading} changes what {route.scope or 'this place'} says. "
                             "Its owner decides on that.")
            for route in dossier.routes if route.key not in mine and route.review in due]


def reasons_against(actor: Actor, dossier: Dossier) -> list[Refusal]:
    """Why this actor could not approve it now, for the page that offers it."""
    mine = dossier.covered_by(actor) | dossier.decided()
    case = with_names(dossier) if dossier.version.status in UNDECIDED else dossier.case
    left = next_review(dossier.weighed, mine)
    return against_approving(case, actor.id, dossier.weighed, final=left is None) + against_others(dossier, mine)
