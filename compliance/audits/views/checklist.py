"""The checklist on the tablet: all clauses by section, and one clause per card."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for

from compliance.access import Permission, may, require
from compliance.audits import commands, presenting, queries
from compliance.audits.field.queries.holding import late_of
from compliance.audits.models import Assessment, Audit
from compliance.audits.queries.listing import OPEN
from compliance.audits.queries.walking import superseded
from compliance.audits.schemas import AnswerSchema, StepSchema
from compliance.audits.views import cards
from compliance.audits.views.blueprint import Answer, bp
from compliance.db import transaction
from compliance.errors import InvalidInput, NotFound, RuleViolation
from compliance.files import intake
from compliance.files.queries import evidence_of, get_evidence
from compliance.playbooks.translations import queries as translations
from compliance.web.errors import wants_json
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded


@dataclass(frozen=True, slots=True)
class Place:
    """A clause among its neighbours."""

    audit: Audit
    all: Sequence[Assessment]
    assessment: Assessment

    @property
    def at(self) -> int:
        return self.all.index(self.assessment)

    def url(self, assessment: Assessment) -> str:
        return url_for("audits.card", reference=self.audit.reference, clause=assessment.clause_id)


def _place(reference: str, clause: str) -> Place:
    """Raises NotFound for a clause of another audit as for one of none."""
    audit = queries.get_audit(actor(), reference)
    everything = queries.assessments_of(actor(), audit)
    found = next((each for each in everything if each.clause_id == clause.upper()), None)
    if found is None:
        raise NotFound
    return Place(audit, everything, found)


@bp.get("/audits/<reference>/checklist")
def checklist(reference: str) -> str:
    audit = queries.get_audit(actor(), reference)
    everything = queries.assessments_of(actor(), audit)
    if not everything:
        raise NotFound
    wanted = request.args.get("show", "")
    choice = translations.choice(actor(), (each.playbook_id for each in audit.criteria), audit.site.languages or ())
    shown = [each for each in everything if cards.is_shown(each, wanted)]
    parts = [(section, list(each)) for section, each in groupby(shown, key=lambda item: item.section)]
    return render_template(
        "audits/checklist.html", audit=audit, parts=parts, show=wanted, counts=cards.counts(everything),
        sections=cards.sections(audit, everything, None), resume=next(
            (each for each in everything if each.conformity is None), None), on_team=actor().id in audit.team,
        waivers=queries.pinned_waivers(audit, everything), fixed_on=presenting.fixed_on(audit),
        superseded=superseded(audit, queries.chains_of(audit)) if audit.status in OPEN else [],
        late=late_of([audit.reference]).get(audit.reference), disputed=presenting.disputed(audit, everything),
        language=choice.language, languages=choice.languages)


@bp.route("/audits/<reference>/checklist/<clause>", methods=["GET", "POST"])
def card(reference: str, clause: str) -> Answer:
    place = _place(reference, clause)
    form = Form(AnswerSchema(), cards.initial(place.assessment))
    if request.method == "POST":
        require(actor(), Permission.CONDUCT_AUDIT, place.audit)
    if form.submitted_and_valid():
        try:
            _save(place.assessment, form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            following = place.all[place.at + 1:place.at + 2]
            return redirect(place.url(following[0]) if following else url_for(".finish", reference=reference))
    return render_template("audits/card.html", form=form, **_shown(place)), form.status


@bp.post("/audits/<reference>/checklist/<clause>/evidence")
def add_evidence(reference: str, clause: str) -> Answer:
    place = _place(reference, clause)
    require(actor(), Permission.CONDUCT_AUDIT, place.audit)
    uploads = [intake.accept(data, name) for data, name in uploaded()]
    with transaction():
        for upload in uploads:
            commands.attach_evidence(actor(), place.assessment, upload)
    if wants_json():
        return jsonify(evidence=cards.photos(_evidence(place)))
    return redirect(place.url(place.assessment))


@bp.post("/audits/<reference>/checklist/<clause>/evidence/<uuid:evidence_id>/withdrawal")
def withdraw_evidence(reference: str, clause: str, evidence_id: UUID) -> Answer:
    place = _place(reference, clause)
    evidence = get_evidence(actor(), evidence_id)
    form = Form(StepSchema())
    if evidence.subject_id != place.assessment.id or not form.submitted_and_valid():
        raise NotFound
    with transaction():
        commands.withdraw_evidence(actor(), place.assessment, evidence, reason=form.data["reason"])
    flash(f"{evidence.name} is withdrawn.")
    return redirect(place.url(place.assessment))


def _save(assessment: Assessment, given: dict[str, Any]) -> None:
    uploads = [intake.accept(data, name) for data, name in uploaded()]
    with transaction():
        commands.answer(actor(), assessment, **given)
        for upload in uploads:
            commands.attach_evidence(actor(), assessment, upload)


def _evidence(place: Place) -> Sequence[Any]:
    return evidence_of(actor(), place.assessment)[place.assessment.id]


def _shown(place: Place) -> dict[str, Any]:
    audit, assessment = place.audit, place.assessment
    criteria = next(each for each in audit.criteria if each.id == assessment.criteria_id)
    chain = queries.chains_of(audit).get(criteria.chain_key or "")
    text = queries.texts_of([assessment])[assessment.clause_digest]
    choice = translations.choice(actor(), (), contents={text.digest: text.content})
    unanswered = next((each for each in place.all if each.conformity is None and each is not assessment), None)
    return {
        "audit": audit, "a": assessment, "criteria": criteria, "text": text,
        "reading": choice.readings.get(text.digest), "read_in": translations.name_of(assessment.read_in),
        "name_of": translations.name_of,
        "tongues": presenting.tongues(audit, assessment),
        "marks": presenting.marks(audit, chain, assessment, text), "last": queries.last_result(assessment),
        "waivers": queries.pinned_waivers(audit, [assessment]), "fixed_on": presenting.fixed_on(audit),
        "open_here": queries.open_findings_here(actor(), assessment), "evidence": cards.photos(_evidence(place)),
        "sections": cards.sections(audit, place.all, assessment), "where": presenting.where(place.all, assessment),
        "options": presenting.options(assessment), "warning": presenting.warning(assessment),
        "previous": place.all[place.at - 1] if place.at else None,
        "next": next(iter(place.all[place.at + 1:]), None), "jump": unanswered, "url": place.url,
        "may_answer": actor().id in audit.team and may(actor(), Permission.CONDUCT_AUDIT, audit)
        and audit.status == "in_progress",
    }  # fmt: skip
