"""The columns of a stored version that its text says: written when it is brought in and each time a draft is saved."""

from typing import Any

from compliance import clock
from compliance.playbooks import document, layers
from compliance.playbooks.models import Override, Playbook
from compliance.playbooks.weighing import gravest, weigh


def columns_of(text: document.Playbook) -> dict[str, Any]:
    """What the text of a playbook says of itself."""
    return {
        "title": text.title, "effective_on": text.effective, "until_on": text.until, "change": text.change,
        "clauses": sum(not clause.retired for clause in text.clauses), "note": text.note, "claimed": text.approved,
    }


def columns_of_override(override: Override, playbook: Playbook, text: document.Override) -> dict[str, Any]:
    """What the text of an override says, weighed against what stands above it; needs the node loaded."""
    on = max(text.effective, clock.today())
    above = layers.above(override, on)
    # Nobody types what a text was written against: one that does not say is taken to mean what holds now.
    against = text.written_against or (above.chain if above else ())
    parent = above or layers.newest_text(playbook)
    weighed = weigh(parent, override.kind, text, on) if parent else ()
    return {
        "effective_on": text.effective, "until_on": text.until, "written_against": dict(against),
        "reviews": sorted({op.review_by.isoformat() for op in text.operations if op.review_by}),
        "effect": gravest(each.effect for each in weighed),
        "effects": {each.key: str(each.effect) for each in weighed}, "claimed": text.approved,
    }
