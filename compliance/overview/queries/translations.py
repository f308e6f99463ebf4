"""Translations that wait for one person: to approve, or to mend after they were declined."""

from collections.abc import Iterable
from itertools import groupby

from compliance import clock
from compliance.access import Actor, Permission
from compliance.actions.queries.today import Task
from compliance.overview import addresses
from compliance.playbooks.translations import queries
from compliance.playbooks.translations.models import Translation
from compliance.wording import counted


def to_approve(actor: Actor) -> list[Task]:
    """What others proposed, a task for each playbook and language."""
    return [_task(found, f"Approve {counted(len(found), 'translation')}", "Decide", "?state=proposed",
                  f"Proposed by {', '.join(dict.fromkeys(each.translator for each in found))}.")
            for found in _grouped(queries.waiting(actor))]


def to_mend(actor: Actor) -> list[Task]:
    """What this person proposed and somebody declined."""
    return [_task([each], f"Mend the translation of {each.clause_id}", "Mend it",
                  f"/{each.clause_id}/{each.wording[:16]}", f"{each.decided_by}: {each.decision}")
            for each in queries.returned(actor)]


def _grouped(found: Iterable[Translation]) -> list[list[Translation]]:
    def key(each: Translation) -> tuple[str, str]:
        return each.playbook.title, each.language
    return [list(group) for _, group in groupby(sorted(found, key=key), key=key)]


def _task(found: list[Translation], title: str, step: str, rest: str, why: str) -> Task:
    first = found[0]
    url = addresses.translations(first.playbook.key, first.language) + rest
    today = clock.today()
    said = f"{title}: {first.playbook.title} in {queries.name_of(first.language)}"
    return Task(title=said, why=why, reference="", url=url, step=step, step_url=url, severity=None, due_on=today,
                today=today, site="", city="", note="no date")


SOURCES = ((Permission.TRANSLATE, to_approve), (Permission.TRANSLATE, to_mend))
