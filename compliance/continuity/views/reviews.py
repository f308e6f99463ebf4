"""The after-action review of an exercise: written, approved by somebody else, and the exercise closed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.access import Permission
from compliance.accounts.queries import holders
from compliance.continuity import commands, presenting
from compliance.continuity.contents import Capability
from compliance.continuity.schemas import NoteSchema, review_schema, review_sent, rows_sent
from compliance.continuity.views.exercises import exercise_for
from compliance.continuity.views.overview import bp
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

Answer = Response | tuple[str, int]
CAPABILITIES = [(each.value, each.value.capitalize()) for each in Capability]


@bp.route("/exercises/<reference>/review", methods=["GET", "POST"])
def review(reference: str) -> Answer:
    held = exercise_for(Permission.KEEP_PLAN, reference)
    initial = presenting.reviewed(held)
    sent = request.form if request.method == "POST" else initial
    rows = rows_sent(sent, "i", 1) + (0 if request.method == "POST" else 2)
    form = Form(review_schema(rows), initial)
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.write_review(actor(), held, review=review_sent(form.data), version=form.data["version"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("The review is written. Somebody who did not write it approves it.")
            return redirect(url_for(".exercise", reference=reference))
    owners = [(person.id, person.name) for person in holders(held.place, Permission.WORK_ON_ACTION)]
    return render_template("continuity/review.html", form=form, exercise=held, rows=rows, owners=owners,
                           capabilities=CAPABILITIES), form.status


@bp.post("/exercises/<reference>/approve")
def approve_review(reference: str) -> Answer:
    return _decided(Permission.APPROVE_CONTINUITY, reference, "The review stands; its improvements are actions now.",
                    commands.approve_review)


@bp.post("/exercises/<reference>/close")
def close_exercise(reference: str) -> Answer:
    return _decided(Permission.RECORD_EXERCISE, reference, "The exercise is closed. Its actions live on.",
                    commands.close_exercise)


def _decided(permission: Permission, reference: str, said: str, command: Any) -> Answer:
    exercise = exercise_for(permission, reference)
    form = Form(NoteSchema(), {"version": exercise.version}, {"Status": sentence(exercise.status)})
    if form.submitted_and_valid():
        try:
            with transaction():
                command(actor(), exercise, version=form.data["version"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(said)
            return redirect(url_for(".exercise", reference=reference))
    return render_template("continuity/refused.html", form=form, exercise=exercise), form.status
