"""Where a version stands on a day, against a calendar written out by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from compliance.playbooks.models import VersionStatus
from compliance.playbooks.standing import announced, states

JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@dataclass(frozen=True)
class Version:
    id: UUID
    effective_on: date
    status: VersionStatus = VersionStatus.APPROVED
    until_on: date | None = None
    approved_at: datetime | None = datetime(2025, 12, 1, tzinfo=UTC)


def version(effective: date, status: VersionStatus = VersionStatus.APPROVED, until: date | None = None) -> Version:
    return Version(uuid4(), effective, status, until)


@pytest.mark.parametrize(("on", "expected"), [
    (date(2025, 12, 31), ["approved", "approved", "approved", "draft"]),
    (JAN, ["effective", "approved", "approved", "draft"]),
    (date(2026, 2, 28), ["effective", "approved", "approved", "draft"]),
    (MAR, ["superseded", "effective", "approved", "draft"]),
    (date(2026, 4, 30), ["superseded", "effective", "approved", "draft"]),
    (date(2026, 5, 1), ["superseded", "expired", "approved", "draft"]),
    (JUN, ["superseded", "superseded", "effective", "draft"]),
], ids=str)
def test_each_version_stands_where_the_calendar_says(on: date, expected: list[str]) -> None:
    versions = [version(JAN), version(MAR, until=date(2026, 5, 1)), version(JUN), version(JAN, VersionStatus.DRAFT)]
    standing = states(versions, on)
    assert [standing[each.id].value for each in versions] == expected


UNPUBLISHED = [status for status in VersionStatus if status not in {VersionStatus.APPROVED, VersionStatus.RETIRED}]


@pytest.mark.parametrize("status", UNPUBLISHED)
def test_what_is_not_approved_stands_as_it_is_and_takes_nothing_over(status: VersionStatus) -> None:
    held, other = version(JAN), version(MAR, status)
    assert states([held, other], JUN) == {held.id: "effective", other.id: status.value}


@pytest.mark.parametrize(("on", "expected"), [
    (date(2026, 2, 28), ["effective", "approved"]), (MAR, ["superseded", "effective"]),
    (date(2026, 5, 31), ["superseded", "effective"]), (JUN, ["superseded", "retired"]),
], ids=str)
def test_a_retired_text_holds_until_its_day_and_the_one_before_never_comes_back(on: date, expected: list[str]) -> None:
    versions = [version(JAN), version(MAR, VersionStatus.RETIRED, until=JUN)]
    assert [states(versions, on)[each.id].value for each in versions] == expected


def test_the_coming_ones_stand_soonest_first() -> None:
    versions = [version(JUN), version(JAN), version(MAR), version(JUN, VersionStatus.DRAFT)]
    assert announced(versions, JAN) == [versions[2], versions[0]]
