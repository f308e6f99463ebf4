"""Ties that keep a person from auditing, and the moment they stop to."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.audits.independence import AuditedFacts, AuditorFacts, Service, independence_conflicts

HANA = AuditorFacts("hana", "Hana Watanabe", services=[Service(site_id="tyo1")], manager_ids=frozenset({"lena"}))
AUDIT = AuditedFacts(
    site_id="blr1",
    site_name="BLR1",
    vendor_id="nls",
    vendor_name="Northlight Support",
    auditee_ids=frozenset({"priya"}),
    playbooks={"esc": "Escalation", "age": "Age support"},
    on=date(2026, 2, 23),
)
IN_HOUSE = replace(AUDIT, vendor_id="", vendor_name="")


def test_an_auditor_from_elsewhere_is_independent() -> None:
    assert independence_conflicts(HANA, AUDIT) == []


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            {"services": [Service(site_id="blr1")]},
            "site",
            "Hana Watanabe works at BLR1, which this audit looks at.",
        ),
        (
            {"services": [Service(site_id="hyd1", vendor_id="nls")]},
            "vendor",
            "Hana Watanabe works for Northlight Support, which this audit looks at.",
        ),
        (
            {"services": [Service(site_id="blr1", until=date(2026, 2, 23))]},  # the last day is the day of the audit
            "site",
            "Hana Watanabe works at BLR1, which this audit looks at.",
        ),
        (
            {"services": [Service(site_id="blr1", until=date(2025, 8, 31))]},
            "cooling_off",
            "Hana Watanabe worked at BLR1 until 31 Aug 2025 and can audit it from 31 Aug.",
        ),
        (
            {"services": [Service(vendor_id="nls", until=date(2025, 2, 24))]},
            "cooling_off",
            "Hana Watanabe worked for Northlight Support until 24 Feb 2025 and can audit it from 24 Feb.",
        ),
        ({"id": "priya"}, "auditee", "Hana Watanabe is among those who are audited."),
        ({"manager_ids": frozenset({"priya"})}, "line", "Hana Watanabe reports to somebody who is audited."),
        (
            {"wrote_for_sites": frozenset({"blr1"})},
            "author",
            "Hana Watanabe helped write the procedures of BLR1.",
        ),
        (
            {"owned_playbooks": frozenset({"esc", "other"})},
            "owner",
            "Hana Watanabe owns Escalation and would audit it alone; add an auditor who does not own it.",
        ),
        ({"declared": ["My sister works there."]}, "declared", "Hana Watanabe declared: My sister works there."),
    ],
)
def test_each_tie_is_told(change: dict[str, object], code: str, message: str) -> None:
    conflicts = independence_conflicts(replace(HANA, **change), AUDIT)  # type: ignore[arg-type]  # single fields
    assert [(conflict.code, conflict.message) for conflict in conflicts] == [(code, message)]


@pytest.mark.parametrize(
    "service",
    [
        Service(site_id="blr1", until=date(2025, 2, 23)),  # twelve months ago to the day
        Service(site_id="hyd1", vendor_id="two"),
    ],
)
def test_ties_that_are_none(service: Service) -> None:
    assert independence_conflicts(replace(HANA, services=[service]), AUDIT) == []


def test_no_vendor_is_no_tie_between_two_in_house_sites() -> None:
    assert independence_conflicts(replace(HANA, services=[Service(site_id="tyo1")]), IN_HOUSE) == []


def test_an_owner_may_audit_beside_somebody_who_does_not_own_it() -> None:
    owner = replace(HANA, owned_playbooks=frozenset({"esc"}))
    assert independence_conflicts(owner, AUDIT, others=[AuditorFacts("omar", "Omar")]) == []
    co_owner = AuditorFacts("omar", "Omar", owned_playbooks=frozenset({"esc"}))
    assert [conflict.code for conflict in independence_conflicts(owner, AUDIT, others=[co_owner])] == ["owner"]
