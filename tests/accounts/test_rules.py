"""Rules on plain values: which roles go to whom, which passwords are weak, what a device is called."""

from datetime import date
from uuid import UUID

import pytest

from compliance.access import Role
from compliance.accounts import signing_in
from compliance.accounts.devices import device_in_words
from compliance.accounts.dominance import Held, reasons_against, roles_for
from compliance.accounts.passwords import problem_with

COSTLY = signing_in.hasher  # as the product has it: taken before the tests' cheaper one stands in
OURS, THEIRS = UUID(int=1), UUID(int=2)
SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


def held(role: Role, path: str = "/", vendor: UUID | None = None, since: date = SPRING,
         until: date | None = None) -> Held:
    return Held(role, path, vendor, since, until)


@pytest.mark.parametrize(("wanted", "employer", "others", "reason"), [
    (held(Role.AUDITOR, "/apac/"), None, [], None),
    (held(Role.VENDOR_MANAGER, "/", OURS), None, [], None),
    (held(Role.VENDOR_LEAD, "/", OURS), OURS, [], None),
    (held(Role.SITE_LEAD, "/apac/my/kul1/", OURS), OURS, [], None),
    (held(Role.VENDOR_LEAD, "/", OURS), None, [], "Only people of a vendor"),
    (held(Role.VENDOR_LEAD, "/", THEIRS), OURS, [], "for that vendor alone"),
    (held(Role.VENDOR_LEAD, "/"), OURS, [], "for that vendor alone"),
    (held(Role.AUDITOR, "/", OURS), OURS, [], "internal to the company"),
    (held(Role.ADMINISTRATOR, "/", OURS), OURS, [], "internal to the company"),
    (held(Role.ADMINISTRATOR), None, [], None),
    (held(Role.ADMINISTRATOR, "/apac/"), None, [], "the whole network"),
    (held(Role.ADMINISTRATOR), None, [held(Role.AUDITOR)], "no other role"),
    (held(Role.AUDITOR), None, [held(Role.ADMINISTRATOR)], "no other role"),
    (held(Role.AUDITOR, since=SUMMER), None, [held(Role.ADMINISTRATOR, until=SUMMER)], None),
    (held(Role.AUDITOR, until=SUMMER), None, [held(Role.ADMINISTRATOR, since=SUMMER)], None),
    (held(Role.AUDITOR, until=AUTUMN), None, [held(Role.ADMINISTRATOR, since=SUMMER)], "no other role"),
    (held(Role.AUDITOR), None, [held(Role.AUDITOR)], "already in that time"),
    (held(Role.AUDITOR), None, [held(Role.AUDITOR, "/apac/"), held(Role.REVIEWER)], None),
    (held(Role.AUDITOR, until=SPRING), None, [], "end before it begins"),
])
def test_who_can_be_given_what(wanted: Held, employer: UUID | None, others: list[Held], reason: str | None) -> None:
    reasons = reasons_against(wanted, employer, others)
    assert bool(reasons) == bool(reason)
    assert reason is None or any(reason in each for each in reasons)


def test_an_outside_company_is_offered_two_roles() -> None:
    """Written out by hand from the table of roles: everything else opens what is internal."""
    assert set(roles_for(OURS)) == {Role.SITE_LEAD, Role.VENDOR_LEAD}
    assert Role.VENDOR_LEAD not in roles_for(None)


@pytest.mark.parametrize(("password", "said"), [
    ("short", "at least 12"), ("x" * 201, "at most 200"), ("password1234", "tried first"),
    ("P@SSW0RD1234", "tried first"), ("Qwertyuiop12", "tried first"), ("aaaaaaaaaaaaaa", "tried first"),
    ("abababababab", "tried first"), ("123456789012", "tried first"), ("aisha-rahman-26", "your name"),
    ("4ish4isgreat!", "your name"), ("plumbline2026", "name of the product"),
    ("correct horse battery staple", "tried first"),
    ("green lamp under water", None), ("汉字口令很长很安全不是吗", None), ("Kf7#mQ9-zLp2x", None),
])
def test_weak_passwords(password: str, said: str | None) -> None:
    problem = problem_with(password, ("Aisha Rahman", "aisha@lumora.example"))
    assert (problem is None) if said is None else (problem is not None and said in problem)


@pytest.mark.parametrize(("agent", "words"), [
    ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604.1", "Safari on iPad"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
    ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
    ("curl/8.5", "curl/8.5"), ("", "Unknown device"),
])
def test_devices_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words


def test_hashing_costs_what_guessing_must_cost() -> None:
    """Argon2id with at least 19 MiB and two passes, or 46 MiB and one: the least that is advised for passwords."""
    hasher = COSTLY
    assert hasher.type.name == "ID"
    assert (hasher.memory_cost >= 19 * 1024 and hasher.time_cost >= 2) or hasher.memory_cost >= 46 * 1024
