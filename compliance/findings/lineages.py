"""Which clause was which before, from the texts of all versions ever approved and from what people said became of it.

Each text is read once per process.
"""

from collections.abc import Iterable

from sqlalchemy import select

from compliance import db
from compliance.findings.repeats import ClauseKey, Kinship, Lineage, lineage
from compliance.playbooks.governing.models import ClauseLineage
from compliance.playbooks.models import UNPUBLISHED, Playbook, PlaybookVersion
from compliance.playbooks.parsing import parse_playbook

Formers = tuple[tuple[str, tuple[str, ...]], ...]  # clause id with the names it had

# By the digest of the text: a version never changes, so what was read once holds for ever.
_read: dict[str, Formers] = {}


def known_lineage() -> Lineage:
    """The lineage of all published clauses, in two statements once their texts have been read."""
    versions = db.session.execute(
        select(Playbook.key, PlaybookVersion.digest)
        .join(PlaybookVersion.playbook).where(PlaybookVersion.status.not_in(UNPUBLISHED))).all()
    _read_missing(version.digest for version in versions)
    said = db.session.execute(
        select(Playbook.key, ClauseLineage.former, ClauseLineage.successors)
        .join(PlaybookVersion, PlaybookVersion.id == ClauseLineage.playbook_version_id)
        .join(PlaybookVersion.playbook).where(PlaybookVersion.status.not_in(UNPUBLISHED))).all()
    return lineage([
        *((version.key, clause, formers) for version in versions for clause, formers in _read[version.digest]),
        *((row.key, successor, (row.former,)) for row in said for successor in row.successors)])


def related(clause: ClauseKey, known: Lineage) -> set[ClauseKey]:
    """The clause with all that it was, or became: those whose findings it may repeat."""
    everything = set(known.formerly) | {former for formers in known.formerly.values() for former in formers}
    return {clause, *(other for other in everything if known.kinship(clause, other) is not Kinship.NONE)}


def _read_missing(digests: Iterable[str]) -> None:
    missing = set(digests) - _read.keys()
    if missing:
        for source, digest in db.session.execute(
                select(PlaybookVersion.source, PlaybookVersion.digest).where(PlaybookVersion.digest.in_(missing))):
            _read[digest] = tuple(
                (clause.id, clause.formerly) for clause in parse_playbook(source).clauses if clause.formerly)
