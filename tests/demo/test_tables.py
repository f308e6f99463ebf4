"""The tables of the demo agree with each other before any story is told from them."""

from collections import Counter
from string import Formatter

import pytest

from compliance.demo.audits import AUDITS, PLANNED, SYSTEMIC_CLAUSE, SYSTEMIC_SITES, AuditRow
from compliance.demo.continuity import EXERCISES, PLANS, TARGETS
from compliance.demo.network import MARKETS, OPERATIONS, REGIONS, SITES, VENDORS
from compliance.demo.people import BY_HANDLE, DEMO_ROLES, EVERYBODY, PEOPLE
from compliance.demo.wording import bank, failed

CODES = {site.code for site in SITES}
COMPANIES = {vendor.code for vendor in VENDORS} | {""}


def fails(row: AuditRow) -> list[tuple[str, str]]:
    """(clause, how its finding went on) of each clause that did not hold."""
    parts = (fail.partition(":") for fail in row.fails.split())
    return [(clause.rstrip("~"), course) for clause, _, course in parts]


def test_every_place_is_in_the_network() -> None:
    assert {market.split()[0] for _, market, _ in MARKETS} >= {site.market for site in SITES}
    assert {region for region, _, _ in MARKETS} == {code for code, _ in REGIONS}
    for row in (*AUDITS, *PLANNED, *PLANS, *EXERCISES, *OPERATIONS):
        assert row.site in CODES, row
        assert row.vendor in COMPANIES, row


def test_every_site_is_run_by_somebody_and_audited() -> None:
    assert {run.site for run in OPERATIONS} == CODES
    assert {row.site for row in AUDITS} == CODES


def test_people_are_named_once_and_report_to_people_of_the_demo() -> None:
    assert len(BY_HANDLE) == len(EVERYBODY) == len(PEOPLE) == len({person.name for person in EVERYBODY})
    assert {person.manager for person in EVERYBODY} <= BY_HANDLE.keys() | {""}
    assert len({demo.handle for demo in DEMO_ROLES}) == len(DEMO_ROLES) == 13


def test_whoever_stands_for_a_role_is_the_first_to_hold_it() -> None:
    """Pictures and journeys ask for "the auditor"."""
    for demo in DEMO_ROLES:
        first = next(person for person in PEOPLE if any(held.role is demo.role for held in person.held))
        assert first.handle == demo.handle


def test_a_clause_fails_twice_at_a_place_only_where_the_table_says_repeat() -> None:
    """A vendor's sites are one place here, as they are for the rule."""
    seen: Counter[tuple[str, str]] = Counter()
    for row in AUDITS:
        for clause, course in fails(row):
            before = max(seen[row.site, clause], seen[row.vendor, clause] if row.vendor else 0)
            assert bool(before) == (course == "repeat"), (row.ago, row.site, clause)
            seen.update({(row.site, clause): 1, (row.vendor, clause): 1})
    assert sum(course == "repeat" for row in AUDITS for _, course in fails(row)) == 4


def test_one_fault_is_found_at_the_sites_of_five_vendors() -> None:
    found = [row for row in AUDITS if SYSTEMIC_CLAUSE in dict(fails(row))]
    assert {row.site for row in found} == set(SYSTEMIC_SITES)
    assert len({row.vendor for row in found}) == 5


def test_every_failed_clause_has_its_words_and_every_word_is_used() -> None:
    used = {clause for row in AUDITS for clause, _ in fails(row)}
    assert used == bank("conditions").keys()
    assert {entry["answer"] for entry in bank("conditions").values()} == bank("answers").keys()


@pytest.mark.parametrize("clause", sorted(bank("conditions")))
def test_the_words_of_a_clause_are_complete(clause: str) -> None:
    words = failed(clause, "KUL1", "Kuala Lumpur", "Core", 1)
    assert words == failed(clause, "KUL1", "Kuala Lumpur", "Core", 1)
    for said in (words.title, words.note, words.risk):
        assert said.strip() == said != ""
        assert not [name for _, name, _, _ in Formatter().parse(said) if name]
    assert words.title[-1] != "."
    assert (words.note[-1], words.risk[-1]) == (".", ".")
    if words.sample is not None:
        assert words.failures is not None
        assert 0 < words.failures < words.sample


def test_every_line_of_business_has_a_recovery_time_below_what_it_may_be_down() -> None:
    assert {lob for run in OPERATIONS for lob in run.lobs} == TARGETS.keys()
    assert all(target.rto < target.mtpd for target in TARGETS.values())
