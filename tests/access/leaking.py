"""Whose words must not reach whom: the canaries that an answer may not hold."""

from collections.abc import Iterator

from tests.access.governed import PROPOSED, UNPUBLISHED
from tests.access.world import BOOK, FAR_CODE, FAR_SITE, PLACEMENTS, WITHHELD

# What each principal's scope covers; whoever is not named sees the whole network.
SCOPES = {"anonymous": (), "ended": (), "vendor_lead": ("own",)} | dict.fromkeys(
    ("regional_lead", "programme_manager", "auditor", "reviewer", "site_lead", "vendor_manager", "continuity_lead"),
    ("own", "neighbour"))
INSIDE = frozenset({"playbook_owner", "legal_reviewer", "regional_lead", "programme_manager", "auditor", "reviewer",
                    "vendor_manager", "continuity_lead", "global_head", "assigned"})
READING_DRAFTS = frozenset({"author", "playbook_owner", "legal_reviewer", "regional_lead"})
TRANSLATING = frozenset({"author", "playbook_owner", "regional_lead", "site_lead"})


def leaks(name: str, text: str, url: str) -> Iterator[str]:
    for placement in PLACEMENTS:
        if placement not in SCOPES.get(name, PLACEMENTS) and f"canary-{placement}" in text:
            yield f"canary-{placement}"
        if name not in INSIDE and f"internal-canary-{placement}" in text:
            yield f"internal note of {placement} at {url}"
        # The administrator reads the journal, which names files.
        if name not in INSIDE | {"administrator"} and f"working-canary-{placement}" in text:
            yield f"working paper of {placement} at {url}"
    yield from (f"{word} at {url}" for word in _kept_from(name, url) if word in text)


def _kept_from(name: str, url: str) -> Iterator[str]:
    if name not in INSIDE | {"administrator"}:
        yield WITHHELD
    if name not in READING_DRAFTS:
        yield UNPUBLISHED
    if name not in TRANSLATING:
        yield PROPOSED
    if name in {"anonymous", "ended"}:
        yield BOOK
    # The directory of the company's own people says where each of them works.
    if "elsewhere" not in SCOPES.get(name, PLACEMENTS) and not url.startswith("/people"):
        yield from (FAR_SITE, FAR_CODE)
