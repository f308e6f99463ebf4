"""The closure rule: one valid action, and one thing wrong with it at a time."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.actions.closure import (
    ClosureFacts,
    ClosureRules,
    EvidenceFact,
    PersonFacts,
    Retest,
    closure_refusals,
    soak_ends,
    verifier_refusals,
)
from compliance.playbooks.document import Severity

PRIYA = PersonFacts("priya", "Priya Raghunathan", manager_id="mercy")
AJIT = PersonFacts("ajit", "Ajit Kulkarni", manager_id="priya")
TOMAS = PersonFacts("tomas", "Tomás Ferreira", manager_id="lena")
ROSTER, REPORT = EvidenceFact("night-roster.pdf", viewed=True), EvidenceFact("p0-sample.csv", viewed=True)
READY = ClosureFacts(
    today=date(2026, 5, 11),
    owner=PRIYA,
    implementers=(AJIT,),
    verifier=TOMAS,
    closer=TOMAS,
    severity=Severity.CRITICAL,
    evidence=(ROSTER, REPORT),
    criterion="At least 59 consecutive P0 tickets, none over 15 min.",
    criterion_stated_on=date(2026, 3, 6),
    implemented_on=date(2026, 3, 12),
    criterion_met=True,
)
RITA = PersonFacts("rita", "Rita Sol", manager_id="priya")


def test_an_action_with_everything_in_place_closes() -> None:
    assert closure_refusals(READY) == []


def test_a_criterion_stated_on_the_day_of_the_work_is_in_time() -> None:
    assert closure_refusals(replace(READY, criterion_stated_on=READY.implemented_on)) == []


def test_a_page_lists_what_is_missing_without_anybody_closing() -> None:
    assert closure_refusals(replace(READY, closer=None)) == []


MARCH = date(2026, 3, 17)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            {"closer": PRIYA},
            "owner",
            "You own this action, so you cannot close it. The verifier, Tomás Ferreira, can.",
        ),
        (
            {"closer": AJIT},
            "implementer",
            "You implemented this action, so you cannot close it. The verifier, Tomás Ferreira, can.",
        ),
        (
            {"verifier": RITA, "closer": RITA},
            "report",
            (
                "You report to its owner, Priya Raghunathan, so you cannot close it. "
                "Name a verifier who had no part in it."
            ),
        ),
        (
            {"closer": replace(TOMAS, stands_in_for=frozenset({"priya"}))},
            "deputy",
            (
                "You stand in for its owner, Priya Raghunathan, so you cannot close it. "
                "Name a verifier who had no part in it."
            ),
        ),
        (
            {"closer": replace(TOMAS, stands_in_for=frozenset({"ajit"}))},
            "deputy",
            (
                "You stand in for somebody who implemented it, so you cannot close it. "
                "Name a verifier who had no part in it."
            ),
        ),
        (
            {"site_leads": frozenset({"tomas"})},
            "site_lead",
            "You lead the site it is for, so you cannot close it. Name a verifier who had no part in it.",
        ),
        (
            {"closer": PersonFacts("lena", "Lena Vogt")},
            "not_verifier",
            "You are not the verifier of this action. The verifier, Tomás Ferreira, can.",
        ),
        (
            {"verifier": None, "closer": None},
            "verifier",
            "Nobody is named to verify this action. Name a verifier who had no part in it.",
        ),
        (
            {"evidence": ()},
            "evidence",
            "There is no evidence yet. Priya Raghunathan attaches what shows that it was done.",
        ),
        (
            {"steps_without_evidence": ("step 2", "step 3")},
            "step_evidence",
            "No evidence is attached to step 2 and step 3. Priya Raghunathan can add it.",
        ),
        (
            {"evidence": (ROSTER, replace(REPORT, viewed=False))},
            "evidence_unseen",
            "Opened by Tomás Ferreira: 1 of 2 evidence files. Still to open: p0-sample.csv.",
        ),
        (
            {"criterion": " "},
            "criterion",
            "No effectiveness criterion was stated. Without one, nobody can say that it worked.",
        ),
        (
            {"criterion_stated_on": None},
            "criterion",
            "State the criterion anew with the new plan: the last one is for what did not work.",
        ),
        (
            {"criterion_stated_on": date(2026, 3, 13)},
            "criterion_late",
            (
                "The criterion was stated on 13 Mar, after the work was done on 12 Mar. "
                "Reopen the action, state the criterion in a new plan and let it hold again."
            ),
        ),
        (
            {"criterion_met": None},
            "criterion_unchecked",
            (
                "Nobody has recorded yet whether the criterion is met: "
                "At least 59 consecutive P0 tickets, none over 15 min."
            ),
        ),
        (
            {"criterion_met": False},
            "criterion_not_met",
            "The criterion is not met. Reopen the action and ask for the cause again.",
        ),
        ({"today": MARCH}, "soak", "Soak of 60 days ends 11 May, 55 days from now."),
        ({"today": date(2026, 5, 10)}, "soak", "Soak of 60 days ends 11 May, 1 day from now."),
        (
            {"implemented_on": None},
            "not_implemented",
            "This action is not implemented. Priya Raghunathan reports it when it is.",
        ),
        (
            {"open_dependencies": ("ACT-2026-0007",)},
            "dependencies",
            "This action depends on ACT-2026-0007, still open. Close what it depends on first.",
        ),
        (
            {"retest": Retest()},
            "retest",
            "It answers a failed exercise: repeat the exercise and pass before you close it.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_one_thing_missing_is_one_refusal(change: dict[str, object], code: str, message: str) -> None:
    refusals = closure_refusals(replace(READY, **change))  # type: ignore[arg-type]  # a table of single fields
    assert [(refusal.code, refusal.message) for refusal in refusals] == [(code, message)]


def test_the_owner_learns_who_can_close_it_and_from_when() -> None:
    first, *others = closure_refusals(replace(READY, closer=PRIYA, today=MARCH))
    assert (
        first.message == "You own this action, so you cannot close it. The verifier, Tomás Ferreira, can from 11 May."
    )
    assert [refusal.code for refusal in others] == ["soak"]


def test_a_retest_passed_is_enough() -> None:
    assert closure_refusals(replace(READY, retest=Retest(passed=True))) == []


def test_a_retest_that_only_has_a_date_is_a_promise() -> None:
    (refusal,) = closure_refusals(replace(READY, retest=Retest(planned_on=date(2026, 6, 1))))
    assert refusal.message.endswith("before you close it; the re-test is set for 1 Jun.")


@pytest.mark.parametrize(
    ("severity", "planned", "ends"),
    [
        (Severity.CRITICAL, None, date(2026, 5, 11)),
        (Severity.MAJOR, None, date(2026, 4, 11)),
        (Severity.MINOR, None, date(2026, 3, 12)),
        (Severity.MINOR, 14, date(2026, 3, 26)),
        (None, None, date(2026, 3, 12)),
        (Severity.CRITICAL, 10, date(2026, 5, 11)),  # a plan may ask for more than the rule, not for less
    ],
)
def test_soak_by_severity_or_the_longer_one_of_the_plan(severity: Severity | None, planned: int, ends: date) -> None:
    assert soak_ends(replace(READY, severity=severity, soak_days=planned)) == ends


def test_soak_follows_the_settings() -> None:
    assert soak_ends(READY, ClosureRules(version=2, soak_critical=90)) == date(2026, 6, 10)


def test_what_is_not_implemented_has_no_end_of_soak() -> None:
    assert soak_ends(replace(READY, implemented_on=None)) is None


def test_naming_a_verifier_is_refused_by_name() -> None:
    assert verifier_refusals(TOMAS, PRIYA, [AJIT]) == []
    (refusal,) = verifier_refusals(RITA, PRIYA, [AJIT])
    assert refusal.message == (
        "Rita Sol reports to its owner, Priya Raghunathan, so Rita Sol cannot verify it. Name somebody else."
    )
    assert [r.code for r in verifier_refusals(AJIT, PRIYA, [AJIT])] == ["implementer", "report"]
