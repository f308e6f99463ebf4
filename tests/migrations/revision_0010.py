"""A clause is read in the language of its reader."""

from sqlalchemy import Connection

BEFORE: tuple[str, ...] = ()


def check_upgraded(connection: Connection) -> None:
    """Nothing yet."""


def check_downgraded(connection: Connection) -> None:
    """Nothing yet."""
