"""Proposing a finding for a waiver that has ended, and issuing what was proposed."""

from flask import flash, g, redirect, render_template, request, url_for

from compliance.access import Permission, may, require
from compliance.audits import commands
from compliance.audits.queries.waived import proposed, seen_in
from compliance.audits.schemas import ProposalSchema, StepSchema
from compliance.audits.views.blueprint import Answer, bp
from compliance.db import transaction
from compliance.errors import InvalidInput, RuleViolation
from compliance.findings.lifecycle import FindingStatus
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import get_waiver, line_of
from compliance.web.forms import Form
from compliance.web.request import actor

P = Permission


@bp.route("/waivers/<reference>/finding", methods=["GET", "POST"])
def propose_finding(reference: str) -> Answer:
    waiver = get_waiver(actor(), reference)
    proposes = may(actor(), P.RAISE_FINDING, waiver)
    require(actor(), P.RAISE_FINDING if proposes or request.method == "POST" else P.DECIDE_FINDING, waiver)
    form = Form(ProposalSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                finding = commands.propose_finding(actor(), waiver, **form.data)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{finding.reference} is proposed. Somebody else issues it.")
            return redirect(url_for(".propose_finding", reference=reference))
    return _page(waiver, form)


@bp.post("/waivers/<reference>/finding/issue")
def issue_proposed(reference: str) -> Answer:
    waiver = get_waiver(actor(), reference)
    require(actor(), P.DECIDE_FINDING, waiver)
    draft = next((each for each in proposed(actor(), waiver) if each.status is FindingStatus.DRAFT), None)
    if draft is None:
        raise RuleViolation(f"Nothing is proposed for {waiver.reference} that could be issued.")
    form = Form(StepSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.issue_proposed(actor(), waiver, draft)
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{draft.reference} is issued and its clocks run.")
            return redirect(url_for("findings.show", reference=draft.reference))
    return _page(waiver, form)


def _page(waiver: Waiver, form: Form) -> Answer:
    g.stands_under = "waivers.index"
    found = proposed(actor(), waiver)
    return render_template(
        "audits/proposal.html", waiver=waiver, line=line_of(waiver), form=form, seen=seen_in(actor(), waiver),
        proposed=found, over=commands.OVER, decides=may(actor(), P.DECIDE_FINDING, waiver),
        proposes=may(actor(), P.RAISE_FINDING, waiver) and not [
            each for each in found if each.status is not FindingStatus.WITHDRAWN]), form.status
