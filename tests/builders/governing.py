"""Versions on their way: sent to review, cleared, consented to, published; what is history is taken over."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Role
from compliance.playbooks.governing import commands
from compliance.playbooks.governing.cases import Matter, case_of
from compliance.playbooks.governing.fates import Confirmed
from compliance.playbooks.governing.life import ChangeClass
from compliance.playbooks.models import PlaybookVersion
from tests.builders.accounts import an_actor
from tests.builders.saving import saving

TAKEN_OVER = "For a test"


def an_owner() -> Actor:
    """A playbook owner over everything."""
    return an_actor(Role.PLAYBOOK_OWNER, name="Miriam Okafor")


def a_lawyer() -> Actor:
    return an_actor(Role.LEGAL_REVIEWER, name="Nadia Haddad")


def publish(version: PlaybookVersion, owner: Actor | None = None, decision: str = TAKEN_OVER) -> PlaybookVersion:
    """The text approved: one of today or before is taken over, one to come goes the whole way."""
    owner = owner or an_owner()
    with saving():
        if version.effective_on <= clock.today():
            commands.take_over_version(owner, version, decision=decision)
            return version
    in_review(version)
    with saving():
        commands.approve_version(owner, version, digest=version.digest, decision=decision)
    return version


def in_review(version: PlaybookVersion) -> PlaybookVersion:
    """The text in review with everything publishing needs: fates confirmed, consent given."""
    submit(version)
    account_for(version)
    with saving():
        if case_of(version).change == ChangeClass.MAJOR:
            commands.consent(a_lawyer(), version, digest=version.digest, reason="Read for a test")
    return version


def submit(version: PlaybookVersion, author: Actor = SYSTEM) -> PlaybookVersion:
    with saving():
        commands.submit_version(author, version)
    return version


def account_for(version: PlaybookVersion) -> None:
    """Say what became of each clause, as the text suggests."""
    said = [Confirmed(each.former, each.fate, each.successors) for each in Matter(version).suggested]
    with saving():
        commands.confirm_lineage(SYSTEM, version, said=said)


def version_of(key: str, number: str) -> PlaybookVersion:
    """A version by number, read anew, with its playbook."""
    return db.session.scalars(
        select(PlaybookVersion).join(PlaybookVersion.playbook).options(joinedload(PlaybookVersion.playbook)).where(
            PlaybookVersion.number == number, PlaybookVersion.playbook.has(key=key))
        .execution_options(populate_existing=True)).one()
