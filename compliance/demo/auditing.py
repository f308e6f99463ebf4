"""How the audits of the demo went: planned, scheduled, carried out, submitted, reviewed and closed."""

from datetime import date, datetime, timedelta
from functools import partial

from compliance.access import Actor, Place, Role
from compliance.accounts.models import Person
from compliance.accounts.queries import holders_of
from compliance.audits import commands
from compliance.audits.lifecycle import AuditMethod
from compliance.audits.models import Assessment, Audit, AuditProgramme
from compliance.audits.queries import assessments_of, get_audit, get_programme
from compliance.audits.scoring import Conformity
from compliance.demo.answering import Answers
from compliance.demo.audits import AUDITS, PLANNED, AuditRow, PlannedRow
from compliance.demo.evidence import Cabinet
from compliance.demo.story import Story, moment
from compliance.demo.wording import Failed, failed, remark, spread
from compliance.errors import RuleViolation
from compliance.network.models import Site
from compliance.network.queries import calendar_of, lobs_at
from compliance.playbooks.document import Severity

PLANNER, APPROVER = "l.brandt", "i.solheim"
PLANNED_AHEAD, SCHEDULED_AHEAD = 47, 33
CLOSING_TRIES = (30, 55, 90)  # days after the review
REVIEWED_AFTER = (4, 9)
IN_PROGRESS_SHARE = 0.6  # of the clauses of an audit still going on that have an answer
# An audit needs texts to be held against: on a clock that is behind, the story begins with a later one.
LIBRARY_IN_FORCE = date(2024, 10, 10)
OBJECTIVE = "Whether {site} works by the playbooks in force there, and whether what was found last time holds."
CONCLUSIONS = (
    "The site works by its playbooks; what was found is isolated and understood.",
    "The basics hold. What was found has causes the site can remove itself, and its lead has begun to.",
    "The record is better than the practice at night; the findings point at supervision, not at will.",
)


