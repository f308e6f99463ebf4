"""What a local rule would do and who would decide on it, told while it is being typed."""

from typing import Any

from flask import render_template, request
from marshmallow import EXCLUDE

from compliance import clock
from compliance.access import Permission, require_somewhere
from compliance.errors import NotFound, PlumblineError
from compliance.playbooks import document, queries
from compliance.playbooks.drafting.changing import operation_for
from compliance.playbooks.drafting.editing import next_id, override_operation
from compliance.playbooks.drafting.queries import around_at
from compliance.playbooks.drafting.schemas import LocalChangeSchema
from compliance.playbooks.localising.dossier import dossier_of
from compliance.playbooks.localising.presenting import standing
from compliance.playbooks.localising.previewing import unsaved
from compliance.playbooks.localising.views.blueprint import bp
from compliance.playbooks.models import OverrideVersion, Playbook
from compliance.playbooks.queries.overrides import told
from compliance.playbooks.weighing import EFFECT_WORDS
from compliance.playbooks.writing import write_override
from compliance.web.request import actor

NOT_YET = "…"  # a reason is asked for when it is put into the draft; what a rule does rests on none


@bp.post("/playbooks/<key>/clauses/<clause>/change/effect")
def effect(key: str, clause: str) -> str:
    """A part of the page: nothing while too little is said, else the effect, the lock and whose word it needs."""
    require_somewhere(actor(), Permission.REQUEST_OVERRIDE, Permission.WRITE_PLAYBOOK)
    playbook = queries.get_playbook(actor(), key)
    said = _so_far()
    if not said.get("scope") or not said.get("way"):
        return render_template("localising/effect.html", shown=None, problem="")
    try:
        version = _as_if(playbook, clause, said)
    except NotFound:
        raise
    except PlumblineError as wrong:
        return render_template("localising/effect.html", shown=None, problem=str(wrong))
    dossier = dossier_of(version)
    found = standing(actor(), dossier, told(actor(), version))
    against = dossier.weighed[0].against if dossier.weighed else ""
    return render_template("localising/effect.html", shown=next(iter(found.operations), None), found=found,
                           against=against, problem=dossier.unread, effect_words=EFFECT_WORDS)


def _so_far() -> dict[str, Any]:
    """What the form says by now; a field that cannot be read yet counts as empty."""
    schema = LocalChangeSchema(partial=True)
    sent = {name: value for name, value in request.form.items() if value}
    wrong = schema.validate(sent, partial=True)
    said: dict[str, Any] = schema.load({name: value for name, value in sent.items() if name not in wrong},
                                       unknown=EXCLUDE)
    return {**said, "scope": str(said.get("scope", "")).lower(), "why": NOT_YET}


def _as_if(playbook: Playbook, clause: str, said: dict[str, Any]) -> OverrideVersion:
    """The override that would say this and nothing else."""
    scope = said["scope"]
    around = around_at(actor(), playbook, scope)
    if around is None or not around.name:
        raise NotFound
    text = write_override(document.Override(
        playbook.key, scope, 1, f"{scope}-lead", said.get("effective_on") or clock.today(), (),
        written_against=around.above.chain))
    asked = operation_for(said, clause, next_id(text, playbook.prefix, scope))
    return unsaved(actor(), override_operation(text, asked.verb, asked.target, asked.fields))
