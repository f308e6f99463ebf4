"""The version that follows an override: the same rule, written against the text that stands above it now."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from compliance import clock, db
from compliance.errors import InvalidInput
from compliance.playbooks import document
from compliance.playbooks.drifting.comparing import Compared
from compliance.playbooks.importing import digest_of
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.parsing import parse_override
from compliance.playbooks.weighing import Weighed, gravest, weigh
from compliance.playbooks.writing import write_override

SETTLED = (VersionStatus.APPROVED, VersionStatus.RETIRED, VersionStatus.DECLINED, VersionStatus.WITHDRAWN)


def open_numbers(version: OverrideVersion) -> list[int]:
    """The versions of the same override that are being written or decided on."""
    return list(db.session.scalars(select(OverrideVersion.number).where(
        OverrideVersion.override_id == version.override_id, OverrideVersion.status.not_in(SETTLED))))


def next_number(version: OverrideVersion) -> int:
    highest = db.session.scalar(
        select(func.max(OverrideVersion.number)).where(OverrideVersion.override_id == version.override_id))
    return (highest or 0) + 1


def next_text(found: Compared, moved: document.Override, number: int, note: str) -> tuple[str, document.Override]:
    """The text of the next version and what it says. Raises InvalidInput or TextProblems when it cannot be read."""
    day = first_day(found)
    wanted = replace(moved, version=number, effective=day, approved="", note=note, retroactive=False, reason="")
    try:
        source = write_override(wanted)
    except ValueError as wrong:
        raise InvalidInput(f"{wrong}.") from wrong
    return source, parse_override(source, playbook=found.version.override.playbook.prefix)


def first_day(found: Compared) -> date:
    return max(found.on, clock.today())


def weighed_for(found: Compared, text: document.Override) -> tuple[Weighed, ...]:
    return weigh(found.new, found.version.override.kind, text, text.effective)


def successor(found: Compared, source: str, text: document.Override, asked_by: UUID | None) -> OverrideVersion:
    """The next version as a draft, with what was said for the present one. Legal consent is not carried over."""
    before, weighed = found.version, weighed_for(found, text)
    version = OverrideVersion(
        override=before.override, number=text.version, source=source, digest=digest_of(source),
        status=VersionStatus.DRAFT, effective_on=text.effective, until_on=text.until,
        written_against=dict(text.written_against), approvals=[], drift=[], accepted=[], claimed="",
        reviews=sorted({each.review_by.isoformat() for each in text.operations if each.review_by}),
        effect=gravest(each.effect for each in weighed), effects={each.key: str(each.effect) for each in weighed},
        rationale=before.rationale, legal_basis=before.legal_basis, legal_reference=before.legal_reference,
        review_on=before.review_on, control=before.control, control_owner_id=before.control_owner_id,
        requested_by_id=asked_by, added_at=clock.now())
    db.session.add(version)
    db.session.flush()
    return version
