"""Two texts of a playbook side by side: versions, sites, or one site on two days."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance import clock
from compliance.access import Actor
from compliance.errors import NotFound
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.choosing import Candidate, Chosen
from compliance.playbooks.comparison import Difference, Mark, compare, redline_between
from compliance.playbooks.document import Parameter
from compliance.playbooks.effective import GLOBAL, Effective
from compliance.playbooks.models import Playbook, PlaybookVersion
from compliance.playbooks.queries.places import get_stay, resolved_at
from compliance.playbooks.queries.texts import get_version, versions_of
from compliance.playbooks.standing import State
from compliance.playbooks.substitution import fill
from compliance.wording import on_day

VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a comparison is: a version ("3.0.0"), "global", or a site ("DVO1", "DVO1/SPP"), on a day."""

    what: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class ComparedClause:
    """A clause that differs: what differs, and the redline of its text."""

    id: str
    title: str
    differences: Sequence[Difference]
    pieces: Sequence[tuple[Mark, str]]
    values: Mapping[str, Parameter]  # by the field of a difference, as "{{ack_min}}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides with their names, the clauses that differ in the order of the right one, and what spans clauses."""

    left: Side
    right: Side
    left_name: str
    right_name: str
    clauses: Sequence[ComparedClause]
    general: Sequence[Difference]
    same: int


def compared(actor: Actor, playbook: Playbook, left: Side, right: Side) -> Comparison:
    """Two sides compared; one that names nothing is the text in force, or the version before it."""
    left, right = _filled(actor, playbook, left, right)
    old, old_name = _resolved(actor, playbook, left)
    new, new_name = _resolved(actor, playbook, right)
    differences = compare(old, new)
    clauses = by_clause(old, new, differences)
    general = [each for each in differences if not each.clauses]
    return Comparison(left, right, old_name, new_name, clauses, general, len(new.clauses) - len(clauses))


def _filled(actor: Actor, playbook: Playbook, left: Side, right: Side) -> tuple[Side, Side]:
    """What was left out: on the right the text in force, on the left the one before, or the global text of a site."""
    if not right.what:
        right = Side(left.what or GLOBAL, right.on)
    if left.what:
        return left, right
    if right.what != GLOBAL and not VERSION.fullmatch(right.what):
        return Side(GLOBAL, left.on or right.on), right
    versions = [version.number for version, _ in versions_of(actor, playbook)]
    here = versions.index(right.what) if right.what in versions else _present(actor, playbook)
    before = versions[here + 1] if here + 1 < len(versions) else versions[here] if versions else ""
    return Side(before), Side(versions[here]) if versions and right.what == GLOBAL else right


def _present(actor: Actor, playbook: Playbook) -> int:
    states = [state for _, state in versions_of(actor, playbook)]
    return states.index(State.EFFECTIVE) if State.EFFECTIVE in states else 0


def _resolved(actor: Actor, playbook: Playbook, side: Side) -> tuple[Effective, str]:
    on = side.on or clock.today()
    if VERSION.fullmatch(side.what):
        version = get_version(actor, playbook.key, side.what)
        return effectiveness.resolve_chosen(bare(version)), version.number
    if side.what.lower() == GLOBAL:
        chosen = choosing.pick(choosing.candidates(playbook.id, (), None), on)
        if chosen is None:
            raise NotFound(f"No version of {playbook.title} is in force on {on_day(on, clock.today())}.")
        return effectiveness.resolve_chosen(chosen), f"Global {chosen.playbook.number}" + _day(side.on)
    code, _, vendor = side.what.partition("/")
    stay = get_stay(actor, code, vendor=vendor, on=side.on)
    name = f"{stay.site.code}, {stay.vendor.name}" if vendor and stay.vendor else stay.site.code
    return resolved_at(actor, playbook.key, stay), name + _day(side.on)


def bare(version: PlaybookVersion) -> Chosen:
    """A version alone, approved or not, as if it were a chain."""
    candidate = Candidate(version.id, version.effective_on, version.until_on, version.approved_at,
                          number=version.number, digest="" if version.approved_at else version.digest)
    return Chosen(candidate, (), version.effective_on, None, {})


def _day(on: date | None) -> str:
    return f" on {on.day} {on:%b %Y}" if on else ""


def by_clause(old: Effective, new: Effective, differences: Sequence[Difference]) -> list[ComparedClause]:
    touched = {clause_id for each in differences for clause_id in each.clauses}
    order = [entry.id for entry in new.clauses] + [entry.id for entry in old.clauses if entry.id not in new.by_id]
    return [_clause(clause_id, old, new, [each for each in differences if clause_id in each.clauses])
            for clause_id in order if clause_id in touched]


def _clause(clause_id: str, old: Effective, new: Effective, differences: Sequence[Difference]) -> ComparedClause:
    after = new.by_id.get(clause_id)
    before = old.find(clause_id)
    if before is None and after is not None:
        before = next((found for former in after.clause.formerly
                       if former not in new.by_id and (found := old.by_id.get(former))), None)
    was = fill(before.clause.text, old.values) if before else ""
    now = fill(after.clause.text, new.values) if after else ""
    title = (after or before).clause.title if after or before else clause_id  # type: ignore[union-attr]  # one is there
    told = [replace(each, old=fill(each.old, old.values), new=fill(each.new, new.values)) for each in differences]
    known = {**old.parameters, **new.parameters}
    values = {each.field: known[each.field[2:-2]].parameter for each in differences if each.field[2:-2] in known}
    return ComparedClause(clause_id, title, told, redline_between(was, now), values)
