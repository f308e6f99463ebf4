"""Why a version may not take its next step: reasons a page can list before anybody tries."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.playbooks.governing.life import (
    LIFE,
    NOTICE_DAYS,
    ChangeClass,
    change_class,
    earliest,
    latest_review,
    next_number,
    number_follows,
)
from compliance.playbooks.standing import VersionStatus
from compliance.refusals import Refusal
from compliance.wording import counted, joined, on_day

OWN = "own-text"


@dataclass(frozen=True, slots=True)
class Case:
    """A version as far as a decision on it is concerned.

    `before` is the number of the version it follows ("" for the first), `least` and `why_least` what its differences
    come to, `errors` the faults of its text with their lines, `rival` an approved text for the same day, `follower` one
    for a later day, `unaccounted` the clauses whose fate nobody confirmed, `lawyers` those whose consent stands for
    exactly this text.
    """

    name: str
    number: str
    status: VersionStatus
    effective_on: date
    change: str
    note: str
    review_on: date | None
    authors: frozenset[UUID]
    approved_by: str = ""
    before: str = ""
    least: ChangeClass = ChangeClass.EDITORIAL
    why_least: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    rival: str = ""
    follower: str = ""
    retroactive: bool = False
    unaccounted: tuple[str, ...] = ()
    open_comments: int = 0
    lawyers: frozenset[UUID] = frozenset()


def against_moving(case: Case, target: VersionStatus) -> list[Refusal]:
    """What was decided stays; everything else goes step by step."""
    if LIFE.allowed(case.status, target):
        return []
    by = f" by {case.approved_by}" if case.approved_by else ""
    if case.status is VersionStatus.DRAFT:
        return [Refusal("status", f"{case.name} is a draft. Its author sends it to review first.")]
    if case.status is target or LIFE.is_final(case.status):
        said = f"{case.name} is {case.status.replace('_', ' ')}{by}. What was decided stays; a change is a new version."
        return [Refusal("status", said)]
    return [Refusal("status", f"{case.name} is {case.status.replace('_', ' ')}{by}, so this is not its next step.")]


def against_submitting(case: Case, today: date) -> list[Refusal]:
    """The reasons against sending a draft to review."""
    found = against_moving(case, VersionStatus.IN_REVIEW)
    found += [Refusal("errors", error) for error in case.errors]
    if not case.errors:
        found += [*_of_the_change(case), *_of_the_review(case, today)]
    return found


def _of_the_change(case: Case) -> Iterator[Refusal]:
    change = change_class(case.change)
    if change is None:
        yield Refusal("change", "The text does not say how much it changes. Write “change: editorial”, “minor” or "
                                "“major” into its card.")
    if not case.note.strip():
        yield Refusal("note", "The text does not say what changed and why. Write it into the card as “note: …”.")
    if change is None or not case.before:
        return
    if change is ChangeClass.EDITORIAL and case.least is not ChangeClass.EDITORIAL:
        yield Refusal("class", f"This is more than editorial: {joined(case.why_least[:3], 'and')}. Call it minor or "
                               "major, so that people get their notice.")
    if not number_follows(case.before, case.number, change):
        yield Refusal("number", f"A {change} change after {case.before} is {next_number(case.before, change)}, not "
                                f"{case.number}. Change the number or the class in the card.")


def _of_the_review(case: Case, today: date) -> Iterator[Refusal]:
    latest = latest_review(case.effective_on)
    if case.review_on is None:
        yield Refusal("review", "Say by when it is read through again: within twelve months of its effective date.")
    elif not case.effective_on < case.review_on <= latest:
        yield Refusal("review", f"It is read through again by {on_day(latest, today)} at the latest, and after it has "
                                "taken effect. Choose a day between.")


def against_consenting(case: Case, person: UUID) -> list[Refusal]:
    """The reasons against a legal consent."""
    found = _only_in_review(case)
    if person in case.authors:
        found.append(Refusal(OWN, "You wrote on this text, so you cannot give consent to it. Ask another reviewer."))
    if person in case.lawyers:
        found.append(Refusal("given", "Your consent to this very text is given already."))
    return found


def against_approving(case: Case, approver: UUID, today: date) -> list[Refusal]:
    """The reasons against publishing with due notice."""
    return against_publishing(case, approver, today) + _short_notice(case, today)


def against_publishing(case: Case, approver: UUID, today: date) -> list[Refusal]:
    """The reasons that hold also in an emergency, which cuts the notice and nothing else."""
    found = against_moving(case, VersionStatus.APPROVED)
    found += [Refusal("errors", error) for error in case.errors]
    found += _of_the_approver(case, approver)
    if case.open_comments:
        found.append(Refusal("comments", f"{counted(case.open_comments, 'review comment')} not resolved. Answer or "
                                         "settle each of them first."))
    if case.unaccounted:
        found.append(Refusal("lineage", f"Nobody has said what became of {joined(case.unaccounted, 'and')}. Say below "
                                        "where each went, so that overrides and findings follow it."))
    if case.rival:
        found.append(Refusal("same-day", f"{case.rival} already takes effect on {on_day(case.effective_on, today)}. "
                                         "Give this one another date."))
    return found


def _of_the_approver(case: Case, approver: UUID) -> list[Refusal]:
    found = []
    if approver in case.authors:
        found.append(Refusal(OWN, "You wrote on this text, so you cannot approve it. Ask another owner."))
    if change_class(case.change) is ChangeClass.MAJOR and not case.lawyers - {approver}:
        said = ("Legal consent is yours, so you cannot approve it as well: somebody else does." if case.lawyers else
                "A major change needs legal consent to exactly this text. Ask a legal reviewer.")
        found.append(Refusal("legal", said))
    return found


def _short_notice(case: Case, today: date) -> list[Refusal]:
    change = change_class(case.change) or ChangeClass.MAJOR
    first = earliest(today, change)
    if case.effective_on >= first:
        return []
    days = counted(NOTICE_DAYS[change], "day")
    asks = f"{days} of notice" if NOTICE_DAYS[change] else "a day that is not over"
    article = "An" if change is ChangeClass.EDITORIAL else "A"
    return [Refusal("notice", f"{article} {change} change needs {asks}: from today, {on_day(first, today)} is the "
                              f"first day it may take effect, and it says {on_day(case.effective_on, today)}. Return "
                              "it for another date, or publish it as an emergency with a second owner.")]


def against_hurrying(case: Case, proposer: UUID, today: date) -> list[Refusal]:
    """The reasons against proposing to publish without notice."""
    found = against_publishing(case, proposer, today)
    if not _short_notice(case, today):
        found.append(Refusal("notice", "The notice is long enough as it is. Approve it in the ordinary way."))
    if case.effective_on < today and not case.retroactive:
        found.append(Refusal("backdated", f"{case.name} would hold from {on_day(case.effective_on, today)}, which is "
                                          "over. Give it another date, or say “retroactive: yes” and why in its card."))
    return found


def against_seconding(proposer: UUID, second: UUID) -> list[Refusal]:
    if proposer != second:
        return []
    return [Refusal("second", "You proposed this, so somebody else confirms it. Ask another owner.")]


def against_withdrawing(case: Case, today: date) -> list[Refusal]:
    """`today` is the day it is where the day begins first: somebody may be bound by it there already."""
    if case.status is VersionStatus.APPROVED and case.effective_on <= today:
        return [Refusal("in-force", f"{case.name} has taken effect at the first sites and binds them. Publish a new "
                                    "version instead.")]
    return _only(case, VersionStatus.APPROVED, "Only what is approved can be withdrawn.")


def against_retiring(case: Case, until: date, today: date, open_audits: Collection[str]) -> list[Refusal]:
    """The reasons against ending a playbook with this version; `open_audits` are the audits that are pinned to it."""
    found = _only(case, VersionStatus.APPROVED, "Only a published text can be retired.")
    if until <= today:
        found.append(Refusal("until", f"It cannot end on {on_day(until, today)}: choose a day to come."))
    if case.follower:
        found.append(Refusal("follower", f"{case.follower} takes its place. Retire that one, or withdraw it first."))
    if until <= case.effective_on:
        found.append(Refusal("until", "It would end before it takes effect. Withdraw it instead."))
    if open_audits:
        named: Sequence[str] = sorted(open_audits)
        more = f" and {len(named) - 3} more" if len(named) > 3 else ""
        found.append(Refusal("audits", f"{counted(len(named), 'open audit')} measured against it: "
                                       f"{', '.join(named[:3])}{more}. Close or cancel them first."))
    return found


def against_reviewing(case: Case, review_on: date, today: date) -> list[Refusal]:
    """The reasons against saying that a published text was read through and stands."""
    found = _only(case, VersionStatus.APPROVED, "Only a published text is read through again.")
    if not today < review_on <= latest_review(today):
        found.append(Refusal("review", f"Choose a day after today, and by {on_day(latest_review(today), today)} at the "
                                       "latest."))
    return found


def against_taking_over(case: Case, approver: UUID, today: date) -> list[Refusal]:
    """The reasons against approving a text that was in force before the product kept it."""
    found = against_moving(case, VersionStatus.IN_REVIEW) if case.status is VersionStatus.DRAFT else against_moving(
        case, VersionStatus.APPROVED)
    if approver in case.authors:
        found.append(Refusal(OWN, "You added this text, so you cannot approve it. Ask another owner."))
    if case.effective_on > today:
        found.append(Refusal("to-come", f"{case.name} has not been in force yet: send it to review, as any new text."))
    if case.rival:
        found.append(Refusal("same-day", f"{case.rival} already takes effect on {on_day(case.effective_on, today)}. "
                                         "Give this one another date."))
    return found


def _only_in_review(case: Case) -> list[Refusal]:
    return _only(case, VersionStatus.IN_REVIEW, "This is for texts in review.")


def _only(case: Case, status: VersionStatus, why: str) -> list[Refusal]:
    if case.status is status:
        return []
    return [Refusal("status", f"{case.name} is {case.status.replace('_', ' ')}. {why}")]
