"""A site may be let off a clause for a while."""

from sqlalchemy import Connection

BEFORE: tuple[str, ...] = ()


def check_upgraded(connection: Connection) -> None:
    """Nothing yet."""


def check_downgraded(connection: Connection) -> None:
    """Nothing yet."""
