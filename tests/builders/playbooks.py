"""Playbooks to test with: a tiny one, its overrides, and the library that comes with the product."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import SYSTEM, Actor
from compliance.network.models import Site
from compliance.playbooks import commands
from compliance.playbooks.choosing import ORDER
from compliance.playbooks.importing import Imported
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_override
from tests.builders.governing import an_owner, publish
from tests.builders.localising import settled
from tests.builders.network import a_market, a_region, a_site
from tests.builders.saving import saving

LIBRARY = Path(__file__).resolve().parents[2] / "playbooks"
MARKETS = {
    "apac": {"in": "India", "my": "Malaysia", "ph": "Philippines", "jp": "Japan", "id": "Indonesia", "sg": "Singapore",
             "au": "Australia"},
    "emea": {"ie": "Ireland", "pt": "Portugal", "pl": "Poland", "bg": "Bulgaria", "gb": "United Kingdom",
             "eg": "Egypt"},
    "amer": {"us": "United States"},
}
REGIONS = {"apac": "Asia Pacific", "emea": "EMEA", "amer": "Americas"}
PLAYBOOK = """---
playbook: {key}
version: {version}
title: {title}
prefix: {prefix}
owner: global-tests
effective: {effective}{change}
---

Why it is there.

## Parameters

| Parameter | Value | Unit | Stricter | Range | Meaning |
|---|---|---|---|---|---|
| wait_min | {wait} | minutes | lower | 5..60 | Longest wait |

## Work

### {prefix}-01 Answer in time

- Severity: major
- Weight: 3
- Evidence: Log of answers
- Check: Was each answered within {{{{wait_min}}}} minutes?

{text} Each is answered within {{{{wait_min}}}} minutes.

### {prefix}-02 Keep the door shut

- Severity: critical
- Weight: 5
- Locked: floor
- Evidence: Door log

The door stays shut.

### {prefix}-03 Write it down

- Severity: minor
- Weight: 1
- Evidence: Notebook

What happened is written down.
"""


def a_text(**said: Any) -> str:
    """The Markdown of a small playbook: one value, one locked clause, one open one.

    A number above 1.0.0 says what change it is; `change` says so of any.
    """
    valid = {"key": "tiny-rules", "version": "1.0.0", "title": "Tiny rules", "prefix": "TIN", "effective": "2024-01-01",
             "wait": "30", "text": "Somebody listens."}
    text = valid | said
    change = said.get("change", "" if text["version"] == "1.0.0" else _change(text["version"]))
    return PLAYBOOK.format(**text | {"change": f"\nchange: {change}\nnote: What the year taught us." if change else ""})


def _change(number: str) -> str:
    """ "2.0.0" is a major change, "1.1.0" a minor and "1.0.1" an editorial one."""
    *_, minor, editorial = number.split(".")
    return "editorial" if editorial != "0" else "minor" if minor != "0" else "major"


def an_override_text(scope: str = "apac", version: int = 1, effective: str = "2024-06-01", *, body: str = "",
                     playbook: str = "tiny-rules", against: str = "global: 1.0.0") -> str:
    """The Markdown of an override; without a body it makes the wait of the small playbook 20 minutes."""
    body = body or "## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| wait_min | 20 | A desk at night |\n"
    pinned = f"written-against:\n  {against}\n" if against else ""
    return (f"---\noverrides: {playbook}\nscope: {scope}\nversion: {version}\nowner: {scope}-lead\n"
            f"effective: {effective}\n{pinned}---\n\n{body}")


def bring_in(source: str, path: str = "text.md", actor: Actor = SYSTEM) -> Imported:
    with saving():
        return commands.import_text(actor, source, path)


def a_playbook(**said: Any) -> Playbook:
    """The small playbook, approved and in force."""
    done = bring_in(a_text(**said))
    assert done.digest, done.lines
    return publish(a_version(done.digest)).playbook


def an_override(source: str = "", *, approvals: Collection[str] = ()) -> OverrideVersion:
    """An approved override of the small playbook; its scope has to be there."""
    done = bring_in(source or an_override_text())
    assert done.digest, done.lines
    version = an_override_version(done.digest)
    return settled(an_owner(), version, approvals)


def a_version(digest: str) -> PlaybookVersion:
    """The version of a text, with its playbook."""
    return db.session.scalars(select(PlaybookVersion).where(PlaybookVersion.digest == digest).options(
        joinedload(PlaybookVersion.playbook))).one()


def an_override_version(digest: str) -> OverrideVersion:
    """The override version of a text, with its playbook and node."""
    whole = joinedload(OverrideVersion.override)
    return db.session.scalars(select(OverrideVersion).where(OverrideVersion.digest == digest).options(
        whole.joinedload(Override.playbook), whole.joinedload(Override.node))).one()


def the_markets() -> None:
    """The regions and markets the library speaks of, and Cairo."""
    for region, markets in MARKETS.items():
        for code, name in markets.items():
            a_market(code, name, a_region(region, REGIONS[region]))
    a_site("CAI1", a_market("eg"), name="Cairo", zone="Africa/Cairo", country="EG")


def three_sites() -> dict[str, Site]:
    """Dublin, Kuala Lumpur and Bengaluru, where acknowledgement takes 30, 20 and 15 minutes."""
    return {
        "DUB1": a_site("DUB1", a_market("ie"), name="Dublin", zone="Europe/Dublin", country="IE"),
        "KUL1": a_site("KUL1", a_market("my")),
        "BLR1": a_site("BLR1", a_market("in"), name="Bengaluru", zone="Asia/Kolkata", country="IN"),
    }


def the_library() -> Actor:
    """The library that comes with the product, imported by the product and approved; gives the owner who did."""
    the_markets()
    with saving():
        report = commands.import_library(SYSTEM, LIBRARY)
    owner = an_owner()
    for version in _drafts(PlaybookVersion):
        publish(version, owner, "Taken over")
    for override in sorted(_drafts(OverrideVersion), key=lambda each: ORDER[each.override.kind]):
        asked = parse_override(override.source).operations
        settled(owner, override, [f"{operation.verb} {operation.target}" for operation in asked if operation.approved])
    assert all(done.digest for done in report)
    return owner


def _drafts(kind: type[Any]) -> list[Any]:
    statement = select(kind).where(kind.status == VersionStatus.DRAFT).order_by(kind.effective_on, kind.id)
    if kind is PlaybookVersion:
        statement = statement.options(joinedload(PlaybookVersion.playbook))
    else:
        whole = joinedload(OverrideVersion.override)
        statement = statement.options(whole.joinedload(Override.playbook), whole.joinedload(Override.node))
    return list(db.session.scalars(statement))
