"""Texts of playbooks that wait for one person: to change, approve, consent to, confirm or read through."""

from collections.abc import Callable

from compliance import clock
from compliance.access import Actor, Permission
from compliance.actions.queries.today import Task
from compliance.overview import addresses
from compliance.playbooks.governing import queries as governing
from compliance.playbooks.governing.queries import Wait, Waiting
from compliance.playbooks.models import VersionStatus

P = Permission
# What is asked, what the step is called, and what the day says.
_ASKS = {
    Wait.CHANGES: ("Change", "Change it", "takes effect"), Wait.APPROVAL: ("Decide", "Decide", "takes effect"),
    Wait.CONSENT: ("Give consent", "Read it", "takes effect"), Wait.SECOND: ("Confirm", "Confirm it", "takes effect"),
    Wait.READING: ("Read through", "Read it", "was due"),
}


def _tasks(read: Callable[[Actor], list[Waiting]]) -> Callable[[Actor], list[Task]]:
    def tasks(actor: Actor) -> list[Task]:
        return [_task(each) for each in read(actor)]
    return tasks


def _task(waiting: Waiting) -> Task:
    version, (asks, step, note) = waiting.version, _ASKS[waiting.what]
    url = addresses.version(version.playbook.key, version.number,
                            in_review=version.status is VersionStatus.IN_REVIEW)
    return Task(title=f"{asks}: {version.reference}", why=waiting.why, reference="", url=url, step=step, step_url=url,
                severity=None, due_on=waiting.due, today=clock.today(), site="", city="", note=note)


SOURCES = (
    (P.WRITE_PLAYBOOK, _tasks(governing.returned)), (P.PUBLISH_PLAYBOOK, _tasks(governing.to_approve)),
    (P.CONSENT_LEGALLY, _tasks(governing.to_consent)), (P.PUBLISH_PLAYBOOK, _tasks(governing.to_second)),
    (P.PUBLISH_PLAYBOOK, _tasks(governing.to_read_again)),
)
