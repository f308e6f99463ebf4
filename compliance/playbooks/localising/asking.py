"""What has to be said and to hold before somebody may ask for an override."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.playbooks.localising.routing import IN_HAND, legal_is_asked
from compliance.playbooks.standing import VersionStatus
from compliance.playbooks.weighing import LONGEST_LENIENCY, Weighed
from compliance.refusals import Refusal
from compliance.wording import on_day

SAY_WHY = "Say why this place needs it: everybody who decides reads this first."
SAY_LEGAL = "Say whether a law asks for this."
SAY_WHICH_LAW = "Name the law and the part of it that asks for this."
SAY_REVIEW = "Say by when somebody looks at this again."
SAY_CONTROL = "It asks for less than the text above. Say what is done instead, so that nobody is worse off."
SAY_WHOSE = "Name the person who answers for what is done instead."


@dataclass(frozen=True, slots=True)
class Petition:
    """What somebody says when asking for an override; `control` is what is done instead of what is loosened."""

    rationale: str
    legal_basis: bool | None
    legal_reference: str
    review_on: date | None
    control: str
    has_control_owner: bool


def missing_from(petition: Petition, weighed: Sequence[Weighed], effective_on: date,
                 today: date) -> dict[str, list[str]]:
    """By field, what is not said yet or cannot be; empty when all is."""
    found: dict[str, list[str]] = {}
    if not petition.rationale.strip():
        found["rationale"] = [SAY_WHY]
    if petition.legal_basis is None:
        found["legal_basis"] = [SAY_LEGAL]
    if petition.legal_basis and not petition.legal_reference.strip():
        found["legal_reference"] = [SAY_WHICH_LAW]
    found |= _about_the_review(petition.review_on, legal_is_asked(weighed), effective_on, today)
    if legal_is_asked(weighed):
        found |= {} if petition.control.strip() else {"control": [SAY_CONTROL]}
        found |= {} if petition.has_control_owner else {"control_owner": [SAY_WHOSE]}
    return found


def _about_the_review(review_on: date | None, lenient: bool, effective_on: date, today: date) -> dict[str, list[str]]:
    begins = max(effective_on, today)
    if review_on is None:
        return {"review_on": [SAY_REVIEW]}
    if review_on <= begins:
        return {"review_on": [f"Choose a day after {on_day(begins, today)}: it cannot be reviewed before it holds."]}
    if lenient and review_on > effective_on + LONGEST_LENIENCY:
        last = on_day(effective_on + LONGEST_LENIENCY, today)
        return {"review_on": [f"What asks for less is looked at again within twelve months: by {last} at the latest."]}
    return {}


def against_asking(name: str, status: VersionStatus, weighed: Sequence[Weighed], rival: str) -> list[Refusal]:
    """The reasons against asking for an override as it stands, whatever is said for it."""
    if status not in IN_HAND:
        return [Refusal("asked", f"{name} is {status.value.replace('_', ' ')}. It cannot be asked for again.")]
    found = [Refusal("operation", each.refused) for each in weighed if each.refused]
    return found + ([Refusal("overlap", rival)] if rival else [])
