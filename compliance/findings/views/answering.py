"""Accept or dispute a finding, decide on it, close it, open it again, and add to its story."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.access import Permission, require
from compliance.actions.views.blueprint import accepted, done, in_transaction
from compliance.findings import commands
from compliance.findings.lifecycle import FindingStatus
from compliance.findings.models import Finding
from compliance.findings.presenting import view_of_finding
from compliance.findings.queries import get_finding
from compliance.findings.schemas import DecisionSchema, NoteSchema, ReasonSchema
from compliance.findings.views.blueprint import bp
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

Answer = Response | tuple[str, int]


@bp.route("/<reference>/answer", methods=["GET", "POST"])
def answer(reference: str) -> Answer:
    """The dispute is the form; accepting is one button beside it."""
    finding = finding_for(Permission.RESPOND_TO_FINDING, reference)
    form = Form(ReasonSchema(), {"version": finding.version}, _stands(finding))
    if form.submitted_and_valid() and done(form, lambda: in_transaction(
            commands.dispute_finding, actor(), finding, reason=form.data["reason"], uploads=accepted(),
            seen=form.data["version"])):
        flash("It is disputed. A reviewer decides; containment goes on meanwhile.")
        return _to(finding)
    return _page(finding, form, "answer")


@bp.post("/<reference>/acceptance")
def accept(reference: str) -> Answer:
    finding = finding_for(Permission.RESPOND_TO_FINDING, reference)
    form = Form(ReasonSchema(), {"version": finding.version}, _stands(finding))
    if form.submitted_and_valid() and done(form, lambda: in_transaction(
            commands.accept_finding, actor(), finding, seen=form.data["version"])):
        flash("It is accepted. The root cause is next, then the plan.")
        return _to(finding)
    return _page(finding, form, "answer")


@bp.route("/<reference>/decision", methods=["GET", "POST"])
def decision(reference: str) -> Answer:
    finding = finding_for(Permission.DECIDE_FINDING, reference)
    form = Form(DecisionSchema(), {"version": finding.version, "severity": finding.severity.value,
                                   "why": "not_upheld"}, _stands(finding))
    if form.submitted_and_valid() and done(form, lambda: _decide(finding, form)):
        flash("The decision is recorded.")
        return _to(finding)
    return _page(finding, form, "decision")


def finding_for(permission: Permission, reference: str) -> Finding:
    """The finding whose form is asked for, by somebody who may send it."""
    finding = get_finding(actor(), reference)
    require(actor(), permission, finding)
    return finding


def _decide(finding: Finding, form: Form) -> None:
    said = form.data
    outcome, reason, seen = FindingStatus(said["outcome"]), said["reason"], said["version"]
    if outcome is FindingStatus.WITHDRAWN:
        in_transaction(commands.withdraw_finding, actor(), finding, reason=said["why"], note=reason, seen=seen)
    elif finding.status is FindingStatus.DISPUTED:
        in_transaction(commands.decide_dispute, actor(), finding, outcome=outcome, reason=reason,
                       severity=said["severity"], seen=seen)
    else:
        in_transaction(commands.regrade, actor(), finding, severity=said["severity"] or finding.severity,
                       reason=reason, seen=seen)


@bp.post("/<reference>/closure")
def close(reference: str) -> Answer:
    """Close a finding that has nothing open any more; one with an open action closes with that."""
    finding = finding_for(Permission.VERIFY_ACTION, reference)
    form = Form(ReasonSchema(), {"version": finding.version}, _stands(finding))
    if form.submitted_and_valid() and done(form, lambda: in_transaction(
            commands.close_finding, actor(), finding, seen=form.data["version"])):
        flash("The finding is closed.")
        return _to(finding)
    return _page(finding, form, "refused")


@bp.route("/<reference>/reopening", methods=["GET", "POST"])
def reopen(reference: str) -> Answer:
    finding = finding_for(Permission.VERIFY_ACTION, reference)
    form = Form(ReasonSchema(), {"version": finding.version}, _stands(finding))
    if form.submitted_and_valid() and done(form, lambda: in_transaction(
            commands.reopen_finding, actor(), finding, reason=form.data["reason"], seen=form.data["version"])):
        flash("It is open again, with its first dates.")
        return _to(finding)
    return _page(finding, form, "reopening")


@bp.route("/<reference>/notes", methods=["GET", "POST"])
def note(reference: str) -> Answer:
    finding = get_finding(actor(), reference)
    form = Form(NoteSchema(), {"internal": ""})
    if form.submitted_and_valid() and done(form, lambda: in_transaction(
            commands.note_finding, actor(), finding, text=form.data["text"], internal=form.data["internal"])):
        flash("The note is added.")
        return _to(finding)
    return _page(finding, form, "note")


def _stands(finding: Finding) -> dict[str, str]:
    """What anybody who answers or decides must know when somebody else did meanwhile."""
    said = {"What was disputed": finding.dispute, "Decision": finding.decision}
    return {"Status": sentence(finding.status), "Grade": sentence(finding.severity)} | {
        label: words for label, words in said.items() if words}


def _page(finding: Finding, form: Form, page: str) -> Answer:
    return render_template(f"findings/{page}.html", form=form, finding=finding,
                           view=view_of_finding(actor(), finding), home=_home(finding), sent=request.form), form.status


def _to(finding: Finding) -> Response:
    return redirect(_home(finding))


def _home(finding: Finding) -> str:
    return url_for("findings.show", reference=finding.reference)
