"""What of the findings somebody sees, in which order, and in how many statements."""

import itertools

import pytest

from compliance.access import Role
from compliance.errors import NotFound
from compliance.findings import commands
from compliance.findings.lifecycle import FindingKind, FindingStatus, WithdrawalReason
from compliance.findings.presenting import view_of_finding
from compliance.findings.queries import (
    FindingFilters,
    actions_of,
    all_findings,
    answers_waiting,
    do_today,
    findings,
    get_finding,
    stages,
    tracked,
)
from compliance.findings.queries.listing import SORTS
from compliance.playbooks.document import Severity
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.actions import implemented, planned
from tests.builders.files import an_upload
from tests.builders.findings import a_draft_finding, a_finding, a_playbook_row, action_of
from tests.builders.network import a_market, a_region, a_site, a_vendor
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")
START = "2026-03-02 09:00"


@pytest.fixture
def everybody():
    return an_actor(Role.GLOBAL_HEAD)


def references(page):
    return [row.reference for row in page.rows]


def test_an_open_finding_is_listed_and_a_draft_only_when_asked_for(everybody):
    issued, draft = a_finding(), a_draft_finding()
    assert references(findings(everybody)) == [issued.reference]
    assert references(findings(everybody, FindingFilters(status="draft"))) == [draft.reference]
    assert references(findings(everybody, FindingFilters(status="closed"))) == []


@pytest.mark.parametrize("narrow", [
    {"severity": "major"}, {"kind": "observation"}, {"clause": "esc-07"}, {"playbook": "ADS"}, {"q": "roster"},
    {"q": "100 %"}, {"site": "LIS1"}, {"vendor": "KBC"}, {"region": "emea"}, {"status": "accepted"}, {"owner": "me"},
])  # fmt: skip
def test_each_filter_keeps_what_it_names(narrow):
    """One finding in all has everything that is asked for; another has nothing of it."""
    a_finding(a_site("KUL9"))
    site, vendor = a_site("LIS1", a_market("pt", "Portugal", a_region("emea", "EMEA"))), a_vendor("KBC")
    lead = a_person(Role.VENDOR_LEAD, site, vendor)
    wanted = a_finding(site, vendor, owner=lead, severity=Severity.MAJOR, kind=FindingKind.OBSERVATION,
                       clause_id="ESC-07", playbook=a_playbook_row("advertising", "ADS"), title="100 % of the roster")
    with saving():
        commands.accept_finding(actor_of(lead), wanted)
    actor = actor_of(lead) if "owner" in narrow else an_actor(Role.GLOBAL_HEAD)
    assert references(findings(actor, FindingFilters(**narrow))) == [wanted.reference]


@pytest.mark.parametrize("wrong", [
    {"severity": "grave"}, {"status": "lost"}, {"site": "ZZZ9"}, {"vendor": "NOBODY"}, {"playbook": "ZZZ"},
    {"region": "atlantis"}, {"owner": "somebody"}, {"kind": "idea"},
])  # fmt: skip
def test_a_filter_that_names_nothing_is_not_found(everybody, wrong):
    with pytest.raises(NotFound):
        findings(everybody, FindingFilters(**wrong))


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_without_gap_or_double(everybody, clock, sort):
    clock.at(START)
    for severity in (Severity.MINOR, Severity.CRITICAL, Severity.MINOR, Severity.MAJOR, Severity.MINOR):
        a_finding(severity=severity)
        clock.forward(hours=7)
    column, cursor, seen = SORTS[sort], "", []
    for _ in range(5):
        page = findings(everybody, sort=sort, cursor=cursor, limit=2)
        seen += page.rows
        cursor = page.next
        if not cursor:
            break
    assert len({row.id for row in seen}) == len(seen) == 5
    values = [column.value(row) for row in seen]
    assert values == sorted(values, reverse=column.descending)


