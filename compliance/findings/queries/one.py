"""One finding, with what a page or a command needs of it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.errors import NotFound
from compliance.findings.models import Finding

WHOLE = (joinedload(Finding.site), joinedload(Finding.vendor), joinedload(Finding.playbook),
         joinedload(Finding.owner), joinedload(Finding.repeat_of))


def get_finding(actor: Actor, reference: str) -> Finding:
    """The finding of a reference. Raises NotFound when it is not there or out of sight."""
    finding = db.session.scalar(
        visible_to(actor, select(Finding), Finding).where(Finding.reference == reference.upper()).options(*WHOLE))
    if finding is None:
        raise NotFound
    return finding


def whole(finding_id: UUID | None) -> Finding:
    """By its id, for rules that follow a link of ours; nobody's sight is asked."""
    finding = db.session.scalar(select(Finding).where(Finding.id == finding_id).options(*WHOLE))
    if finding is None:
        raise NotFound
    return finding
