"""Reading waivers: lists, one, those in force at a place, and what a clause asks there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import aliased, joinedload

from compliance import clock, db
from compliance.access import EVERYWHERE, Actor, Permission, Place, may, reach, visible_to
from compliance.accounts.models import Person
from compliance.accounts.queries import holders
from compliance.errors import NotFound
from compliance.network.models import Site, Vendor
from compliance.paging import MOST, PAGE, Page, Sort, cursor_of, page
from compliance.playbooks.document import Severity
from compliance.playbooks.models import Playbook
from compliance.playbooks.waivers.lapsing import lapses
from compliance.playbooks.waivers.lifecycle import (
    FREE_RENEWALS,
    HOLDING,
    REMINDERS,
    Decider,
    Facts,
    State,
    WaiverStatus,
    reminder,
    state_on,
)
from compliance.playbooks.waivers.models import STANDING, Waiver
from compliance.playbooks.waivers.subjects import today_at

P = Permission
SORTS: Mapping[str, Sort] = {
    "requested": Sort(Waiver.requested_at, Waiver.id, lambda waiver: waiver.requested_at, descending=True),
    "until": Sort(Waiver.until_on, Waiver.id, lambda waiver: waiver.until_on),
    "reference": Sort(Waiver.reference, Waiver.id, lambda waiver: waiver.reference, descending=True),
}
PLACE = (joinedload(Waiver.site), joinedload(Waiver.vendor), joinedload(Waiver.playbook))
LISTED = (*PLACE, joinedload(Waiver.control_owner), joinedload(Waiver.requested_by))
WHOLE = (*LISTED, joinedload(Waiver.decided_by), joinedload(Waiver.ended_by), joinedload(Waiver.clause),
         joinedload(Waiver.renews))
# A state leaves these in the database; which of them have lapsed is seen only once the texts are read.
_BEFORE_READING = {
    State.REQUESTED: (WaiverStatus.REQUESTED,), State.DECLINED: (WaiverStatus.DECLINED,),
    State.REVOKED: (WaiverStatus.REVOKED,), State.CLOSED: (WaiverStatus.CLOSED,),
    State.LAPSED: (WaiverStatus.APPROVED, WaiverStatus.REVOKED, WaiverStatus.CLOSED),
}


@dataclass(frozen=True, slots=True)
class WaiverFilter:
    """What a list is narrowed by; "" and False narrow by nothing. Codes and prefixes, never ids."""

    site: str = ""
    vendor: str = ""
    playbook: str = ""
    state: str = ""
    expiring: bool = False


@dataclass(frozen=True)
class Line:
    """A waiver with what follows from the day and the texts; `today` is the day at its place."""

    waiver: Waiver
    today: date
    lapsed_on: date | None

    @cached_property
    def facts(self) -> Facts:
        return self.waiver.facts(self.lapsed_on)

    @cached_property
    def state(self) -> State:
        return state_on(self.facts, self.today)

    @property
    def is_holding(self) -> bool:
        return self.state in HOLDING

    @property
    def reminder(self) -> int | None:
        return reminder(self.waiver.until_on, self.today) if self.state is State.ACTIVE else None

    @property
    def lapses_on(self) -> date | None:
        """The day ahead from which it will not hold, known since the text that ends it is approved."""
        ahead = self.lapsed_on is not None and self.is_holding
        return self.lapsed_on if ahead else None

    def on(self, day: date) -> State:
        return state_on(self.facts, day)


def get_waiver(actor: Actor, reference: str) -> Waiver:
    """A waiver in sight with all its page shows, in one statement."""
    found: Waiver | None = db.session.scalar(
        visible_to(actor, select(Waiver), Waiver).where(Waiver.reference == reference.upper()).options(*WHOLE))
    if found is None:
        raise NotFound
    return found


def renewals_of(actor: Actor, waiver: Waiver) -> Sequence[Waiver]:
    """The waivers that take one further, the latest first."""
    return db.session.scalars(
        visible_to(actor, select(Waiver), Waiver).where(Waiver.renews_id == waiver.id)
        .order_by(Waiver.requested_at.desc())).all()


def lines_of(waivers: Sequence[Waiver]) -> list[Line]:
    """How each stands today at its place, in two statements; with site, vendor and playbook loaded."""
    lapsed = lapses(waivers)
    return [Line(waiver, today_at(waiver.site), lapsed.get(waiver.id)) for waiver in waivers]


def line_of(waiver: Waiver) -> Line:
    return lines_of([waiver])[0]


def waivers(actor: Actor, wanted: WaiverFilter = WaiverFilter(), *, sort: str = "requested", cursor: str = "",
            limit: int = PAGE) -> Page[Line]:
    """Waivers in sight, in three statements; a state that texts have a say in reads on until the page is full."""
    order = SORTS.get(sort, SORTS["requested"])
    statement = visible_to(actor, select(Waiver), Waiver).where(*_conditions(wanted)).options(*LISTED)
    kept: list[Line] = []
    while True:
        found = page(statement, order, cursor, MOST if wanted.state or wanted.expiring else limit)
        kept += [line for line in lines_of(found.rows) if _fits(line, wanted)]
        cursor = found.next
        if len(kept) >= limit or not cursor:
            break
    more = bool(cursor) or len(kept) > limit
    return Page(kept[:limit], cursor_of(order, kept[limit - 1].waiver) if more else "")


def all_waivers(actor: Actor, wanted: WaiverFilter, *, sort: str = "requested") -> Iterator[Line]:
    """Every waiver of a list, page by page: for a file, whose memory must stay flat."""
    cursor = ""
    while True:
        found = waivers(actor, wanted, sort=sort, cursor=cursor, limit=MOST)
        yield from found.rows
        cursor = found.next
        if not cursor:
            return


def waivers_at(site: Site, vendor_id: UUID | None, on: date) -> list[Waiver]:
    """The waivers in force for an auditee on a local day, in three statements: for rules, never to show."""
    found = db.session.scalars(_here(site, vendor_id).where(
        Waiver.decided_on <= on, Waiver.from_on <= on, Waiver.until_on > on).options(*PLACE)).all()
    return [line.waiver for line in lines_of(found) if line.on(on) is State.ACTIVE]


def granted_at(actor: Actor, site: Site, *, vendor: Vendor | None = None, everybody: bool = False,
               on: date | None = None) -> list[Line]:
    """What the actor may see of the waivers that hold at a site, or will; for one auditee there or for everybody."""
    day = on or today_at(site)
    statement = select(Waiver).where(Waiver.site_id == site.id) if everybody else _here(
        site, vendor.id if vendor else None)
    found = db.session.scalars(visible_to(actor, statement, Waiver).where(
        Waiver.decided_on.is_not(None), Waiver.until_on > day).options(*LISTED)
        .order_by(Waiver.until_on, Waiver.id)).all()
    return [line for line in lines_of(found) if line.on(day) in HOLDING]


def _here(site: Site, vendor_id: UUID | None) -> Select[Waiver]:
    mine = Waiver.vendor_id.is_(None) if vendor_id is None else Waiver.vendor_id == vendor_id
    return select(Waiver).where(Waiver.site_id == site.id, mine)


def siblings_of(site: Site, vendor_id: UUID | None, playbook: Playbook, clause_id: str) -> list[Line]:
    """Every waiver there ever was of one clause at one place, the latest first: for rules, never to show."""
    found = db.session.scalars(_here(site, vendor_id).where(
        Waiver.playbook_id == playbook.id, Waiver.clause_id == clause_id).options(*PLACE)
        .order_by(Waiver.until_on.desc())).all()
    return lines_of(found)


def owners_for(actor: Actor, place: Place) -> list[tuple[str, str]]:
    """Who may own a compensating control at a place: those in sight who do work there."""
    able = holders(place, P.WORK_ON_ACTION)
    seen = set(db.session.scalars(visible_to(actor, select(Person), Person).with_only_columns(Person.id).where(
        Person.id.in_([person.id for person in able]))))
    return [(str(person.id), person.name) for person in able if person.id in seen]


def to_decide(actor: Actor, limit: int = MOST) -> Sequence[Waiver]:
    """Requests that wait for this person, the first to begin first: a global head is asked for second renewals alone,
    whatever else they might decide."""
    statement = visible_to(actor, select(Waiver), Waiver, P.DECIDE_WAIVER).where(
        Waiver.status == WaiverStatus.REQUESTED, Waiver.requested_by_id != actor.id, or_(false(), *_theirs(actor)))
    return db.session.scalars(statement.options(*LISTED).order_by(Waiver.from_on, Waiver.id).limit(limit)).all()


def _theirs(actor: Actor) -> Iterator[ColumnElement[bool]]:
    """What `lifecycle.decider` leaves to this person."""
    if may(actor, P.HEAR_APPEAL, EVERYWHERE):
        yield Waiver.renewal > FREE_RENEWALS
    if may(actor, P.DECIDE_OVERRIDE, EVERYWHERE):
        yield Waiver.renewal <= FREE_RENEWALS
    elif not may(actor, P.DECIDE_WAIVER, EVERYWHERE):
        yield and_(Waiver.renewal <= FREE_RENEWALS, Waiver.severity == Severity.MINOR)


def ending(actor: Actor, limit: int = MOST) -> list[Line]:
    """Waivers about to end for whoever answers there or asked for them, as far as nobody has asked for more."""
    later = aliased(Waiver)
    renewed = exists(select(later.id).where(later.renews_id == Waiver.id, later.status.in_(STANDING)))
    mine = or_(Waiver.requested_by_id == actor.id, Waiver.within(reach(actor, P.RESPOND_TO_FINDING)))
    last = clock.today() + timedelta(days=max(REMINDERS) + 1)  # the day differs by one round the world
    found = db.session.scalars(visible_to(actor, select(Waiver), Waiver).where(
        mine, ~renewed, Waiver.status == WaiverStatus.APPROVED, Waiver.until_on <= last,
        Waiver.until_on >= clock.today() - timedelta(days=1)).options(*LISTED)
        .order_by(Waiver.until_on, Waiver.id).limit(limit)).all()
    return [line for line in lines_of(found) if line.reminder is not None]


def why_not_to_decide(actor: Actor, waiver: Waiver) -> str:
    """Why somebody who decides on waivers here leaves this one to another; "" when they need not."""
    if waiver.requested_by_id == actor.id:
        return f"You asked for it, so somebody else decides: {waiver.decider}."
    if waiver.decider is Decider.GLOBAL_HEAD and not may(actor, P.HEAR_APPEAL, EVERYWHERE):
        return f"It is renewal {waiver.renewal}, and from the second on {waiver.decider} decides."
    if waiver.decider is Decider.PLAYBOOK_OWNER and not may(actor, P.DECIDE_WAIVER, EVERYWHERE):
        return f"{waiver.clause_id} is {waiver.severity} here, so {waiver.decider} decides."
    return ""


def _fits(line: Line, wanted: WaiverFilter) -> bool:
    if wanted.expiring and line.reminder is None:
        return False
    return not wanted.state or line.state == wanted.state


def _conditions(wanted: WaiverFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.state:
        known = wanted.state in set(State)
        yield Waiver.status.in_(_BEFORE_READING.get(State(wanted.state), STANDING)) if known else false()
    if wanted.expiring:
        today = clock.today()
        yield and_(Waiver.until_on >= today, Waiver.until_on <= today + timedelta(days=max(REMINDERS) + 1))
    if wanted.site:
        yield Waiver.site_id.in_(select(Site.id).where(Site.code == wanted.site.upper()))
    if wanted.vendor:
        yield _run_by(wanted.vendor)
    if wanted.playbook:
        yield Waiver.playbook_id.in_(select(Playbook.id).where(or_(
            Playbook.prefix == wanted.playbook.upper(), Playbook.key == wanted.playbook.lower())))


def _run_by(vendor: str) -> ColumnElement[bool]:
    if vendor == "in-house":
        return Waiver.vendor_id.is_(None)
    return Waiver.vendor_id.in_(select(Vendor.id).where(Vendor.code == vendor.upper()))
