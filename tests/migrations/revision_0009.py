"""Sites go live on a version, people acknowledge it."""

from sqlalchemy import Connection

BEFORE: tuple[str, ...] = ()


def check_upgraded(connection: Connection) -> None:
    """Nothing yet."""


def check_downgraded(connection: Connection) -> None:
    """Nothing yet."""
