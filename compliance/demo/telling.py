"""The whole story of the demo, from the founding to today."""

from datetime import datetime

from sqlalchemy import exists, select

from compliance import db
from compliance.access import SYSTEM
from compliance.accounts.models import Person
from compliance.demo import founding, library
from compliance.demo.answering import Answers
from compliance.demo.auditing import Auditors
from compliance.demo.evidence import Cabinet
from compliance.demo.exercising import Continuity
from compliance.demo.story import Story
from compliance.journal import Event, record
from compliance.network.models import Node


def is_empty() -> bool:
    """Whether nobody and nothing is here yet."""
    return not db.session.scalar(select(exists(select(Person.id)) | exists(select(Node.id))))


def tell(end: datetime) -> Story:
    """Make the demo in an empty database, up to an instant."""
    story = Story(end)
    founding.announce(story)
    library.announce(story)
    cabinet = Cabinet()
    answers = Answers(story, cabinet)
    answers.announce()
    Auditors(story, cabinet, answers).announce()
    Continuity(story, cabinet).announce()
    story.tell()
    with db.transaction():
        record(SYSTEM, Event.DEMO_TOLD, None)
    return story
