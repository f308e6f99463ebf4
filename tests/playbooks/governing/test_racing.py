"""Approvers at once: however often two try, one text is published once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import Actor
from compliance.errors import Conflict, RuleViolation
from compliance.playbooks.governing import commands
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from tests.builders.governing import an_owner, in_review
from tests.builders.playbooks import a_playbook, a_text, a_version, bring_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def waiting(number: str) -> str:
    """The digest of a text in review that nothing stands against."""
    return in_review(a_version(bring_in(a_text(version=number, effective="2026-09-01", wait="20")).digest)).digest


def approved() -> int:
    return db.session.scalar(select(func.count(PlaybookVersion.id)).where(
        PlaybookVersion.status == VersionStatus.APPROVED)) or 0


def race(tries: dict[str, tuple[Actor, str]]) -> list[str]:
    """Several approvers at once, each having read the text before any of them writes."""
    barrier, outcomes = threading.Barrier(len(tries), timeout=20), list[str]()

    def run(actor: Actor, digest: str) -> None:
        try:
            version = a_version(digest)
            db.session.commit()
            barrier.wait()
            with db.transaction():
                commands.approve_version(actor, version, digest=digest, decision="Me first")
            outcomes.append("won")
        except (Conflict, RuleViolation) as error:
            outcomes.append(type(error).__name__)
        finally:
            db.session.remove()

    db.session.commit()
    threads = [threading.Thread(target=run, args=given) for given in tries.values()]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    return outcomes


def test_of_two_approvers_of_rival_texts_for_one_day_one_wins() -> None:
    a_playbook()
    texts = [waiting(number) for number in ("2.0.0", "3.0.0")]
    outcomes = race({digest: (an_owner(), digest) for digest in texts})
    assert (outcomes.count("won"), approved()) == (1, 2), outcomes


@pytest.mark.slow
def test_two_approvers_racing_publish_exactly_once_every_time(backend: str) -> None:
    """A thousand times on PostgreSQL; on SQLite, whose writers queue for the file, as often as eight seconds let."""
    a_playbook()
    digest, owners, rounds = waiting("2.0.0"), [an_owner(), an_owner()], 0
    until, most = datetime.now(UTC) + timedelta(seconds=8), 1000 if backend == "postgresql" else 100_000
    while rounds < most and (backend == "postgresql" or datetime.now(UTC) < until):
        outcomes = race({str(owner.id): (owner, digest) for owner in owners})
        assert outcomes.count("won") == 1, (rounds, outcomes)
        db.session.expire_all()  # the threads wrote in sessions of their own
        with db.transaction():
            again = a_version(digest)
            assert (again.status, approved()) == (VersionStatus.APPROVED, 2)
            again.status, again.approved_at = VersionStatus.IN_REVIEW, None
        rounds += 1
    assert rounds >= (1000 if backend == "postgresql" else 20)
