"""How the sites of the demo took new versions over: early, on the day, late or not yet; and who read what."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from compliance.access import SYSTEM
from compliance.demo import governing
from compliance.demo.evidence import Cabinet
from compliance.demo.governing import Pending
from compliance.demo.people import SITE_LEADS, VENDOR_LEADS
from compliance.demo.story import Story, moment
from compliance.demo.wording import spread
from compliance.playbooks.adoption import commands, queries
from compliance.playbooks.adoption.queries import Line
from compliance.playbooks.effectiveness import in_force
from compliance.playbooks.governing.life import ChangeClass
from compliance.playbooks.queries import get_stay

NEVER = 999
READ_AGO = 64
PUBLISHED_AFTER = 5  # days from a text being sent in to its approval


class Course(NamedTuple):
    """How far a place comes: live so many days after the version is due (`NEVER`: it is not), with how many of a
    hundred attested before that; `notice` is False where nobody has done anything."""

    lag: int
    attested: int = 97
    notice: bool = True


class Taken(NamedTuple):
    """A version with the places that stand out; the others go live between three weeks early and the day itself."""

    key: str
    number: str
    courses: Mapping[str, Course]


# The first is about to come, the second has just taken effect: minor changes whose owners wrote and published them.
COMING = Pending("moderator-wellbeing", "t.nguyen", "1.4.0", ChangeClass.MINOR,
                 "Whoever asks for a counsellor is seen within 36 hours instead of 48, as every site did last year.",
                 "| wait_h    | 48    |", "| wait_h    | 36    |", 19, 24)
JUST = Pending("account-security", "t.nguyen", "1.5.0", ChangeClass.MINOR,
               "An account believed taken is put on hold within 45 minutes instead of 60, since thieves need less than "
               "an hour.", "| hold_min  | 60     |", "| hold_min  | 45     |", -9, 36)
OWNERS = {COMING.key: "h.nakagawa", JUST.key: "s.lindqvist"}

LATE, UNDER, SILENT = Course(NEVER, 96), Course(NEVER, 88), Course(NEVER, notice=False)
TAKEN = (
    Taken("escalation-handling", "3.0.0", {"LIS1": Course(6), "YOG1": Course(11), "HYD1": Course(NEVER, 84)}),
    Taken(JUST.key, JUST.number, {
        "BLR1": Course(3), "HYD1": UNDER, "SOF1": SILENT, "BOG1": SILENT, "AUS1": LATE, "MNL1": Course(2)}),
    Taken(COMING.key, COMING.number, {
        "KUL1": UNDER, "SIN1": Course(-26), "TYO1": Course(-24), "DUB1": Course(-22), "MNL1": LATE, "CEB1": LATE,
        "BLR1": UNDER, "HYD1": Course(NEVER, 41), "LIS1": LATE, "WAW1": UNDER, "SYD1": Course(-25),
        "KUL2": Course(NEVER, 71), "JKT1": UNDER, "BKK1": LATE}),
)
# Who of the leads has not read everything that holds where they work.
UNREAD = {"a.rahman": {"AGE"}, "l.santos": {"CRI", "DAC"}, "s.reddy": {"ESC", "WEL", "CRI", "BCP"}, "x.rincon": {"VEN"}}
NOTE = "Old copies are taken down on every floor, and the case tool links to the new text."
PAPERS = ("briefing-signatures.pdf", "change-ticket.pdf")


def announce(story: Story, cabinet: Cabinet) -> None:
    """Put the two texts on the calendar, what each site does about the newest ones, and who reads."""
    for each in (JUST, COMING):
        sent = story.day(each.ago)
        story.at(moment(sent, "09:05"), partial(governing.write, story, each))
        story.at(moment(sent, "09:25"), partial(governing.send_in, story, each.author, each.key, each.number))
        story.at(moment(sent + timedelta(days=PUBLISHED_AFTER), "10:15"),
                 partial(governing.publish, story, OWNERS[each.key], each.key, each.number))
    starts = (date(2026, 7, 13), *(story.day(each.ago - PUBLISHED_AFTER - 1) for each in (JUST, COMING)))
    for taken, start in zip(TAKEN, starts, strict=True):
        story.at(moment(start, "05:40"), partial(_take_up, story, cabinet, taken))
    for handle in _leads().values():
        ago = READ_AGO + spread(handle, -9, 9)
        story.at(moment(story.day(ago), "06:20"), partial(_read, story, handle))


def _leads() -> dict[tuple[str, str], str]:
    """Who leads which site for whom, by (site, vendor)."""
    return {(person.home, person.vendor): person.handle for person in (*SITE_LEADS, *VENDOR_LEADS) if person.home}


def _take_up(story: Story, cabinet: Cabinet, taken: Taken) -> None:
    """Every place a version reaches hears of it; what it does then is put on the calendar."""
    leads = _leads()
    for line in queries.row(SYSTEM, taken.key, taken.number).lines:
        vendor = line.run.vendor.code if line.run.vendor else ""
        lead = leads.get((line.run.site.code, vendor))
        key = f"{taken.key} {line.run.site.code} {vendor}"
        course = taken.courses.get(line.run.site.code, Course(-spread(key, 0, 21)))
        if lead is None or not course.notice:
            continue
        where = line.run.site.code, vendor or "in-house"
        begin = story.today() + timedelta(days=spread(key, 1, 3))
        _then(story, begin, partial(_acknowledge, story, lead, taken, where))
        goes_live = course.lag != NEVER
        live_on = line.due_on + timedelta(days=course.lag) if goes_live else begin + timedelta(days=4)
        trained = max(begin, live_on - timedelta(days=2))
        _then(story, trained, partial(_attest, story, lead, taken, where, course.attested), "02:10")
        if goes_live:
            _then(story, max(live_on, trained), partial(_go_live, story, lead, taken, where, cabinet), "14:40")


def _then(story: Story, day: date, act: partial[None], hour: str = "01:15") -> None:
    story.at(moment(day, hour), act)


def _line(story: Story, lead: str, taken: Taken, where: tuple[str, str]) -> Line:
    site, vendor = where
    return queries.line(story.actor(lead), taken.key, taken.number, site=site, vendor=vendor)


def _acknowledge(story: Story, lead: str, taken: Taken, where: tuple[str, str]) -> None:
    commands.acknowledge_notice(story.actor(lead), _line(story, lead, taken, where))


def _attest(story: Story, lead: str, taken: Taken, where: tuple[str, str], percent: int) -> None:
    line = _line(story, lead, taken, where)
    heads = line.run.site.headcount or 180
    commands.attest(story.actor(lead), line, attested=-(-percent * heads // 100), heads=heads)


def _go_live(story: Story, lead: str, taken: Taken, where: tuple[str, str], cabinet: Cabinet) -> None:
    line = _line(story, lead, taken, where)
    name = PAPERS[spread(where[0], 0, len(PAPERS) - 1)]
    commands.declare_live(story.actor(lead), line, live_on=line.run.today, note=NOTE, uploads=[cabinet.paper(name)])


def _read(story: Story, handle: str) -> None:
    """A lead reads what holds at the site and says so."""
    actor = story.actor(handle)
    for asked in queries.asked_of(actor):
        if asked.playbook.prefix not in UNREAD.get(handle, ()):
            run = asked.run
            stay = get_stay(actor, run.site.code, vendor=run.vendor.code if run.vendor else "in-house")
            chain = in_force(asked.playbook, run.site, run.vendor_id, stay.on)
            commands.acknowledge(actor, asked.playbook.key, stay, digest=chain.content_digest, language="en")
