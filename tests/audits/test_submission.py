"""What blocks submitting an audit: one ready audit, and one thing missing at a time."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.audits.scoring import Conformity, ScoreRules
from compliance.audits.submission import AnsweredClause, Closing, submission_blockers
from compliance.playbooks.document import Severity

TODAY = date(2026, 2, 24)
CLOSING = Closing(meeting_on=date(2026, 2, 24), acknowledged_by="Priya Raghunathan")
GOOD = AnsweredClause("ESC-01", Severity.MAJOR, 3, Conformity.CONFORMITY)
FAILED = AnsweredClause("ESC-02", Severity.CRITICAL, 5, Conformity.NONCONFORMITY, note="7 of 32 were late.", evidence=1)
HALF = AnsweredClause("ESC-03", Severity.MAJOR, 3, Conformity.PARTIAL, note="One of two rosters.", evidence=2)
AWAY = AnsweredClause("ESC-04", Severity.MINOR, 1, Conformity.NOT_APPLICABLE, note="No phone line here.")
UNSEEN = AnsweredClause("ESC-05", Severity.MINOR, 1, Conformity.NOT_ASSESSED)
READY = [GOOD, FAILED, HALF, AWAY, UNSEEN]


def test_a_complete_audit_can_be_submitted() -> None:
    assert submission_blockers(READY, CLOSING, TODAY) == []


@pytest.mark.parametrize(
    ("clause", "code", "message"),
    [
        (replace(GOOD, conformity=None), "unanswered", "ESC-01 has no answer yet."),
        (replace(FAILED, evidence=0), "evidence", "ESC-02 is a nonconformity: attach what shows it."),
        (replace(FAILED, note=" "), "note", "ESC-02 is a nonconformity: write what you found."),
        (replace(HALF, evidence=0), "evidence", "ESC-03 is partial: attach what shows it."),
        (replace(HALF, note=""), "note", "ESC-03 is partial: write what you found."),
        (replace(FAILED, risk=" "), "risk", "ESC-02 is a nonconformity: say who is harmed, and how, when it stays so."),
        (replace(AWAY, note=""), "reason", "ESC-04 is not applicable: say why."),
        (
            replace(FAILED, conformity=Conformity.PARTIAL),
            "partial",
            "ESC-02 is critical and has no half: choose conformity or nonconformity.",
        ),
        (
            replace(FAILED, conformity=Conformity.WAIVED),
            "waived",
            "ESC-02 is critical and cannot be waived: choose conformity or nonconformity.",
        ),
        (
            AnsweredClause("ESC-06", Severity.MINOR, 1, Conformity.WAIVED),
            "waived",
            "ESC-06 had no waiver when the criteria were fixed: choose conformity, partial or nonconformity.",
        ),
        (
            AnsweredClause("ESC-06-CONTROL", Severity.MINOR, 1, Conformity.WAIVED, control_of="ESC-06"),
            "waived",
            "ESC-06-CONTROL stands in for ESC-06, so it is not waived in turn: choose conformity or nonconformity.",
        ),
        (
            replace(GOOD, sampled=True),
            "sample",
            "ESC-01 was sampled: record how many you checked and how many failed.",
        ),
        (
            replace(GOOD, sampled=True, checked=32),
            "sample",
            "ESC-01 was sampled: record how many you checked and how many failed.",
        ),
        (
            replace(GOOD, sampled=True, checked=3, failed=4),
            "sample",
            "ESC-01 has 4 failed of 3 checked: correct one of the two.",
        ),
    ],
)
def test_a_clause_says_what_it_needs(clause: AnsweredClause, code: str, message: str) -> None:
    (blocker,) = submission_blockers([clause], CLOSING, TODAY)
    assert (blocker.code, blocker.message, blocker.clause_id) == (code, message, clause.clause_id)


@pytest.mark.parametrize(
    "clause",
    [
        replace(GOOD, sampled=True, checked=32, failed=0),
        AnsweredClause("ESC-06", Severity.MINOR, 1, Conformity.WAIVED, may_be_waived=True),
    ],
)
def test_nothing_else_is_asked(clause: AnsweredClause) -> None:
    assert submission_blockers([clause], CLOSING, TODAY) == []


@pytest.mark.parametrize(("clause", "control", "blocked"), [
    (Conformity.WAIVED, Conformity.NOT_APPLICABLE, True), (Conformity.WAIVED, Conformity.NOT_ASSESSED, True),
    (Conformity.WAIVED, Conformity.CONFORMITY, False), (Conformity.CONFORMITY, Conformity.NOT_APPLICABLE, False),
])
def test_a_waived_clause_needs_its_control_assessed(clause: Conformity, control: Conformity, blocked: bool) -> None:
    asked = [
        AnsweredClause("ESC-06", Severity.MINOR, 1, clause, may_be_waived=True),
        AnsweredClause("ESC-06-CONTROL", Severity.MINOR, 1, control, note="Met itself.", control_of="ESC-06"),
        AnsweredClause("ESC-07", Severity.MINOR, 20, Conformity.CONFORMITY),
    ]
    codes = [blocker.code for blocker in submission_blockers(asked, CLOSING, TODAY)]
    assert codes == (["control"] if blocked else [])


@pytest.mark.parametrize(("unseen", "blocked"), [(0, False), (1, False), (2, True)])
def test_more_than_a_tenth_not_assessed_needs_the_leads_reason(unseen: int, blocked: bool) -> None:
    nine_seen = [replace(GOOD, weight=1)] * (10 - unseen)
    clauses = [*nine_seen, *[UNSEEN] * unseen]
    blockers = submission_blockers(clauses, CLOSING, TODAY)
    assert [blocker.code for blocker in blockers] == ["not_assessed"] * blocked
    reasoned = replace(CLOSING, not_assessed_reason="The archive was locked.")
    assert submission_blockers(clauses, reasoned, TODAY) == []


def test_the_limit_is_compared_unrounded_and_follows_the_settings() -> None:
    clauses = [replace(GOOD, weight=8999), replace(UNSEEN, weight=1001)]
    (blocker,) = submission_blockers(clauses, CLOSING, TODAY)
    assert blocker.message == "More than 10 % of the weight (10.0 %) was not assessed: the lead auditor says why."
    assert submission_blockers(clauses, CLOSING, TODAY, ScoreRules(most_not_assessed=20)) == []


def test_clauses_out_of_the_score_do_not_dilute_what_was_not_assessed() -> None:
    clauses = [GOOD, UNSEEN, *[AWAY] * 50]
    assert [blocker.code for blocker in submission_blockers(clauses, CLOSING, TODAY)] == ["not_assessed"]


@pytest.mark.parametrize(
    ("closing", "codes"),
    [
        (replace(CLOSING, meeting_on=None), ["closing_meeting"]),
        (replace(CLOSING, meeting_on=date(2026, 2, 25)), ["closing_meeting"]),
        (replace(CLOSING, acknowledged_by=""), ["acknowledgement"]),
        (replace(CLOSING, acknowledged_by="", refusal_note="Left before the end."), []),
        (Closing(), ["closing_meeting", "acknowledgement"]),
    ],
)
def test_the_closing_meeting_is_on_record(closing: Closing, codes: list[str]) -> None:
    assert [blocker.code for blocker in submission_blockers([GOOD], closing, TODAY)] == codes
