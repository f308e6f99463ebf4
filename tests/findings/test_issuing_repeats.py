"""A finding that comes back: found by the lineage of its clause when it is issued."""

from datetime import date

import pytest

from compliance.access import Role
from compliance.findings import commands
from compliance.findings.lifecycle import FindingStatus, WithdrawalReason
from compliance.playbooks.document import Severity
from tests.builders.accounts import an_actor
from tests.builders.audits import a_playbook, a_version
from tests.builders.findings import a_finding, action_of
from tests.builders.network import a_site, a_vendor
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def test_a_minor_that_repeats_at_its_site_becomes_a_major(clock):
    clock.at("2025-03-03 09:00")
    site, playbook = a_site(), a_playbook(prefix="ESC")
    first = a_finding(site, playbook=playbook)
    clock.at("2026-03-02 09:00")
    second = a_finding(site, playbook=playbook)
    assert second.repeat_of_id == first.id
    assert (second.severity, second.first_severity) == (Severity.MAJOR, Severity.MINOR)
    assert action_of(second).severity is Severity.MAJOR


@pytest.mark.parametrize(("repeated", "when", "fields"), [
    (True, "2027-03-02 09:00", {}),
    (False, "2027-03-06 09:00", {}),  # 24 months and a few days after an issue that is still open
    (False, "2026-03-02 09:00", {"clause_id": "ESC-05"}),
])  # fmt: skip
def test_within_24_months_of_the_same_clause(clock, repeated, when, fields):
    clock.at("2025-03-03 09:00")
    site, playbook = a_site(), a_playbook(prefix="ESC")
    a_finding(site, playbook=playbook)
    clock.at(when)
    assert (a_finding(site, playbook=playbook, **fields).repeat_of_id is not None) is repeated


def test_a_vendors_fault_repeats_at_its_other_sites_and_nobody_elses():
    playbook, vendor = a_playbook(prefix="ESC"), a_vendor()
    first = a_finding(a_site(), vendor, playbook=playbook)
    again = a_finding(a_site(), vendor, playbook=playbook)
    assert (again.repeat_of_id, again.details["repeat_scope"]) == (first.id, "vendor")
    assert a_finding(a_site(), a_vendor(), playbook=playbook).repeat_of_id is None
    assert a_finding(a_site(), playbook=playbook).repeat_of_id is None


def test_a_renumbered_clause_is_the_same_clause():
    site, playbook = a_site(), a_playbook([("minor", 1)], prefix="ESC")
    a_version(playbook, [("minor", 1)], facts="- Formerly: ESC-09", number="2.0.0", effective_on=date(2025, 1, 1))
    old = a_finding(site, playbook=playbook, clause_id="ESC-09")
    assert a_finding(site, playbook=playbook, clause_id="ESC-01").repeat_of_id == old.id


def test_of_merged_clauses_a_person_says_which_came_back():
    site, playbook = a_site(), a_playbook([("minor", 1)], prefix="ESC")
    a_version(playbook, [("minor", 1)], facts="- Formerly: ESC-08\n- Formerly: ESC-09", number="2.0.0",
              effective_on=date(2025, 1, 1))
    old = a_finding(site, playbook=playbook, clause_id="ESC-09")
    again = a_finding(site, playbook=playbook, clause_id="ESC-01")
    assert (again.repeat_of_id, again.severity) == (None, Severity.MINOR)
    assert again.details["may_repeat"] == str(old.id)


def test_what_was_withdrawn_was_never_found():
    site, playbook = a_site(), a_playbook(prefix="ESC")
    first = a_finding(site, playbook=playbook)
    with saving():
        commands.withdraw_finding(an_actor(Role.REVIEWER), first, reason=WithdrawalReason.NOT_UPHELD, note="Not so.")
    assert first.status is FindingStatus.WITHDRAWN
    assert a_finding(site, playbook=playbook).repeat_of_id is None
