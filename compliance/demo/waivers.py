"""The waivers of the demo: asked for by those who could not meet a clause, and what was said to it."""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from compliance.demo.story import Story, moment
from compliance.playbooks.queries import get_playbook
from compliance.playbooks.waivers import commands
from compliance.playbooks.waivers.lifecycle import Asked
from compliance.playbooks.waivers.queries import get_waiver, siblings_of
from compliance.playbooks.waivers.subjects import Subject, today_at


class WaiverRow(NamedTuple):
    """`ago` is the day it was asked for, counted before the last day of the story; it begins `after` days later and
    lasts `days`. `decides` is who says what so many days after the request; "" while nobody has. `renews` is the clause
    and site of the waiver it takes further."""

    ago: int
    site: str
    vendor: str
    playbook: str
    clause: str
    asks: str
    after: int
    days: int
    rationale: str
    risk: str
    control: str
    decides: str = ""
    decision: str = ""
    wait: int = 4
    declined: bool = False
    renews: bool = False


WAIVERS = (
    WaiverRow(330, "JKT1", "", "crisis-response", "CRI-08", "w.prasetyo", 6, 170,
              "The surge rehearsal of this year was to be held with the newsroom desk, which moves floors twice.",
              "A surge in the months before the move would be met with a plan that was rehearsed a year ago.",
              "The two duty leads walk through the surge plan on paper each month and sign the sheet.",
              "j.tan", "The move is dated and the paper walk-through keeps the plan in people's heads."),
    WaiverRow(172, "JKT1", "", "crisis-response", "CRI-08", "w.prasetyo", 18, 178,
              "The second move slipped by four months; rehearsing in the half-built floor would teach the wrong room.",
              "As before: a surge would be met with a plan last rehearsed on the old floor.",
              "The two duty leads walk through the surge plan on paper each month and sign the sheet.",
              "j.tan", "Once more, since the landlord's date is in writing. There is no third time at this level.",
              wait=6, renews=True),
    WaiverRow(162, "BKK1", "SPP", "data-access", "DAC-04", "s.charoensuk", 6, 118,
              "The tool in which owners confirm rights is not licensed in Bangkok before the new contract year.",
              "Somebody may keep access a few days longer than they need it.",
              "The account director goes through the list by hand every month and signs what was taken away.",
              "e.varga", "Accepted until the contract year begins, and not a week longer."),
    WaiverRow(150, "DUB1", "", "escalation-handling", "ESC-03", "s.mcgonagle", 7, 175,
              "Two of the five teams work on the old case tool, which cannot hand a case over with its clock.",
              "A P1 case can lose an hour between two teams before anybody sees it.",
              "The shift lead keeps a list of open P1 cases on paper and rings the next team at every hand-over.",
              "m.okafor", "Until the old tool is switched off; the list is to be kept with the case records."),
    WaiverRow(76, "KUL1", "", "account-security", "ACS-06", "a.rahman", 1, 86,
              "The notice to the old contact point is held back by the telephone company's filter for one carrier.",
              "A user of that carrier hears of a stolen account only through the new contact point.",
              "Account Security calls every user of that carrier whose contact point changed, within four hours.",
              "s.lindqvist", "The calls are logged and sampled. The carrier has promised its change for the end of it.",
              wait=1),
    WaiverRow(41, "MNL1", "KBC", "quality-calibration", "QCL-05", "c.villanueva", 3, 96,
              "The analyst who groups overturned decisions is on leave, and the deputy is still in training.",
              "A pattern in appeals may be seen two months late.",
              "The quality lead reads ten overturned decisions of each language every week and notes what repeats.",
              "g.magsaysay", "Fine for one rotation; the weekly notes go to the regional review."),
    WaiverRow(57, "HYD1", "TWO", "data-access", "DAC-06", "s.reddy", 10, 120,
              "The blinds on the street side are on order and the supplier is late.",
              "Screens of the first row could be read from the car park.",
              "Team leaders ask people to turn their screens down when somebody stands outside.",
              "j.tan", "A screen turned down is still a screen. Move the first row until the blinds are there; that "
                       "costs an afternoon.", declined=True),
    WaiverRow(3, "LON1", "", "business-continuity", "BCP-08", "n.ashdown", 7, 120,
              "The badge log of the shared reception is out of our hands until the new landlord's system is in.",
              "After an evacuation the count of visitors may be wrong.",
              "Wardens keep a paper list of visitors at our own door and read it out at the assembly point."),
    WaiverRow(2, "SIN1", "", "quality-calibration", "QCL-05", "r.ong", 5, 60,
              "The tool that holds appeals is replaced in these weeks and gives no reasons until it is done.",
              "Overturned decisions of two months will be grouped late.",
              "The quality lead keeps a sheet of the reasons by hand for every tenth appeal."),
)


def announce(story: Story) -> None:
    """Put every request and what was said to it on the calendar."""
    for row in WAIVERS:
        story.at(moment(story.day(row.ago), "03:30"), partial(_ask, story, row))


def _ask(story: Story, row: WaiverRow) -> None:
    actor, site = story.actor(row.asks), story.site(row.site)
    first = today_at(site) + timedelta(days=row.after)
    asked = Asked(first, first + timedelta(days=row.days), row.rationale, row.risk, row.control)
    owner = story.person(row.asks)
    if row.renews:
        earlier = siblings_of(site, None, get_playbook(actor, row.playbook), row.clause)[0].waiver
        waiver = commands.renew_waiver(actor, get_waiver(actor, earlier.reference), asked, control_owner=owner)
    else:
        subject = Subject(site, story.vendor(row.vendor), get_playbook(actor, row.playbook), row.clause)
        waiver = commands.request_waiver(actor, subject, asked, control_owner=owner)
    if row.decides:
        decided = story.day(row.ago - row.wait)
        story.at(moment(decided, "06:15"), partial(_decide, story, row, waiver.reference))


def _decide(story: Story, row: WaiverRow, reference: str) -> None:
    actor = story.actor(row.decides)
    waiver = get_waiver(actor, reference)
    if row.declined:
        commands.decline_waiver(actor, waiver, reason=row.decision)
    else:
        commands.approve_waiver(actor, waiver, decision=row.decision)
