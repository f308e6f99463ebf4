"""Let something differ somewhere: from a clause that holds there to an operation in the draft of an override."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from compliance import clock
from compliance.access import Permission, require_somewhere
from compliance.db import transaction
from compliance.errors import NotFound, PlumblineError
from compliance.playbooks import queries
from compliance.playbooks.document import Parameter, Severity
from compliance.playbooks.drafting import commands, editing
from compliance.playbooks.drafting.allowing import ways
from compliance.playbooks.drafting.applying import apply_edit, text_at_hand
from compliance.playbooks.drafting.changing import operation_for
from compliance.playbooks.drafting.queries import Around, around_at, draft_in_hand, path_codes, places_to_write
from compliance.playbooks.drafting.schemas import LocalChangeSchema
from compliance.playbooks.drafting.views.blueprint import address, bp
from compliance.playbooks.drafting.views.starting import some_day
from compliance.playbooks.effective import EffectiveClause
from compliance.playbooks.models import OverrideVersion, Playbook
from compliance.playbooks.rendering import render_in_force
from compliance.playbooks.substitution import fill
from compliance.web.forms import Form
from compliance.web.request import actor


@dataclass(frozen=True, slots=True)
class ValueHere:
    """A value in force at a place, beside how it is defined and what it is above."""

    name: str
    meaning: str
    now: str
    above: Parameter

    @property
    def told(self) -> str:
        unit = f" {self.above.unit}".rstrip()
        over = f" ({self.above.value}{unit} above it)" if self.now != self.above.value else ""
        bounds = _bounds(self.above)
        return f"{self.now}{unit} now{over}{'; ' if bounds else ''}{bounds}"


@bp.route("/playbooks/<key>/clauses/<clause>/change", methods=["GET", "POST"])
def change_here(key: str, clause: str) -> Response | tuple[str, int]:
    playbook = queries.get_playbook(actor(), key)
    require_somewhere(actor(), Permission.REQUEST_OVERRIDE, Permission.WRITE_PLAYBOOK)
    scope = (request.values.get("scope", "") or _widest(request.args.get("site", ""))).lower()
    around, entry = _clause_at(playbook, clause, scope)
    form = Form(LocalChangeSchema(), {"scope": scope, "words": entry.clause.text, "effective_on": some_day()})
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = _put(playbook, clause, form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("It is in the draft. Look at it once more, then ask for it.")
            return redirect(address(draft, "edit"))
    return _page(playbook, form, around, entry, scope), form.status


def _page(playbook: Playbook, form: Form, around: Around, entry: EffectiveClause, scope: str) -> str:
    here = around.here.find(entry.id) or entry
    values, text = _values(around, entry), around.here.values
    return render_template(
        "drafting/change_here.html", form=form, playbook=playbook, entry=entry, here=here, place=around.name,
        ways=ways(around.above, entry, around.kind, scope, clock.today()), values=values,
        places=places_to_write(actor()), value_choices=[(each.name, each.meaning) for each in values],
        html=render_in_force(here.clause.text, text), check=fill(here.clause.check, text),
        value_facts=[(each.meaning, each.told) for each in values],
        severities=[(each.value, each.value.capitalize()) for each in Severity])


def _put(playbook: Playbook, clause: str, said: dict[str, Any]) -> OverrideVersion:
    """The operation in the draft of that scope, which is begun when nobody has one in hand."""
    scope = said["scope"].lower()
    draft = draft_in_hand(actor(), playbook, scope) or commands.start_override(
        actor(), playbook, scope=scope, effective_on=said["effective_on"] or some_day())
    new_id = editing.next_id(text_at_hand(actor(), draft)[0], playbook.prefix, scope)
    asked = operation_for(said, clause, new_id)
    apply_edit(actor(), draft, lambda text: editing.override_operation(text, asked.verb, asked.target, asked.fields))
    return draft


def _clause_at(playbook: Playbook, clause_id: str, scope: str) -> tuple[Around, EffectiveClause]:
    around = around_at(actor(), playbook, scope)
    entry = around.above.find(clause_id) if around else None
    if around is None or entry is None:
        raise NotFound
    return around, entry


def _widest(site: str) -> str:
    """The widest place this person may write for, of those a site lies in."""
    codes = path_codes(actor(), site) if site else ()
    return next((code for code, _ in places_to_write(actor()) if code in codes), "")


def _values(around: Around, entry: EffectiveClause) -> list[ValueHere]:
    """The values a clause rests on, as they are above the place and there."""
    said = [around.above.parameters[name].parameter for name, _ in entry.uses]
    return [ValueHere(each.name, each.meaning or each.name, around.here.values.get(each.name, each.value), each)
            for each in said]


def _bounds(parameter: Parameter) -> str:
    way = f"{parameter.stricter} is stricter" if parameter.stricter in {"lower", "higher"} else parameter.stricter
    return ", ".join(filter(None, (f"from {parameter.range.replace('..', ' to ')}" if parameter.range else "", way)))
