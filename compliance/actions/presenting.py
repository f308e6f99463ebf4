"""An action as its page shows it: where it stands, what closing still needs, and what this person can do now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from compliance import clock
from compliance.access import Actor, Permission, may
from compliance.accounts.queries import holders
from compliance.actions import dueness
from compliance.actions.closing import Supporting, closure_facts, implementer_ids, people_facts, supporting
from compliance.actions.closure import ClosureFacts, closure_refusals, soak_ends
from compliance.actions.commands.raising import may_approve
from compliance.actions.dueness import Step
from compliance.actions.lifecycle import OPEN_STATUSES, ActionStatus, needs_containment, needs_root_cause
from compliance.actions.models import Action
from compliance.actions.queries.today import state_of
from compliance.files.models import Evidence
from compliance.journal import Event, JournalEntry
from compliance.network.calendars import SiteCalendar
from compliance.network.queries import calendar_of
from compliance.refusals import Refusal
from compliance.wording import counted, on_day

PATH = (
    ("Open", ActionStatus.OPEN, Event.ACTION_RAISED), ("Contained", ActionStatus.CONTAINED, Event.ACTION_CONTAINED),
    ("Root cause", ActionStatus.ROOT_CAUSE, Event.ACTION_CAUSE_STATED),
    ("Plan submitted", ActionStatus.PLAN_SUBMITTED, Event.ACTION_PLAN_SUBMITTED),
    ("Plan approved", ActionStatus.PLAN_APPROVED, Event.ACTION_PLAN_APPROVED),
    ("Implemented", ActionStatus.IMPLEMENTED, Event.ACTION_IMPLEMENTED),
    ("Effectiveness check", ActionStatus.EFFECTIVENESS_CHECK, Event.ACTION_CHECKED),
    ("Closed", ActionStatus.CLOSED, Event.ACTION_CLOSED),
)
NEEDED = {
    Step.CONTAIN: Permission.WORK_ON_ACTION, Step.CAUSE: Permission.WORK_ON_ACTION,
    Step.PLAN: Permission.WORK_ON_ACTION, Step.WORK: Permission.WORK_ON_ACTION,
    Step.APPROVE: Permission.APPROVE_PLAN, Step.VERIFY: Permission.VERIFY_ACTION,
}
ASKED = {Step.CONTAIN: "Contain", Step.CAUSE: "State the cause", Step.PLAN: "Write the plan",
         Step.APPROVE: "Decide on the plan", Step.WORK: "Add evidence", Step.VERIFY: "Verify and close"}
CONFLICTS = frozenset({"owner", "implementer", "report", "deputy", "site_lead", "not_verifier"})
# Each condition of closing: the codes that say it is not met, in the order a page lists them.
CONDITIONS = (("evidence", "step_evidence"), ("criterion", "criterion_late"), ("not_implemented", "soak"),
              ("criterion_unchecked", "criterion_not_met"), ("verifier",), ("evidence_unseen",), ("dependencies",),
              ("retest",))


@dataclass(frozen=True, slots=True)
class Piece:
    """One file that supports the action; `opened` by the verifier, `mine` by whoever looks."""

    evidence: Evidence
    shows: str
    opened: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class ActionView:
    """Everything the part of a page about one action needs, for one actor, now."""

    action: Action
    steps: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    close_why: str  # why this person cannot close it now, "" when they can
    next_label: str  # "" when the next step is not this person's
    next_url: str
    waits_for: str
    clocks: list[dict[str, Any]]
    pieces: list[Piece]
    names: Mapping[Any, str]
    late_by: int | None
    url: str
    verifying: bool


def view_of(actor: Actor, action: Action, entries: Sequence[JournalEntry],
            also: Iterable[UUID | None] = ()) -> ActionView:
    """In four statements, whatever is attached. `entries` are the journal of the action, newest first.

    `also` are people the page names besides those of the action.
    """
    shown, calendar = supporting(action), calendar_of(action.site)
    stands_in = actor.id if may(actor, Permission.VERIFY_ACTION, action) else None
    people = people_facts({
        actor.id, action.owner_id, action.verifier_id, *implementer_ids(action), action.raised_by_id,
        action.plan_approved_by_id, action.closed_by_id, *also})
    facts = closure_facts(action, shown, actor.id, verifier_id=stands_in, known=people)
    state = state_of(action, calendar)
    step = dueness.next_step(state)
    named = facts.verifier if action.verifier_id else None
    refusals = closure_refusals(replace(facts, closer=None, verifier=named))
    mine = closure_refusals(facts)
    may_do = step in NEEDED and may(actor, NEEDED[step], action) and not _not_mine(actor, action, step, mine)
    late = dueness.is_late(state, calendar, clock.now())
    return ActionView(
        action=action, steps=_steps(action, entries, calendar, facts), needs=_needs(action, facts, refusals),
        close_why=_close_why(actor, action, mine), next_label=ASKED.get(step, "") if may_do else "",
        next_url=_url(action, step), waits_for=_waits_for(action, step, replace(facts, verifier=named)),
        clocks=list(_clocks(action, calendar, facts)), pieces=list(_pieces(actor, action, shown)),
        names={each: person.name for each, person in people.items()},
        late_by=calendar.business_days_late(dueness.due(state, calendar), facts.today) if late else None,
        url=f"/actions/{action.reference}", verifying=step is Step.VERIFY)


def _not_mine(actor: Actor, action: Action, step: Step, refusals: Iterable[Refusal]) -> bool:
    """Whether somebody else has to take the next step although the role would allow it."""
    if step is Step.APPROVE:
        return actor.id == action.owner_id or bool(may_approve(actor, action, "the plan of"))
    if step is Step.VERIFY:
        return any(refusal.code in CONFLICTS for refusal in refusals)
    return False


def _url(action: Action, step: Step) -> str:
    base = f"/actions/{action.reference}"
    if step is Step.WORK:
        undone = [each.position for each in action.plan if each.done_at is None]
        return f"{base}/steps/{undone[0]}" if undone else f"{base}/implementation"
    return f"{base}/{step.value}"


def _close_why(actor: Actor, action: Action, refusals: Sequence[Refusal]) -> str:
    if action.status not in OPEN_STATUSES:
        return ""
    if not may(actor, Permission.VERIFY_ACTION, action) and actor.id != action.owner_id:
        return "Closing is for an auditor, a reviewer or, for readiness, a continuity lead."
    blocking = [refusal for refusal in refusals if refusal.code != "criterion_unchecked"]
    blocking.sort(key=lambda refusal: refusal.code not in CONFLICTS)  # what is about this person first
    return blocking[0].message if blocking else ""


def _waits_for(action: Action, step: Step, facts: ClosureFacts) -> str:
    """Who has the next step, in a few words."""
    if step is Step.APPROVE:
        return "Waits for: the approver of the plan"
    if step is Step.VERIFY:
        ends = soak_ends(facts)
        who = facts.verifier.name if facts.verifier else "a verifier"
        return f"Waits for: {who}" + (f", from {on_day(ends, facts.today)}" if ends and ends > facts.today else "")
    return f"Waits for: {action.owner.name}" if step is not Step.NONE else ""


def _steps(action: Action, entries: Sequence[JournalEntry], calendar: SiteCalendar,
           facts: ClosureFacts) -> list[dict[str, Any]]:
    """The path with the day of each step taken; steps its kind and grade may skip are left out unless taken."""
    at = {entry.event: entry.at for entry in reversed(entries)}
    order = [status for _, status, _ in PATH]
    standing = _standing(action)
    reached = order.index(standing)
    path = []
    for label, status, event in PATH:
        index = order.index(status)
        taken = index <= reached and (event in at or status is standing)
        if _skipped(action, status) and not taken:
            continue
        last = status is ActionStatus.CLOSED and action.status is ActionStatus.CLOSED
        state = "now" if index == reached and not last else "done" if index <= reached else ""
        when = at.get(event.value) if index <= reached else None
        note = on_day(calendar.local_date(when), facts.today) if when else ""
        path.append({"label": label, "state": state, "note": _soaking(facts) if state == "now" and index >=
                     order.index(ActionStatus.IMPLEMENTED) else note})
    return path


def _standing(action: Action) -> ActionStatus:
    """Where the path stands: one sent back to its cause is contained; a cancelled one never moved on."""
    if action.status is ActionStatus.REOPENED:
        return ActionStatus.CONTAINED if action.contained_at else ActionStatus.OPEN
    return ActionStatus.OPEN if action.status is ActionStatus.CANCELLED else action.status


def _skipped(action: Action, status: ActionStatus) -> bool:
    return (status is ActionStatus.CONTAINED and not needs_containment(action.severity)) or (
        status is ActionStatus.ROOT_CAUSE and not needs_root_cause(action.kind))


def _soaking(facts: ClosureFacts) -> str:
    ends = soak_ends(facts)
    if facts.implemented_on is None or ends is None or ends == facts.implemented_on:
        return ""
    whole = (ends - facts.implemented_on).days
    return f"day {min((facts.today - facts.implemented_on).days, whole)} of {whole}"


def _needs(action: Action, facts: ClosureFacts, refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Every condition of closing, met or with its reason."""
    if action.status not in OPEN_STATUSES:
        return []
    by_code = {refusal.code: refusal.message for refusal in refusals}
    items = []
    for codes in CONDITIONS:
        against = [by_code[code] for code in codes if code in by_code]
        met = _met(codes[0], facts)
        items += [{"text": text, "met": False} for text in against]
        if not against and met:
            items.append({"text": met, "met": True})
    return items


