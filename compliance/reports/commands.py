"""Making a report: what is true now in one scope, frozen."""

from compliance import clock, db
from compliance.access import Actor, Grant, Permission, Place, Role, reach, require
from compliance.errors import InvalidInput
from compliance.journal import Event, JournalHead, record
from compliance.network.models import Node, Vendor
from compliance.network.queries import root
from compliance.overview.periods import Period, before
from compliance.overview.queries.scope import Scope
from compliance.references import next_reference
from compliance.reports.content import Cover, assembled, digest_of
from compliance.reports.models import Report
from compliance.reports.queries.gathering import gather

LONGEST_DAYS = 3 * 366


def make_report(actor: Actor, *, node: Node, vendor: Vendor | None, period: Period, title: str = "") -> Report:
    """Freeze what the actor sees below a node (and of a vendor there) as of now, over a period that has begun."""
    require(actor, Permission.MAKE_REPORT, Place(node.path, vendor.id if vendor else None))
    _check_period(period)
    scope = Scope(path=node.path, code=node.code, name=node.name, vendor=vendor.code if vendor else "",
                  vendor_id=vendor.id if vendor else None)
    title = title.strip() or f"Compliance report, {_where(node, vendor)}"
    cover = _cover(actor, next_reference("RPT"), title, _where(node, vendor), period)
    snapshot = assembled(cover, gather(_eyes_of(actor, vendor), scope, period))
    report = Report(
        reference=cover.reference, title=title, as_of=cover.as_of, from_on=period.since, until_on=period.until,
        node_id=node.id, vendor_id=scope.vendor_id, snapshot=snapshot, digest=digest_of(snapshot),
        made_at=cover.as_of, made_by_id=actor.id, node=node, vendor=vendor)
    db.session.add(report)
    db.session.flush()
    record(actor, Event.REPORT_MADE, report, digest=report.digest, scope=cover.scope, since=period.since,
           until=period.until)
    return report


def note_export(actor: Actor, report: Report, kind: str) -> None:
    """Remember who took a report out of the product, and in which form."""
    require(actor, Permission.VIEW_REPORT, report)
    record(actor, Event.REPORT_EXPORTED, report, kind=kind)


def _eyes_of(actor: Actor, vendor: Vendor | None) -> Actor:
    """With whose eyes a report is written: the vendor reads its own, so nothing is in it that its lead may not see."""
    if vendor is None:
        return actor
    grants = tuple(Grant(Role.VENDOR_LEAD, grant.path, vendor.id) for grant in reach(actor, Permission.MAKE_REPORT)
                   if grant.vendor_id in (None, vendor.id))
    return Actor(actor.id, actor.name, grants)


def _check_period(period: Period) -> None:
    if period.until < period.since:
        raise InvalidInput("The period ends before it begins.", {"until": ["Choose a day after the first one."]})
    if period.until > clock.today():
        raise InvalidInput("The period ends in the future.", {"until": [("A report tells what happened: end it today "
                                                                        "at the latest.")]})
    if (period.until - period.since).days > LONGEST_DAYS:
        raise InvalidInput("The period is longer than three years.", {"since": ["Choose a later first day."]})


def _where(node: Node, vendor: Vendor | None) -> str:
    place = "the whole network" if node.parent_id is None else f"{node.code.upper()} {node.name}"
    return f"{vendor.name} in {place}" if vendor else place


def _cover(actor: Actor, reference: str, title: str, scope: str, period: Period) -> Cover:
    compared = before(period)
    head = db.session.get_one(JournalHead, 1)
    return Cover(reference, title, root().name, scope, period.since, period.until, compared.since, compared.until,
                 clock.now(), actor.name, head.seq, head.hash)
