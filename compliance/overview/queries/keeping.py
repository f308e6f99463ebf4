"""When a figure has to be counted again: once something it rests on was journalled, or a day ended somewhere."""

from collections.abc import Hashable

from sqlalchemy import select

from compliance import clock, db
from compliance.db import unindexed
from compliance.journal import Event, JournalEntry

# What moves no figure of an overview. Answers and evidence come by the hundred while an audit runs; they count once
# the audit is reviewed, and that is told in an entry of its own.
QUIET = (
    Event.ASSESSMENT_ANSWERED, Event.EVIDENCE_ADDED, Event.EVIDENCE_WITHDRAWN, Event.EVIDENCE_VIEWED,
    Event.SESSION_OPENED, Event.SESSION_ENDED, Event.LINK_ISSUED, Event.PASSWORD_SET, Event.REPORT_MADE,
    Event.REPORT_EXPORTED, Event.LIST_EXPORTED,
)
SLOT_MINUTES = 15  # every time zone is a whole number of these from UTC, so no local day ends inside one


def moved(*kinds: str) -> Hashable:
    """What figures counted before are good until, in one statement: the last entry that may have moved one.

    `kinds` are the things a figure rests on, as events begin with them ("action", "plan"); none are all but the quiet.
    Read backwards from the end of the journal, which is a few entries whatever its length.
    """
    events = [event.value for event in Event if event.value.split(".")[0] in kinds]
    told = unindexed(JournalEntry.event)
    said = told.in_(events) if kinds else told.not_in([event.value for event in QUIET])
    last = db.session.scalar(select(JournalEntry.seq).where(said).order_by(JournalEntry.seq.desc()).limit(1))
    now = clock.now()
    slot = now.replace(minute=now.minute - now.minute % SLOT_MINUTES, second=0, microsecond=0)
    return last, slot, str(db.engine().url)
