"""The whole story of the demo, from the founding to today."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import exists, select

from compliance import clock, db
from compliance.access import SYSTEM
from compliance.accounts.models import Person
from compliance.demo import adopting, drafting, drifting, founding, library, pending, translations, waivers
from compliance.demo.answering import Answers
from compliance.demo.auditing import Auditors
from compliance.demo.evidence import Cabinet
from compliance.demo.exercising import Continuity
from compliance.demo.story import Story, moment
from compliance.journal import Event, record
from compliance.network.models import Node
from compliance.network.queries import get_node
from compliance.overview.periods import Period
from compliance.reports.commands import make_report

# Days ago, who made it, for which part of the network, over how many days.
REPORTS = ((47, "i.solheim", "", 92), (10, "j.tan", "apac", 60))


def is_empty() -> bool:
    """Whether nobody and nothing is here yet."""
    return not db.session.scalar(select(exists(select(Person.id)) | exists(select(Node.id))))


def tell(end: datetime) -> Story:
    """Make the demo in an empty database, up to an instant."""
    story = Story(end)
    founding.announce(story)
    library.announce(story)
    drifting.announce(story)
    cabinet = Cabinet()
    answers = Answers(story, cabinet)
    answers.announce()
    Auditors(story, cabinet, answers).announce()
    waivers.announce(story)
    Continuity(story, cabinet).announce()
    pending.announce(story)
    drafting.announce(story)
    translations.announce(story)
    adopting.announce(story, cabinet)
    for ago, maker, node, days in REPORTS:
        story.at(moment(story.day(ago), "07:30"), partial(_report, story, maker, node, days))
    story.tell()
    with clock.fixed_at(end), db.transaction():
        record(SYSTEM, Event.DEMO_TOLD, None)
    return story


def _report(story: Story, maker: str, code: str, days: int) -> None:
    actor, until = story.actor(maker), story.today() - timedelta(days=1)
    make_report(actor, node=get_node(actor, code), vendor=None, period=Period(until - timedelta(days=days - 1), until))
