"""The role table of plans and of more time."""

import pytest

from compliance.access import Role
from compliance.actions.approving import approver_refusals, extension_authorities, plan_approvers
from compliance.actions.escalation import ExtensionAuthority
from compliance.actions.lifecycle import ActionKind
from compliance.playbooks.document import Severity

A = ExtensionAuthority


@pytest.mark.parametrize(("kind", "severity", "of_a_vendor", "roles"), [
    (ActionKind.CORRECTIVE, Severity.CRITICAL, True, {Role.PLAYBOOK_OWNER}),
    (ActionKind.CORRECTIVE, Severity.MAJOR, True, {Role.REGIONAL_LEAD}),
    (ActionKind.CORRECTIVE, Severity.MINOR, False, {Role.PROGRAMME_MANAGER}),
    (ActionKind.CORRECTIVE, Severity.MINOR, True, {Role.PROGRAMME_MANAGER, Role.VENDOR_MANAGER}),
    (ActionKind.IMPROVEMENT, None, False, {Role.PROGRAMME_MANAGER}),
    (ActionKind.READINESS, Severity.CRITICAL, True, {Role.CONTINUITY_LEAD}),
])  # fmt: skip
def test_who_approves_a_plan(kind, severity, of_a_vendor, roles):
    assert set(plan_approvers(kind, severity, of_a_vendor=of_a_vendor)) == roles


def test_a_refusal_names_who_does():
    assert approver_refusals([Role.AUDITOR, Role.REGIONAL_LEAD], [Role.REGIONAL_LEAD], "the plan") == []
    (refusal,) = approver_refusals([Role.AUDITOR], [Role.PROGRAMME_MANAGER, Role.VENDOR_MANAGER], "the plan of it")
    assert refusal.message == "You cannot approve the plan of it: a programme manager or a vendor manager does."


@pytest.mark.parametrize(("roles", "authorities"), [
    ([], set()), ([Role.SITE_LEAD, Role.AUDITOR], set()), ([Role.REGIONAL_LEAD], {A.SITE_LEADS_MANAGER}),
    ([Role.PLAYBOOK_OWNER], {A.SITE_LEADS_MANAGER, A.GLOBAL_OWNER}), ([Role.REGIONAL_LEAD, Role.GLOBAL_HEAD], set(A)),
])  # fmt: skip
def test_a_higher_authority_grants_what_a_lower_one_may(roles, authorities):
    assert extension_authorities(roles) == authorities
