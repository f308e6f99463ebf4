"""How builders save: in the transaction that is open, or in one of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from compliance import db

T = TypeVar("T")


@contextmanager
def saving() -> Iterator[None]:
    """Join the open transaction; without one, open one around this thing alone."""
    if db.session().info.get("writing"):
        yield
        db.session.flush()
        return
    # What a test built before must not be expired by the rollback with which a transaction begins: after a request it
    # could no longer be read.
    db.session.commit()
    with db.transaction():
        yield


def save(thing: T) -> T:
    with saving():
        db.session.add(thing)
    return thing
