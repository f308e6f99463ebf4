"""What stored versions ask and of which lines of business: read once for each text."""

from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.playbooks.document import Clause
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.parsing import parse_playbook


@lru_cache(maxsize=4096)
def lines_of(version_id: UUID, digest: str) -> frozenset[str] | None:
    """The lines of business an approved version concerns, in lower case; None when one of its clauses is for all."""
    named = [clause.applies_to for clause in clauses_in(version_id, digest)]
    if not all(named):
        return None
    return frozenset(lob.casefold() for lobs in named for lob in lobs)


@lru_cache(maxsize=1024)
def clauses_in(version_id: UUID, digest: str) -> tuple[Clause, ...]:  # noqa: ARG001 - the text that is remembered
    """The clauses of an approved version, the retired ones left out."""
    source = db.session.scalar(select(PlaybookVersion.source).where(PlaybookVersion.id == version_id))
    return tuple(clause for clause in parse_playbook(source or "").clauses if not clause.retired)
