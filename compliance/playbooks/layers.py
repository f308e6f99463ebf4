"""What stands above an override: when it is written, weighed and decided on, and after a text above it changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.network.models import Site
from compliance.network.queries import vendor_ids_at
from compliance.playbooks import choosing
from compliance.playbooks.choosing import ORDER, Candidate
from compliance.playbooks.drift import State, drift
from compliance.playbooks.effective import Effective, Rules, ScopeKind
from compliance.playbooks.effectiveness import layer_of, resolve_chosen, written_for
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import read_playbook
from compliance.playbooks.resolution import base
from compliance.playbooks.succession import number_of

QUIET = frozenset({State.CURRENT, State.CLEAN})
FOR_A_PERSON = frozenset(State) - QUIET - {State.RENAMED, State.REDUNDANT}


def above(override: Override, on: date) -> Effective | None:
    """What holds above an override on a day; None while no version of the playbook does. Needs its node loaded."""
    scopes = choosing.scope_codes(override.node.path) if override.node else []
    vendor_id = None
    if override.kind is ScopeKind.SITE and isinstance(override.node, Site):
        # With several vendors there is no one text above: the market's, which all of them share, is weighed against.
        vendors = vendor_ids_at(override.node, on)
        vendor_id = next(iter(vendors)) if len(vendors) == 1 else None
    chosen = choosing.pick(choosing.candidates(override.playbook_id, scopes, vendor_id), on)
    return resolve_chosen(chosen.above(ORDER[override.kind])) if chosen else None


def newest_text(playbook: Playbook) -> Effective | None:
    """The bare text of the highest version number, approved or not: all there is to go by before the first approval.

    A draft that cannot be read yet is passed over.
    """
    rows = db.session.execute(
        select(PlaybookVersion.number, PlaybookVersion.source).where(PlaybookVersion.playbook_id == playbook.id)).all()
    newest_first = sorted(rows, key=lambda row: number_of(row.number), reverse=True)
    document = next(filter(None, (read_playbook(row.source)[0] for row in newest_first)), None)
    return base(document, Rules(document.effective)) if document else None


def note_drift(playbook: Playbook) -> None:
    """After an approval: write to each approved override from which day on what above it is no longer what it was."""
    everything = choosing.versions_of(playbook.id)
    by_id = {candidate.id: candidate for candidate in everything}
    rows = db.session.scalars(
        select(OverrideVersion).join(OverrideVersion.override)
        .where(Override.playbook_id == playbook.id, OverrideVersion.status == VersionStatus.APPROVED)
        .options(joinedload(OverrideVersion.override).joinedload(Override.node))).all()
    for row in rows:
        entries = _drift_by_day(by_id[row.id], _chain_above(row, everything), everything)
        if entries != row.drift:
            row.drift = entries
        row.stale_from = _stale_from(entries)


def _chain_above(row: OverrideVersion, everything: Iterable[Candidate]) -> list[Candidate]:
    scopes = set(choosing.scope_codes(row.override.node.path)) if row.override.node else set()
    depth = ORDER[row.override.kind]
    named = set(row.written_against)
    return [each for each in everything if each.kind is None or (
        each.depth < depth and (each.scope in named if each.kind is ScopeKind.VENDOR else each.scope in scopes))]


def _drift_by_day(mine: Candidate, chain: Sequence[Candidate], everything: Iterable[Candidate]) -> list[dict[str, Any]]:
    """From which day on what is no longer as it was: [{"from": "2026-08-15", "against": "3.0.0", "items": […]}, …]."""
    at_hand = {(each.scope, each.number): each for each in everything}
    old = written_for(mine, at_hand)
    if old is None:
        return []
    entries: list[dict[str, Any]] = []
    for day in _days(mine, chain, everything):
        chosen = choosing.pick(chain, day)
        if chosen is not None:
            items = [{"operation": f"{item.operation.verb} {item.operation.target}", "clause": item.clause,
                      "state": str(item.state), "moved": list(item.moved)}
                     for item in drift(layer_of(mine).override, old, resolve_chosen(chosen))
                     if item.state not in QUIET]
            entries.append({"from": day.isoformat(), "against": chosen.playbook.number, "items": items})
    return [entry for at, entry in enumerate(entries)
            if entry["items"] != (entries[at - 1]["items"] if at else [])]


def _days(mine: Candidate, chain: Iterable[Candidate], everything: Iterable[Candidate]) -> list[date]:
    """The day it takes effect and those on which a text above it changes while it holds."""
    next_one = min((each.effective for each in everything
                    if (each.kind, each.scope) == (mine.kind, mine.scope) and each.effective > mine.effective),
                   default=date.max)
    ends = min(mine.until or date.max, next_one)
    changes = {day for each in chain for day in (each.effective, each.until) if day is not None}
    return sorted({mine.effective} | {day for day in changes if mine.effective < day < ends})


def _stale_from(entries: Sequence[dict[str, Any]]) -> date | None:
    since = None
    for entry in entries:
        waits = any(State(item["state"]) in FOR_A_PERSON for item in entry["items"])
        since = (since or date.fromisoformat(entry["from"])) if waits else None
    return since
