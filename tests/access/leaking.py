"""Whose words must not reach whom: the canaries that an answer may not hold."""

from collections.abc import Iterator

from tests.access.world import BOOK, FAR_SITE, PLACEMENTS, WITHHELD

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
    if name not in INSIDE | {"administrator"} and WITHHELD in text:
        yield f"{WITHHELD} at {url}"
    if name in {"anonymous", "ended"} and BOOK in text:
        yield f"{BOOK} at {url}"
    # The directory of the company's own people says where each of them works.
    if "elsewhere" not in SCOPES.get(name, PLACEMENTS) and FAR_SITE in text and not url.startswith("/people"):
        yield f"{FAR_SITE} at {url}"
