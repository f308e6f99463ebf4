"""One-time links for the people who stand for the roles; only where the demo was told."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import exists, select

from compliance import db
from compliance.access import SYSTEM
from compliance.accounts.models import Person
from compliance.accounts.signing_in import issue_link
from compliance.demo.people import DEMO_ROLES
from compliance.demo.story import MAIL
from compliance.journal import Event, JournalEntry


class DemoLink(NamedTuple):
    """Somebody to sign in as: who, as what, what for, and the token that does it once."""

    role: str
    name: str
    task: str
    token: str


def was_told() -> bool:
    """Whether this installation was made by the demo; handing out links anywhere else would open doors."""
    told: bool | None = db.session.scalar(select(exists().where(JournalEntry.event == Event.DEMO_TOLD)))
    return bool(told)


def fresh_links() -> Iterator[DemoLink]:
    """A new link per role; the unused ones before stop working. Call it inside a transaction."""
    for demo in DEMO_ROLES:
        person = db.session.scalars(select(Person).where(Person.email == f"{demo.handle}@{MAIL}")).one()
        yield DemoLink(demo.role.label, person.name, demo.task, issue_link(SYSTEM, person))
