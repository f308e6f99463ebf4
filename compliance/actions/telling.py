"""The journal of an action or a finding as sentences: who did what, newest first, in the zone of the site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from compliance import db
from compliance.access import Actor
from compliance.journal import Event, JournalEntry

MOST = 200
# What somebody did, after their name; `{field}` is a field of the entry.
_SAID: dict[str, str] = {
    Event.FINDING_RAISED: "wrote it down",
    Event.FINDING_ISSUED: "issued it as {severity}",
    Event.FINDING_ACCEPTED: "accepted it",
    Event.FINDING_DISPUTED: "disputed it: {reason}",
    Event.FINDING_UPHELD: "upheld it: {reason}",
    Event.FINDING_REGRADED: "changed its grade from {before} to {severity}: {reason}",
    Event.FINDING_WITHDRAWN: "withdrew it, {why}: {reason}",
    Event.FINDING_VERIFIED: "verified it",
    Event.FINDING_CLOSED: "closed the finding",
    Event.FINDING_REOPENED: "reopened the finding: {reason}",
    Event.FINDING_NOTED: "noted: {note}",
    Event.FINDING_GROUPED: "let it stand for other findings",
    Event.ACTION_RAISED: "raised the action, owned by {owner}",
    Event.ACTION_CONTAINED: "contained it: {what}",
    Event.ACTION_CAUSE_STATED: "stated the root cause",
    Event.ACTION_PLAN_SUBMITTED: "submitted the plan and its criterion",
    Event.ACTION_PLAN_APPROVED: "approved the plan",
    Event.ACTION_PLAN_RETURNED: "sent the plan back: {reason}",
    Event.ACTION_STEP_DONE: "did step {step} of the plan",
    Event.ACTION_IMPLEMENTED: "reported the plan as implemented",
    Event.ACTION_CHECKED: "checked the criterion: {note}",
    Event.ACTION_CLOSED: "closed the action",
    Event.ACTION_REOPENED: "sent it back to its cause: {reason}",
    Event.ACTION_EXTENDED: "gave it more time, to {due_on}: {reason}",
    Event.ACTION_REGRADED: "let its dates follow the grade of the finding",
    Event.ACTION_RETESTED: "recorded the re-test {exercise}",
    Event.ACTION_CANCELLED: "cancelled it: {reason}",
    Event.EVIDENCE_ADDED: "added {name}",
    Event.EVIDENCE_VIEWED: "opened {name}",
    Event.EVIDENCE_WITHDRAWN: "withdrew {name}: {reason}",
}
_HARM = {Event.FINDING_ISSUED, Event.FINDING_REOPENED, Event.ACTION_REOPENED}
_KEY = {Event.ACTION_CHECKED, Event.ACTION_CLOSED, Event.FINDING_CLOSED}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a history; `iso` is the instant, `day` and `time` are of the site."""

    iso: str
    day: str
    time: str
    text: str
    kind: str = ""
    by: str = ""


def entries_about(subject_ids: Iterable[UUID]) -> list[JournalEntry]:
    """What the journal tells of some records, newest first, in one statement; the caller saw the records."""
    return list(db.session.scalars(
        select(JournalEntry).where(JournalEntry.subject_id.in_(list(subject_ids)))
        .order_by(JournalEntry.seq.desc()).limit(MOST)))


def told(entries: Iterable[JournalEntry], actor: Actor, zone: str) -> list[Told]:
    """As the page of one record shows them. An internal note says that it was written, not what it says."""
    return [_told(entry, actor, ZoneInfo(zone)) for entry in entries]


def _told(entry: JournalEntry, actor: Actor, zone: ZoneInfo) -> Told:
    local = entry.at.astimezone(zone)
    body = entry.told
    who = "You" if entry.actor_id == actor.id else body["actor"]
    kind = "bad" if entry.event in _HARM else "key" if entry.event in _KEY else ""
    return Told(local.isoformat(), f"{local.day} {local:%b}", f"{local:%H:%M}", f"{who} {_said(entry, body)}", kind)


def _said(entry: JournalEntry, body: Mapping[str, Any]) -> str:
    fields = body["fields"]
    if entry.event == Event.FINDING_NOTED and fields.get("internal"):
        return "wrote an internal note"
    if entry.event == Event.FINDING_ACCEPTED and fields.get("by") == "plan":
        return "took the plan as the answer to it"
    if entry.event == Event.ACTION_REASSIGNED:
        return f"handed it to {fields['owner']}" if fields.get("owner") else f"named {fields['verifier']} to verify it"
    sentence = _SAID.get(entry.event, entry.event.replace(".", " ").replace("_", " "))
    try:
        return sentence.format_map(fields)
    except KeyError:
        # An entry says only what there was to say: a step done without a note has none.
        return sentence.split(":")[0]
