"""Asking for a waiver, deciding on it, ending it early, and asking for more time."""

from collections.abc import Mapping

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, require
from compliance.accounts.models import Person
from compliance.db import check_version, insert_missing
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.journal import Event, record
from compliance.network.models import Node
from compliance.network.queries import vendor_ids_at
from compliance.playbooks.keeping import text_row
from compliance.playbooks.models import ClauseText
from compliance.playbooks.waivers.binding import reads_alike
from compliance.playbooks.waivers.controls import control_clause, faults_of_text
from compliance.playbooks.waivers.lifecycle import (
    HOLDING,
    RENEWABLE,
    RENEWAL_WITHIN,
    TRANSITIONS,
    Asked,
    State,
    WaiverStatus,
    faults_of,
    overlap,
    why_not,
)
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import Line, line_of, siblings_of, why_not_to_decide
from compliance.playbooks.waivers.subjects import ClauseAt, Subject, subject_of, today_at
from compliance.references import next_reference
from compliance.refusals import refuse
from compliance.wording import on_day, words

FAULTY = "The request is not complete yet."


def request_waiver(actor: Actor, subject: Subject, asked: Asked, *, control_owner: Person,
                   seen: str | None = None) -> Waiver:
    """Ask that a clause need not be met for a while. `seen` is the digest of the clause as it was read.

    Raises RuleViolation for a clause that is never waived, InvalidInput by field, Conflict when the clause reads
    otherwise on the first day than what was read.
    """
    require(actor, Permission.REQUEST_WAIVER, subject.place)
    clause = _checked(subject, asked, seen)
    standing = siblings_of(subject.site, subject.vendor_id, subject.playbook, clause.clause.id)
    _refuse_overlap(standing, asked)
    _refuse_going_on(standing, asked)
    return _ask(actor, subject, asked, clause, owner=control_owner)


def renew_waiver(actor: Actor, waiver: Waiver, asked: Asked, *, control_owner: Person, seen: str | None = None,
                 version: int | None = None) -> Waiver:
    """Ask for more time: a waiver of its own, linked to the one it takes further, decided on afresh."""
    require(actor, Permission.REQUEST_WAIVER, waiver)
    check_version(waiver, version)
    line = line_of(waiver)
    if line.state not in RENEWABLE:
        raise RuleViolation(f"{waiver.reference} is {words(line.state)}, so there is nothing to renew. "
                            "Ask for a waiver of its own.")
    subject = subject_of(waiver)
    clause = _checked(subject, asked, seen)
    _refuse_overlap(siblings_of(subject.site, subject.vendor_id, subject.playbook, clause.clause.id), asked)
    return _ask(actor, subject, asked, clause, owner=control_owner, renews=waiver)


def approve_waiver(actor: Actor, waiver: Waiver, *, decision: str, version: int | None = None) -> None:
    """Grant a waiver for the clause as it reads on its first day, today at the earliest.

    Raises Conflict when that is no longer the clause it was asked for.
    """
    require(actor, Permission.DECIDE_WAIVER, waiver)
    check_version(waiver, version)
    _check_decider(actor, waiver)
    TRANSITIONS.check(waiver.status, WaiverStatus.APPROVED)
    _require_reason(decision, "decision")
    today = today_at(waiver.site)
    if waiver.until_on <= today:
        raise RuleViolation("Its last day has passed. Decline it, or have it asked for again.")
    clause = subject_of(waiver).clause_on(max(waiver.from_on, today))
    _refuse_changed(waiver, clause)
    refuse(why_not(clause.here))
    _refuse_overlap(_others(waiver), waiver.asked)
    waiver.control_digest = _keep_control(waiver, clause)
    _decide(actor, waiver, WaiverStatus.APPROVED, decision)
    record(actor, Event.WAIVER_APPROVED, waiver, decision=decision.strip(), clause=waiver.clause_id,
           digest=waiver.clause_digest, until=waiver.until_on, control=waiver.control_digest)


def decline_waiver(actor: Actor, waiver: Waiver, *, reason: str, version: int | None = None) -> None:
    """Say no; the clause is asked as before, and whoever asked reads why."""
    require(actor, Permission.DECIDE_WAIVER, waiver)
    check_version(waiver, version)
    _check_decider(actor, waiver)
    TRANSITIONS.check(waiver.status, WaiverStatus.DECLINED)
    _require_reason(reason, "reason")
    _decide(actor, waiver, WaiverStatus.DECLINED, reason)
    record(actor, Event.WAIVER_DECLINED, waiver, reason=reason.strip())


def revoke_waiver(actor: Actor, waiver: Waiver, *, reason: str, version: int | None = None) -> None:
    """Take a waiver back from today on. What audits found while it held stands."""
    require(actor, Permission.DECIDE_WAIVER, waiver)
    check_version(waiver, version)
    TRANSITIONS.check(waiver.status, WaiverStatus.REVOKED)
    _end(actor, waiver, WaiverStatus.REVOKED, reason)
    record(actor, Event.WAIVER_REVOKED, waiver, reason=reason.strip())


def close_waiver(actor: Actor, waiver: Waiver, *, reason: str, version: int | None = None) -> None:
    """Give a waiver up before its end, since the clause is met now; or take a request back."""
    require(actor, Permission.REQUEST_WAIVER, waiver)
    check_version(waiver, version)
    TRANSITIONS.check(waiver.status, WaiverStatus.CLOSED)
    _end(actor, waiver, WaiverStatus.CLOSED, reason)
    record(actor, Event.WAIVER_CLOSED, waiver, reason=reason.strip())


def _check_decider(actor: Actor, waiver: Waiver) -> None:
    if why := why_not_to_decide(actor, waiver):
        raise Forbidden(why)


