"""Translations to test with: of the small playbook, proposed by one person and approved by another."""

from compliance.access import Actor, Role
from compliance.playbooks.models import Playbook
from compliance.playbooks.translations import commands, queries
from compliance.playbooks.translations.models import Translation
from compliance.playbooks.translations.queries import Line
from tests.builders.accounts import an_actor
from tests.builders.saving import saving

THAI = ("ตอบให้ทันเวลา", "มีคนรับฟัง ตอบแต่ละรายภายใน {{wait_min}} นาที")


def a_translator(**said: str) -> Actor:
    return an_actor(Role.AUTHOR, **said)


def a_line(playbook: Playbook, clause_id: str = "TIN-01", language: str = "th", at: int = 0) -> Line:
    """One wording of a clause, the first of them unless said."""
    every = queries.lines(a_translator(), playbook, language)
    return [line for line in every if line.wording.clause_id == clause_id][at]


def a_proposal(playbook: Playbook, clause_id: str = "TIN-01", language: str = "th", *, said: tuple[str, str] = THAI,
               by: Actor | None = None, at: int = 0) -> Translation:
    wording = a_line(playbook, clause_id, language, at).wording.digest
    title, text = said
    with saving():
        return commands.propose(by or a_translator(), playbook, language=language, clause_id=clause_id,
                                wording=wording, title=title, text=text)


def a_translation(playbook: Playbook, clause_id: str = "TIN-01", language: str = "th", *,
                  said: tuple[str, str] = THAI, at: int = 0) -> Translation:
    """An approved one."""
    made = a_proposal(playbook, clause_id, language, said=said, at=at)
    with saving():
        commands.approve(a_translator(), made)
    return made
