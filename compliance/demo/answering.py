"""How the findings of the demo were answered: accepted or disputed, contained, planned, done, verified."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from compliance.actions import commands as actions
from compliance.actions.queries import get_action
from compliance.demo.audits import SYSTEMIC_CLAUSE, SYSTEMIC_CLOSED_AGO, SYSTEMIC_LINKED_AGO, SYSTEMIC_SITES, AuditRow
from compliance.demo.evidence import Cabinet
from compliance.demo.library import OWNERS
from compliance.demo.story import Story, moment
from compliance.demo.wording import answer, spread
from compliance.demo.working import SOAK, Work
from compliance.findings import commands as findings
from compliance.findings.lifecycle import FindingStatus
from compliance.findings.models import Finding
from compliance.findings.queries import actions_of, get_finding
from compliance.playbooks.document import Severity

# Days after the issue by severity: accepted, contained, cause, plan, approved, first step, all done.
PACE = {
    Severity.CRITICAL: (1, 0, 3, 4, 5, 12, 19),
    Severity.MAJOR: (3, 3, 8, 12, 15, 20, 25),
    Severity.MINOR: (6, None, 11, 18, 22, 34, 45),
}
STAGES = ("issued", "accepted", "contained", "root_cause", "plan_submitted", "plan_approved", "implemented", "closed")
VERIFIERS = ("t.ferreira", "a.bjornsdottir", "h.watanabe", "y.haddad", "n.rahimova")
REGIONAL = {"apac": "j.tan", "emea": "o.keane", "amer": "v.salazar"}
VENDOR_MANAGERS = {"apac": "f.aziz", "emea": "g.moretti", "amer": "g.moretti"}
DECIDERS = ("t.ferreira", "a.bjornsdottir", "d.appiah")
DISPUTED, DECIDED = 4, 9
LATER, LATEST = 12, 34  # how many days more a late one takes
MORE_TIME = timedelta(days=30)

UNDECIDED = "@disputed"
DISPUTES = {
    "upheld": ("The sample holds weeks in which we ran another system; we attach its record.",
               "The other record has the same gaps, and the clause does not ask which system keeps it."),
    "regraded": ("Nobody was harmed, and the second channel worked; we attach its log.",
                 "The second channel is real and was tested. The finding stays, as a minor."),
    "withdrawn": ("The plan exists and was sent to the regional lead; the mail and the plan are attached.",
                  "The plan predates the audit and answers the clause. It should have been on the table."),
    UNDECIDED: ("The register holds the times of the mails; the calls came the same evening, as the list shows.", ""),
}
OUTCOMES = {"upheld": FindingStatus.UPHELD, "regraded": FindingStatus.REGRADED, "withdrawn": FindingStatus.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Course:
    """One finding and its action on their way; `end` is how far it goes, as an index of STAGES."""

    finding: str
    action: str
    clause: str
    playbook: str
    region: str
    of_vendor: bool
    owner: str
    raised_by: str
    issued: datetime
    severity: Severity
    kind: str = ""
    end: int = len(STAGES)

    @property
    def key(self) -> str:
        return f"{self.finding} {self.clause}"

    @property
    def approver(self) -> str:
        if self.severity is Severity.CRITICAL:
            return OWNERS[self.playbook]
        if self.severity is Severity.MAJOR:
            return REGIONAL[self.region]
        return VENDOR_MANAGERS[self.region] if self.of_vendor else "l.brandt"

    @property
    def verifier(self) -> str:
        return VERIFIERS[0] if self.end < len(STAGES) else VERIFIERS[spread(self.key, 0, len(VERIFIERS) - 1)]

    def day(self, days: int, hours: int = 0) -> datetime:
        return self.issued + timedelta(days=days, hours=hours, minutes=spread(self.key + str(days), 0, 55))


class Answers:
    """Lets every finding that is issued go its way."""

    def __init__(self, story: Story, cabinet: Cabinet) -> None:
        self.story, self.cabinet, self.work = story, cabinet, Work(story, cabinet)
        self.systemic: dict[str, str] = {}

    def announce(self) -> None:
        self.story.at(moment(self.story.day(SYSTEMIC_LINKED_AGO), "12:10"), self._link_systemic)
        self.story.at(moment(self.story.day(SYSTEMIC_CLOSED_AGO), "12:40"), self._close_systemic)

    def expect(self, finding: Finding, kind: str, row: AuditRow) -> None:
        """Put on the calendar how a finding that was just issued goes on."""
        assert finding.owner_id is not None
        assert finding.issued_at is not None
        assert finding.playbook is not None
        if finding.clause_id == SYSTEMIC_CLAUSE and row.site in SYSTEMIC_SITES:
            self.systemic[row.site] = finding.reference
        end = STAGES.index(kind[1:]) + 1 if kind[1:] in STAGES else len(STAGES)
        course = Course(
            finding.reference, actions_of(finding)[0].reference, finding.clause_id, finding.playbook.key,
            finding.site.path.split("/")[1], finding.vendor_id is not None, self.story.handle_of(finding.owner_id),
            self.story.handle_of(finding.raised_by_id), finding.issued_at, finding.severity, kind, end)
        if kind == UNDECIDED:
            self.story.at(course.day(DISPUTED), partial(self._dispute, course))
        elif kind in DISPUTES:
            self._expect_dispute(course)
        else:
            self._expect_answer(course, wait=0)

    def _expect_dispute(self, course: Course) -> None:
        self.story.at(course.day(DISPUTED), partial(self._dispute, course))
        self.story.at(course.day(DECIDED), partial(self._decide, course))
        if course.kind != "withdrawn":
            self._expect_answer(course, wait=DECIDED)

    def _expect_answer(self, course: Course, wait: int) -> None:
        accepted, contained, *rest = PACE[course.severity]
        if not wait:
            self._later(course, 1, accepted, partial(self._accept, course))
        if contained is not None:
            contain = partial(self.work.contain, course.owner, course.action, answer(course.clause))
            self._later(course, 2, contained, contain, hours=6)
        self._expect_work(course, [days + wait for days in rest])

    def _expect_work(self, course: Course, days: list[int | None] | list[int]) -> None:
        cause, plan, approved, step, done = (day or 0 for day in days)
        slower = spread(course.key, LATER, LATEST) if course.kind in {"late", "extended"} else 0
        done += slower + spread(course.key, 0, 2)
        told = course.owner, course.action, answer(course.clause)
        self._later(course, 3, cause, partial(self.work.state_cause, *told))
        self._later(course, 4, plan, partial(self.work.submit_plan, *told))
        self._later(course, 5, approved, partial(self._approve, course))
        self._later(course, 5, step, partial(self.work.do_step, course.owner, course.action, 0))
        if course.kind == "extended":
            self._later(course, 5, done - slower, partial(self._extend, course))
        self._later(course, 6, done, partial(self.work.implement, course.owner, course.action))
        held = done + SOAK[course.severity] + 2
        self._later(course, 7, held, partial(self._verify, course, held))

    def _later(self, course: Course, stage: int, days: int, happening: Callable[[], None], hours: int = 0) -> None:
        if stage < course.end:
            self.story.at(course.day(days, hours), happening)

    def _accept(self, course: Course) -> None:
        owner = self.story.actor(course.owner)
        findings.accept_finding(owner, get_finding(owner, course.finding))

    def _dispute(self, course: Course) -> None:
        owner = self.story.actor(course.owner)
        findings.dispute_finding(owner, get_finding(owner, course.finding), reason=DISPUTES[course.kind][0],
                                 uploads=[self.cabinet.paper("counter-evidence.pdf")])

    def _decide(self, course: Course) -> None:
        decider = self.story.actor(next(name for name in DECIDERS if name != course.raised_by))
        findings.decide_dispute(
            decider, get_finding(decider, course.finding), outcome=OUTCOMES[course.kind],
            reason=DISPUTES[course.kind][1], severity=Severity.MINOR if course.kind == "regraded" else None)

    def _approve(self, course: Course) -> None:
        action = get_action(self.story.actor(course.owner), course.action)
        graded = replace(course, severity=action.severity or Severity.MINOR)  # a dispute may have changed it
        self.work.approve(graded.approver, course.action, course.verifier)

    def _extend(self, course: Course) -> None:
        regional = self.story.actor(REGIONAL[course.region])
        action = get_action(regional, course.action)
        actions.extend(regional, action, new_due=action.due_on + MORE_TIME,
                       reason="The change needs a release of the tool that comes in three weeks; containment holds.")

    def _verify(self, course: Course, day: int) -> None:
        words = answer(course.clause)
        action = self.work.look_at_evidence(course.verifier, course.action)
        met = course.kind != "reopened" or action.reopened > 0
        note = f"{words['sample']}: {words['metric'].lower()} {words['target']}." if met else (
            "Three cases in the sample had the old fault: the change reached the day shift alone.")
        verifier = self.story.actor(course.verifier)
        findings.verify_finding(verifier, get_finding(verifier, course.finding), action, met=met, note=note)
        if not met:
            self._expect_work(course, [day + days for days in (4, 7, 9, 15, 21)])

    def _link_systemic(self) -> None:
        reviewer = self.story.actor("a.bjornsdottir")
        parent, *children = (get_finding(reviewer, self.systemic[site]) for site in SYSTEMIC_SITES)
        findings.link_systemic(reviewer, parent, children)

    def _close_systemic(self) -> None:
        """The one that stands for the others closes when they all have."""
        reviewer = self.story.actor("t.ferreira")
        findings.close_finding(reviewer, get_finding(reviewer, self.systemic[SYSTEMIC_SITES[0]]))

