"""How the playbooks of the demo were decided on: sent to review, consented to, published, read through once a year."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.demo.story import Story, moment
from compliance.playbooks.commands import import_text
from compliance.playbooks.governing import commands
from compliance.playbooks.governing.cases import Matter, case_of
from compliance.playbooks.governing.fates import Confirmed
from compliance.playbooks.governing.life import ChangeClass, change_class, latest_review
from compliance.playbooks.importing import Outcome
from compliance.playbooks.models import Playbook, PlaybookVersion

FOLDER = Path(__file__).parents[2] / "playbooks"
LEGAL = "d.moreau"
BEFORE_APPROVAL = timedelta(days=4)
CONSENT = "Read against the law of the markets it holds in; nothing speaks against it."
DECISION = "Read against the reviews of the last year; the note says what changed."
READ_THROUGH = "Read through with two site leads and the findings of the year. It stands as it is."
UNREAD = "quality-calibration"  # whose owner has let the day go by


class Pending(NamedTuple):
    """A new version that is on its way: what it changes in the present text, and how many days ago it was sent in."""

    key: str
    author: str
    number: str
    change: ChangeClass
    note: str
    old: str
    new: str
    ahead: int
    ago: int
    returned: str = ""  # why its owner sent it back


PENDING = (
    Pending("data-access", "e.demir", "2.2.0", ChangeClass.MINOR,
            "Recordings are kept for 60 days instead of 90, as nobody has asked for an older one in two years.",
            "| cctv_days   | 90    |", "| cctv_days   | 60    |", 40, 6),
    Pending("crisis-response", "e.demir", "2.0.0", ChangeClass.MAJOR,
            "The first situation report is due 30 minutes after declaration. In both crises of this year the decisions "
            "were taken before the first hour was over.",
            "| sitrep_min | 60    |", "| sitrep_min | 30    |", 75, 4),
    Pending("vendor-governance", "t.nguyen", "1.5.1", ChangeClass.EDITORIAL,
            "The introduction says that suppliers of our own sites are meant as well.",
            "Our users cannot tell who employs the person helping them, and need not.",
            "People who ask for help cannot tell who employs the person helping them, and need not.", 21, 12,
            "Good. Say “supplier” wherever we mean one, not only in the introduction; then it is one change and not "
            "two."),
)


def announce(story: Story, owners: dict[str, str]) -> None:
    """Put the present on the calendar: texts in review, one that came back, and the yearly reading."""
    for each in PENDING:
        sent = story.day(each.ago)
        story.at(moment(sent, "08:10"), partial(write, story, each))
        story.at(moment(sent, "08:40"), partial(send_in, story, each.author, each.key, each.number))
        if each.returned:
            story.at(moment(sent + timedelta(days=2), "15:20"), partial(_return, story, owners[each.key], each))
    for key, owner in owners.items():
        for day in _reading_days(story):
            if key != UNREAD:
                story.at(moment(day, "13:00"), partial(_read_through, story, owner, key))


def _reading_days(story: Story) -> Iterator[date]:
    """The owners read their texts in the second week of each quarter."""
    first = date(2025, 1, 14)
    while first <= story.last_day:
        yield first
        first = date(first.year + (first.month > 9), (first.month + 2) % 12 + 1, 14)


def send_in(story: Story, author: str, key: str, number: str) -> None:
    """An author sends a draft to review and says what became of each clause."""
    version, actor = version_of(key, number), story.actor(author)
    commands.submit_version(actor, version)
    said = [Confirmed(each.former, each.fate, each.successors) for each in Matter(version).suggested]
    if said:
        commands.confirm_lineage(actor, version, said=said)


def consent(story: Story, key: str, number: str) -> None:
    """Legal's yes, where the change is major."""
    version = version_of(key, number)
    if change_class(case_of(version).change) is ChangeClass.MAJOR:
        commands.consent(story.actor(LEGAL), version, digest=version.digest, reason=CONSENT)


def publish(story: Story, owner: str, key: str, number: str) -> None:
    version = version_of(key, number)
    commands.approve_version(story.actor(owner), version, digest=version.digest, decision=DECISION)


def version_of(key: str, number: str) -> PlaybookVersion:
    return db.session.scalars(
        select(PlaybookVersion).join(PlaybookVersion.playbook).options(joinedload(PlaybookVersion.playbook))
        .where(Playbook.key == key, PlaybookVersion.number == number)).one()


def write(story: Story, pending: Pending) -> None:
    """The next text, made of the present one."""
    lines = (FOLDER / pending.key / "playbook.md").read_text(encoding="utf-8").splitlines(keepends=True)
    card = {"version": pending.number, "effective": story.day(-pending.ahead).isoformat(), "change": pending.change,
            "note": pending.note}
    kept = [line for line in lines if not line.startswith("approved:")]
    text = "".join(f"{key}: {card[key]}\n" if (key := line.partition(":")[0]) in card else line for line in kept)
    assert pending.old in text, f"{pending.key} no longer says “{pending.old}”"
    done = import_text(story.actor(pending.author), text.replace(pending.old, pending.new, 1),
                       f"playbooks/{pending.key}/playbook.md")
    assert done.outcome is Outcome.ADDED, done.lines


def _return(story: Story, owner: str, pending: Pending) -> None:
    commands.return_version(story.actor(owner), version_of(pending.key, pending.number), reason=pending.returned)


def _read_through(story: Story, owner: str, key: str) -> None:
    """What is due before the next such week is read now."""
    rows = db.session.scalars(
        select(PlaybookVersion).join(PlaybookVersion.playbook).options(joinedload(PlaybookVersion.playbook))
        .where(Playbook.key == key, PlaybookVersion.approved_at.is_not(None),
               PlaybookVersion.effective_on <= clock.today())
        .order_by(PlaybookVersion.effective_on.desc())).all()
    present = rows[0] if rows else None
    if present is not None and present.review_on and present.review_on < clock.today() + timedelta(days=100):
        commands.confirm_review(story.actor(owner), present, review_on=latest_review(clock.today()),
                                reason=READ_THROUGH)
