"""Giving an audit to another lead or team, also while it is under way."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for

from compliance.access import Permission, require
from compliance.accounts.models import Person
from compliance.accounts.queries import get_person, holders
from compliance.audits import commands, queries
from compliance.audits.models import Audit
from compliance.audits.schemas import TeamSchema
from compliance.audits.views.blueprint import Answer, bp
from compliance.db import transaction
from compliance.errors import InvalidInput, RuleViolation
from compliance.web.forms import Form
from compliance.web.request import actor

Pairs = list[tuple[str, str]]


@bp.route("/audits/<reference>/team", methods=["GET", "POST"])
def reassign(reference: str) -> Answer:
    audit = queries.get_audit(actor(), reference)
    require(actor(), Permission.PLAN_AUDIT, audit)
    form = Form(TeamSchema(), _initial(audit), {"Lead": audit.lead.name})
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.reassign_audit(actor(), audit, **_with_people(form.data))
        except (RuleViolation, InvalidInput) as error:
            form.reject(error)
        else:
            flash(f"{audit.reference} is led by {audit.lead.name}.")
            return redirect(url_for(".show", reference=audit.reference))
    return render_template("audits/team.html", audit=audit, form=form, **_options(audit)), form.status


def _initial(audit: Audit) -> dict[str, Any]:
    return {"version": audit.version, "lead": str(audit.lead_id), "exception": audit.exception, "reason": "",
            "team": [str(person) for person in audit.team if person != audit.lead_id],
            "second_reviewer": str(audit.second_reviewer_id or "")}


def _with_people(given: dict[str, Any]) -> dict[str, Any]:
    second = given["second_reviewer"]
    return given | {
        "lead": get_person(actor(), given["lead"]), "team": [get_person(actor(), each) for each in given["team"]],
        "second_reviewer": get_person(actor(), second) if second else None}


def _options(audit: Audit) -> dict[str, Pairs]:
    """Those who may audit there, and those of the team who no longer may: leaving somebody out must stay possible."""
    auditors = {person.id: person for person in holders(audit.place, Permission.CONDUCT_AUDIT)}
    auditors |= {member.person_id: member.person for member in audit.members}
    return {"auditors": _named(sorted(auditors.values(), key=lambda person: person.name)),
            "reviewers": _named(holders(audit.place, Permission.REVIEW_AUDIT))}


def _named(people: Sequence[Person]) -> Pairs:
    return [(str(person.id), f"{person.name}, {person.title}" if person.title else person.name) for person in people]
