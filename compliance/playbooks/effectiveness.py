"""The effective playbook of a place: found in the content-addressed store, or resolved once and kept there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.errors import NotFound
from compliance.network.models import Site
from compliance.playbooks import choosing, document
from compliance.playbooks.choosing import Candidate, Chosen
from compliance.playbooks.digests import digest
from compliance.playbooks.drift import drift, waiting
from compliance.playbooks.effective import (
    GLOBAL,
    Approval,
    Approver,
    Effective,
    EffectiveClause,
    EffectiveParameter,
    Layer,
    Origin,
    Rules,
)
from compliance.playbooks.models import (
    ClauseText,
    EffectivePlaybook,
    Override,
    OverrideVersion,
    Playbook,
    PlaybookVersion,
    ResolvedChain,
)
from compliance.playbooks.parsing import parse_override, parse_playbook
from compliance.playbooks.provenance import authors
from compliance.playbooks.rendering import RENDERER, render_in_force
from compliance.playbooks.resolution import apply_layer, base
from compliance.playbooks.substitution import fill, substitute

REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class ClauseOnPage:
    """A clause as it holds at a place, ready to be shown: `content` as in `ClauseText`, `origins` by field."""

    id: str
    digest: str
    section: str
    html: str
    content: Mapping[str, Any]
    origins: Mapping[str, Mapping[str, Any]]
    sentences: Sequence[Mapping[str, Any]]
    waiting: bool

    def __getattr__(self, name: str) -> Any:
        """Title, text, severity, weight, evidence, check, guidance, law, frequency, applies_to, lock, applicable."""
        try:
            return self.content[name]
        except KeyError:
            raise AttributeError(name) from None


def in_force(playbook: Playbook, site: Site, vendor_id: UUID | None, on: date,
             known_at: datetime | None = None) -> ResolvedChain:
    """What holds at a site for a vendor there (None: in-house) on a local date.

    Raises NotFound while no version of the playbook is in force.
    """
    chosen = choosing.choose(playbook, site, vendor_id, on, known_at)
    if chosen is None:
        raise NotFound(f"No version of {playbook.title} is in force at {site.code} on {on.isoformat()}.")
    return db.session.get(ResolvedChain, chosen.key) or _keep(chosen)


def clauses_of(chain: ResolvedChain, lobs: frozenset[str] | None = None) -> list[ClauseOnPage]:
    """The clauses of a chain in order, in two statements; with lines of business, only those that concern them."""
    effective = db.session.get_one(EffectivePlaybook, chain.content_digest)
    wanted = [entry["digest"] for entry in effective.clauses]
    texts = {text.digest: text for text in db.session.scalars(select(ClauseText).where(ClauseText.digest.in_(wanted)))}
    clauses = [_on_page(entry, texts[entry["digest"]], chain) for entry in effective.clauses]
    return [clause for clause in clauses if lobs is None or concerns(clause.applies_to, lobs)]


def concerns(applies_to: Sequence[str], lobs: frozenset[str]) -> bool:
    """Whether a clause limited to some lines of business concerns a site that has these."""
    return not applies_to or bool(lobs.intersection(applies_to))


def resolve_chosen(chosen: Chosen) -> Effective:
    """Resolve a chain; layers shared with chains resolved before are not applied again."""
    effective = _base_of(chosen.playbook.id)
    prefix: tuple[Any, ...] = (chosen.playbook.id,)
    for layer in chosen.layers:
        prefix = (*prefix, layer.id, tuple(day for day in layer.reviews if day <= chosen.on))
        effective = _below(prefix, effective, layer, chosen.on)
    return effective


_memo: dict[tuple[Any, ...], Effective] = {}


def _below(prefix: tuple[Any, ...], parent: Effective, layer: Candidate, on: date) -> Effective:
    """The result of a chain of layers, remembered by all that it depends on: the versions and their lapsed waivers."""
    if prefix not in _memo:
        if len(_memo) >= REMEMBERED:
            _memo.clear()
        _memo[prefix] = apply_layer(parent, _layer(layer, parent), Rules(on=on))
    return _memo[prefix]


def _layer(candidate: Candidate, parent: Effective) -> Layer:
    layer = _bare_layer(candidate)
    if not layer.override.written_against or layer.override.written_against == parent.chain:
        return layer
    old = _written_against(layer.override, parent)
    return layer if old is None else replace(layer, waiting=waiting(drift(layer.override, old, parent)))


def _bare_layer(candidate: Candidate) -> Layer:
    override, approvals, approver = _override_text(candidate.id)
    assert candidate.kind is not None
    return Layer(candidate.kind, candidate.scope, override, approver, approvals)


def _written_against(override: document.Override, parent: Effective) -> Effective | None:
    """What stood above when the override was written; None when one of those versions is not here."""
    found: Effective | None = None
    for scope, number in override.written_against:
        if scope == GLOBAL:
            version_id = _version_id(parent.key, number)
            found = _base_of(version_id) if version_id else None
        elif found is not None:
            above = _override_candidate(parent.key, scope, number)
            found = apply_layer(found, _bare_layer(above), Rules(on=above.effective)) if above else None
    return found


def _version_id(key: str, number: str) -> UUID | None:
    return db.session.scalar(
        select(PlaybookVersion.id).join(Playbook).where(Playbook.key == key, PlaybookVersion.number == number))


def _override_candidate(key: str, scope: str, number: str) -> Candidate | None:
    row = db.session.execute(
        select(OverrideVersion.id, OverrideVersion.effective_on, Override.kind).join(Override).join(Playbook)
        .where(Playbook.key == key, Override.scope == scope, OverrideVersion.number == int(number))).one_or_none()
    return Candidate(row.id, row.effective_on, None, None, kind=row.kind, scope=scope) if row else None


@lru_cache(maxsize=REMEMBERED)
def _base_of(version_id: UUID) -> Effective:
    # Safe to remember for ever: a stored version never changes.
    row = db.session.get_one(PlaybookVersion, version_id)
    approver = _approver(row.approved_by, row.approved_at)
    return base(parse_playbook(row.source), Rules(on=row.effective_on), approver)


@lru_cache(maxsize=REMEMBERED)
def _override_text(version_id: UUID) -> tuple[document.Override, tuple[Approval, ...], Approver | None]:
    row = db.session.get_one(OverrideVersion, version_id, options=[joinedload(OverrideVersion.override)])
    playbook = db.session.get_one(Playbook, row.override.playbook_id)
    approvals = tuple(
        Approval(given["operation"], given["basis"], given["approver"], date.fromisoformat(given["approved_on"]))
        for given in row.approvals)
    return parse_override(row.source, playbook=playbook.prefix), approvals, _approver(row.approved_by, row.approved_at)


def _approver(name: str, at: datetime | None) -> Approver | None:
    return Approver(name, at.date() if at else None) if name else None


def _keep(chosen: Chosen) -> ResolvedChain:
    effective = resolve_chosen(chosen)
    waits = _waiting_clauses(chosen, effective)
    with db.aside() as session:
        known = set(session.scalars(
            select(ClauseText.digest).where(ClauseText.digest.in_([entry.digest for entry in effective.clauses]))))
        missing = [entry for entry in effective.clauses if entry.digest not in known]
        db.insert_missing(session, ClauseText, [_text_row(entry, effective.values) for entry in missing])
        db.insert_missing(session, EffectivePlaybook, [{
            "content_digest": effective.content_digest, "key": effective.key, "title": effective.title,
            "clauses": [{"id": entry.id, "digest": entry.digest} for entry in effective.clauses]}])
        db.insert_missing(session, ResolvedChain, [_chain_row(chosen, effective, waits)])
    return db.session.get_one(ResolvedChain, chosen.key)


def _waiting_clauses(chosen: Chosen, effective: Effective) -> set[str]:
    """The clauses on which an operation of some layer waits for review since the text it rests on moved."""
    targets: set[str] = set()
    for at, layer in enumerate(chosen.layers):
        parent = resolve_chosen(replace(chosen, layers=chosen.layers[:at]))
        targets |= {key.rsplit(" ", 1)[1] for key in _layer(layer, parent).waiting}
    return {entry.id for entry in effective.clauses if targets.intersection({entry.id, *(n for n, _ in entry.uses)})}


def _text_row(entry: EffectiveClause, values: Mapping[str, str]) -> dict[str, Any]:
    clause = entry.clause
    content = {
        "title": fill(clause.title, values), "text": substitute(clause.text, values),
        "severity": str(clause.severity), "weight": clause.weight,
        "evidence": [fill(item, values) for item in clause.evidence], "check": fill(clause.check, values),
        "guidance": fill(clause.guidance, values), "law": fill(clause.law, values), "frequency": clause.frequency,
        "applies_to": list(clause.applies_to), "lock": str(clause.lock), "applicable": clause.applicable,
        "must_rebase": clause.must_rebase, "uses": [list(use) for use in entry.uses],
    }
    return {"digest": entry.digest, "html": render_in_force(clause.text, values), "renderer": str(RENDERER),
            "content": content}


def _chain_row(chosen: Chosen, effective: Effective, waits: set[str]) -> dict[str, Any]:
    return {
        "key": chosen.key, "content_digest": effective.content_digest, "lineage_digest": effective.lineage_digest,
        "version": effective.version, "next_change_on": chosen.next_change_on, "resolved_at": clock.now(),
        "chain": [{"scope": scope, "version": version} for scope, version in effective.chain],
        "parameters": {name: _parameter(entry) for name, entry in effective.parameters.items()},
        "provenance": {entry.id: _provenance(entry, effective.values, waits) for entry in effective.clauses},
        "issues": [{"operation": issue.operation, "clause": issue.clause, "reason": str(issue.reason),
                    "layer": issue.layer, "sentence": issue.sentence, "refused": issue.refused}
                   for issue in effective.issues],
    }


def _parameter(entry: EffectiveParameter) -> dict[str, Any]:
    parameter = entry.parameter
    return {"value": entry.value, "unit": parameter.unit, "stricter": parameter.stricter, "range": parameter.range,
            "meaning": parameter.meaning, "lock": str(entry.lock), "from": entry.origin.layer,
            "trail": [{"value": value, **_origin(origin)} for value, origin in entry.trail]}


def _provenance(entry: EffectiveClause, values: Mapping[str, str], waits: set[str]) -> dict[str, Any]:
    return {
        "section": entry.clause.section, "waiting": entry.id in waits,
        "from": {name: _origin(origin) for name, origin in entry.origins.items()},
        "sentences": [{"text": substitute(said.text, values), **_origin(said.origin)}
                      for said in authors(entry) if said.text.strip()],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(origin).items() if value not in (None, "", False)}


def _on_page(entry: Mapping[str, str], text: ClauseText, chain: ResolvedChain) -> ClauseOnPage:
    said = chain.provenance[entry["id"]]
    return ClauseOnPage(entry["id"], text.digest, said["section"], text.html, text.content, said["from"],
                        said["sentences"], said["waiting"])


def lineage_key(chain: ResolvedChain) -> str:
    """The digest that says both what was asked and who made it so; what an audit pins."""
    return digest([chain.content_digest, chain.lineage_digest])
