"""Reading requests: which wait for whom, what else is asked for at a place, and what runs out soon."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import ROOT, Actor, Permission, reach, visible_to
from compliance.network.models import Node, Region
from compliance.paging import PAGE, Page
from compliance.playbooks.localising.models import Act, RequestStep
from compliance.playbooks.models import ASKED, Override, OverrideVersion, VersionStatus
from compliance.playbooks.operations import NEEDS_APPROVAL
from compliance.playbooks.queries import OverrideLine, override_lines

P, S = Permission, VersionStatus
SOON = timedelta(days=60)
APPEAL_SHOWN = timedelta(days=30)
MOST = 50
PENDING = (*ASKED, S.APPEALED)


def placed(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The versions whose place the actor's grants of a permission cover; a vendor's rule has the whole network's."""
    grants = [grant for grant in reach(actor, permission) if grant.vendor_id is None]
    if any(grant.path == ROOT for grant in grants):
        return true()
    below = [Node.path.startswith(grant.path, autoescape=True) for grant in grants]
    inside = select(Override.id).join(Node, Node.id == Override.node_id).where(or_(false(), *below))
    return OverrideVersion.override_id.in_(inside)


def asked_by(actor: Actor) -> ColumnElement[bool]:
    """The versions this actor wrote first or asked for."""
    stepped = exists(select(RequestStep.id).where(
        RequestStep.override_version_id == OverrideVersion.id, RequestStep.act == Act.ASKED,
        RequestStep.person_id == actor.id))
    return or_(OverrideVersion.requested_by_id.is_not_distinct_from(actor.id), stepped)


def for_legal() -> ColumnElement[bool]:
    """Asked for, looser than the text above, and no word of Legal on this text yet."""
    spoken = exists(select(RequestStep.id).where(
        RequestStep.override_version_id == OverrideVersion.id, RequestStep.digest == OverrideVersion.digest,
        RequestStep.act.in_((Act.CONSENTED, Act.REFUSED_CONSENT))))
    return and_(OverrideVersion.status.in_(PENDING), OverrideVersion.effect.in_(NEEDS_APPROVAL), ~spoken)


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """The requests in which the next word is this actor's."""
    return or_(to_decide(actor), to_consent(actor), to_hear(actor), with_asker(actor))


def to_decide(actor: Actor) -> ColumnElement[bool]:
    return and_(~asked_by(actor), or_(
        and_(OverrideVersion.status == S.REGIONAL_REVIEW, placed(actor, P.DECIDE_LOCALLY)),
        and_(OverrideVersion.status == S.GLOBAL_REVIEW, placed(actor, P.DECIDE_OVERRIDE))))


def to_consent(actor: Actor) -> ColumnElement[bool]:
    return and_(~asked_by(actor), for_legal(), placed(actor, P.CONSENT_LEGALLY))


def to_hear(actor: Actor) -> ColumnElement[bool]:
    return and_(~asked_by(actor), OverrideVersion.status == S.APPEALED, placed(actor, P.HEAR_APPEAL))


def with_asker(actor: Actor) -> ColumnElement[bool]:
    """Back with whoever asked: returned with questions."""
    return and_(OverrideVersion.status == S.RETURNED, asked_by(actor))


def may_be_appealed(actor: Actor) -> ColumnElement[bool]:
    """Declined within the last month, asked for by this actor, and no appeal made."""
    return and_(OverrideVersion.status == S.DECLINED, asked_by(actor), ~_stepped(Act.APPEALED), _stepped(
        Act.DECLINED, RequestStep.at >= clock.now() - APPEAL_SHOWN))


def _stepped(act: Act, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(RequestStep.id).where(
        RequestStep.override_version_id == OverrideVersion.id, RequestStep.act == act, *more))


def pipeline(actor: Actor, *, mine: bool = False, waiting: bool = False, region: str = "", cursor: str = "",
             limit: int = PAGE, **filters: Any) -> Page[OverrideLine]:
    """The register of override versions with those a person looks for: `region` is a node's code."""
    where: list[ColumnElement[bool]] = []
    if mine:
        where.append(asked_by(actor))
    if waiting:
        where.append(waiting_for(actor))
    if region:
        inside = select(Override.id).join(Node, Node.id == Override.node_id).where(
            Node.path.contains(f"/{region.lower()}/", autoescape=True))
        where.append(OverrideVersion.override_id.in_(inside))
    return override_lines(actor, where=where, cursor=cursor, limit=limit, **filters)


def regions(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the regions in sight, to choose from."""
    found = db.session.scalars(visible_to(actor, select(Region), Region).order_by(Region.name))
    return [(region.code, region.name) for region in found]


def pending_at(actor: Actor, version: OverrideVersion) -> Sequence[OverrideVersion]:
    """What else is asked for at the same scope: the same playbook first."""
    rows = db.session.scalars(
        _whole(actor).where(Override.scope == version.override.scope, OverrideVersion.id != version.id,
                            OverrideVersion.status.in_(PENDING))
        .order_by(OverrideVersion.effective_on, OverrideVersion.id).limit(MOST)).unique().all()
    return sorted(rows, key=lambda row: row.override.playbook_id != version.override.playbook_id)


def requests(actor: Actor, condition: ColumnElement[bool]) -> Sequence[OverrideVersion]:
    """The requests in sight that a condition holds for, what is to take effect first before the rest."""
    return db.session.scalars(
        _whole(actor).where(condition).order_by(OverrideVersion.effective_on, OverrideVersion.id).limit(MOST)
    ).unique().all()


def running_out(actor: Actor, on: date) -> list[tuple[OverrideVersion, date]]:
    """The overrides in force at the actor's places that end, or have to be looked at again, within sixty days."""
    last = on + SOON
    rows = db.session.scalars(
        _whole(actor).where(
            OverrideVersion.status == S.APPROVED, OverrideVersion.effective_on <= on,
            placed(actor, P.REQUEST_OVERRIDE), ~_followed(on),
            or_(OverrideVersion.until_on.between(on + timedelta(days=1), last), OverrideVersion.review_on <= last))
        .order_by(OverrideVersion.effective_on).limit(MOST)).unique().all()
    return [(row, day) for row in rows if (day := _soonest(row)) is not None and (
        row.until_on is None or row.until_on > on)]


def _soonest(row: OverrideVersion) -> date | None:
    return min((day for day in (row.until_on, row.review_on) if day is not None), default=None)


def _followed(on: date) -> ColumnElement[bool]:
    """Whether a later version already took over, or is approved to."""
    later = OverrideVersion.__table__.alias("later")
    return exists(select(later.c.id).where(
        later.c.override_id == OverrideVersion.override_id, later.c.status == S.APPROVED,
        later.c.effective_on > OverrideVersion.effective_on, later.c.effective_on <= on + SOON))


def _whole(actor: Actor) -> Select[Any]:
    whole = joinedload(OverrideVersion.override)
    return visible_to(
        actor, select(OverrideVersion).join(OverrideVersion.override).join(Override.playbook), OverrideVersion,
    ).options(whole.joinedload(Override.playbook), whole.joinedload(Override.node), whole.joinedload(Override.vendor))

