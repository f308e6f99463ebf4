"""How the continuity plans of the demo were written and approved, and its exercises held and reviewed."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from compliance.actions.commands import verify_and_close
from compliance.actions.models import Action
from compliance.continuity import commands
from compliance.continuity.contents import (
    CallTree,
    Capability,
    Duty,
    ImprovementDraft,
    Measured,
    PlanContents,
    PlannedActivity,
    Record,
    Review,
)
from compliance.continuity.objectives import ExerciseType
from compliance.continuity.queries import get_exercise, get_plan
from compliance.demo.continuity import (
    ACTIVATION,
    CONTACT,
    DEACTIVATION,
    EXERCISES,
    IMPROVEMENT_WORDS,
    PLANS,
    PURPOSE,
    READINESS_WORDS,
    RECOVERY,
    ROUTINE,
    STRENGTHS,
    TARGETS,
    ExerciseRow,
    PlanRow,
)
from compliance.demo.evidence import Cabinet
from compliance.demo.network import OPERATIONS
from compliance.demo.people import BY_HANDLE, SITE_LEADS, VENDOR_LEADS
from compliance.demo.story import Story, moment
from compliance.demo.wording import spread
from compliance.demo.working import Work
from compliance.network.models import Site
from compliance.network.queries import lobs_at

LEAD, OWNER = "r.dizon", "r.deshmukh"
PLANNED_AHEAD = 26
REVIEW_MONTHS = 12


class Continuity:
    """Lets plans be approved and exercises be held on their days."""

    def __init__(self, story: Story, cabinet: Cabinet) -> None:
        self.story, self.work = story, Work(story, cabinet)
        self.held: dict[str, str] = {}  # title of an exercise -> its reference

    def announce(self) -> None:
        for plan in PLANS:
            self.story.at(moment(self.story.day(plan.ago + 15), "08:20"), partial(self._write_plan, plan))
        for row in (*EXERCISES, *map(_routine, ROUTINE)):
            planned = max(row.ago, 0) + PLANNED_AHEAD
            self.story.at(moment(self.story.day(planned), "09:50"), partial(self._plan_exercise, row))

    def _write_plan(self, row: PlanRow) -> None:
        story, site, vendor = self.story, self.story.site(row.site), self.story.vendor(row.vendor)
        author = story.actor(_account_lead(row.vendor) if row.vendor else OWNER)
        lobs = sorted(lobs_at(site, vendor.id if vendor else None, story.today()))
        reference = commands.add_plan(author, site=site, vendor_id=vendor.id if vendor else None,
                                      contents=_contents(row, site, lobs, story.day(row.ago))).reference
        commands.submit_plan(author, get_plan(author, reference))
        if row.stage == "current":
            story.at(moment(story.day(row.ago), "09:05"), partial(self._approve_plan, reference))

    def _approve_plan(self, reference: str) -> None:
        lead = self.story.actor(LEAD)
        commands.approve_plan(lead, get_plan(lead, reference))

    def _plan_exercise(self, row: ExerciseRow) -> None:
        story, lead = self.story, self.story.actor(LEAD)
        site, vendor = story.site(row.site), story.vendor(row.vendor)
        exercise = commands.plan_exercise(
            lead, site=site, vendor_id=vendor.id if vendor else None, type=ExerciseType(row.kind), title=row.title,
            planned_on=story.day(row.ago), lead=story.person(LEAD), scenario=row.scenario,
            objective="Whether the plan brings the work back in the time and at the level it promises.",
            retest_of=get_exercise(lead, self.held[row.retest_of]) if row.retest_of else None)
        self.held[row.title] = exercise.reference
        if row.stage != "scheduled":
            story.at(moment(story.day(row.ago), "20:30", site.zone), partial(self._hold, row, exercise.reference))

    def _hold(self, row: ExerciseRow, reference: str) -> None:
        lead, story = self.story.actor(LEAD), self.story
        exercise = get_exercise(lead, reference)
        action = commands.record_exercise(lead, exercise, conducted=Record(
            conducted_on=story.day(row.ago), participants=row.people,
            measured=[Measured(name, minutes, level) for name, minutes, level in row.measured],
            call_tree=CallTree(*row.call) if row.call else CallTree()))
        story.at(moment(story.day(row.ago - 9), "10:20"), partial(self._review, row, reference))
        if action is not None:
            self._put_right(row, action)

    def _review(self, row: ExerciseRow, reference: str) -> None:
        owner, story = self.story.actor(OWNER), self.story
        exercise = get_exercise(owner, reference)
        leader = story.person(_leader(row.site, row.vendor))
        improvements = [ImprovementDraft(text, Capability(what), str(leader.id), story.today() + timedelta(days=75))
                        for text, what in row.improvements]
        commands.write_review(owner, exercise, review=Review(
            strengths=STRENGTHS[spread(row.title, 0, 1)], improvements=improvements,
            plan_changes="The times measured go into the plan." if row.measured else ""))
        if row.stage == "closed":
            story.at(moment(story.day(row.ago - 16), "11:30"), partial(self._approve_review, row, reference))

    def _approve_review(self, row: ExerciseRow, reference: str) -> None:
        lead = self.story.actor(LEAD)
        raised = commands.approve_review(lead, get_exercise(lead, reference))
        commands.close_exercise(lead, get_exercise(lead, reference))
        for action in raised:
            self._improve(row, action)

    def _improve(self, row: ExerciseRow, action: Action) -> None:
        """A month and a half from the review to the end."""
        leader = _leader(row.site, row.vendor)
        approver = {"apac": "f.aziz"}.get(_region(action), "g.moretti") if row.vendor else "l.brandt"
        after = self._days_after(row.ago - 16)
        after(6, partial(self.work.submit_plan, leader, action.reference, IMPROVEMENT_WORDS))
        after(10, partial(self.work.approve, approver, action.reference, "t.ferreira"))
        after(33, partial(self.work.implement, leader, action.reference))
        after(49, partial(self._verify, "t.ferreira", action.reference, "Seen in place."))

    def _put_right(self, row: ExerciseRow, action: Action) -> None:
        """What a missed recovery time set off; it closes after the re-test, if there was one."""
        leader = _leader(row.site, row.vendor)
        after = self._days_after(row.ago)
        after(3, partial(self.work.contain, leader, action.reference, READINESS_WORDS))
        after(10, partial(self.work.submit_plan, leader, action.reference, READINESS_WORDS))
        after(13, partial(self.work.approve, LEAD, action.reference, OWNER))
        after(34, partial(self.work.implement, leader, action.reference))
        again = next((each for each in EXERCISES if each.retest_of == row.title), None)
        if again is not None:
            self._days_after(again.ago)(2, partial(
                self._verify, OWNER, action.reference, "The re-test brought the work back within its target."))

    def _verify(self, verifier: str, reference: str, note: str) -> None:
        action = self.work.look_at_evidence(verifier, reference)
        verify_and_close(self.story.actor(verifier), action, met=True, note=note)

    def _days_after(self, ago: int) -> Callable[[int, Callable[[], None]], None]:
        """To put things on the calendar so many days after a day of the story."""
        return lambda days, happening: self.story.at(moment(self.story.day(ago - days), "15:10"), happening)


def _routine(row: tuple[int, str, str, str, str]) -> ExerciseRow:
    """An exercise in which everything that is run there was back in time."""
    ago, site, vendor, title, scenario = row
    lobs = next(run.lobs for run in OPERATIONS if (run.site, run.vendor) == (site, vendor))
    measured = tuple((lob, TARGETS[lob].rto * spread(title + lob, 60, 95) // 100,
                      min(100, TARGETS[lob].mbco + spread(lob + title, 2, 14))) for lob in lobs)
    called = spread(f"called {title}", 40, 90)
    return ExerciseRow(ago, "functional", site, vendor, f"{title}, {site}", scenario, called, measured,
                       (called, called - spread(f"missed {title}", 1, called // 12)))


def _leader(site: str, vendor: str) -> str:
    """The handle of whoever leads the work of a vendor, or of the company, at a site."""
    return next(person.handle for person in (*SITE_LEADS, *VENDOR_LEADS)
                if person.home == site and person.vendor == vendor)


def _account_lead(vendor: str) -> str:
    """The handle of whoever sees all sites of a vendor."""
    return next(person.handle for person in VENDOR_LEADS
                if person.vendor == vendor and any(not held.node for held in person.held))


def _region(action: Action) -> str:
    return action.site.path.split("/")[1]


def _contents(row: PlanRow, site: Site, lobs: list[str], approved_on: date) -> PlanContents:
    first = sorted(lobs, key=lambda lob: (TARGETS[lob].tier, TARGETS[lob].rto))
    leader = BY_HANDLE[_leader(row.site, row.vendor)].name
    return PlanContents(
        title=f"Continuity of {row.site} {site.name}", review_on=approved_on + relativedelta(months=REVIEW_MONTHS),
        purpose=PURPOSE.format(site=row.site, city=site.name), activation=ACTIVATION, deactivation=DEACTIVATION,
        recovery=RECOVERY.format(order=", then ".join(first)), bia_on=approved_on - timedelta(days=40),
        activities=[PlannedActivity(lob, TARGETS[lob].tier, TARGETS[lob].rto, TARGETS[lob].mtpd, TARGETS[lob].mbco,
                                    TARGETS[lob].strategy, row.failover) for lob in first],
        roles=[Duty("Crisis lead", leader, row.deputy, CONTACT.format(number=1)),
               Duty("People and safety", row.deputy, leader, CONTACT.format(number=2))])