def test_overdue_ends_with_the_day_of_the_site_and_with_its_implementation(clock, everybody):
    clock.at(START)
    late = a_finding(a_site(zone="Asia/Kuala_Lumpur", country=""))
    west = a_finding(a_site(zone="America/Bogota", country=""))
    done = a_finding(a_site(zone="Asia/Kuala_Lumpur", country=""))
    implemented(action_of(done))
    assert late.close_due_on.isoformat() == "2026-05-31"
    overdue = FindingFilters(overdue=True)
    clock.at("2026-05-31 15:59")
    assert references(findings(everybody, overdue)) == []
    clock.at("2026-05-31 16:00")
    assert references(findings(everybody, overdue)) == [late.reference]
    clock.at("2026-06-01 05:00")
    assert set(references(findings(everybody, overdue))) == {late.reference, west.reference}


def test_a_vendor_sees_its_own_and_no_draft():
    site, vendor, rival = a_site(), a_vendor(), a_vendor()
    mine, _, _ = a_finding(site, vendor), a_finding(site, rival), a_finding(site)
    a_draft_finding(site, vendor)
    actor = an_actor(Role.VENDOR_LEAD, site, vendor)
    assert references(findings(actor)) == [mine.reference]
    assert references(findings(actor, FindingFilters(status="draft"))) == []
    for other in (Role.VENDOR_LEAD, Role.VENDOR_MANAGER):
        with pytest.raises(NotFound):
            get_finding(an_actor(other, site, rival), mine.reference)


def test_an_internal_note_is_not_for_vendors():
    site, vendor = a_site(), a_vendor()
    lead = a_person(Role.VENDOR_LEAD, site, vendor)
    finding = a_finding(site, vendor, owner=lead, internal_note="They said so last year.")
    reviewer = an_actor(Role.REVIEWER)
    with saving():
        commands.note_finding(reviewer, finding, text="Watch the contract.", internal=True)
    assert "Watch the contract." in view_of_finding(reviewer, finding).note
    assert view_of_finding(an_actor(Role.SITE_LEAD, site), finding).note == ""
    theirs = view_of_finding(actor_of(lead), finding)
    assert theirs.note == ""
    assert not any("contract" in line.text for line in theirs.history)


@pytest.mark.parametrize("filters", [
    {}, {"status": "open", "overdue": True, "q": "late"},
    {"site": "KUL9", "vendor": "KBC", "playbook": "ESC", "region": "apac", "severity": "minor", "overdue": True},
])  # fmt: skip
def test_the_list_takes_as_many_statements_for_twelve_rows_as_for_one(queries, everybody, filters):
    site, vendor, playbook = a_site("KUL9"), a_vendor("KBC"), a_playbook_row()
    counts = []
    for wanted in (1, 12):
        while len(list(all_findings(everybody, FindingFilters()))) < wanted:
            a_finding(site, vendor, playbook=playbook, clause_id=f"ESC-{wanted:02d}")
        counts += [len(queries.during(lambda sort=sort: findings(everybody, FindingFilters(**filters), sort=sort)))
                   for sort in SORTS]
    assert len(set(counts)) == 1
    assert counts[0] <= 8


def test_one_finding_takes_ten_statements_whatever_hangs_on_it(queries):
    finding = a_finding(severity=Severity.MAJOR)
    lead = actor_of(finding.owner)
    reference = finding.reference
    few = queries.during(lambda: view_of_finding(lead, get_finding(lead, reference)))
    implemented(action_of(finding), a_person(Role.AUDITOR), steps=5)
    with saving():
        for number in range(4):
            commands.note_finding(lead, finding, text=f"Note {number}")
    many = queries.during(lambda: view_of_finding(lead, get_finding(lead, reference)))
    assert len(many) - len(few) <= 1  # the owners of the steps, once there are steps
    assert len(many) <= 10


