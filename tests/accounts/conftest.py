"""Passwords hashed cheaply, so that many tries at once take no minutes; the rules around them are the real ones."""

import pytest
from argon2 import PasswordHasher

from compliance.accounts import signing_in

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "hasher", QUICK)
    monkeypatch.setattr(signing_in, "NOBODY", QUICK.hash("of nobody"))
