"""What the pages of waivers say: where one stands, what may be done now, what the journal tells."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from compliance.journal import JournalEntry
from compliance.playbooks.waivers.lifecycle import State
from compliance.playbooks.waivers.queries import Line
from compliance.web.words import day, sentence

TOLD = {
    "waiver.requested": "asked for it", "waiver.approved": "granted it", "waiver.declined": "declined it",
    "waiver.revoked": "revoked it", "waiver.closed": "closed it",
}
REASONS = ("decision", "reason")


def standing(line: Line) -> str:
    """One sentence on what holds now, for the top of the page."""
    waiver = line.waiver
    where = f"{waiver.clause_id} at {waiver.site.code}"
    lapsed = day(line.lapsed_on) if line.lapsed_on else ""
    return {
        State.REQUESTED: f"Nothing is waived by this yet: {waiver.decider} decides."
                         + ("" if waiver.renews_id else f" {where} is asked as before."),
        State.APPROVED: f"Granted. {where} is waived from {day(line.facts.began_on)} on.",
        State.ACTIVE: f"{where} is waived until {day(waiver.until_on)}; on that day it is asked again.",
        State.LAPSED: f"Lapsed: the clause changed on {lapsed}. {where} is asked as it reads now.",
        State.EXPIRED: f"Ran out on {day(waiver.until_on)}. {where} is asked again.",
        State.DECLINED: f"Declined. {where} is asked as before.",
        State.REVOKED: f"Revoked on {day(waiver.ended_on)}. {where} is asked again.",
        State.CLOSED: f"Closed on {day(waiver.ended_on)}. {where} is asked as for everybody.",
    }[line.state]


def path(line: Line) -> list[dict[str, str]]:
    """The way a waiver goes; what stopped it short is its tag, and in the history."""
    waiver, state = line.waiver, line.state
    granted = waiver.decided_on is not None
    over = granted and state not in (State.APPROVED, State.ACTIVE)
    last = sentence(state) if over else "Ends"
    asked_on = waiver.requested_at.astimezone(ZoneInfo(waiver.site.zone or "UTC")).date()
    return [
        {"label": "Requested", "note": day(asked_on, line.today),
         "state": "now" if state is State.REQUESTED else "done"},
        {"label": "Approved" if waiver.status != "declined" else "Declined",
         "note": day(waiver.decided_on, line.today) if granted else "", "state": "done" if waiver.decided_at else ""},
        {"label": "Active", "note": f"from {day(line.facts.began_on, line.today)}" if granted else "",
         "state": "now" if state is State.ACTIVE else "done" if over and began(line) else ""},
        {"label": last, "note": day(ended_on(line), line.today), "state": "done" if over else ""},
    ]


def began(line: Line) -> bool:
    """Whether it was ever in force."""
    return line.facts.began_on < ended_on(line)


def ended_on(line: Line) -> date:
    """The first day on which it holds no more."""
    days = (line.waiver.until_on, line.waiver.ended_on, line.lapsed_on)
    return min(each for each in days if each is not None)


def told(entries: Sequence[JournalEntry], zone: str) -> list[dict[str, Any]]:
    """The journal of a waiver as a timeline."""
    return [_told(entry.told, entry.at, zone) for entry in entries if entry.event in TOLD]


def _told(said: Mapping[str, Any], at: datetime, zone: str) -> dict[str, Any]:
    local = at.astimezone(ZoneInfo(zone))
    why = next((said["fields"][name] for name in REASONS if said["fields"].get(name)), "")
    return {"iso": at.isoformat(), "day": f"{local.day} {local:%b}", "time": f"{local:%H:%M}", "by": said["actor"],
            "text": sentence(TOLD[said["event"]]) + (f": {why}" if why else ""), "kind": ""}
