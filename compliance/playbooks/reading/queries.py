"""What one person reads at a place: the text, and how it stands to what that person acknowledged last."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance import clock, db
from compliance.access import Actor
from compliance.accounts.models import Person
from compliance.playbooks import effectiveness
from compliance.playbooks.adoption.asking import Why, reason_to_ask
from compliance.playbooks.adoption.models import Acknowledgement
from compliance.playbooks.adoption.queries import belongs, last_read, text_of
from compliance.playbooks.changes import changes
from compliance.playbooks.comparison import Mark, redline_between
from compliance.playbooks.effectiveness import ClauseOnPage
from compliance.playbooks.queries import EffectiveView, Stay
from compliance.playbooks.queries.places import effective_view_beside


@dataclass(frozen=True, slots=True)
class Since:
    """A clause that is not what the reader acknowledged: what happened to it, and the words that changed."""

    id: str
    title: str
    what: Sequence[str]
    pieces: Sequence[tuple[Mark, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its reader: `asked` is why they should acknowledge it, `can` whether they may at all."""

    view: EffectiveView
    read: Acknowledgement | None
    can: bool
    asked: Why | None
    since: Sequence[Since]


def reading_at(actor: Actor, key: str, stay: Stay) -> Reading:
    """The effective page for one reader: three statements once its chains are kept."""
    vendor_id = stay.vendor.id if stay.vendor else None
    here = belongs(actor, db.session.get(Person, actor.id), (stay.site, vendor_id))
    beside = (Acknowledgement, last_read(actor, stay.site.id, vendor_id, key)) if here else None
    view, read = effective_view_beside(actor, key, stay, beside)
    now = text_of(view.chain, view.clauses, None)
    can = here and stay.known_on is None and stay.on >= clock.today(stay.site.zone or "UTC")
    if read is None or view.earlier is None:
        return Reading(view, read, can, Why.NEVER if can else None, ())
    chain, clauses = view.earlier
    before = [clause for clause in clauses if effectiveness.concerns(clause.applies_to, stay.lobs)]
    asked = reason_to_ask(text_of(chain, before, None), now) if can else None
    return Reading(view, read, can, asked, _since(before, view) if chain.content_digest != now.digest else ())


def _since(before: Sequence[ClauseOnPage], view: EffectiveView) -> list[Since]:
    """The clauses that differ, in the order of the present text, those that are gone at the end."""
    found: dict[str, list[str]] = {}
    for change in changes(before, view.clauses, view.chain.parameters):
        words = f"{change.what} {change.old} → {change.new}" if change.new else change.what
        found.setdefault(change.clause, []).append(words)
    old, new = ({clause.id: clause for clause in clauses} for clauses in (before, view.clauses))
    return [Since(clause_id, (new.get(clause_id) or old[clause_id]).title, what,
                  redline_between(_text(old.get(clause_id)), _text(new.get(clause_id))))
            for clause_id, what in found.items()]


def _text(clause: ClauseOnPage | None) -> str:
    return str(clause.text) if clause else ""
