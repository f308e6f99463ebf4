"""The references people read and say aloud: AUD-2026-0142, unique per installation and never used twice."""

from sqlalchemy import select, update
from sqlalchemy.orm import Mapped, mapped_column

from compliance import clock, db
from compliance.db import Model


class ReferenceCounter(Model):
    """The last number given out for a prefix in a year."""

    __tablename__ = "reference_counters"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def next_reference(prefix: str) -> str:
    """The next reference of the year; the counter row is locked until the transaction ends."""
    year = clock.now().year
    key = (ReferenceCounter.prefix == prefix, ReferenceCounter.year == year)
    # Counted in the database, not in Python, so that two writers on PostgreSQL cannot read the same number.
    last = db.session.scalar(
        update(ReferenceCounter).where(*key).values(last=ReferenceCounter.last + 1).returning(ReferenceCounter.last))
    if last is None:
        last = 1
        db.session.add(ReferenceCounter(prefix=prefix, year=year, last=last))
        db.session.flush()
    return f"{prefix}-{year}-{last:04d}"


def present(prefix: str) -> int:
    """How many references of a prefix were given out in all years."""
    return sum(db.session.scalars(select(ReferenceCounter.last).where(ReferenceCounter.prefix == prefix)))
