"""How often sign-in may be tried; kept in the database so that several processes share one count."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from compliance import clock, db
from compliance.accounts.models import LoginAttempt
from compliance.accounts.tokens import digest
from compliance.errors import TooManyAttempts

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 10
PER_ADDRESS = 10
IN_ALL = 1000


def check(email: str, address: str) -> None:
    """Raise TooManyAttempts when too many failed tries were made for this account, from this address, or in all."""
    account, origin = digest(email.lower()), digest(address)
    limits = (
        (LoginAttempt.account == account, PER_ACCOUNT),
        (LoginAttempt.address == origin, PER_ADDRESS),
        (LoginAttempt.id.is_not(None), IN_ALL),
    )
    if any(_failures(condition) >= most for condition, most in limits):
        raise TooManyAttempts("Too many tries. Wait five minutes, or use a one-time link from your administrator.",
                              retry_after=int(WINDOW.total_seconds()))


def note(email: str, address: str, *, succeeded: bool) -> None:
    db.session.add(LoginAttempt(account=digest(email.lower()), address=digest(address), at=clock.now(),
                                succeeded=succeeded))


def _failures(condition: ColumnElement[bool]) -> int:
    recent = LoginAttempt.at > clock.now() - WINDOW
    return db.session.scalar(
        select(func.count()).select_from(LoginAttempt).where(condition, recent, LoginAttempt.succeeded.is_(False))) or 0
