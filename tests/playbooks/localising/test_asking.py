"""What has to be said, and to hold, before an override can be asked for at all."""

from datetime import date
from typing import Any

import pytest

from compliance.errors import Forbidden, InvalidInput, RuleViolation
from compliance.playbooks.models import VersionStatus
from tests.builders.governing import publish
from tests.builders.localising import asked
from tests.builders.network import a_vendor
from tests.builders.playbooks import a_text, a_version, bring_in
from tests.playbooks.localising.test_commands import (
    LOOSE,
    LOOSER,
    REWORDED,
    TIGHTER,
    WAIVED,
    a_draft,
    a_lead,
    acts,
    decide,
)

S = VersionStatus

MISSING: list[tuple[str, str, dict[str, Any], str]] = [
    ("no reason", TIGHTER, {"rationale": " "}, "rationale"),
    ("law not answered", TIGHTER, {"legal_basis": None}, "legal_basis"),
    ("no law named", TIGHTER, {"legal_basis": True}, "legal_reference"),
    ("no review", TIGHTER, {"review_on": None}, "review_on"),
    ("review before it holds", TIGHTER, {"review_on": date(2026, 6, 1)}, "review_on"),
    ("review after a year", LOOSE, {"review_on": date(2027, 6, 2)}, "review_on"),
    ("nothing instead", LOOSE, {"control": ""}, "control"),
    ("nobody answers for it", LOOSE, {"control_owner": None}, "control_owner"),
]


@pytest.mark.usefixtures("playbook")
@pytest.mark.parametrize(("body", "said", "field"), [case[1:] for case in MISSING], ids=[case[0] for case in MISSING])
def test_what_is_not_said_is_asked_for_by_field(body: str, said: dict[str, Any], field: str) -> None:
    version = a_draft(body)
    with pytest.raises(InvalidInput) as refused:
        asked(version, **said)
    assert list(refused.value.fields) == [field]
    assert (version.status, acts(version)) == (S.DRAFT, [])


NEVER = [
    ("unknown clause", "## Add to TIN-013\n\n- Why: Nights\n\nAlso.\n", "Did you mean “TIN-01”?"),
    ("unknown parameter", TIGHTER.replace("wait_min", "wiat_min"), "Did you mean “wait_min”?"),
    ("out of range", TIGHTER.replace("20", "3"), r"outside the range .* The range is 5\.\.60"),
    ("locked clause left out", WAIVED.format("TIN-02"), r"The lock is from global\. It may be made stricter, never"),
    ("locked clause replaced", REWORDED.replace("TIN-03", "TIN-02"), "A layer above has locked this"),
    ("leniency without end", LOOSER(review=""), "with a date within twelve months"),
    ("leniency past a year", LOOSER(review="2027-06-02"), "Twelve months are the most"),
]


@pytest.mark.usefixtures("playbook")
@pytest.mark.parametrize(("body", "said"), [case[1:] for case in NEVER], ids=[case[0] for case in NEVER])
def test_what_can_never_hold_cannot_be_asked_for(body: str, said: str) -> None:
    version = a_draft(body)
    with pytest.raises(RuleViolation, match=said):
        asked(version)
    assert version.status is S.DRAFT


@pytest.mark.usefixtures("app")
def test_a_value_used_by_a_locked_clause_is_not_moved_the_wrong_way() -> None:
    locked = a_text().replace("- Weight: 3", "- Weight: 3\n- Locked: floor")
    publish(a_version(bring_in(locked).digest))
    with pytest.raises(RuleViolation, match=r"TIN-01 uses it, and global has locked that clause\. It may be made str"):
        asked(a_draft(LOOSE))
    assert asked(a_draft(TIGHTER, number=2)).status is S.REGIONAL_REVIEW


@pytest.mark.usefixtures("playbook")
def test_a_vendor_may_only_tighten_and_add() -> None:
    a_vendor("KBC")
    with pytest.raises(RuleViolation, match="vendor's layer may only tighten and add"):
        asked(a_draft(REWORDED, "kbc"))
    stricter = asked(a_draft(TIGHTER, "kbc", 2))
    with pytest.raises(Forbidden):
        decide(stricter, a_lead())
    decide(stricter)
    assert stricter.status is S.APPROVED