def _met(code: str, facts: ClosureFacts) -> str:
    """The condition said as met; "" for one that does not apply, or that says nothing on its own."""
    stated, ends = facts.criterion_stated_on, soak_ends(facts)
    verifier = facts.verifier.name if facts.verifier else ""
    return {
        "evidence": f"Evidence is attached, {counted(len(facts.evidence), 'file')}",
        "criterion": f"The criterion was stated before the work was done, on {on_day(stated, facts.today)}"
        if stated else "",
        "not_implemented": f"It has held since {on_day(facts.implemented_on, facts.today)}, as long as it must"
        if ends and facts.implemented_on else "",
        "criterion_unchecked": "The criterion was checked and is met" if facts.criterion_met else "",
        "verifier": f"{verifier} is named to verify it",
        "evidence_unseen": f"{verifier} has opened all of the evidence" if facts.evidence and verifier else "",
        "retest": "The exercise was repeated and passed" if facts.retest else "",
    }.get(code, "")


def _clocks(action: Action, calendar: SiteCalendar, facts: ClosureFacts) -> Iterator[dict[str, Any]]:
    now = clock.now()
    if action.contain_due_at is not None:
        yield _clock("Contain", calendar.local_date(action.contain_due_at), action.contained_at, calendar,
                     late=(action.contained_at or now) > action.contain_due_at)
    if action.plan_due_on is not None:
        yield _clock("Plan", action.plan_due_on, action.plan_submitted_at, calendar,
                     late=calendar.is_overdue(action.plan_due_on, action.plan_submitted_at or now))
    yield _clock("Implement", action.due_on, action.implemented_at, calendar,
                 late=calendar.is_overdue(action.due_on, action.implemented_at or now))
    ends = soak_ends(facts)
    if ends is not None and facts.implemented_on is not None and ends > facts.implemented_on:
        over = facts.today >= ends
        yield {"name": "Soak", "due": ends, "met": "met" if over else "busy",
               "word": "held" if over else f"day {(facts.today - facts.implemented_on).days}"}


def _clock(name: str, due: date, done: datetime | None, calendar: SiteCalendar, *, late: bool) -> dict[str, Any]:
    """`met` is met, missed, late (not done and over) or open."""
    met = ("missed" if late else "met") if done else ("late" if late else "open")
    return {"name": name, "due": due, "met": met, "word": "", "done": calendar.local_date(done) if done else None}


def _pieces(actor: Actor, action: Action, shown: Supporting) -> Iterator[Piece]:
    for piece in shown.of_action:
        yield _piece(actor, action, shown, piece, piece.caption or "Action")
    for step in action.plan:
        for piece in shown.of_steps[step.id]:
            yield _piece(actor, action, shown, piece, f"Plan step {step.position}")


def _piece(actor: Actor, action: Action, shown: Supporting, piece: Evidence, shows: str) -> Piece:
    return Piece(piece, shows, shown.has_opened(action.verifier_id, piece), shown.has_opened(actor.id, piece))


def step_owners(action: Action, permission: Permission = Permission.WORK_ON_ACTION) -> list[tuple[str, str]]:
    """The people to choose from at the place of an action, as (id, name and employer)."""
    return [(str(person.id), f"{person.name}, {person.vendor.name}" if person.vendor else person.name)
            for person in holders(action.place, permission)]
