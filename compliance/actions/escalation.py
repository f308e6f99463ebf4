"""Who hears of a late action, and who may give it more time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from compliance.playbooks.document import Severity
from compliance.refusals import Refusal
from compliance.wording import on_day


class EscalationLevel(StrEnum):
    NONE = "none"
    OWNER = "owner"
    SITE_LEAD = "site_lead"  # or the owner's manager
    REGIONAL_LEAD = "regional_lead"
    GLOBAL_OWNER = "global_owner"  # and named in the leadership report
    GLOBAL_HEAD = "global_head"


_LADDER = ((20, EscalationLevel.GLOBAL_OWNER), (10, EscalationLevel.REGIONAL_LEAD), (3, EscalationLevel.SITE_LEAD))
_CRITICAL_LADDER = ((2, EscalationLevel.GLOBAL_HEAD), (0, EscalationLevel.REGIONAL_LEAD))
NAMED_IN_LEADERSHIP_REPORT = frozenset({EscalationLevel.GLOBAL_OWNER, EscalationLevel.GLOBAL_HEAD})


def escalation_level(business_days_late: int | None, severity: Severity | None) -> EscalationLevel:
    """The highest rung reached; `business_days_late` as SiteCalendar counts it, None while not late."""
    if business_days_late is None:
        return EscalationLevel.NONE
    ladder = _CRITICAL_LADDER if severity is Severity.CRITICAL else _LADDER
    return next((level for least, level in ladder if business_days_late >= least), EscalationLevel.OWNER)


class ExtensionAuthority(StrEnum):
    """Who may grant the first, the second, and every later extension."""

    SITE_LEADS_MANAGER = "site_leads_manager"
    GLOBAL_OWNER = "global_owner"
    GOVERNANCE_COUNCIL = "governance_council"


_AUTHORITIES = tuple(ExtensionAuthority)
_NAMES = {
    ExtensionAuthority.SITE_LEADS_MANAGER: "the site lead's manager",
    ExtensionAuthority.GLOBAL_OWNER: "the global owner",
    ExtensionAuthority.GOVERNANCE_COUNCIL: "the governance council",
}
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


@dataclass(frozen=True, slots=True)
class DueDates:
    """On-time figures are always of `original`; lateness and reminders are of `current`."""

    original: date
    current: date
    extensions: int = 0


def authority_for(extension: int) -> ExtensionAuthority:
    """Who decides on the n-th extension, counted from 1."""
    return _AUTHORITIES[min(extension, len(_AUTHORITIES)) - 1]


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """`approver_authorities` are those the approver holds over this site; `contained` may be true for want of need."""

    new_due: date
    reason: str
    requester_id: str
    approver_id: str
    approver_authorities: frozenset[ExtensionAuthority]
    contained: bool
    plan_approved: bool


def extension_refusals(dues: DueDates, request: ExtensionRequest, today: date) -> list[Refusal]:
    """Why an extension is not granted: more time is for what is contained, planned, and explained."""
    return list(_extension(dues, request, today))


def _extension(dues: DueDates, request: ExtensionRequest, today: date) -> Iterator[Refusal]:
    number = dues.extensions + 1
    authority = authority_for(number)
    if authority not in request.approver_authorities:
        ordinal = _ORDINALS.get(number, "next")
        yield Refusal("authority", f"This is the {ordinal} extension: {_NAMES[authority]} decides on it.")
    if request.approver_id == request.requester_id:
        yield Refusal("own_request", "You asked for this extension, so somebody else decides on it.")
    if not request.reason.strip():
        yield Refusal("reason", "Say why more time is needed.")
    if request.new_due <= max(dues.current, today):
        latest = on_day(max(dues.current, today), today)
        yield Refusal("new_due", f"The new date is not an extension: choose one after {latest}.")
    if not request.contained:
        yield Refusal("contained", "It is not contained. Contain it first; containment has no extension.")
    if not request.plan_approved:
        yield Refusal("plan", "It has no approved plan. An extension needs a plan that shows what the time is for.")


def extend(dues: DueDates, new_due: date) -> DueDates:
    """The due dates after an extension; the original stays."""
    return replace(dues, current=new_due, extensions=dues.extensions + 1)


@dataclass(frozen=True, slots=True)
class RiskAcceptance:
    reason: str
    approver_id: str
    owner_id: str


def cancellation_refusals(acceptance: RiskAcceptance | None) -> list[Refusal]:
    """Why an action may not be cancelled: only an accepted risk makes it unnecessary."""
    if acceptance is None or not acceptance.approver_id:
        return [Refusal("risk", "Cancelling leaves the risk in place. Somebody with authority has to accept it first.")]
    refusals = []
    if acceptance.approver_id == acceptance.owner_id:
        refusals.append(
            Refusal("own_risk", "Whoever owns an action cannot accept its risk. Ask the approver of its plan.")
        )
    if not acceptance.reason.strip():
        refusals.append(Refusal("reason", "Say why the risk is acceptable."))
    return refusals