def test_the_day_of_a_lead(clock):
    """Late first, then by date; what is due later than in a week waits, and so does the plan of what is unanswered."""
    clock.at(START)
    site = a_site(country="")
    lead = a_person(Role.SITE_LEAD, site)
    accepted, _issued, later = (a_finding(site, owner=lead, title=title) for title in ("Accepted", "Issued", "Later"))
    with saving():
        commands.accept_finding(actor_of(lead), accepted)
        commands.accept_finding(actor_of(lead), later)
        action_of(later).plan_due_on = accepted.close_due_on
    clock.at("2026-04-02 09:00")  # the plan of 30 March is three working days late
    today = do_today(actor_of(lead))
    assert [(task.title, task.step, task.late_by) for task in today] == [
        ("Issued", "Answer", 13), ("Accepted", "Write cause", 3)]
    assert today[1].step_url == f"/actions/{action_of(accepted).reference}/cause"
    assert answers_waiting(actor_of(lead)) == 1


def test_the_day_of_those_who_decide_and_verify(clock):
    clock.at(START)
    finding = a_finding(severity=Severity.MAJOR)
    reviewer, regional = a_person(Role.REVIEWER), an_actor(Role.REGIONAL_LEAD, a_region())
    with saving():
        commands.dispute_finding(actor_of(finding.owner), finding, reason="Not ours.", uploads=[an_upload()])
    assert [task.step for task in do_today(actor_of(reviewer))] == ["Decide"]
    with saving():
        commands.decide_dispute(actor_of(reviewer), finding, outcome=FindingStatus.UPHELD, reason="It is.")
    action = planned(action_of(finding))
    assert [task.step for task in do_today(regional)] == ["Decide on plan"]
    assert do_today(an_actor(Role.PROGRAMME_MANAGER)) == []
    with saving():
        action.verifier_id, action.status, action.implemented_at = reviewer.id, "implemented", clock.now()
    assert do_today(actor_of(reviewer)) == []  # it soaks
    clock.forward(days=30)
    assert [task.step for task in do_today(actor_of(reviewer))] == ["Verify"]


def test_the_day_takes_as_many_statements_with_more_to_do(queries):
    site = a_site()
    lead = a_person(Role.SITE_LEAD, site)
    a_finding(site, owner=lead)
    few = queries.during(lambda: do_today(actor_of(lead)))
    for _ in range(4):
        a_finding(site, owner=lead)
    assert len(queries.during(lambda: do_today(actor_of(lead)))) == len(few) <= 8


def test_stages_count_what_is_open_and_since_when(clock, everybody):
    clock.at(START)
    first = a_finding(severity=Severity.MAJOR)
    clock.forward(days=70)
    a_finding(severity=Severity.MINOR)
    a_draft_finding()
    with saving():
        commands.accept_finding(actor_of(first.owner), first)
    found = {stage.status: stage for stage in stages(everybody)}
    assert {status: (stage.n, stage.overdue) for status, stage in found.items()} == {
        FindingStatus.ISSUED: (1, 0), FindingStatus.ACCEPTED: (1, 1)}
    assert found[FindingStatus.ACCEPTED].counts[Severity.MAJOR] == 1
    assert found[FindingStatus.ACCEPTED].oldest == first.issued_on
    assert stages(everybody, site_id=first.site_id)[0].n == 1


def test_what_measures_are_made_of_leaves_out_what_did_not_stand(clock, everybody):
    clock.at(START)
    kept, closed_site, gone = a_finding(), a_finding(), a_finding()
    a_finding(kind=FindingKind.OBSERVATION)
    reviewer = an_actor(Role.REVIEWER)
    with saving():
        commands.withdraw_finding(reviewer, gone, reason=WithdrawalReason.NOT_UPHELD, note="Not so.")
        commands.withdraw_finding(reviewer, closed_site, reason=WithdrawalReason.SITE_CLOSED, note="The lease ended.")
    found = tracked(everybody)
    assert sorted(each.excluded for each in found) == [False, True]
    assert {each.original_due for each in found} == {kept.close_due_on}


def test_actions_of_a_finding_come_with_what_pages_need(queries):
    finding = a_finding()
    implemented(action_of(finding), steps=3)
    statements = queries.during(lambda: list(itertools.chain.from_iterable(a.steps for a in actions_of(finding))))
    assert len(statements) <= 2
