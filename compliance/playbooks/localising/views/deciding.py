"""What is done with a request from its page: approve, decline, return, consent, withdraw, appeal, hear the appeal."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from compliance import clock
from compliance.access import Actor, Permission, require
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.playbooks.localising import commands
from compliance.playbooks.localising.dossier import decided_with
from compliance.playbooks.localising.views.blueprint import bp
from compliance.playbooks.localising.views.showing import FORMS, page_of, sought
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.wording import on_day

Does = Callable[[Actor, OverrideVersion, dict[str, Any]], None]


class Doing(NamedTuple):
    """An act on a request: what it takes, what it does, what is said when it is done."""

    permission: Callable[[OverrideVersion], Permission]
    does: Does
    said: str


def _consent(who: Actor, version: OverrideVersion, data: dict[str, Any]) -> None:
    commands.consent(who, version, **data | {"given": data["given"] == "yes"})


def _hear(who: Actor, version: OverrideVersion, data: dict[str, Any]) -> None:
    data.pop("decision")
    commands.hear_appeal(who, version, **data | {"granted": data["granted"] == "yes"})


def _without_digest(command: Callable[..., None]) -> Does:
    """Whoever asked knows their own text: it stands still while it is asked for."""
    return lambda who, version, data: command(
        who, version, **{name: value for name, value in data.items() if name != "digest"})


def _plainly(command: Callable[..., None]) -> Does:
    return lambda who, version, data: command(who, version, **data)


P = Permission
DOINGS = {
    "approve": Doing(decided_with, _plainly(commands.approve_override), "Approved."),
    "return": Doing(decided_with, _plainly(commands.return_request), "Returned. Whoever asked reads your questions."),
    "decline": Doing(decided_with, _plainly(commands.decline_override),
                     "Declined. Whoever asked for it reads why, and the text above holds."),
    "consent": Doing(lambda _: P.CONSENT_LEGALLY, _consent, "Kept. Those who decide read it."),
    "withdraw": Doing(lambda _: P.REQUEST_OVERRIDE, _without_digest(commands.withdraw_request),
                      "Withdrawn. The text is yours to change."),
    "appeal": Doing(lambda _: P.REQUEST_OVERRIDE, _without_digest(commands.appeal),
                    "Appealed. The global head decides, and that is final."),
    "hear": Doing(lambda _: P.HEAR_APPEAL, _hear, "Decided. It is final."),
}


@bp.post("/overrides/<key>/<scope>/<int:number>/<any(approve, return, decline, consent, withdraw, appeal, hear):act>")
def act(key: str, scope: str, number: int, act: str) -> Response | tuple[str, int]:
    found = sought(key, scope, number)
    require(actor(), DOINGS[act].permission(found), found)
    form = Form(FORMS[act]())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = sought(key, scope, number)
                do(act, found, form.data)
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(_said(act, found))
            return redirect(url_for("playbooks.override", key=key, scope=scope, number=number))
    return page_of(sought(key, scope, number), {act: form}), form.status


def do(act: str, version: OverrideVersion, data: dict[str, Any]) -> None:
    """What was sent, done by whoever asks; the same for the page and for programs."""
    said = dict(data)
    if "version" in said:
        said["seen"] = said.pop("version")
    DOINGS[act].does(actor(), version, said)


def _said(act: str, version: OverrideVersion) -> str:
    if act in {"approve", "hear"} and version.status is VersionStatus.APPROVED:
        return f"Approved. It holds from {on_day(version.effective_on, clock.today())} on."
    if act == "approve":
        return "Approved here. It goes on to global review."
    return DOINGS[act].said
