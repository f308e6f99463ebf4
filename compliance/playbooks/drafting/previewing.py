"""What a draft would come to at a site, were it in force: for reading alone, stored nowhere, without a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from compliance import db
from compliance.playbooks import choosing, document, effectiveness
from compliance.playbooks.choosing import ORDER, Chosen
from compliance.playbooks.drafting.checking import Text
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.queries import playbook_of
from compliance.playbooks.effective import Approval, Approver, Effective, EffectiveClause, Layer, Rules
from compliance.playbooks.effectiveness import concerns
from compliance.playbooks.keeping import text_row
from compliance.playbooks.models import ClauseText, OverrideVersion
from compliance.playbooks.queries import Stay
from compliance.playbooks.rendering import RENDERER
from compliance.playbooks.resolution import apply_layer, base
from compliance.playbooks.sources import plain
from compliance.playbooks.weighing import weigh

PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class PreviewClause:
    """A clause as it would read; `change` is "new", "changed" or "", against what holds there today."""

    id: str
    title: str
    section: str
    html: str
    severity: str
    weight: int
    evidence: str
    applicable: bool
    change: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft at a site. `issues` are operations that would not hold, `elsewhere` says why it changes nothing there."""

    on: date
    clauses: Sequence[PreviewClause]
    gone: Sequence[str]
    issues: Sequence[str]
    elsewhere: str = ""


def preview(draft: Draft, text: Text, stay: Stay) -> Preview:
    """The text of a draft in the chain of a place, on the day it would take effect there."""
    on = max(text.effective, stay.on)
    chosen = _chosen(draft, stay, on)
    now = _chosen(draft, stay, stay.on)
    today = effectiveness.resolve_chosen(now) if now else None
    if isinstance(text, document.Override) and isinstance(draft, OverrideVersion):
        if chosen is None or not _concerns_place(draft, stay):
            why = "This override is for elsewhere." if chosen else "Nothing is in force there yet."
            return Preview(on, (), (), (), why)
        effective = _with_override(draft, text, chosen)
    else:
        assert isinstance(text, document.Playbook), "a version of a playbook holds a playbook"
        bare = base(text, Rules(on), Approver(PREVIEW, on))
        effective = effectiveness.resolve_below(bare, chosen.layers, chosen) if chosen else bare
    return _told(effective, today, stay, on)


def _chosen(draft: Draft, stay: Stay, on: date) -> Chosen | None:
    vendor_id = stay.vendor.id if stay.vendor else None
    found = choosing.candidates(playbook_of(draft).id, choosing.scope_codes(stay.site.path), vendor_id)
    return choosing.pick(found, on)


def _concerns_place(draft: OverrideVersion, stay: Stay) -> bool:
    override = draft.override
    if override.vendor_id is not None:
        return stay.vendor is not None and stay.vendor.id == override.vendor_id
    return override.node is not None and stay.site.path.startswith(override.node.path)


def _with_override(draft: OverrideVersion, text: document.Override, chosen: Chosen) -> Effective:
    kind = draft.override.kind
    depth = ORDER[kind]
    parent = effectiveness.resolve_chosen(chosen.above(depth))
    leave = tuple(Approval(each.key, each.basis, PREVIEW, chosen.on)
                  for each in weigh(parent, kind, text, chosen.on) if each.needs_approval)
    layer = Layer(kind, draft.override.scope, text, Approver(PREVIEW, chosen.on), leave)
    below = [each for each in chosen.layers if each.depth > depth]
    return effectiveness.resolve_below(apply_layer(parent, layer, Rules(chosen.on)), below, chosen)


def _told(effective: Effective, today: Effective | None, stay: Stay, on: date) -> Preview:
    entries = [entry for entry in effective.clauses if concerns(entry.clause.applies_to, stay.lobs)]
    html = _html(entries, effective)
    clauses = [_clause(entry, html[entry.digest], _change(entry, today)) for entry in entries]
    kept = {entry.id for entry in effective.clauses}
    gone = [f"{entry.id} {entry.clause.title}" for entry in today.clauses if entry.id not in kept] if today else []
    return Preview(on, clauses, gone, [issue.sentence for issue in effective.issues if issue.refused])


def _html(entries: Sequence[EffectiveClause], effective: Effective) -> dict[str, Any]:
    """Rendered clauses by digest: what somebody is bound by already is taken from there, the rest made and not kept."""
    wanted = [entry.digest for entry in entries]
    rows = db.session.execute(
        select(ClauseText.digest, ClauseText.html, ClauseText.content)
        .where(ClauseText.digest.in_(wanted), ClauseText.renderer == str(RENDERER))).all()
    found: dict[str, Any] = {row.digest: {"html": row.html, "content": row.content} for row in rows}
    made = [text_row(entry, effective.values) for entry in entries if entry.digest not in found]
    return found | {row["digest"]: row for row in made}


def _change(entry: EffectiveClause, today: Effective | None) -> str:
    before = today.by_id.get(entry.id) if today else None
    if before is None:
        return "new"
    return "" if before.digest == entry.digest else "changed"


def _clause(entry: EffectiveClause, row: dict[str, Any], change: str) -> PreviewClause:
    content = row["content"]
    return PreviewClause(
        entry.id, content["title"], entry.clause.section, plain(row["html"]), content["severity"], content["weight"],
        "; ".join(content["evidence"]), entry.clause.applicable, change)
