"""What stands above an override: when it is written, weighed and decided on, and after a text above it changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, true
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.network.models import Node, Site
from compliance.network.queries import vendor_ids_at
from compliance.playbooks import choosing, staleness
from compliance.playbooks.choosing import ORDER, Candidate
from compliance.playbooks.drift import State
from compliance.playbooks.effective import Effective, Rules, ScopeKind, operation_key
from compliance.playbooks.effectiveness import resolve_chosen
from compliance.playbooks.enduring import Period, history
from compliance.playbooks.models import (
    OperationDrift,
    Override,
    OverrideVersion,
    Playbook,
    PlaybookVersion,
    VersionStatus,
)
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


def note_drift(playbook: Playbook, around: Override | None = None) -> None:
    """After an approval: write down how each approved override stands, from which day on, to what is above it.

    With `around`, only that override and those below it: nothing else can stand otherwise once it alone has moved.
    """
    everything = choosing.versions_of(playbook.id)
    by_id = {candidate.id: candidate for candidate in everything}
    rows = db.session.scalars(
        select(OverrideVersion).join(OverrideVersion.override)
        .where(Override.playbook_id == playbook.id, OverrideVersion.status == VersionStatus.APPROVED, _around(around))
        .options(joinedload(OverrideVersion.override).joinedload(Override.node))).all()
    found = {row: _while_it_holds(by_id[row.id], chain_above(row.override, row.written_against, everything), everything)
             for row in rows}
    for row, periods in found.items():
        entries = _entries(periods)
        if entries != row.drift:
            row.drift = entries
        row.stale_from = _stale_from(row, periods)
    ids = select(OverrideVersion.id).join(OverrideVersion.override).where(
        Override.playbook_id == playbook.id, _around(around))
    db.session.execute(delete(OperationDrift).where(OperationDrift.override_version_id.in_(ids)))
    items = [item for row, periods in found.items() for item in _items(row, periods)]
    if items:
        db.session.execute(insert(OperationDrift), items)


def _around(override: Override | None) -> ColumnElement[bool]:
    if override is None or override.node is None:  # a vendor's may stand above that of any site
        return true()
    below = select(Node.id).where(Node.path.startswith(override.node.path, autoescape=True))
    return Override.node_id.in_(below)


def chain_above(override: Override, named: Iterable[str], everything: Iterable[Candidate]) -> list[Candidate]:
    """Every version that may stand above an override; of vendors those it names. Needs its node loaded."""
    scopes = set(choosing.scope_codes(override.node.path)) if override.node else set()
    depth, named = ORDER[override.kind], set(named)
    return [each for each in everything if each.kind is None or (
        each.depth < depth and (each.scope in named if each.kind is ScopeKind.VENDOR else each.scope in scopes))]


def _while_it_holds(mine: Candidate, chain: Sequence[Candidate], everything: Iterable[Candidate]) -> list[Period]:
    """Its periods up to the day on which it ends or its next version takes over."""
    next_one = min((each.effective for each in everything
                    if (each.kind, each.scope) == (mine.kind, mine.scope) and each.effective > mine.effective),
                   default=date.max)
    ends = min(mine.until or date.max, next_one)
    periods = [period for period in history(mine, chain) if period.begins < ends]
    if periods and ends < date.max:
        periods[-1] = replace(periods[-1], until=ends)
    return periods


def _entries(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """From which day on what is no longer as it was: [{"from": "2026-08-15", "against": "3.0.0", "items": […]}, …]."""
    entries: list[dict[str, Any]] = []
    for period in periods:
        items = [{"operation": operation_key(item.operation), "clause": item.clause, "state": str(item.state),
                  "moved": list(item.moved)} for item in period.items if item.state not in QUIET]
        if items != (entries[-1]["items"] if entries else []):
            entries.append({"from": period.begins.isoformat(), "against": period.against, "items": items})
    return entries


def _items(row: OverrideVersion, periods: Iterable[Period]) -> Iterator[dict[str, Any]]:
    said = {(each["operation"], each["seen"]): each for each in row.accepted}
    for period in periods:
        for position, item in enumerate(period.items):
            key, seen = operation_key(item.operation), staleness.seen_digest(item, period.parent)
            accepted = said.get((key, seen))
            yield {
                "id": db.new_id(), "override_version_id": row.id, "position": position, "operation": key,
                "clause": item.clause, "state": item.state, "moved": list(item.moved), "seen": seen,
                "against": period.against, "from_on": period.begins, "until_on": period.until,
                "over_on": period.over_on.get(key),
                "accepted_at": datetime.fromisoformat(accepted["at"]) if accepted else None,
                "accepted_by": accepted["by"] if accepted else "",
            }


def _stale_from(row: OverrideVersion, periods: Iterable[Period]) -> date | None:
    """Since when something in it waits for a person without a break; what was accepted does not wait."""
    said, since = {(each["operation"], each["seen"]) for each in row.accepted}, None
    for period in periods:
        waits = any(item.state in FOR_A_PERSON and (
            operation_key(item.operation), staleness.seen_digest(item, period.parent)) not in said
            for item in period.items)
        since = (since or period.begins) if waits else None
    return since


def periods_of(version: OverrideVersion) -> list[Period]:
    """How an approved version stands while it holds. Needs its override and node loaded."""
    everything = choosing.versions_of(version.override.playbook_id)
    mine = next((each for each in everything if each.id == version.id), None)
    if mine is None:
        return []
    return _while_it_holds(mine, chain_above(version.override, version.written_against, everything), everything)
