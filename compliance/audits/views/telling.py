"""An audit's way and history in words."""

from typing import Any
from zoneinfo import ZoneInfo

from compliance import clock
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit
from compliance.journal import Event, JournalEntry
from compliance.web import words

SENTENCES = {
    Event.AUDIT_PLANNED: "Planned", Event.AUDIT_SCHEDULED: "Scheduled", Event.AUDIT_STARTED: "Started, criteria fixed",
    Event.AUDIT_SUBMITTED: "Submitted for review", Event.AUDIT_RETURNED: "Returned to the team",
    Event.AUDIT_SECONDED: "Second reviewer agreed", Event.AUDIT_REVIEWED: "Reviewed, findings issued",
    Event.AUDIT_CLOSED: "Closed", Event.AUDIT_CANCELLED: "Cancelled", Event.AUDIT_POSTPONED: "Postponed",
    Event.AUDIT_REASSIGNED: "Given to another team", Event.FIELD_WORK_HELD: "Work from a tablet was kept aside",
    Event.FIELD_WORK_ADOPTED: "What was kept aside was taken over",
    Event.FIELD_WORK_DISMISSED: "What was kept aside was set aside", Event.FIELD_CONFLICT_OPENED: "Seen differently",
    Event.FIELD_CONFLICT_SETTLED: "Settled what was seen differently",
}  # fmt: skip
BAD = {Event.AUDIT_RETURNED, Event.AUDIT_CANCELLED, Event.AUDIT_POSTPONED}


def told(entry: JournalEntry, zone: str) -> dict[str, Any]:
    """An entry of the journal as a line of a timeline, in the zone of the site."""
    event, fields = Event(entry.event), entry.told["fields"]
    said = fields.get("reason") or fields.get("comment") or ""
    local = entry.at.astimezone(ZoneInfo(zone))
    return {"iso": entry.at.isoformat(), "day": f"{local.day} {local:%b}", "time": f"{local:%H:%M}",
            "text": SENTENCES.get(event, entry.event) + (f": {said}" if said else ""), "by": entry.told["actor"],
            "kind": "bad" if event in BAD else "key" if event is Event.AUDIT_REVIEWED else ""}


def way(audit: Audit, zone: str) -> list[dict[str, str]]:
    """The steps of the linear path; postponed and cancelled are tags, not steps."""
    status = AuditStatus.PLANNED if audit.status is AuditStatus.POSTPONED else audit.status
    today = clock.today(zone)

    def on(instant: Any) -> str:
        return words.day(instant.astimezone(ZoneInfo(zone)).date(), today) if instant else ""

    first = "" if status is AuditStatus.PLANNED else words.day(audit.planned_from, today)
    marks = [(AuditStatus.PLANNED, ""), (AuditStatus.SCHEDULED, first),
             (AuditStatus.IN_PROGRESS, on(audit.started_at)), (AuditStatus.SUBMITTED, on(audit.submitted_at)),
             (AuditStatus.REVIEWED, on(audit.reviewed_at)), (AuditStatus.CLOSED, on(audit.closed_at))]
    order = [each for each, _ in marks]
    at = order.index(status) if status in order else -1
    return [{"label": words.sentence(each), "note": note, "state": _state(position, at, len(marks) - 1)}
            for position, (each, note) in enumerate(marks)]


def _state(position: int, at: int, last: int) -> str:
    if position < at or position == at == last:
        return "done"
    return "now" if position == at else ""
