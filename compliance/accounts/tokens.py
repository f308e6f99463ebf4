"""Secrets handed out once and kept only as digests: session tokens and one-time links."""

import hashlib
import secrets
from datetime import timedelta

SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=7)
TABLET_LONGEST = timedelta(days=30)  # a tablet is out of reach for weeks, and holds work nobody else has
LINK_LIFE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how stale "last seen" may be, so that reading a page writes nothing


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
