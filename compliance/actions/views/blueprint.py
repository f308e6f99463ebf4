"""The blueprint of actions, and what every small form page of them shares."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from compliance.access import Permission, require
from compliance.actions.models import Action
from compliance.actions.presenting import step_owners
from compliance.actions.queries import get_action
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.files import intake
from compliance.files.intake import Upload
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded
from compliance.web.words import sentence

bp = Blueprint("actions", __name__, url_prefix="/actions", template_folder="../templates")
Answer = Response | tuple[str, int]
# Where what raised an action is shown, by the type it was raised under.
SOURCES = {"findings": ("Finding", "/findings/"), "exercises": ("Exercise", "/continuity/exercises/"),
           "continuity_plans": ("Plan", "/continuity/plans/"), "audits": ("Audit", "/audits/")}


def action_for(permission: Permission, reference: str) -> Action:
    """The action whose form is asked for, by somebody who may send it."""
    action = get_action(actor(), reference)
    require(actor(), permission, action)
    return action


def source_of(action: Action) -> tuple[str, str, str] | None:
    """(noun, reference, address) of what raised an action; None when it was raised by hand."""
    noun, address = SOURCES.get(action.source_type, ("", ""))
    return (noun, action.source_reference, address + action.source_reference) if noun else None


def home_of(action: Action) -> str:
    """The page a step was taken from: the finding's, where its people work, else the action's own."""
    source = source_of(action)
    return source[2] if source and source[0] == "Finding" else f"/actions/{action.reference}"


def step_page(action: Action, form: Form, page: str, work: Callable[[list[Upload]], object], *, said: str,
              **context: Any) -> Answer:
    """A form page of one step: does the work with the files sent, or shows why not with everything typed."""
    form.stands = _stands(action)
    if form.submitted_and_valid() and done(form, lambda: work(accepted())):
        flash(said)
        return redirect(home_of(action))
    return render_template(f"actions/{page}.html", form=form, action=action, source=source_of(action),
                           home=home_of(action), **context), form.status


def _stands(action: Action) -> dict[str, str]:
    """What whoever takes a step must know when somebody else took one meanwhile."""
    said = {"Containment": action.containment, "Root cause": action.cause, "Criterion": action.criterion,
            "Plan": "; ".join(step.text for step in action.plan), "Verification": action.verification}
    return {"Status": sentence(action.status)} | {label: words for label, words in said.items() if words}


def accepted(field: str = "file") -> list[Upload]:
    """The files sent, checked before any transaction opens. Raises InvalidInput for one that is refused."""
    return [intake.accept(data, name) for data, name in uploaded(field)]


def done(form: Form, work: Callable[[], object]) -> bool:
    """Run commands in a transaction; a refusal stays in the form. Files are taken in before it opens."""
    try:
        work()
    except PlumblineError as error:
        form.reject(error)
    else:
        return True
    return False


def people_to_choose(action: Action) -> list[tuple[str, str]]:
    return step_owners(action)


def in_transaction(command: Callable[..., object], *args: object, **fields: object) -> None:
    with transaction():
        command(*args, **fields)