def _checked(subject: Subject, asked: Asked, seen: str | None) -> ClauseAt:
    """The clause as it reads on the first day, once nothing speaks against asking."""
    today = today_at(subject.site)
    clause = subject.clause_on(max(asked.from_on, today))
    refuse(why_not(clause.here))
    if subject.vendor_id not in vendor_ids_at(subject.site, max(asked.from_on, today)):
        raise NotFound
    faults = faults_of(asked, today)
    if overlong := faults_of_text(asked.control):
        faults["control"] = overlong
    if faults:
        raise InvalidInput(FAULTY, faults)
    if seen and seen != clause.clause.digest:
        raise Conflict(f"{clause.clause.id} reads otherwise on {on_day(clause.on, today)} than the text you saw. Read "
                       "it there, and ask again.", _reads(clause))
    return clause


def _reads(clause: ClauseAt) -> Mapping[str, str]:
    return {f"{clause.clause.id} on {clause.on.isoformat()}": str(clause.clause.text)}


def _refuse_overlap(others: list[Line], asked: Asked) -> None:
    for line in others:
        other = line.waiver
        if (line.state is State.REQUESTED or line.is_holding) and overlap(
                (asked.from_on, asked.until_on), (other.from_on, other.until_on)):
            raise RuleViolation(f"{other.reference} is {words(line.state)} for the same clause and place until "
                                f"{on_day(other.until_on, line.today)}. Choose days after it, or have it ended first.")


def _refuse_going_on(others: list[Line], asked: Asked) -> None:
    """A request next to a waiver is its renewal by another name, and would escape the count."""
    for line in others:
        other = line.waiver
        apart = max((asked.from_on - other.until_on).days, (other.from_on - asked.until_on).days)
        if 0 <= apart < RENEWAL_WITHIN and line.state in (RENEWABLE | {State.REQUESTED}) - {State.LAPSED}:
            raise RuleViolation(
                f"{other.reference} covers this clause until {on_day(other.until_on, line.today)}. Two waivers within "
                f"{RENEWAL_WITHIN} days are one and its renewal: renew {other.reference}.")


def _others(waiver: Waiver) -> list[Line]:
    # Two deciders at once would each see the other's request as undecided: they pass one after the other.
    db.session.execute(select(Node.id).where(Node.id == waiver.site_id).with_for_update())
    here = siblings_of(waiver.site, waiver.vendor_id, waiver.playbook, waiver.clause_id)
    return [line for line in here if line.waiver.id != waiver.id and line.state in HOLDING]


def _refuse_changed(waiver: Waiver, clause: ClauseAt) -> None:
    asked = db.session.get_one(ClauseText, waiver.clause_digest)
    if clause.clause.digest != asked.digest and not reads_alike(asked.content, clause.clause.content):
        raise Conflict(
            f"{waiver.clause_id} has changed since this was asked for, so nobody can say yes to it any more. Decline "
            "it, and have it asked for again against the text that holds now.", _reads(clause))


def _ask(actor: Actor, subject: Subject, asked: Asked, clause: ClauseAt, *, owner: Person,
         renews: Waiver | None = None) -> Waiver:
    said = clause.clause
    waiver = Waiver(
        reference=next_reference("WVR"), status=WaiverStatus.REQUESTED, site_id=subject.site.id, site=subject.site,
        vendor_id=subject.vendor_id, vendor=subject.vendor, playbook_id=subject.playbook.id, playbook=subject.playbook,
        playbook_version=clause.version, clause_id=said.id, clause_title=said.title, clause_digest=said.digest,
        severity=clause.here.severity, weight=said.weight, from_on=asked.from_on, until_on=asked.until_on,
        rationale=asked.rationale.strip(), risk=asked.risk.strip(), longer=asked.longer.strip(),
        control=asked.control.strip(), control_owner_id=owner.id, renews_id=renews.id if renews else None,
        renewal=renews.renewal + 1 if renews else 0, requested_by_id=actor.id, requested_at=clock.now())
    db.session.add(waiver)
    db.session.flush()
    record(actor, Event.WAIVER_REQUESTED, waiver, clause=said.id, digest=said.digest, site=subject.site.code,
           until=asked.until_on, control_owner=owner.name, renews=renews.reference if renews else None)
    return waiver


def _keep_control(waiver: Waiver, clause: ClauseAt) -> str:
    """Store the control as a clause text under its digest, so that audits can be held against its very words."""
    entry = control_clause(
        waiver.clause_id, waiver.clause_title, section=clause.clause.section, control=waiver.control,
        severity=waiver.severity, weight=waiver.weight, reference=waiver.reference)
    insert_missing(db.session(), ClauseText, [text_row(entry, {})])
    return entry.digest


def _decide(actor: Actor, waiver: Waiver, status: WaiverStatus, said: str) -> None:
    waiver.status, waiver.decision = status, said.strip()
    waiver.decided_by_id, waiver.decided_at = actor.id, clock.now()
    # Only a yes has a day from which it counts.
    waiver.decided_on = today_at(waiver.site) if status is WaiverStatus.APPROVED else None


def _end(actor: Actor, waiver: Waiver, status: WaiverStatus, reason: str) -> None:
    line = line_of(waiver)
    if line.state is not State.REQUESTED and not line.is_holding:
        raise RuleViolation(f"{waiver.reference} is {words(line.state)} already; there is nothing left to end.")
    _require_reason(reason, "reason")
    waiver.status, waiver.ended_reason, waiver.ended_by_id = status, reason.strip(), actor.id
    waiver.ended_at, waiver.ended_on = clock.now(), line.today


def _require_reason(said: str, field: str) -> None:
    if not said.strip():
        raise InvalidInput("Say why: everybody whom it concerns will read this.", {field: ["Say why."]})
