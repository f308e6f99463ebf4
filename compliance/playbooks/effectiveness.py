"""The effective playbook of a place: found in the content-addressed store, or resolved once and kept there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from compliance import clock, db
from compliance.errors import NotFound
from compliance.network.models import Site
from compliance.playbooks import choosing, document, keeping, staleness
from compliance.playbooks.choosing import Candidate, Chosen
from compliance.playbooks.digests import digest
from compliance.playbooks.drift import DriftItem, drift
from compliance.playbooks.effective import GLOBAL, Approval, Approver, Effective, Layer, Rules, operation_key
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
from compliance.playbooks.rendering import RENDERER
from compliance.playbooks.resolution import apply_layer, base
from compliance.wording import on_day

REMEMBERED = 4096
REMEMBERED_OVERRIDES = 16_384  # parsed texts, a few kilobytes each
AT_ONCE = 500
KEPT_TOGETHER = 25  # chains of a transaction: each would have to wait for the disk


@dataclass(frozen=True, slots=True)
class ClauseOnPage:
    """A clause as it holds at a place, ready to be shown: `content` as in `ClauseText`, `origins` by field.

    `sentences` say who wrote each sentence of the text; in `html`, sentence n stands in `<span data-s="n">`.
    """

    id: str
    digest: str
    section: str
    html: str
    content: Mapping[str, Any]
    origins: Mapping[str, Mapping[str, Any]]
    sentences: Sequence[Mapping[str, Any]]
    waiting: bool
    formerly: Sequence[str] = ()
    must_rebase: bool = False
    issues: Sequence[Mapping[str, Any]] = field(default=())

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
        raise NotFound(f"No version of {playbook.title} is in force at {site.code} on {on_day(on, clock.today())}.")
    return chains_of([chosen])[0]


def chains_of(chosen: Sequence[Chosen], *, kept: Sequence[str] = ()) -> list[ResolvedChain]:
    """The resolved chain of each choice, in one statement once they are kept; `kept` are keys of chains that are."""
    chosen_keys = [each.key for each in chosen]
    keys = [*chosen_keys, *kept]
    found = _kept(keys)
    missing = [each for key, each in dict(zip(chosen_keys, chosen, strict=True)).items() if key not in found]
    for start in range(0, len(missing), KEPT_TOGETHER):
        some = missing[start : start + KEPT_TOGETHER]
        _keep(some)
        found |= _kept([each.key for each in some])
    return [found[key] for key in keys]


def contents_of(chosen: Mapping[str, Chosen], affordable: Callable[[Sequence[Chosen]], int]) -> dict[str, str]:
    """The content digest of each choice by its key, in one statement once they are kept.

    Of those that were never resolved, as many are resolved and kept as `affordable` says of them; the others are not
    in the answer.
    """
    found = {row.key: row.content_digest for row in db.session.execute(
        select(ResolvedChain.key, ResolvedChain.content_digest).where(ResolvedChain.key.in_(chosen)))}
    missing = [each for key, each in chosen.items() if key not in found]
    if missing:
        now = missing[:affordable(missing)]
        remember_overrides(layer for each in now for layer in each.layers)
        found |= {chain.key: chain.content_digest for chain in chains_of(now)}
    return found


def _kept(keys: Sequence[str]) -> dict[str, ResolvedChain]:
    return {chain.key: chain for chain in db.session.scalars(select(ResolvedChain).where(ResolvedChain.key.in_(keys)))}


def clauses_of(chain: ResolvedChain, lobs: frozenset[str] | None = None) -> list[ClauseOnPage]:
    """The clauses of a chain in order, in one statement; with lines of business, only those that concern them."""
    return clauses_of_all([chain], lobs)[0]


def clauses_of_all(chains: Sequence[ResolvedChain], lobs: frozenset[str] | None = None) -> list[list[ClauseOnPage]]:
    """The clauses of several chains, still in one statement."""
    wanted = {entry["digest"] for chain in chains for entry in chain.effective.clauses}
    texts = {text.digest: text for text in db.session.scalars(select(ClauseText).where(ClauseText.digest.in_(wanted)))}
    return [[clause for entry in chain.effective.clauses
             if concerns((clause := _on_page(entry, texts[entry["digest"]], chain)).applies_to, lobs)]
            for chain in chains]


def concerns(applies_to: Iterable[str], lobs: frozenset[str] | None) -> bool:
    """Whether a clause limited to some lines of business concerns a site that has these (None: not asked)."""
    named = {lob.casefold() for lob in applies_to}
    return lobs is None or not named or not named.isdisjoint(lob.casefold() for lob in lobs)


def applies_at(playbook: Playbook, lobs: frozenset[str], on: date) -> bool:
    """Whether any clause of the global text in force concerns a site with these lines of business."""
    chosen = choosing.pick(choosing.candidates(playbook.id, (), None), on)
    return chosen is not None and any(
        concerns(entry.clause.applies_to, lobs) for entry in resolve_chosen(chosen).clauses)


def resolve_chosen(chosen: Chosen) -> Effective:
    """Resolve a chain; layers shared with chains resolved before are not applied again."""
    effective = base_of(chosen.playbook)
    prefix: tuple[Any, ...] = (digest(chosen.step_of(chosen.playbook)),)
    for layer in chosen.layers:
        prefix = (*prefix, digest(chosen.step_of(layer)))
        effective = _below(prefix, effective, layer, chosen)
    return effective


_memo: dict[tuple[Any, ...], Effective] = {}


def _below(prefix: tuple[Any, ...], parent: Effective, layer: Candidate, chosen: Chosen) -> Effective:
    """The result of a chain of layers, remembered by all that it depends on (see `Chosen.step_of`)."""
    if prefix not in _memo:
        if len(_memo) >= REMEMBERED:
            _memo.clear()
        _memo[prefix] = apply_layer(parent, layer_on(layer, parent, chosen), Rules(on=chosen.on))
    return _memo[prefix]


def layer_on(candidate: Candidate, parent: Effective, chosen: Chosen) -> Layer:
    """A layer as it stands on the day of a choice: what of it waits for review, and what has waited too long."""
    held = _held(candidate, parent, chosen)
    return replace(layer_of(candidate), waiting=_keys(held), lapsed=_lapsed(candidate, held, parent, chosen))


def resolve_below(parent: Effective, layers: Iterable[Candidate], chosen: Chosen) -> Effective:
    """What holds below a text that is in no chain yet, for those who look ahead; what would wait for review waits."""
    for layer in layers:
        held = replace(layer_of(layer), waiting=_keys(_held(layer, parent, chosen)))
        parent = apply_layer(parent, held, Rules(on=chosen.on))
    return parent


def _held(candidate: Candidate, parent: Effective, chosen: Chosen) -> Sequence[DriftItem]:
    old = written_for(candidate, chosen.at_hand)
    if old is None or old.chain == parent.chain:
        return ()
    items = drift(layer_of(candidate).override, old, parent)
    return staleness.held(items, parent, candidate.as_of(chosen.on).accepted)


def _lapsed(candidate: Candidate, held: Sequence[DriftItem], parent: Effective, chosen: Chosen) -> frozenset[str]:
    """What has waited past its grace. Had the text above gone back meanwhile, the wait would have begun anew."""
    losing = _keys(item for item in held if staleness.may_lapse(item, parent))
    if not losing or candidate.outlasts:
        return frozenset()
    waited = staleness.since((stage, _held_then(candidate, stage, chosen)) for stage in chosen.stages_of(candidate))
    return frozenset(key for key in losing if waited[key].over_on <= chosen.on)


def _held_then(candidate: Candidate, stage: staleness.Stage[Candidate], chosen: Chosen) -> frozenset[str]:
    then = Chosen(stage.chain[0], stage.chain[1:], stage.ends, None, chosen.at_hand)
    return _keys(_held(candidate, resolve_chosen(then), then))


def _keys(items: Iterable[DriftItem]) -> frozenset[str]:
    return frozenset(operation_key(item.operation) for item in items)


def layer_of(candidate: Candidate) -> Layer:
    """An override version in its place, with the approvals it holds, nothing waiting."""
    override, approvals, approver = _override_text(candidate)
    assert candidate.kind is not None, "the global text is no layer"
    return Layer(candidate.kind, candidate.scope, override, approver, approvals)


def written_for(candidate: Candidate, at_hand: Mapping[tuple[str, str], Candidate]) -> Effective | None:
    """What stood above when an override was written; None when its global text is not here."""
    above = sorted((at_hand[pair] for pair in candidate.against if pair in at_hand), key=lambda each: each.depth)
    if not above or above[0].kind is not None:
        return None
    key = ("written for", *((each.id, each.approved_at) for each in above))
    if key not in _memo:
        found = base_of(above[0])
        for each in above[1:]:
            found = apply_layer(found, layer_of(each), Rules(on=each.effective))
        _memo[key] = found
    return _memo[key]


def base_of(candidate: Candidate) -> Effective:
    """The bare global text of a version."""
    return _base(candidate.id, candidate.approved_at, candidate.digest)


# Safe to remember for ever: an approved text never changes, its approvals are given once, together with the instant,
# and a draft is known by its digest.
@lru_cache(maxsize=REMEMBERED)
def _base(version_id: UUID, approved_at: datetime | None,  # noqa: ARG001 - what it is known by
          text_digest: str) -> Effective:  # noqa: ARG001
    row = db.session.get_one(PlaybookVersion, version_id)
    return base(parse_playbook(row.source), Rules(on=row.effective_on), _approver(row.approved_by, row.approved_at))


_Said = tuple[document.Override, tuple[Approval, ...], Approver | None]
_overrides: dict[tuple[UUID, datetime | None, str], _Said] = {}


def remember_overrides(candidates: Iterable[Candidate]) -> None:
    """Read the texts of many overrides that are about to be asked for, some hundreds in a statement."""
    missing = [each for each in candidates if each.kind is not None and _known_by(each) not in _overrides]
    if len(_overrides) + len(missing) > REMEMBERED_OVERRIDES:
        _overrides.clear()
    for start in range(0, len(missing), AT_ONCE):
        wanted = {each.id: each for each in missing[start : start + AT_ONCE]}
        rows = db.session.execute(
            select(OverrideVersion.id, OverrideVersion.source, OverrideVersion.approvals,
                   OverrideVersion.written_against, OverrideVersion.approved_by, OverrideVersion.approved_at,
                   Playbook.prefix)
            .join(OverrideVersion.override).join(Override.playbook).where(OverrideVersion.id.in_(wanted))).all()
        _overrides.update({_known_by(wanted[row.id]): _read(row) for row in rows})


def _override_text(candidate: Candidate) -> _Said:
    if _known_by(candidate) not in _overrides:
        remember_overrides([candidate])
    return _overrides[_known_by(candidate)]


def _known_by(candidate: Candidate) -> tuple[UUID, datetime | None, str]:
    return candidate.id, candidate.approved_at, candidate.digest


def _read(row: Any) -> _Said:
    # Columns, not the record: one that a page holds already must not be emptied of what was loaded with it.
    approvals = tuple(
        Approval(given["operation"], given["basis"], given["approver"], date.fromisoformat(given["approved_on"]))
        for given in row.approvals)
    text = parse_override(row.source, playbook=row.prefix)
    against = tuple((scope, str(number)) for scope, number in row.written_against.items())
    return replace(text, written_against=against), approvals, _approver(row.approved_by, row.approved_at)


def _approver(name: str, at: datetime | None) -> Approver | None:
    return Approver(name, at.date() if at else None) if name else None


def keep_texts(candidates: Iterable[Candidate]) -> None:
    """Render the clauses of bare texts before anybody asks for them."""
    with_texts = _texts([base_of(each) for each in candidates])
    with db.aside() as session:
        _insert_texts(session, *with_texts)


def _insert_texts(session: Session, texts: Sequence[dict[str, Any]], outdated: Sequence[dict[str, Any]]) -> None:
    db.insert_missing(session, ClauseText, texts)
    if outdated:
        session.execute(update(ClauseText), outdated)


def _keep(chosen: Sequence[Chosen]) -> None:
    found = {each.key: (each, resolve_chosen(each)) for each in chosen}
    with_texts = _texts([effective for _, effective in found.values()])
    contents = {effective.content_digest: effective for _, effective in found.values()}
    chains = [_chain_row(key, *pair) for key, pair in found.items()]
    # Everything is rendered by now: on SQLite nobody else writes while this does.
    with db.aside() as session:
        _insert_texts(session, *with_texts)
        db.insert_missing(session, EffectivePlaybook, [{
            "content_digest": of, "key": effective.key, "title": effective.title,
            "clauses": [{"id": entry.id, "digest": entry.digest} for entry in effective.clauses]}
            for of, effective in contents.items()])
        db.insert_missing(session, ResolvedChain, chains)


def _texts(found: Iterable[Effective]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The clauses nobody was bound by before, rendered, and again those an older renderer, or sanitiser, made."""
    entries = {entry.digest: (entry, effective.values) for effective in found for entry in effective.clauses}
    rows = db.session.execute(select(ClauseText.digest, ClauseText.renderer).where(ClauseText.digest.in_(entries)))
    made_by = {row.digest: row.renderer for row in rows}
    needed = [said for of, said in entries.items() if made_by.get(of) != RENDERER]
    texts = [keeping.text_row(entry, values) for entry, values in needed]
    return ([text for text in texts if text["digest"] not in made_by],
            [text for text in texts if text["digest"] in made_by])


