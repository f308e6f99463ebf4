"""Why somebody may not decide on an override that was asked for, as reasons a page can list before anybody tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.playbooks.standing import VersionStatus
from compliance.playbooks.weighing import Weighed
from compliance.refusals import Refusal
from compliance.wording import joined

S = VersionStatus
UNDECIDED = frozenset({S.REGIONAL_REVIEW, S.GLOBAL_REVIEW})
STANDS = {
    S.DRAFT: "{name} is a draft. Nobody has asked for it yet.",
    S.RETURNED: "{name} is back with whoever asked for it.",
    S.WITHDRAWN: "{name} was withdrawn.",
    S.APPEALED: "{name} waits for a global head, who hears the appeal.",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision has to know of a request, this text and this round of it.

    `asked_by` are those who asked and everybody who wrote the text. `legal` is whether Legal consented, None while
    it has said nothing.
    """

    name: str  # "in 2"
    status: VersionStatus
    asked_by: frozenset[UUID]
    decided_by: frozenset[UUID] = frozenset()
    legal_by: UUID | None = None
    legal: bool | None = None
    legal_said: str = ""
    control: str = ""
    rival: str = ""
    approver: str = ""
    appealed: bool = False
    who_can: Sequence[str] = ()  # names


def against_deciding(case: Case, person_id: UUID, open_in: frozenset[VersionStatus] = UNDECIDED) -> list[Refusal]:
    """The reasons against this person deciding anything about it now, permissions apart."""
    if case.status not in open_in:
        by = f" by {case.approver}" if case.approver else ""
        decided = f"{{name}} is {case.status.value}{by}. What was decided stays; a change is a new version."
        return [Refusal("decided", STANDS.get(case.status, decided).format(name=case.name))]
    if person_id in case.asked_by:
        who = f" {joined(list(case.who_can))} can." if case.who_can else " Ask somebody else who may."
        return [Refusal("own-request", f"You asked for this, so you cannot decide on it.{who}")]
    if person_id == case.legal_by:
        return [Refusal("own-consent", "You spoke for Legal on this, so somebody else decides.")]
    return []


def against_approving(case: Case, person_id: UUID, weighed: Sequence[Weighed], *, final: bool,
                      open_in: frozenset[VersionStatus] = UNDECIDED) -> list[Refusal]:
    """The same against approving; `final` when nothing is left to decide after it."""
    found = against_deciding(case, person_id, open_in)
    found += [Refusal("operation", each.refused) for each in weighed if each.refused]
    if case.rival:
        found.append(Refusal("overlap", case.rival))
    if final and any(each.needs_approval for each in weighed):
        found += _against_leniency(case)
    return found


def _against_leniency(case: Case) -> list[Refusal]:
    found = []
    if not case.control.strip():
        found.append(Refusal("control", "It asks for less, and nothing is named that is done instead. Return it."))
    if case.legal is None:
        found.append(Refusal("legal", "It asks for less, and Legal has not said yes to this text. Ask for it."))
    elif not case.legal:
        found.append(Refusal("legal", f"Legal said no: {case.legal_said}"))
    return found


def against_consenting(case: Case, person_id: UUID, weighed: Sequence[Weighed]) -> list[Refusal]:
    """The reasons against this person speaking for Legal."""
    if case.status not in UNDECIDED | {S.APPEALED}:
        return against_deciding(case, person_id)
    if not any(each.needs_approval for each in weighed):
        return [Refusal("no-consent", "Nothing in it asks for less than the text above. It needs no consent.")]
    if person_id in case.asked_by:
        return [Refusal("own-request", "You asked for this, so you cannot speak for Legal on it.")]
    if person_id in case.decided_by:
        return [Refusal("own-decision", "You decided on this, so somebody else speaks for Legal.")]
    return []


def against_appealing(case: Case, person_id: UUID) -> list[Refusal]:
    """One appeal, by whoever asked, against a decision to decline."""
    if case.status is not S.DECLINED:
        return [Refusal("not-declined", f"{case.name} was not declined: there is nothing to appeal against.")]
    if case.appealed:
        return [Refusal("appealed", "The appeal was heard, and that decision is final.")]
    if person_id not in case.asked_by:
        return [Refusal("not-yours", "Whoever asked for it may appeal, nobody else.")]
    return []


def against_hearing(case: Case, person_id: UUID) -> list[Refusal]:
    """Whoever hears an appeal had no part in what it is about."""
    found = against_deciding(case, person_id, frozenset({S.APPEALED}))
    if not found and person_id in case.decided_by:
        found.append(Refusal("own-decision", "You decided on this, so somebody else hears the appeal."))
    return found


def against_withdrawing(case: Case, person_id: UUID) -> list[Refusal]:
    if case.status not in UNDECIDED:
        return against_deciding(case, person_id)
    if person_id not in case.asked_by:
        return [Refusal("not-yours", "Whoever asked for it may withdraw it. Return or decline it instead.")]
    return []


def against_taking_over(case: Case, person_id: UUID, effective_on: date, today: date) -> list[Refusal]:
    """Only what holds already was decided on elsewhere; what is to come is asked for here."""
    found = against_deciding(case, person_id, frozenset({S.DRAFT}))
    if not found and effective_on > today:
        found.append(Refusal("to-come", f"{case.name} does not hold yet. Ask for it, so that it is decided on here."))
    return found
