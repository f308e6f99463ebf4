"""What an audit still needs before it can be submitted, as a list the auditor can work off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.audits.scoring import APPLICABLE, Conformity, ScoreRules, may_be_partial
from compliance.playbooks.document import Severity
from compliance.rates import exact
from compliance.refusals import Refusal

_NEEDS_PROOF = frozenset({Conformity.PARTIAL, Conformity.NONCONFORMITY})
_IN_WORDS = {Conformity.PARTIAL: "partial", Conformity.NONCONFORMITY: "a nonconformity"}


@dataclass(frozen=True, slots=True)
class Blocker(Refusal):
    """`clause_id` is the card to open, "" for what concerns the audit as a whole."""

    clause_id: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredClause:
    """One clause of the criteria as the auditor left it; `conformity` is None while it has no answer.

    `note` is also where the reason for "not applicable" goes. `sampled` says that the auditor drew a sample. `risk` is
    what the finding to be raised says of harm; None where no finding follows. `may_be_waived`: a waiver is pinned to
    it. `control_of` is the waived clause it stands in for, where it is a compensating control. `conflicts` is how many
    values auditors gave besides the one that stands, with nobody having chosen. `written_in` is the language of the
    note, "" for English, and `title` what the finding is to be called.
    """

    clause_id: str
    severity: Severity
    weight: int
    conformity: Conformity | None
    note: str = ""
    evidence: int = 0
    sampled: bool = False
    checked: int | None = None
    failed: int | None = None
    risk: str | None = None
    may_be_waived: bool = False
    control_of: str = ""
    written_in: str = ""
    title: str = ""
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing meeting left behind; `not_assessed_reason` is the lead auditor's; `conflicts` as of a clause."""

    meeting_on: date | None = None
    acknowledged_by: str = ""
    refusal_note: str = ""
    not_assessed_reason: str = ""
    conflicts: int = 0


_DEFAULT_RULES = ScoreRules()


def submission_blockers(
    clauses: Sequence[AnsweredClause], closing: Closing, today: date, rules: ScoreRules = _DEFAULT_RULES
) -> list[Blocker]:
    """Everything that stands against submitting, clause by clause in the order given, then the audit as a whole."""
    of_clauses = [blocker for clause in clauses for blocker in clause_blockers(clause, rules)]
    return [*of_clauses, *_unproven_controls(clauses), *_unseen(clauses, closing, rules), *_closing(closing, today)]


def clause_blockers(clause: AnsweredClause, rules: ScoreRules = _DEFAULT_RULES) -> list[Blocker]:
    """What one clause still needs; a card shows the same while it is being answered."""
    return [
        Blocker(code, f"{clause.clause_id} {needs}", clause.clause_id)
        for code, needs in (*_answer(clause, rules), *_proof(clause), *_sample(clause), *_conflict(clause))
    ]


def _answer(clause: AnsweredClause, rules: ScoreRules) -> Iterator[tuple[str, str]]:
    answer = clause.conformity
    if answer is None:
        yield "unanswered", "has no answer yet."
    elif answer is Conformity.PARTIAL and not may_be_partial(clause.severity, rules):
        yield "partial", "is critical and has no half: choose conformity or nonconformity."
    elif answer is Conformity.WAIVED and not clause.may_be_waived:
        yield "waived", why_not_waived(clause.severity, clause.control_of)
    elif answer is Conformity.NOT_APPLICABLE and not clause.note.strip():
        yield "reason", "is not applicable: say why."


def why_not_waived(severity: Severity, control_of: str = "") -> str:
    """What follows the id of a clause that was answered "waived" and cannot be."""
    if control_of:
        return f"stands in for {control_of}, so it is not waived in turn: choose conformity or nonconformity."
    if severity is Severity.CRITICAL:
        return "is critical and cannot be waived: choose conformity or nonconformity."
    return "had no waiver when the criteria were fixed: choose conformity, partial or nonconformity."


def _unproven_controls(clauses: Sequence[AnsweredClause]) -> Iterator[Blocker]:
    """A clause is waived against its compensating control: whether that holds has to be known."""
    waived = {clause.clause_id for clause in clauses if clause.conformity is Conformity.WAIVED}
    for clause in clauses:
        if clause.control_of in waived and clause.conformity in (Conformity.NOT_APPLICABLE, Conformity.NOT_ASSESSED):
            message = f"{clause.control_of} is waived against {clause.clause_id}: assess whether that is done."
            yield Blocker("control", message, clause.clause_id)


def _proof(clause: AnsweredClause) -> Iterator[tuple[str, str]]:
    answer = clause.conformity
    if answer not in _NEEDS_PROOF:
        return
    if not clause.evidence:
        yield "evidence", f"is {_IN_WORDS[answer]}: attach what shows it."
    if not clause.note.strip():
        yield "note", f"is {_IN_WORDS[answer]}: write what you found."
    if clause.risk is not None and not clause.risk.strip():
        yield "risk", f"is {_IN_WORDS[answer]}: say who is harmed, and how, when it stays so."
    if clause.written_in and not clause.title.strip():
        yield "title", "is noted in another language: give the finding a title in English."


def _sample(clause: AnsweredClause) -> Iterator[tuple[str, str]]:
    if not clause.sampled:
        return
    if not clause.checked or clause.failed is None:
        yield "sample", "was sampled: record how many you checked and how many failed."
    elif not 0 <= clause.failed <= clause.checked:
        yield "sample", f"has {clause.failed} failed of {clause.checked} checked: correct one of the two."


def _conflict(clause: AnsweredClause) -> Iterator[tuple[str, str]]:
    if clause.conflicts:
        yield "conflict", "was answered differently on two tablets: choose what holds."


def _unseen(clauses: Sequence[AnsweredClause], closing: Closing, rules: ScoreRules) -> Iterator[Blocker]:
    unseen = sum(clause.weight for clause in clauses if clause.conformity is Conformity.NOT_ASSESSED)
    applicable = sum(clause.weight for clause in clauses if clause.conformity in APPLICABLE)
    if 100 * unseen > exact(rules.most_not_assessed) * applicable and not closing.not_assessed_reason.strip():
        share = f"more than {rules.most_not_assessed:g} % of the weight ({100 * unseen / applicable:.1f} %)"
        message = f"{share.capitalize()} was not assessed: the lead auditor says why."
        yield Blocker("not_assessed", message)


def _closing(closing: Closing, today: date) -> Iterator[Blocker]:
    if closing.conflicts:
        yield Blocker("conflict", "The closing was written differently on two tablets: choose what holds.")
    if closing.meeting_on is None:
        yield Blocker("closing_meeting", "Record the day of the closing meeting.")
    elif closing.meeting_on > today:
        yield Blocker("closing_meeting", "The closing meeting lies ahead; hold it before you submit.")
    if not closing.acknowledged_by.strip() and not closing.refusal_note.strip():
        yield Blocker("acknowledgement", "Have the auditee acknowledge the result, or note that they refused and why.")
