"""Versions by sites: who works by which text since when, and who should and does not yet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from compliance import clock, db
from compliance.access import Actor, Permission, Place, visible_to
from compliance.errors import NotFound
from compliance.network.models import SiteLifecycle
from compliance.network.queries import get_site
from compliance.playbooks.adoption import lifecycle
from compliance.playbooks.adoption.lifecycle import AdoptionStatus, Standing
from compliance.playbooks.adoption.models import Adoption
from compliance.playbooks.adoption.queries.runs import Run, runs
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.queries.lines import lines_of

# A text is looked at anew within a year. Whether a site works by an older one is what its audits find.
ASKED_DAYS = 365
STATUSES = tuple(AdoptionStatus)


@dataclass(frozen=True, slots=True)
class Told:
    """An approved version with its playbook, and the version that takes over from it, if there is one."""

    version: PlaybookVersion
    next: PlaybookVersion | None

    @property
    def label(self) -> str:
        return f"{self.version.playbook.prefix} {self.version.number}"

    def superseded_by(self, on: date) -> str:
        return self.next.number if self.next is not None and self.next.effective_on <= on else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One version at one site for one operator. There need be no `adoption`: then nobody there has done anything."""

    seen_with: ClassVar[Permission] = Permission.VIEW_AUDIT

    told: Told
    run: Run
    adoption: Adoption | None

    @property
    def version(self) -> PlaybookVersion:
        return self.told.version

    @property
    def place(self) -> Place:
        return self.run.place

    @property
    def status(self) -> AdoptionStatus:
        return self.adoption.status if self.adoption else AdoptionStatus.NOTIFIED

    @property
    def live_on(self) -> date | None:
        return self.adoption.live_on if self.adoption else None

    @property
    def due_on(self) -> date:
        return lifecycle.due_on(self.version.effective_on, self.run.since)

    @property
    def eve(self) -> date:
        """The last day of what held before."""
        return self.version.effective_on - timedelta(days=1)

    @property
    def superseded_by(self) -> str:
        return self.told.superseded_by(self.run.today)

    @property
    def is_open(self) -> bool:
        """Whether somebody there still has something to do about it."""
        return self.status is not AdoptionStatus.LIVE and not self.superseded_by

    @property
    def is_late(self) -> bool:
        """A site that has not opened works by no text yet: it is to be live before it opens, and late on no day."""
        if self.live_on is None and self.run.site.lifecycle is SiteLifecycle.PLANNED:
            return False
        return lifecycle.is_late(self.live_on, self.due_on, self.run.today)

    @property
    def is_late_now(self) -> bool:
        return self.is_open and self.is_late

    @property
    def lag(self) -> int | None:
        return lifecycle.lag(self.live_on, self.due_on)

    @property
    def days_late(self) -> int:
        """So far, where the site is not live."""
        return ((self.live_on or self.run.today) - self.due_on).days if self.is_late else 0

    def standing(self, evidence: int = 0) -> Standing:
        """What the steps are decided on, with so many pieces of evidence."""
        done, approved = self.adoption, self.version.approved_at
        return Standing(
            self.status, self.run.today, approved.date() if approved else self.version.effective_on, self.superseded_by,
            done.attested if done else None, done.heads if done else None, evidence)

    @property
    def share(self) -> float | None:
        return lifecycle.share(self.adoption.attested, self.adoption.heads) if self.adoption else None


@dataclass(frozen=True)
class Row:
    """A version with all of its lines in the part of the network that is looked at."""

    told: Told
    lines: Sequence[Line]

    @cached_property
    def counts(self) -> Mapping[AdoptionStatus, int]:
        counted = Counter(line.status for line in self.lines)
        return {status: counted[status] for status in STATUSES}

    @cached_property
    def late(self) -> list[Line]:
        """Who is not live and should be, the longest first."""
        return sorted((line for line in self.lines if line.is_late_now), key=lambda line: -line.days_late)

    @cached_property
    def median_lag(self) -> float | None:
        return lifecycle.median(line.lag for line in self.lines if line.lag is not None)


