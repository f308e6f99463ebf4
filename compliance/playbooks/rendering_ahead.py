"""Render texts once they are saved or brought in, so that nobody waits who reads them first."""

from collections.abc import Iterable

from sqlalchemy import select

from compliance import db
from compliance.playbooks.effectiveness import keep_texts
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.parsing import read_playbook
from compliance.playbooks.queries.comparing import bare


def render_ahead(digests: Iterable[str]) -> None:
    """Render each clause of the versions with these digests that nobody rendered before; a half-written text waits.

    Called after the transaction that saved them: a thousand clauses take a second, in which others may write.
    """
    wanted = [digest for digest in digests if digest]
    versions = db.session.scalars(select(PlaybookVersion).where(PlaybookVersion.digest.in_(wanted))).all()
    keep_texts(bare(version).playbook for version in versions if read_playbook(version.source)[0] is not None)
