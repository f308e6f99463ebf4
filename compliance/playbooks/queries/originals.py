"""The global text of clauses whose words are another's at a place: for whoever reads both side by side."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select, tuple_

from compliance import db
from compliance.playbooks import effectiveness
from compliance.playbooks.effective import EffectiveClause
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.queries.comparing import bare
from compliance.playbooks.rendering import render_in_force

Pinned = tuple[str, str]  # a clause id, and the digest of what it says at the place


def original_texts(clauses: Mapping[tuple[UUID, str], Sequence[Pinned]]) -> dict[tuple[UUID, str], str]:
    """The HTML of the global text by playbook and clause, where the pinned words are not that text, in one statement.

    Keys as (playbook, number of its global version). A clause only a layer below wrote has no global text.
    """
    versions = db.session.scalars(select(PlaybookVersion).where(
        tuple_(PlaybookVersion.playbook_id, PlaybookVersion.number).in_(list(clauses)))).all()
    found: dict[tuple[UUID, str], str] = {}
    for version in versions:
        bare_text = effectiveness.resolve_chosen(bare(version))
        by_id = {entry.id: entry for entry in bare_text.clauses}
        for clause_id, digest in clauses[version.playbook_id, version.number]:
            entry = by_id.get(clause_id)
            if entry is not None and entry.digest != digest:
                found[version.playbook_id, clause_id] = _html(entry, bare_text.values)
    return found


def _html(entry: EffectiveClause, values: Mapping[str, str]) -> str:
    return _rendered(entry.clause.text, tuple(sorted(values.items())))


# Rendering takes milliseconds a clause, and every tablet of a site asks for the same few.
@lru_cache(maxsize=4096)
def _rendered(text: str, values: tuple[tuple[str, str], ...]) -> str:
    return render_in_force(text, dict(values))