class Auditors:
    """Carries the audits of the table out, one after the other as their days come."""

    def __init__(self, story: Story, cabinet: Cabinet, answers: Answers) -> None:
        self.story, self.cabinet, self.answers = story, cabinet, answers
        self.programmes: dict[int, str] = {}

    def announce(self) -> None:
        for row in AUDITS:
            if self.story.day(row.ago) < LIBRARY_IN_FORCE:
                continue
            self.story.at(moment(self.story.day(row.ago + PLANNED_AHEAD), "09:10"), partial(self._plan, row))
        for later in PLANNED:
            self.story.at(moment(self._planned_on(later), "09:20"), partial(self._plan_ahead, later))

    def _plan(self, row: AuditRow) -> None:
        site = self.story.site(row.site)
        first = self.story.working_day(site, row.ago)
        audit = self._planned(site, row, first, _next_working_day(site, first))
        when = moment(self.story.day(row.ago + SCHEDULED_AHEAD), "09:30")
        self.story.at(when, partial(self._schedule, audit.reference))
        self.story.at(moment(first, "08:40", site.zone), partial(self._start, row, audit.reference))

    def _planned_on(self, row: PlannedRow) -> date:
        """A month ago; an audit whose day has gone by was planned a month before that day."""
        return self.story.day(28 + max(-row.ahead, 0))

    def _plan_ahead(self, row: PlannedRow) -> None:
        site, day = self.story.site(row.site), self.story.day(-row.ahead)
        while not calendar_of(site).is_business_day(day):
            day += timedelta(days=1)
        visit = AuditRow(-row.ahead, row.site, row.vendor, row.playbooks, row.lead, "", purpose=row.purpose)
        reference = self._planned(site, visit, day, _next_working_day(site, day)).reference
        planned = self._planned_on(row)
        if row.stage != "planned":
            self.story.at(moment(planned + timedelta(days=1), "09:40"), partial(self._schedule, reference))
        if row.stage in {"postponed", "cancelled"}:
            self.story.at(moment(planned + timedelta(days=25), "14:00"), partial(self._take_out, row, reference))

    def _planned(self, site: Site, row: AuditRow, first: date, last: date) -> Audit:
        story, vendor = self.story, self.story.vendor(row.vendor)
        auditee = _auditee(site, vendor.id if vendor else None)
        return commands.plan_audit(
            story.actor(PLANNER), site, vendor=vendor, playbooks=story.playbooks(row.playbooks),
            lobs=sorted(lobs_at(site, vendor.id if vendor else None, first)), lead=story.person(row.lead),
            team=[story.person(row.team)] if row.team else [], planned_from=first, planned_until=last,
            due_on=last + timedelta(days=21), method=AuditMethod(row.method), contact=auditee,
            objective=OBJECTIVE.format(site=row.site), purpose=row.purpose, unannounced=row.unannounced,
            unannounced_approver=story.person(APPROVER) if row.unannounced else None,
            programme=self._programme(first.year))

    def _programme(self, year: int) -> AuditProgramme:
        """The programme of a year, made when its first audit is planned."""
        planner = self.story.actor(PLANNER)
        if year not in self.programmes:
            programme = commands.add_programme(
                planner, name=f"Audit programme {year}", from_on=date(year, 1, 1), until_on=date(year, 12, 31),
                objectives="Every critical site twice a year, every other site once; vendors' sites on data access, "
                           "wellbeing and continuity first.")
            self.programmes[year] = programme.reference
            return programme
        return get_programme(planner, self.programmes[year])

    def _schedule(self, reference: str) -> None:
        planner = self.story.actor(PLANNER)
        commands.schedule_audit(planner, get_audit(planner, reference))

    def _take_out(self, row: PlannedRow, reference: str) -> None:
        planner = self.story.actor(PLANNER)
        take = commands.postpone_audit if row.stage == "postponed" else commands.cancel_audit
        take(planner, get_audit(planner, reference), reason=row.reason)

    def _start(self, row: AuditRow, reference: str) -> None:
        lead = self.story.actor(row.lead)
        audit = get_audit(lead, reference)
        commands.start_audit(lead, audit, evidence_from=audit.planned_from - timedelta(days=60))
        first, second, zone = audit.planned_from, audit.planned_until, audit.site.zone
        self.story.at(moment(first, "16:30", zone), partial(self._answer, row, reference))
        if row.stage != "in_progress":
            self.story.at(moment(second, "16:45", zone), partial(self._submit, row, reference))

    def _answer(self, row: AuditRow, reference: str) -> None:
        lead = self.story.actor(row.lead)
        audit = get_audit(lead, reference)
        wanted = {_clause(fail): fail.endswith("~") or "~:" in fail for fail in row.fails.split()}
        found = list(assessments_of(lead, audit))
        strangers = wanted.keys() - {each.clause_id for each in found}
        if strangers:
            raise RuntimeError(f"{row.site} {row.ago}: no such clause there: {strangers}")
        bare = row.stage == "in_progress"
        share = IN_PROGRESS_SHARE if bare else 1
        for assessment in found[:round(len(found) * share)]:
            if assessment.clause_id in wanted:
                self._fail(lead, audit, assessment, partly=wanted[assessment.clause_id], bare=bare)
            else:
                _hold(lead, audit, assessment)

    def _fail(self, lead: Actor, audit: Audit, assessment: Assessment, *, partly: bool, bare: bool) -> None:
        """`bare`: nothing is attached yet, so that the audit cannot be submitted as it is."""
        words = words_for(audit, assessment)
        commands.answer(
            lead, assessment, conformity=Conformity.PARTIAL if partly else Conformity.NONCONFORMITY, note=words.note,
            sample_size=words.sample, sample_failed=words.failures, finding_title=words.title, finding_risk=words.risk,
            proposed_severity=Severity(assessment.severity))
        prefix = assessment.clause_id.partition("-")[0]
        for number in () if bare else range(spread(f"{audit.reference} {assessment.clause_id}", 1, 2)):
            commands.attach_evidence(lead, assessment, self.cabinet.photo(prefix, number), caption=words.title)

    def _submit(self, row: AuditRow, reference: str) -> None:
        lead = self.story.actor(row.lead)
        audit = get_audit(lead, reference)
        assert audit.contact is not None
        commands.submit_audit(lead, audit, meeting_on=audit.planned_until, acknowledged_by=audit.contact.name,
                              conclusion=CONCLUSIONS[spread(reference, 0, len(CONCLUSIONS) - 1)])
        if row.reviewer:
            after = timedelta(days=spread(f"review {row.site} {row.ago}", *REVIEWED_AFTER))
            reviewed = calendar_of(audit.site).add_business_days(audit.planned_until + after, 0)
            self.story.at(moment(reviewed, "13:20"), partial(self._review, row, reference))

    def _review(self, row: AuditRow, reference: str) -> None:
        reviewer = self.story.actor(row.reviewer)
        audit = get_audit(reviewer, reference)
        findings = commands.review_audit(reviewer, audit, comment="Grades confirmed against note and evidence.")
        courses = {_clause(fail): fail.partition(":")[2] for fail in row.fails.split()}
        for finding in findings:
            self.answers.expect(finding, courses[finding.clause_id], row)
        for days in CLOSING_TRIES if row.stage == "closed" else ():
            self.story.at(reviewed_later(audit, days), partial(self._close, reference))

    def _close(self, reference: str) -> None:
        """As soon as every finding has its plan; before that, and once it is done, there is nothing to do."""
        planner = self.story.actor(PLANNER)
        audit = get_audit(planner, reference)
        try:
            commands.close_audit(planner, audit)
        except RuleViolation:
            return


def reviewed_later(audit: Audit, days: int) -> datetime:
    assert audit.reviewed_at is not None
    return audit.reviewed_at + timedelta(days=days, hours=1)


def words_for(audit: Audit, assessment: Assessment) -> Failed:
    lob = next((lob for lob in audit.lobs if lob != "Core"), audit.lobs[0])
    return failed(assessment.clause_id, audit.site.code, audit.site.name, lob, audit.planned_from.month)


def _hold(lead: Actor, audit: Audit, assessment: Assessment) -> None:
    if not assessment.applicable:
        commands.answer(lead, assessment, conformity=Conformity.NOT_APPLICABLE, reason=assessment.reason)
        return
    if assessment.waiver is not None and not assessment.control_of:
        commands.answer(lead, assessment, conformity=Conformity.WAIVED,
                        note=f"Not met, as {assessment.waiver.reference} says; its control is the next line.")
        return
    commands.answer(lead, assessment, conformity=Conformity.CONFORMITY,
                    note=remark(assessment.clause_id, audit.site.code))


def _clause(fail: str) -> str:
    return fail.partition(":")[0].rstrip("~")


def _auditee(site: Site, vendor_id: object) -> Person:
    """Who receives an audit: the lead of the vendor's floor, or of the site."""
    place = Place(site.path, vendor_id)  # type: ignore[arg-type]  # an id or nothing
    return holders_of(place, [Role.VENDOR_LEAD] if vendor_id else [Role.SITE_LEAD])[0]


def _next_working_day(site: Site, day: date) -> date:
    return calendar_of(site).add_business_days(day, 1)
