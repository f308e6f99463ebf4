"""Reading reports that were made."""

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from compliance import db
from compliance.access import Actor, visible_to
from compliance.errors import NotFound
from compliance.paging import Page, Sort, page
from compliance.reports.models import Report

NEWEST = Sort(Report.made_at, Report.id, lambda report: report.made_at, descending=True)
WHERE = (joinedload(Report.node), joinedload(Report.vendor), joinedload(Report.made_by))


def reports(actor: Actor, cursor: str = "") -> Page[Report]:
    """The reports in sight, newest first, without their snapshots, in one statement."""
    statement = visible_to(actor, select(Report), Report).options(*WHERE, defer(Report.snapshot, raiseload=True))
    return page(statement, NEWEST, cursor)


def get_report(actor: Actor, reference: str) -> Report:
    """A report in sight with its snapshot."""
    report: Report | None = db.session.scalar(
        visible_to(actor, select(Report), Report).where(Report.reference == reference.upper()).options(*WHERE))
    if report is None:
        raise NotFound
    return report
