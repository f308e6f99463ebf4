"""What the tablets work on: an audit in progress at a site in Manila, its team, and what others do to it meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select, update

from compliance import clock, db
from compliance.access import SYSTEM, Role
from compliance.accounts import signing_in
from compliance.accounts.models import LoginSession, Person
from compliance.audits import commands
from compliance.audits.models import Assessment, Audit, AuditMember
from compliance.audits.queries.records import get_audit
from tests.builders.accounts import a_person, actor_of
from tests.builders.audits import Stage, a_playbook, a_started
from tests.builders.network import a_market, a_region, a_site
from tests.builders.saving import saving
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

    def take_off(self, person: UUID) -> None:
        """Take somebody off the team while they are on the floor."""
        with reading(), saving():
            member = db.session.scalar(select(AuditMember).where(
                AuditMember.person_id == person, AuditMember.audit_id == self._audit_id()))
            if member is not None:
                db.session.delete(member)

    def put_on(self, person: UUID) -> None:
        with reading(), saving():
            audit = self._audit_id()
            if db.session.get(AuditMember, (audit, person)) is None:
                db.session.add(AuditMember(audit_id=audit, person_id=person))

    def _audit_id(self) -> UUID:
        found = db.session.scalar(select(Audit.id).where(Audit.reference == self.reference))
        assert found is not None
        return found

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


def a_world(clauses: int = 40, knock_outs: int = 0, books: int = 1, facts: str = "") -> World:
    """An audit in progress: `clauses` of them over so many playbooks, none answered."""
    with reading():
        stage = Stage(site=a_site("MNL1", a_market("ph", "Philippines", a_region()), name="Manila",
                                  zone="Asia/Manila", country="PH", languages=["en"]))
        colleague = a_person(Role.AUDITOR, name="Maria Santos")
        each = [clauses // books + (at < clauses % books) for at in range(books)]
        playbooks = [a_playbook(severities(count, knock_outs if at == 0 else 0), facts=facts)
                     for at, count in enumerate(each)]
        audit = a_started(stage, *playbooks, team=[stage.auditor, colleague])
        return World(
            audit.reference, clause_ids(audit.reference), stage.auditor.id, colleague.id, stage.manager.id,
            stage.lead.id, stage.reviewer.id, playbooks[0].prefix)


def clause_ids(reference: str) -> list[str]:
    """The clauses of an audit in their order."""
    found = db.session.execute(select(Audit).where(Audit.reference == reference)).scalar_one()
    rows: Sequence[str] = db.session.scalars(
        select(Assessment.clause_id)
        .where(Assessment.audit_id == found.id)
        .order_by(Assessment.position)).all()
    return list(rows)
