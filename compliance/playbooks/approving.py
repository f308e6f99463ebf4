"""Why a text may not be approved or declined, as reasons a page can list before anybody tries."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.refusals import Refusal
from compliance.wording import on_day

DECIDABLE = frozenset({"draft", "in_review"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision on a text has to know about it. `rival` is an approved text for the same day, "" for none."""

    name: str  # "Escalation handling 3.0.0"
    status: str
    effective_on: date
    added_by: UUID | None
    approved_by: str = ""
    rival: str = ""
    retroactive: bool = False


def against_deciding(text: Standing) -> list[Refusal]:
    if text.status in DECIDABLE:
        return []
    by = f" by {text.approved_by}" if text.approved_by else ""
    said = f"{text.name} is {text.status.replace('_', ' ')}{by}. What was decided stays; a change is a new version."
    return [Refusal("decided", said)]


def against_approving(text: Standing, approver: UUID, today: date) -> list[Refusal]:
    """The reasons against approving a text; empty when the approver may, permissions and operations apart."""
    found = against_deciding(text)
    if text.added_by is not None and text.added_by == approver:
        found.append(Refusal("own-text", "You added this text, so you cannot approve it. Ask another owner."))
    if text.rival:
        day = on_day(text.effective_on, today)
        found.append(Refusal("same-day", f"{text.rival} already takes effect on {day}. Give this one another date."))
    return found


def against_silence(text: Standing, decision: str, today: date) -> list[Refusal]:
    """A text that is to hold from a day that is over rewrites what people were bound by: it needs a reason."""
    if decision.strip() or text.retroactive or text.effective_on >= today:
        return []
    day = on_day(text.effective_on, today)
    return [Refusal("backdated", f"{text.name} holds from {day}, which is over. Say why it may hold from then on.")]
