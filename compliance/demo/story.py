"""Tells a story: what happens when, in order, each thing under a clock held at its instant."""

import heapq
import itertools
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor
from compliance.accounts.models import Person
from compliance.accounts.signing_in import actor_for
from compliance.network.models import Site, Vendor
from compliance.network.queries import calendar_of
from compliance.playbooks.models import Playbook

Happening = Callable[[], None]
# The oldest texts of the library were approved in April 2024: everybody who decides on them is there by then.
FOUNDED = date(2024, 3, 4)
MAIL = "lumora.example"
TOGETHER = 40


class Story:
    """What is still to happen, and who is in it. Whatever lies after the end never happens: it stays open."""

    def __init__(self, end: datetime) -> None:
        self.end = end
        self.last_day = end.date()
        self._ahead: list[tuple[datetime, int, Happening]] = []
        self._numbers = itertools.count()
        self.cast: dict[str, UUID] = {}
        self._actors: dict[tuple[str, date], Actor] = {}

    def at(self, when: datetime, happening: Happening) -> None:
        """Let something happen at an instant; of two at the same instant, the one told first comes first."""
        heapq.heappush(self._ahead, (when, next(self._numbers), happening))

    def tell(self) -> None:
        """Let everything happen that is due by the end, in order, also what it brings about."""
        while self._is_due():
            # Waiting for the disk after each of some 1,600 things would take longer than the things themselves.
            with db.transaction():
                for _ in range(TOGETHER):
                    if self._is_due():
                        self._let_happen()
            db.session.remove()

    def _is_due(self) -> bool:
        return bool(self._ahead) and self._ahead[0][0] <= self.end

    def _let_happen(self) -> None:
        when, _, happening = heapq.heappop(self._ahead)
        with clock.fixed_at(when):
            happening()
            # Each thing reads what it needs anew, as a request would.
            db.session.flush()
            db.session.expunge_all()

    def day(self, ago: int) -> date:
        """So many days before the last day; after it when negative."""
        return self.last_day - timedelta(days=ago)

    @staticmethod
    def today() -> date:
        """The day of what is happening."""
        return clock.today()

    def since(self, ago: int | None) -> date:
        return FOUNDED if ago is None else self.day(ago)

    def working_day(self, site: Site, ago: int) -> date:
        """The last working day of a site by then."""
        calendar, day = calendar_of(site), self.day(ago)
        while not calendar.is_business_day(day):
            day -= timedelta(days=1)
        return day

    def joins(self, handle: str, person: Person) -> None:
        self.cast[handle] = person.id

    def person(self, handle: str) -> Person:
        return db.session.get_one(Person, self.cast[handle])

    def handle_of(self, person_id: UUID) -> str:
        return next(handle for handle, known in self.cast.items() if known == person_id)

    def actor(self, handle: str) -> Actor:
        """Somebody with what they hold on the day it happens."""
        key = handle, clock.today()
        if key not in self._actors:
            self._actors[key] = actor_for(self.person(handle))
        return self._actors[key]

    @staticmethod
    def site(code: str) -> Site:
        return db.session.scalars(select(Site).where(Site.code == code)).one()

    @staticmethod
    def vendor(code: str) -> Vendor | None:
        return db.session.scalars(select(Vendor).where(Vendor.code == code)).one() if code else None

    @staticmethod
    def playbooks(prefixes: str) -> list[Playbook]:
        """ "ESC DAC": in that order."""
        found = db.session.scalars(select(Playbook).where(Playbook.prefix.in_(prefixes.split())))
        return sorted(found, key=lambda playbook: prefixes.index(playbook.prefix))


def moment(day: date, clock_time: str, zone: str | None = "UTC") -> datetime:
    """ "09:30" on a day in a zone."""
    return datetime.combine(day, time.fromisoformat(clock_time), ZoneInfo(zone or "UTC"))
