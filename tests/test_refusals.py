"""Refusals raise together, and their sentences are put together well."""

from datetime import date

import pytest

from compliance.audits.lifecycle import AuditStatus
from compliance.errors import RuleViolation
from compliance.refusals import Refusal, refuse
from compliance.wording import apart, counted, joined, on_day, words


def test_all_reasons_are_told_at_once() -> None:
    with pytest.raises(RuleViolation) as refused:
        refuse([Refusal("owner", "You own it."), Refusal("soak", "Soak ends 11 May.")])
    assert str(refused.value) == "You own it."
    assert refused.value.reasons == ("You own it.", "Soak ends 11 May.")


def test_without_a_reason_nothing_is_refused() -> None:
    refuse([])


@pytest.mark.parametrize(
    ("phrases", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_lists(phrases: list[str], sentence: str) -> None:
    assert joined(phrases) == sentence


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2026, 5, 11), "11 May"), (date(2025, 5, 1), "1 May 2025"), (date(2027, 12, 31), "31 Dec 2027")],
)
def test_a_date_of_another_year_says_so(day: date, text: str) -> None:
    assert on_day(day, date(2026, 3, 17)) == text


def test_counts_and_statuses() -> None:
    assert (counted(1, "day"), counted(2, "day"), counted(0, "day")) == ("1 day", "2 days", "0 days")
    assert counted(2, "entry", "entries") == "2 entries"
    assert words(AuditStatus.IN_PROGRESS) == "in progress"


def test_a_name_from_the_right_keeps_the_number_after_it_out_of_itself() -> None:
    assert apart("الاستقبال الليلي") == "\u2068الاستقبال الليلي\u2069"
    assert apart("Nachtdienst, 第2部") == "Nachtdienst, 第2部"
