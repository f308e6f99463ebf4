"""Repeats across renumbered, split and merged clauses, sites, vendors and time."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.findings.repeats import (
    FindingFacts,
    Kinship,
    RepeatScope,
    lineage,
    repeats_of,
    severity_of_repeat,
)
from compliance.playbooks.document import Severity

KNOWN = lineage([
    ("esc", "ESC-03a", ["ESC-03"]),  # split
    ("esc", "ESC-03b", ["ESC-03"]),
    ("esc", "ESC-12", ["ESC-11"]),  # renumbered, twice
    ("esc", "ESC-11", ["ESC-10"]),
    ("esc", "ESC-20", ["ESC-04", "ESC-05"]),  # merged
    ("esc", "ESC-21", ["ESC-20"]),
    ("esc", "ESC-30", ["age/AGE-09"]),  # moved here from another playbook
    ("esc", "ESC-02", ["ESC-02"]),
    ("esc", "ESC-40", ["ESC-41"]),  # a circle nobody should write
    ("esc", "ESC-41", ["ESC-40"]),
])


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("ESC-02", "ESC-02", Kinship.SAME),
        ("ESC-03a", "ESC-03", Kinship.SAME),
        ("ESC-03b", "ESC-03", Kinship.SAME),
        ("ESC-03", "ESC-03a", Kinship.SAME),
        ("ESC-03a", "ESC-03b", Kinship.NONE),
        ("ESC-12", "ESC-10", Kinship.SAME),
        ("ESC-20", "ESC-04", Kinship.TO_CONFIRM),
        ("ESC-05", "ESC-20", Kinship.TO_CONFIRM),
        ("ESC-21", "ESC-05", Kinship.TO_CONFIRM),
        ("ESC-21", "ESC-20", Kinship.SAME),
        ("ESC-40", "ESC-41", Kinship.SAME),
        ("ESC-40", "ESC-02", Kinship.NONE),
        ("ESC-99", "ESC-98", Kinship.NONE),
    ],
)
def test_kinship(one: str, other: str, kin: Kinship) -> None:
    assert KNOWN.kinship(("esc", one), ("esc", other)) is kin


def test_a_clause_keeps_its_history_when_it_moves_to_another_playbook() -> None:
    assert KNOWN.kinship(("esc", "ESC-30"), ("age", "AGE-09")) is Kinship.SAME
    assert KNOWN.kinship(("esc", "ESC-30"), ("esc", "AGE-09")) is Kinship.NONE


NEW = FindingFacts("new", ("esc", "ESC-03a"), "mnl1", "kbc", date(2026, 3, 1))
PRIOR = FindingFacts("prior", ("esc", "ESC-03"), "mnl1", "kbc", date(2025, 1, 10), date(2025, 3, 1))


def test_a_finding_on_a_child_of_a_split_clause_repeats_the_parents() -> None:
    (repeat,) = repeats_of(NEW, [PRIOR, NEW], KNOWN)
    assert (repeat.prior, repeat.scope, repeat.needs_confirmation) == (PRIOR, RepeatScope.SITE, False)


@pytest.mark.parametrize(
    ("change", "scope"),
    [
        ({"site_id": "kul2"}, RepeatScope.VENDOR),
        ({"site_id": "kul2", "vendor_id": "pds"}, None),
        ({"vendor_id": "pds"}, RepeatScope.SITE),  # the site changed hands
        ({"closed_on": date(2024, 3, 1)}, RepeatScope.SITE),
        ({"closed_on": date(2024, 2, 29)}, None),
        ({"closed_on": None, "issued_on": date(2024, 3, 1)}, RepeatScope.SITE),
        ({"closed_on": None, "issued_on": date(2024, 2, 29)}, None),
        ({"issued_on": date(2026, 3, 2), "closed_on": None}, None),  # came later, so it is the repeat
        ({"clause": ("esc", "ESC-99")}, None),
    ],
)
def test_same_site_or_vendor_within_24_months(change: dict[str, object], scope: RepeatScope | None) -> None:
    prior = replace(PRIOR, **{"issued_on": date(2024, 1, 10), **change})  # type: ignore[arg-type]  # single fields
    assert [repeat.scope for repeat in repeats_of(NEW, [prior], KNOWN)] == [scope] * (scope is not None)


def test_two_in_house_sites_share_no_vendor() -> None:
    prior = replace(PRIOR, site_id="dub1", vendor_id="")
    assert repeats_of(replace(NEW, vendor_id=""), [prior], KNOWN) == []


def test_a_merged_clause_asks_a_person() -> None:
    prior = replace(PRIOR, clause=("esc", "ESC-04"))
    (repeat,) = repeats_of(replace(NEW, clause=("esc", "ESC-20")), [prior], KNOWN)
    assert repeat.needs_confirmation


def test_the_surest_and_nearest_comes_first() -> None:
    older = replace(PRIOR, id="older", issued_on=date(2024, 12, 1))
    elsewhere = replace(PRIOR, id="elsewhere", site_id="kul2", issued_on=date(2026, 1, 1))
    found = repeats_of(NEW, [elsewhere, older, PRIOR], KNOWN)
    assert [repeat.prior.id for repeat in found] == ["prior", "older", "elsewhere"]


@pytest.mark.parametrize(
    ("severity", "raised"),
    [
        (Severity.MINOR, Severity.MAJOR),
        (Severity.MAJOR, Severity.MAJOR),
        (Severity.CRITICAL, Severity.CRITICAL),
    ],
)
def test_a_repeated_minor_is_a_major(severity: Severity, raised: Severity) -> None:
    assert severity_of_repeat(severity) is raised
