"""Coverage of the programme and of clauses."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.audits.coverage import ClauseDuty, MandatoryAudit, clause_coverage, is_covered, programme_coverage
from compliance.rates import Rate

SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)


def audits(count: int, reviewed_on: date | None) -> list[MandatoryAudit]:
    return [MandatoryAudit(f"{reviewed_on}-{i}", date(2026, 2, 1), reviewed_on) for i in range(count)]


def test_audits_reviewed_of_audits_due() -> None:
    programme = [*audits(88, date(2026, 2, 20)), *audits(12, None)]
    assert programme_coverage(programme, SINCE, UNTIL).percent == 88.0


DONE = MandatoryAudit("done", date(2026, 2, 1), date(2026, 2, 20))
CANCELLED = MandatoryAudit("cancelled", date(2026, 2, 1), cancelled=True)


@pytest.mark.parametrize(
    ("programme", "rate"),
    [
        ([DONE, CANCELLED], Rate(1, 2)),
        ([DONE, replace(CANCELLED, replaced_by="done")], Rate(1, 1)),
        ([DONE, replace(CANCELLED, replaced_by="gone")], Rate(1, 2)),
        (
            [DONE, replace(CANCELLED, replaced_by="later"), MandatoryAudit("later", date(2026, 4, 1))],
            Rate(1, 2),  # a replacement of next quarter covers nothing in this one
        ),
        ([replace(DONE, reviewed_on=date(2026, 4, 1))], Rate(0, 1)),
        ([replace(DONE, due_on=date(2026, 4, 1))], Rate(0, 0)),
        ([replace(DONE, due_on=UNTIL, reviewed_on=UNTIL)], Rate(1, 1)),
    ],
)
def test_cancelling_and_postponing_improve_nothing(programme: list[MandatoryAudit], rate: Rate) -> None:
    assert programme_coverage(programme, SINCE, UNTIL) == rate


TODAY = date(2026, 3, 31)
DUTY = ClauseDuty("MNL1", "ESC-01", every_days=90, last_assessed=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),  # ninety days ago to the day
        ({"last_assessed": date(2025, 12, 30)}, False),
        ({"last_assessed": None}, False),
        ({"last_assessed": date(2026, 4, 1)}, False),
        ({"every_days": None, "last_audit": date(2025, 12, 31)}, True),
        ({"every_days": None, "last_audit": date(2026, 1, 15)}, False),
        ({"every_days": None}, True),
    ],
)
def test_a_clause_is_covered_within_its_frequency(change: dict[str, object], covered: bool) -> None:
    assert is_covered(replace(DUTY, **change), TODAY) is covered  # type: ignore[arg-type]  # single fields


def test_clause_coverage() -> None:
    assert clause_coverage([DUTY, replace(DUTY, last_assessed=None)], TODAY) == Rate(1, 2)
