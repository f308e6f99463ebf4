"""A finding follows its actions: into remediation with an approved plan, closed with the last verified action."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, Role, require
from compliance.accounts.queries import holders_of
from compliance.actions.commands import reopen_action, verify_and_close
from compliance.actions.commands.following import followers
from compliance.actions.lifecycle import ActionStatus
from compliance.actions.models import Action
from compliance.db import check_version
from compliance.errors import InvalidInput, RuleViolation
from compliance.findings.commands.clocking import local_day
from compliance.findings.lifecycle import FindingStatus, Recurrence, check_transition, recurrence
from compliance.findings.models import Finding
from compliance.findings.queries.answers import actions_of, open_actions_of
from compliance.findings.queries.one import whole
from compliance.journal import Event, record
from compliance.refusals import Refusal, refuse
from compliance.wording import counted, joined

ANSWERED = (FindingStatus.ACCEPTED, FindingStatus.UPHELD, FindingStatus.REGRADED, FindingStatus.REOPENED)


def verify_finding(actor: Actor, finding: Finding, action: Action, *, met: bool, note: str,
                   seen: int | None = None) -> None:
    """The verdict on one action of a finding; with the last one closed the finding is verified and closed too."""
    require(actor, Permission.VERIFY_ACTION, finding)
    if action.source_id != finding.id:
        raise RuleViolation(f"{action.reference} does not answer {finding.reference}.")
    verify_and_close(actor, action, met=met, note=note, seen=seen)


def close_finding(actor: Actor, finding: Finding, *, seen: int | None = None) -> None:
    """Close what was answered and has nothing open any more; an observation closes once it was accepted."""
    require(actor, Permission.VERIFY_ACTION, finding)
    check_version(finding, seen)
    refuse(_closing_refusals(actor, finding))
    _close(actor, finding)


def _closing_refusals(actor: Actor, finding: Finding) -> list[Refusal]:
    refusals = []
    still_open = [action.reference for action in open_actions_of(finding)]
    if still_open:
        refusals.append(Refusal("actions", f"{joined(still_open, 'and')} must be verified and closed first."))
    if actor.id in {person.id for person in holders_of(finding.place, [Role.SITE_LEAD])}:
        refusals.append(Refusal("site_lead", "You lead the site of this finding, so somebody else closes it."))
    if actor.id == finding.owner_id:
        refusals.append(Refusal("owner", "You answer for this finding, so somebody else closes it."))
    children = db.session.scalars(select(Finding.reference).where(
        Finding.parent_id == finding.id,
        Finding.status.not_in([FindingStatus.CLOSED, FindingStatus.WITHDRAWN])).order_by(Finding.reference)).all()
    if children:
        refusals.append(Refusal("children", f"It stands for {counted(len(children), 'finding')} at other sites that "
                                            f"are still open: {joined(children, 'and')}."))
    return refusals


def _close(actor: Actor, finding: Finding) -> None:
    """Through every status on the way, so that no closure skips what closure means."""
    if finding.status in ANSWERED:
        finding.status = FindingStatus.IN_REMEDIATION
    check_transition(finding.status, FindingStatus.VERIFIED)
    finding.status, finding.verified_at = FindingStatus.VERIFIED, clock.now()
    record(actor, Event.FINDING_VERIFIED, finding)
    check_transition(finding.status, FindingStatus.CLOSED)
    finding.status, finding.closed_at, finding.closed_on = FindingStatus.CLOSED, clock.now(), local_day(finding)
    record(actor, Event.FINDING_CLOSED, finding)


def reopen_finding(actor: Actor, finding: Finding, *, reason: str, seen: int | None = None) -> None:
    """It came back, or its evidence was wrong: the same finding, its first clock, and the cause asked for again."""
    require(actor, Permission.VERIFY_ACTION, finding)
    check_version(finding, seen)
    check_transition(finding.status, FindingStatus.REOPENED)
    if not reason.strip():
        raise InvalidInput("Say what came back.", {"reason": ["Say what came back."]})
    if finding.closed_on and recurrence(finding.closed_on, local_day(finding)) is Recurrence.NEW:
        raise RuleViolation(f"It closed on {finding.closed_on.isoformat()}, more than 12 months ago. "
                            "Raise a new finding; it will name this one as the one it repeats.")
    _reopened(actor, finding, reason)
    closed = [action for action in actions_of(finding) if action.status is ActionStatus.CLOSED]
    for action in closed[-1:]:
        reopen_action(actor, action, reason=reason)


def _reopened(actor: Actor, finding: Finding, reason: str) -> None:
    finding.status, finding.reopened = FindingStatus.REOPENED, finding.reopened + 1
    finding.implemented_at = finding.verified_at = finding.closed_at = finding.closed_on = None
    record(actor, Event.FINDING_REOPENED, finding, reason=reason.strip(), times=finding.reopened)


def link_systemic(actor: Actor, parent: Finding, children: Iterable[Finding]) -> None:
    """Let one finding stand for the same fault at other sites; it closes when they all have."""
    require(actor, Permission.DECIDE_FINDING, parent)
    linked: Sequence[Finding] = list(children)
    for child in linked:
        require(actor, Permission.DECIDE_FINDING, child)
        if child.id == parent.id or parent.parent_id is not None or (child.playbook_id, child.clause_id) != (
                parent.playbook_id, parent.clause_id):
            raise RuleViolation(f"{child.reference} cannot stand under {parent.reference}: a systemic finding "
                                "groups others of the same clause, one level deep.")
        child.parent_id = parent.id
    record(actor, Event.FINDING_GROUPED, parent, children=[child.reference for child in linked])


def note_finding(actor: Actor, finding: Finding, *, text: str, internal: bool = False) -> None:
    """Add to the story of a finding. An internal note never reaches a vendor, nor does the journal repeat it."""
    require(actor, Permission.VIEW_INTERNAL_NOTES if internal else Permission.VIEW_FINDING, finding)
    if not text.strip():
        raise InvalidInput("Write the note first.", {"text": ["Write the note first."]})
    if internal:
        finding.internal_note = f"{finding.internal_note}\n\n{actor.name}: {text.strip()}".strip()
    record(actor, Event.FINDING_NOTED, finding, note=None if internal else text.strip(), internal=internal or None)


def follow(actor: Actor, action: Action) -> None:
    """Keep the finding in step with an action of it that changed, whoever changed it through whichever door."""
    finding = whole(action.source_id)
    if action.status is ActionStatus.PLAN_APPROVED:
        _into_remediation(actor, finding)
    elif action.status is ActionStatus.IMPLEMENTED:
        _note_implementation(finding)
    elif action.status is ActionStatus.REOPENED:
        _reopen_with(actor, finding, action)
    elif (action.status, finding.status) == (ActionStatus.CLOSED, FindingStatus.IN_REMEDIATION):
        _close_with_the_last(actor, finding)


def _note_implementation(finding: Finding) -> None:
    if all(action.implemented_at is not None for action in open_actions_of(finding)):
        finding.implemented_at = clock.now()


def _reopen_with(actor: Actor, finding: Finding, action: Action) -> None:
    finding.implemented_at = None
    if finding.status is FindingStatus.CLOSED:
        _reopened(actor, finding, f"{action.reference} was reopened.")


def _close_with_the_last(actor: Actor, finding: Finding) -> None:
    if not _closing_refusals(actor, finding):
        _close(actor, finding)


def _into_remediation(actor: Actor, finding: Finding) -> None:
    """An approved plan is an answer: one that was never accepted in words is accepted by it."""
    if finding.status is FindingStatus.DISPUTED:
        raise RuleViolation(f"{finding.reference} is disputed. Its plan is approved once the dispute is decided.")
    if finding.status is FindingStatus.ISSUED:
        finding.status, finding.accepted_at = FindingStatus.ACCEPTED, clock.now()
        record(actor, Event.FINDING_ACCEPTED, finding, by="plan")
    if finding.status in ANSWERED:
        check_transition(finding.status, FindingStatus.IN_REMEDIATION)
        finding.status = FindingStatus.IN_REMEDIATION


followers[Finding.__tablename__] = follow
