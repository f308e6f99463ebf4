"""The journal of a plan or an exercise as sentences: who did what, newest first, in the zone of the site."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from compliance.access import Actor
from compliance.actions.telling import Told
from compliance.journal import Event, JournalEntry
from compliance.web.words import day
from compliance.wording import counted

_SAID: dict[str, str] = {
    Event.PLAN_ADDED: "began the plan",
    Event.PLAN_CHANGED: "changed the draft",
    Event.PLAN_SUBMITTED: "put it forward for approval",
    Event.PLAN_RETURNED: "sent it back: {reason}",
    Event.PLAN_APPROVED: "approved it",
    Event.EXERCISE_PLANNED: "planned it for {planned_on}",
    Event.EXERCISE_SCHEDULED: "scheduled it for {planned_on}",
    Event.EXERCISE_OBSERVED: "noted what was seen",
    Event.FIELD_WORK_HELD: "sent something that was kept aside",
    Event.FIELD_WORK_ADOPTED: "took over what was kept aside",
    Event.FIELD_WORK_DISMISSED: "set aside what came late: {reason}",
    Event.FIELD_CONFLICT_OPENED: "saw something differently",
    Event.FIELD_CONFLICT_SETTLED: "settled what was seen differently",
    Event.EXERCISE_CONDUCTED: "recorded what was measured",
    Event.EXERCISE_REVIEW_WRITTEN: "wrote the after-action review",
    Event.EXERCISE_REVIEWED: "approved the after-action review",
    Event.EXERCISE_CLOSED: "closed it",
    Event.EXERCISE_CANCELLED: "cancelled it: {reason}",
}
_KEY = {Event.PLAN_APPROVED, Event.EXERCISE_REVIEWED, Event.EXERCISE_CLOSED}


def told(entries: Iterable[JournalEntry], actor: Actor, zone: str) -> list[Told]:
    return [_told(entry, actor, ZoneInfo(zone)) for entry in entries]


def _told(entry: JournalEntry, actor: Actor, zone: ZoneInfo) -> Told:
    local, body = entry.at.astimezone(zone), entry.told
    fields = body["fields"]
    who = "You" if entry.actor_id == actor.id else body["actor"]
    if fields.get("planned_on"):
        fields["planned_on"] = day(date.fromisoformat(fields["planned_on"]))
    said = _SAID.get(entry.event, entry.event.replace(".", " ").replace("_", " ")).format_map(fields)
    if entry.event == Event.EXERCISE_REVIEWED and fields.get("actions"):
        said += f", which raised {counted(len(fields['actions']), 'action')}"
    missed = entry.event == Event.EXERCISE_CONDUCTED and fields.get("passed") is False
    return Told(local.isoformat(), f"{local.day} {local:%b}", f"{local:%H:%M}", f"{who} {said}",
                "bad" if missed else "key" if entry.event in _KEY else "")
