"""How often sign-in may be tried; kept in the database so that several processes share one count."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from compliance import clock, db
from compliance.accounts.models import LoginAttempt
from compliance.accounts.tokens import digest
from compliance.errors import TooManyAttempts

WINDOW = timedelta(minutes=5)
PER_ACCOUNT = 10
PER_ADDRESS = 10
IN_ALL = 1000
KEPT = timedelta(days=1)


def check(email: str, address: str) -> None:
    """Raise TooManyAttempts when too many failed tries were made for this account, from this address, or in all."""
    account, origin = _account(email), digest(address)
    limits = (
        (LoginAttempt.account == account, PER_ACCOUNT),
        (LoginAttempt.address == origin, PER_ADDRESS),
        (LoginAttempt.id.is_not(None), IN_ALL),
    )
    if any(_failures(condition) >= most for condition, most in limits):
        raise TooManyAttempts("Too many tries. Wait five minutes, or use a one-time link from your administrator.",
                              retry_after=int(WINDOW.total_seconds()))


def note(email: str, address: str) -> UUID:
    """Count a try as failed until it is known to be right."""
    attempt = LoginAttempt(account=_account(email), address=digest(address), at=clock.now(), succeeded=False)
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def succeeded(attempt_id: UUID) -> None:
    """Take a try that was right out of the count, and forget those that count no more."""
    db.session.execute(update(LoginAttempt).where(LoginAttempt.id == attempt_id).values(succeeded=True))
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < clock.now() - KEPT))


def _account(email: str) -> str:
    return digest(email.strip().lower())


def _failures(condition: ColumnElement[bool]) -> int:
    recent = LoginAttempt.at > clock.now() - WINDOW
    return db.session.scalar(
        select(func.count()).select_from(LoginAttempt).where(condition, recent, LoginAttempt.succeeded.is_(False))) or 0
