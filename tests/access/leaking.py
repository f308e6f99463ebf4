"""Whose words must not reach whom: the canaries that an answer may not hold."""

from collections.abc import Iterator

from tests.access.world import PLACEMENTS

# What each principal's scope covers; whoever is not named sees the whole network.
SCOPES = {"anonymous": (), "ended": (), "vendor_lead": ("own",)} | dict.fromkeys(
    ("regional_lead", "programme_manager", "auditor", "reviewer", "site_lead", "vendor_manager", "continuity_lead"),
    ("own", "neighbour"))
INSIDE = frozenset({"playbook_owner", "legal_reviewer", "regional_lead", "programme_manager", "auditor", "reviewer",
                    "vendor_manager", "continuity_lead", "global_head", "assigned"})


def leaks(name: str, text: str, url: str) -> Iterator[str]:
    for placement in PLACEMENTS:
        if placement not in SCOPES.get(name, PLACEMENTS) and f"canary-{placement}" in text:
            yield f"canary-{placement}"
        if name not in INSIDE and f"internal-canary-{placement}" in text:
            yield f"internal note of {placement} at {url}"
        # The administrator reads the journal, which names files.
        if name not in INSIDE | {"administrator"} and f"working-canary-{placement}" in text:
            yield f"working paper of {placement} at {url}"
