"""What the tablets work on: an audit in progress at a site in Manila, its team, and what others do to it meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select, update

from compliance import clock, db
from compliance.access import SYSTEM, Role
from compliance.accounts import signing_in
from compliance.accounts.models import LoginSession, Person
from compliance.audits import commands
from compliance.audits.models import Assessment, Audit
from compliance.audits.queries.records import get_audit
from compliance.playbooks.models import Playbook
from compliance.playbooks.waivers.models import Waiver
from tests.builders.accounts import a_person, actor_of
from tests.builders.audits import Stage, a_playbook, a_scheduled, a_started, a_text, a_version
from tests.builders.network import a_market, a_region, a_site
from tests.builders.saving import saving
from tests.builders.waivers import Cast, a_waiver
from tests.support.database import SECRET_KEY

# Every third clause is worth more, one is a knock-out: the least that a score with a cap needs.
SEVERITIES = (("major", 3), ("minor", 1), ("minor", 1), ("major", 5))
KNOCK_OUT = ("critical", 5)


def severities(clauses: int, knock_outs: int = 0) -> list[tuple[str, int]]:
    usual = [SEVERITIES[at % len(SEVERITIES)] for at in range(clauses - knock_outs)]
    return [KNOCK_OUT] * knock_outs + usual


@dataclass
class World:
    """One audit under way; what it holds are plain values, since other processes write to the records too."""

    reference: str
    clauses: list[str]
    lead: UUID  # leads the audit
    colleague: UUID  # the second auditor of its team
    manager: UUID
    site_lead: UUID
    reviewer: UUID
    prefix: str
    knock_outs: int = 0

    def name_of(self, person: UUID) -> str:
        with reading():
            found = db.session.get(Person, person)
            assert found is not None
            return found.name

    def cookie_of(self, person: UUID) -> str:
        """A browser session of somebody, as signing in leaves it: the value of the session's cookie."""
        with reading():
            with saving():
                somebody = db.session.get(Person, person)
                assert somebody is not None
                token = signing_in.enter_by_link(signing_in.issue_link(SYSTEM, somebody), "a tablet")
            return signed({"_user_id": token, "_fresh": True})

    def link_of(self, person: UUID) -> str:
        """A one-time link, as an administrator hands it out."""
        with reading(), saving():
            somebody = db.session.get(Person, person)
            assert somebody is not None
            return signing_in.issue_link(SYSTEM, somebody)

    def end_sessions(self, person: UUID) -> None:
        with reading(), saving():
            db.session.execute(update(LoginSession).where(LoginSession.person_id == person)
                               .values(ended_at=clock.now()))

    def take_off(self) -> None:
        """Take the colleague off the team while they are on the floor."""
        self._give_to(self.lead)

    def put_on(self) -> None:
        self._give_to(self.lead, self.colleague)

    def _give_to(self, *team: UUID) -> None:
        with reading():
            manager = actor_of(_person(self.manager))
            audit, people = get_audit(manager, self.reference), [_person(each) for each in team]
            with saving():
                commands.reassign_audit(manager, audit, lead=people[0], team=people, reason="Somebody fell ill.")

    def know_clauses(self) -> None:
        """Read them again: they are there once the audit has begun."""
        with reading():
            self.clauses[:] = clause_ids(self.reference)

    def publish(self, number: str = "2.0.0") -> None:
        """Publish another version of the playbook, in force from today, with other words in every clause."""
        with reading():
            playbook = db.session.scalars(select(Playbook).where(Playbook.prefix == self.prefix)).one()
            shape = severities(len(self.clauses), self.knock_outs)
            source = a_text(self.prefix, shape, version=number).replace("Every shift keeps", "Every person keeps")
            a_version(playbook, shape, number=number, source=source, effective_on=clock.today())

    def let_waivers_run_out(self) -> None:
        """As though the days had passed."""
        yesterday = clock.today() - timedelta(days=1)
        with reading(), saving():
            db.session.execute(update(Waiver).values(from_on=yesterday - timedelta(days=30), until_on=yesterday))

    def let_days_pass(self, days: int) -> None:
        """As though the audit had begun so many days ago, and been due the day after."""
        begun = clock.now() - timedelta(days=days)
        with reading(), saving():
            db.session.execute(update(Audit).values(
                started_at=begun, planned_from=begun.date(), planned_until=begun.date(),
                due_on=begun.date() + timedelta(days=1)))

    def cancel(self, reason: str = "The floor was closed by the landlord.") -> None:
        with reading():
            manager = actor_of(_person(self.manager))
            audit = get_audit(manager, self.reference)
            with saving():
                commands.cancel_audit(manager, audit, reason=reason)


class reading:  # noqa: N801 - reads as what it does
    """A look at the database that ends with it: what another process writes is seen by the next."""

    def __enter__(self) -> None:
        db.session.remove()

    def __exit__(self, *_: object) -> None:
        db.session.remove()


def _person(person: UUID) -> Person:
    found = db.session.get(Person, person)
    assert found is not None
    return found


def signed(held: dict[str, object]) -> str:
    """A session cookie as the application writes it."""
    app = Flask("a browser")
    app.secret_key = SECRET_KEY
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    text = serializer.dumps(held)
    return text if isinstance(text, str) else text.decode()


@dataclass(frozen=True)
class Shape:
    """What the audit is like; it waits in the calendar where it is not `started`."""

    clauses: int = 12
    knock_outs: int = 0
    books: int = 1
    facts: str = ""
    started: bool = True
    languages: tuple[str, ...] = ("en",)
    waived: int = 0  # the number of a clause with a waiver in force as the audit begins


def a_world(shape: Shape) -> World:
    """An audit of a site in Manila, nothing answered, its lead and a colleague on the team."""
    with reading():
        stage = Stage(site=a_site("MNL1", a_market("ph", "Philippines", a_region()), name="Manila",
                                  zone="Asia/Manila", country="PH", languages=list(shape.languages)))
        colleague = a_person(Role.AUDITOR, name="Maria Santos")
        clauses, books, knock_outs, facts = shape.clauses, shape.books, shape.knock_outs, shape.facts
        each = [clauses // books + (at < clauses % books) for at in range(books)]
        playbooks = [a_playbook(severities(count, knock_outs if at == 0 else 0), facts=facts)
                     for at, count in enumerate(each)]
        if shape.waived:
            a_waiver(Cast(site=stage.site, playbook=playbooks[0]), shape.waived)
        make = a_started if shape.started else a_scheduled
        audit = make(stage, *playbooks, team=[stage.auditor, colleague])
        return World(
            audit.reference, clause_ids(audit.reference), stage.auditor.id, colleague.id, stage.manager.id,
            stage.lead.id, stage.reviewer.id, playbooks[0].prefix, knock_outs)


def clause_ids(reference: str) -> list[str]:
    """The clauses of an audit in their order."""
    found = db.session.execute(select(Audit).where(Audit.reference == reference)).scalar_one()
    rows: Sequence[str] = db.session.scalars(
        select(Assessment.clause_id)
        .where(Assessment.audit_id == found.id)
        .order_by(Assessment.position)).all()
    return list(rows)
