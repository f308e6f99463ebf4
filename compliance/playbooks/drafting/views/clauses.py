"""Clauses and parameters as forms, for those who never saw the format: they write the same text."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from compliance.db import transaction
from compliance.errors import NotFound, PlumblineError
from compliance.playbooks import document
from compliance.playbooks.document import Clause, Lock, Parameter
from compliance.playbooks.drafting import editing
from compliance.playbooks.drafting.applying import apply_edit, text_at_hand
from compliance.playbooks.drafting.changing import clause_of
from compliance.playbooks.drafting.queries import check
from compliance.playbooks.drafting.schemas import ClauseSchema, ParameterSchema
from compliance.playbooks.drafting.views.blueprint import OF_PLAYBOOK, address, bp, version_to_write
from compliance.playbooks.facts import FREQUENCIES
from compliance.playbooks.models import PlaybookVersion
from compliance.playbooks.parameters import default_lock
from compliance.playbooks.rendering_ahead import render_ahead
from compliance.web.forms import Form
from compliance.web.request import actor

FREQUENCY_CHOICES = [(each, each.capitalize()) for each in FREQUENCIES]
LOCK_WORDS = {Lock.OPEN: "Yes, a region or site may change it", Lock.FLOOR: "Only to something stricter",
              Lock.FIXED: "No, it holds everywhere as it is"}


@bp.route(f"{OF_PLAYBOOK}/clauses/new", methods=["GET", "POST"])
def new_clause(key: str, number: str) -> Response | tuple[str, int]:
    draft = version_to_write(key, number)
    source, _ = text_at_hand(actor(), draft)
    clause_id = editing.next_id(source, draft.playbook.prefix)
    form = Form(ClauseSchema(), {"id": clause_id, "weight": 1, "section": request.args.get("section", ""),
                                 "after": request.args.get("after", "")})
    if form.submitted_and_valid():
        clause_id = form.data["id"] or clause_id
        try:
            with transaction():
                draft = version_to_write(key, number)
                clause = clause_of(form.data, clause_id, form.data["section"])
                apply_edit(actor(), draft, lambda text: editing.add_clause(text, clause, after=form.data["after"]))
        except PlumblineError as error:
            form.reject(error)
        else:
            render_ahead([draft.digest])
            flash(f"{clause_id} is in the text, and saved.")
            return redirect(address(draft, "edit", at=clause_id))
    return _clause_page(draft, form, "New clause", clause_id), form.status


@bp.route(f"{OF_PLAYBOOK}/clauses/<clause>/change", methods=["GET", "POST"])
def change_clause(key: str, number: str, clause: str) -> Response | tuple[str, int]:
    draft = version_to_write(key, number)
    stands = _clause_in(draft, clause)
    form = Form(ClauseSchema(), _fields(stands))
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = version_to_write(key, number)
                asked = clause_of(form.data, clause, stands.section)
                apply_edit(actor(), draft, lambda text: editing.change_clause(text, clause, _with_past(asked, stands)))
        except PlumblineError as error:
            form.reject(error)
        else:
            render_ahead([draft.digest])
            flash(f"{clause} is changed, and saved.")
            return redirect(address(draft, "edit", at=clause))
    return _clause_page(draft, form, f"Change {clause}", clause), form.status


@bp.route(f"{OF_PLAYBOOK}/parameters/change", methods=["GET", "POST"])
def change_parameter(key: str, number: str) -> Response | tuple[str, int]:
    draft = version_to_write(key, number)
    name = request.args.get("name", "")
    form = Form(ParameterSchema(), _values(draft, name))
    if form.submitted_and_valid():
        try:
            with transaction():
                draft = version_to_write(key, number)
                asked = Parameter(**form.data, lock=default_lock(form.data["stricter"]))
                apply_edit(actor(), draft, lambda text: editing.set_parameter(text, asked, name=name))
        except PlumblineError as error:
            form.reject(error)
        else:
            render_ahead([draft.digest])
            flash(f"{asked.name} is {asked.value}, and saved.")
            return redirect(address(draft, "edit", at="parameters"))
    return render_template("drafting/parameter.html", form=form, draft=draft, playbook=draft.playbook, was=name,
                           name=draft.called, edit_url=address(draft, "edit")), form.status


def _document(draft: PlaybookVersion) -> document.Playbook:
    text = check(draft, text_at_hand(actor(), draft)[0]).document
    if not isinstance(text, document.Playbook):
        raise NotFound("The text cannot be read as it stands. Mend it in the editor first.")
    return text


def _clause_in(draft: PlaybookVersion, clause_id: str) -> Clause:
    for clause in _document(draft).clauses:
        if clause.id == clause_id:
            return clause
    raise NotFound


def _fields(clause: Clause) -> dict[str, Any]:
    return {
        "title": clause.title, "text": clause.text, "severity": clause.severity.value, "weight": clause.weight,
        "evidence": "\n".join(clause.evidence), "check": clause.check, "guidance": clause.guidance, "law": clause.law,
        "frequency": clause.frequency, "applies_to": "\n".join(clause.applies_to), "lock": clause.lock.value,
        "must_rebase": "yes" if clause.must_rebase else "",
    }


def _with_past(asked: Clause, stands: Clause) -> Clause:
    """What a clause was called before, and when it was retired, no form asks about: it stays."""
    return replace(asked, formerly=stands.formerly, retired=stands.retired)


def _values(draft: PlaybookVersion, name: str) -> dict[str, str]:
    if not name:
        return {}
    for each in _document(draft).parameters:
        if each.name == name:
            return {field: getattr(each, field) for field in ParameterSchema().fields}
    raise NotFound


def _clause_page(draft: PlaybookVersion, form: Form, title: str, clause_id: str) -> str:
    text = check(draft, text_at_hand(actor(), draft)[0]).document
    known = text.clauses if isinstance(text, document.Playbook) else ()
    sections = [(each.title, each.title) for each in text.sections] if isinstance(text, document.Playbook) else []
    return render_template(
        "drafting/clause.html", form=form, draft=draft, playbook=draft.playbook, title=title, clause_id=clause_id,
        name=draft.called, edit_url=address(draft, "edit"), frequencies=FREQUENCY_CHOICES, sections=sections,
        after=[(each.id, f"{each.id} {each.title}") for each in known],
        locks=[(each.value, words) for each, words in LOCK_WORDS.items()])