def _chain_row(key: str, chosen: Chosen, effective: Effective) -> dict[str, Any]:
    waits = keeping.waiting_clauses(effective)
    layers = [(chosen.playbook, base_of(chosen.playbook).clauses[0].origins["id"].approver, 0)]
    for candidate in chosen.layers:
        layer = layer_of(candidate)
        layers.append((candidate, layer.approver.name if layer.approver else "", len(layer.override.operations)))
    return {
        "key": key, "content_digest": effective.content_digest, "lineage_digest": effective.lineage_digest,
        "version": effective.version, "next_change_on": chosen.next_change_on, "resolved_at": clock.now(),
        "chain": [_said(candidate, approver, count, effective) for candidate, approver, count in layers],
        "parameters": {name: keeping.parameter(entry) for name, entry in effective.parameters.items()},
        "provenance": {entry.id: keeping.provenance(entry, effective.values, waits) for entry in effective.clauses},
        "issues": [{"operation": issue.operation, "clause": issue.clause, "reason": str(issue.reason),
                    "layer": issue.layer, "sentence": issue.sentence, "refused": issue.refused}
                   for issue in effective.issues],
    }


def _said(candidate: Candidate, approver: str, operations: int, effective: Effective) -> dict[str, Any]:
    return {
        "scope": candidate.scope, "version": candidate.number, "kind": candidate.kind or GLOBAL,
        "id": str(candidate.id), "approver": approver, "operations": operations,
        "approved_on": candidate.approved_at.date().isoformat() if candidate.approved_at else None,
        "effective": candidate.effective.isoformat(),
        "waiting": len({issue.operation for issue in effective.issues
                        if issue.layer == candidate.scope and issue.reason in keeping.WAITS}),
    }


def _on_page(entry: Mapping[str, str], text: ClauseText, chain: ResolvedChain) -> ClauseOnPage:
    said = chain.provenance[entry["id"]]
    sets = {f"Set {name}" for name, _ in text.content["uses"]}
    issues = [issue for issue in chain.issues if issue["clause"] == entry["id"] or issue["operation"] in sets]
    return ClauseOnPage(entry["id"], text.digest, said["section"], text.html, text.content, said["from"],
                        said["sentences"], said["waiting"], said["formerly"], said["must_rebase"], issues)


def lineage_key(chain: ResolvedChain) -> str:
    """The digest that says both what was asked and who made it so; what an audit pins."""
    return digest([chain.content_digest, chain.lineage_digest])


