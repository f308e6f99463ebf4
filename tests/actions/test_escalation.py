"""The escalation ladder and the rules of extensions and cancellation."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.actions.escalation import (
    DueDates,
    EscalationLevel,
    ExtensionAuthority,
    ExtensionRequest,
    RiskAcceptance,
    authority_for,
    cancellation_refusals,
    escalation_level,
    extend,
    extension_refusals,
)
from compliance.playbooks.document import Severity


@pytest.mark.parametrize(
    ("late", "level"),
    [
        (None, EscalationLevel.NONE),
        (0, EscalationLevel.OWNER),
        (2, EscalationLevel.OWNER),
        (3, EscalationLevel.SITE_LEAD),
        (9, EscalationLevel.SITE_LEAD),
        (10, EscalationLevel.REGIONAL_LEAD),
        (19, EscalationLevel.REGIONAL_LEAD),
        (20, EscalationLevel.GLOBAL_OWNER),
        (200, EscalationLevel.GLOBAL_OWNER),
    ],
)
def test_ladder(late: int | None, level: EscalationLevel) -> None:
    assert escalation_level(late, Severity.MAJOR) is level
    assert escalation_level(late, None) is level


@pytest.mark.parametrize(
    ("late", "level"),
    [
        (None, EscalationLevel.NONE),
        (0, EscalationLevel.REGIONAL_LEAD),
        (1, EscalationLevel.REGIONAL_LEAD),
        (2, EscalationLevel.GLOBAL_HEAD),
    ],
)
def test_ladder_of_a_critical(late: int | None, level: EscalationLevel) -> None:
    assert escalation_level(late, Severity.CRITICAL) is level


TODAY = date(2026, 3, 30)
DUES = DueDates(date(2026, 4, 1), date(2026, 4, 1))
REQUEST = ExtensionRequest(
    new_due=date(2026, 4, 15),
    reason="The roster tool ships on 10 Apr.",
    requester_id="priya",
    approver_id="mercy",
    approver_authorities=frozenset({ExtensionAuthority.SITE_LEADS_MANAGER}),
    contained=True,
    plan_approved=True,
)


def test_an_extension_keeps_the_original_date() -> None:
    assert extension_refusals(DUES, REQUEST, TODAY) == []
    once = extend(DUES, REQUEST.new_due)
    assert once == DueDates(date(2026, 4, 1), date(2026, 4, 15), 1)
    assert extend(once, date(2026, 5, 1)) == DueDates(date(2026, 4, 1), date(2026, 5, 1), 2)


@pytest.mark.parametrize(
    ("extension", "authority"),
    [
        (1, ExtensionAuthority.SITE_LEADS_MANAGER),
        (2, ExtensionAuthority.GLOBAL_OWNER),
        (3, ExtensionAuthority.GOVERNANCE_COUNCIL),
        (4, ExtensionAuthority.GOVERNANCE_COUNCIL),
    ],
)
def test_who_decides_on_the_nth(extension: int, authority: ExtensionAuthority) -> None:
    assert authority_for(extension) is authority
    request = replace(REQUEST, approver_authorities=frozenset(ExtensionAuthority) - {authority})
    refusals = extension_refusals(replace(DUES, extensions=extension - 1), request, TODAY)
    assert [refusal.code for refusal in refusals] == ["authority"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"approver_id": "priya"}, "You asked for this extension, so somebody else decides on it."),
        ({"reason": " "}, "Say why more time is needed."),
        ({"new_due": date(2026, 4, 1)}, "The new date is not an extension: choose one after 1 Apr."),
        ({"contained": False}, "It is not contained. Contain it first; containment has no extension."),
        (
            {"plan_approved": False},
            "It has no approved plan. An extension needs a plan that shows what the time is for.",
        ),
        (
            {"approver_authorities": frozenset()},
            "This is the first extension: the site lead's manager decides on it.",
        ),
    ],
)
def test_reasons_against_an_extension(change: dict[str, object], message: str) -> None:
    refusals = extension_refusals(DUES, replace(REQUEST, **change), TODAY)  # type: ignore[arg-type]  # single fields
    assert [refusal.message for refusal in refusals] == [message]


def test_a_late_action_is_not_extended_into_the_past() -> None:
    refusals = extension_refusals(DUES, REQUEST, today=date(2026, 4, 20))
    assert [refusal.code for refusal in refusals] == ["new_due"]


@pytest.mark.parametrize(
    ("acceptance", "codes"),
    [
        (RiskAcceptance("The floor closes on 1 May.", "mercy", "priya"), []),
        (None, ["risk"]),
        (RiskAcceptance("", "", "priya"), ["risk"]),
        (RiskAcceptance("The floor closes on 1 May.", "priya", "priya"), ["own_risk"]),
        (RiskAcceptance("", "mercy", "priya"), ["reason"]),
    ],
)
def test_only_an_accepted_risk_cancels(acceptance: RiskAcceptance | None, codes: list[str]) -> None:
    assert [refusal.code for refusal in cancellation_refusals(acceptance)] == codes
