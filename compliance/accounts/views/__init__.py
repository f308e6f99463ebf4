"""The pages of accounts: signing in, people and their roles, one's own account, the journal."""

from compliance.accounts.views import account, journal, people, signing
from compliance.accounts.views.blueprint import bp

__all__ = ["account", "bp", "journal", "people", "signing"]