def board(actor: Actor, *, region: str = "", playbook: str = "", late: bool = False, site_id: UUID | None = None,
          permission: Permission = Permission.VIEW_AUDIT) -> list[Row]:
    """The versions in force and to come, the newest date first, with every site they reach, in three statements.

    `late` keeps the sites that are late and the versions they are late with; `permission` those where the actor holds
    it.
    """
    today = clock.today()
    wanted = [told for told in versions(actor, playbook)
              if told.version.effective_on > today - timedelta(days=ASKED_DAYS) and not told.superseded_by(today)]
    rows = rows_of(actor, wanted, runs(actor, region=region, site_id=site_id, permission=permission))
    if late:
        return [Row(row.told, row.late) for row in rows if row.late]
    return [row for row in rows if row.lines]


def row(actor: Actor, key: str, number: str, *, region: str = "") -> Row:
    """One approved version, also one that was superseded."""
    told = find(actor, key, number)
    return rows_of(actor, [told], runs(actor, region=region))[0]


def line(actor: Actor, key: str, number: str, *, site: str, vendor: str = "") -> Line:
    """A version at a site for a vendor (its code, or "in-house"); without one for whoever runs most there.

    Raises NotFound where it reaches nobody.
    """
    told = find(actor, key, number)
    found = rows_of(actor, [told], runs(actor, site_id=get_site(actor, site).id))[0].lines
    wanted = [each for each in found if not vendor or _code(each.run).casefold() == vendor.casefold()]
    if not wanted:
        raise NotFound
    return max(wanted, key=lambda each: len(each.run.lobs(_day(each.told, each.run))))


def rows_of(actor: Actor, told: Sequence[Told], places: Sequence[Run]) -> list[Row]:
    """Each version with the runs it concerns, in one statement for all that was done about them."""
    done = _adoptions(actor, [each.version.id for each in told])
    return [Row(each, [Line(each, run, done.get((each.version.id, run.site.id, run.vendor_id)))
                       for run in places if _concerns(each, run)]) for each in told]


def _concerns(told: Told, run: Run) -> bool:
    lobs = run.lobs(_day(told, run))
    if not lobs or (told.next is not None and told.next.effective_on <= run.since):
        return False
    named = lines_of(told.version.id, told.version.digest)
    return named is None or not named.isdisjoint(lobs)


def _day(told: Told, run: Run) -> date:
    """The day on which somebody has to run something there: today, or when a coming version takes effect."""
    return max(run.today, told.version.effective_on)


def _code(run: Run) -> str:
    return run.vendor.code if run.vendor else "in-house"


def versions(actor: Actor, playbook: str = "") -> list[Told]:
    """Every approved version (of a playbook by key or prefix), the one to take effect last first, in one statement."""
    statement = visible_to(actor, select(PlaybookVersion).join(PlaybookVersion.playbook), PlaybookVersion).where(
        PlaybookVersion.status == VersionStatus.APPROVED).options(
        joinedload(PlaybookVersion.playbook), defer(PlaybookVersion.source))
    if playbook:
        statement = statement.where((Playbook.key == playbook) | (Playbook.prefix == playbook.upper()))
    found: Iterable[Any] = db.session.scalars(
        statement.order_by(PlaybookVersion.effective_on.desc(), Playbook.prefix, PlaybookVersion.id))
    following: dict[UUID, PlaybookVersion] = {}
    told = []
    for version in found:
        told.append(Told(version, following.get(version.playbook_id)))
        following[version.playbook_id] = version
    return told


def find(actor: Actor, key: str, number: str) -> Told:
    for told in versions(actor, key):
        if told.version.number == number:
            return told
    raise NotFound


def _adoptions(actor: Actor, wanted: Sequence[UUID]) -> dict[tuple[UUID, UUID, UUID | None], Adoption]:
    statement = visible_to(actor, select(Adoption), Adoption).where(Adoption.playbook_version_id.in_(wanted)).options(
        joinedload(Adoption.site), joinedload(Adoption.text).defer(PlaybookVersion.source))
    return {(each.playbook_version_id, each.site_id, each.vendor_id): each
            for each in db.session.scalars(statement)} if wanted else {}
