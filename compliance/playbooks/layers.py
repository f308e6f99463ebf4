"""What stands above an override: when it is written, weighed and decided on, and after a text above it changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, insert, inspect, select, true, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from compliance import db
from compliance.network.models import Node, Site
from compliance.network.queries import vendor_ids_at
from compliance.playbooks import choosing, staleness
from compliance.playbooks.choosing import ORDER, Candidate
from compliance.playbooks.drift import State
from compliance.playbooks.effective import GLOBAL, Effective, Rules, ScopeKind, operation_key
from compliance.playbooks.effectiveness import remember_overrides, resolve_chosen
from compliance.playbooks.enduring import Ground, Period, history
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
    chosen = _chosen(override, on)
    return resolve_chosen(chosen.above(ORDER[override.kind])) if chosen else None


def around(override: Override, on: date) -> tuple[Effective, Effective] | None:
    """What holds above the place of an override on a day, and what holds there, its own rules among it."""
    chosen = _chosen(override, on)
    return (resolve_chosen(chosen.above(ORDER[override.kind])), resolve_chosen(chosen)) if chosen else None


def _chosen(override: Override, on: date) -> choosing.Chosen | None:
    scopes = choosing.scope_codes(override.node.path) if override.node else []
    vendor_id = None
    if override.kind is ScopeKind.SITE and isinstance(override.node, Site):
        # With several vendors there is no one text above: the market's, which all of them share, is weighed against.
        vendors = vendor_ids_at(override.node, on)
        vendor_id = next(iter(vendors)) if len(vendors) == 1 else None
    return choosing.pick(choosing.candidates(override.playbook_id, scopes, vendor_id), on)


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
    remember_overrides(by_id[row.id] for row in rows)
    above, ground, successors = Above(everything), Ground(), _successors(everything)
    found = {row: _while_it_holds(by_id[row.id], above(row.override, row.written_against), successors, ground)
             for row in rows}
    _sum_up(found)
    ids = select(OverrideVersion.id).join(OverrideVersion.override).where(
        Override.playbook_id == playbook.id, _around(around))
    db.session.execute(delete(OperationDrift).where(OperationDrift.override_version_id.in_(ids)))
    items = [item for row, periods in found.items() for item in _items(row, periods)]
    if items:
        # With its empty values, or each run of rows that have the same ones would be a statement of its own.
        db.session.execute(insert(OperationDrift), items, execution_options={"render_nulls": True})


def _around(override: Override | None) -> ColumnElement[bool]:
    if override is None or override.node is None:  # a vendor's may stand above that of any site
        return true()
    below = select(Node.id).where(Node.path.startswith(override.node.path, autoescape=True))
    return Override.node_id.in_(below)


class Above:
    """Every version that may stand above an override, found by scope instead of looked for among thousands."""

    def __init__(self, everything: Iterable[Candidate]) -> None:
        self._by_scope: dict[tuple[bool, str], list[Candidate]] = {}
        for each in everything:
            self._by_scope.setdefault((each.kind is ScopeKind.VENDOR, each.scope), []).append(each)

    def __call__(self, override: Override, named: Iterable[str]) -> list[Candidate]:
        """Those of its own place, and of vendors those it names. Needs its node loaded."""
        codes = choosing.scope_codes(override.node.path) if override.node else []
        wanted = [(False, GLOBAL), *((False, code) for code in codes), *((True, code) for code in named)]
        depth = ORDER[override.kind]
        return [each for scope in wanted for each in self._by_scope.get(scope, ()) if each.depth < depth]


def chain_above(override: Override, named: Iterable[str], everything: Iterable[Candidate]) -> list[Candidate]:
    """Every version that may stand above an override; of vendors those it names. Needs its node loaded."""
    return Above(everything)(override, named)


def _successors(everything: Iterable[Candidate]) -> dict[UUID, date]:
    """The day on which the next version of the same text takes over from each that has one."""
    by_text: dict[tuple[ScopeKind | None, str], list[Candidate]] = {}
    for each in everything:
        by_text.setdefault((each.kind, each.scope), []).append(each)
    ordered = (sorted(versions, key=lambda each: each.effective) for versions in by_text.values())
    return {one.id: next_one.effective for versions in ordered for one, next_one in pairwise(versions)
            if next_one.effective > one.effective}


def _while_it_holds(mine: Candidate, chain: Sequence[Candidate], successors: Mapping[UUID, date],
                    ground: Ground) -> list[Period]:
    """Its periods up to the day on which it ends or its next version takes over."""
    ends = min(mine.until or date.max, successors.get(mine.id, date.max))
    periods = [period for period in history(mine, chain, ground) if period.begins < ends]
    if periods and ends < date.max:
        periods[-1] = replace(periods[-1], until=ends)
    return periods


def _sum_up(found: Mapping[OverrideVersion, Sequence[Period]]) -> None:
    """Write what changed on the records themselves, in one statement for thousands of them."""
    changed = []
    for row, periods in found.items():
        drift, stale_from = _entries(periods), _stale_from(row, periods)
        if (drift, stale_from) != (row.drift, row.stale_from):
            changed.append((row, {"drift": drift, "stale_from": stale_from, "version": row.version + 1}))
    if changed:
        table: Any = inspect(OverrideVersion).local_table
        # Past the session, which would send one statement for each: the records at hand are told below.
        db.session.connection().execute(
            update(table).where(table.c.id == bindparam("this")).values(version=table.c.version + 1),
            [{"this": row.id, "drift": values["drift"], "stale_from": values["stale_from"]} for row, values in changed])
    for row, values in changed:
        for name, value in values.items():
            set_committed_value(row, name, value)


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
    chain = chain_above(version.override, version.written_against, everything)
    return _while_it_holds(mine, chain, _successors(everything), Ground())
