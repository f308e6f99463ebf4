"""The page of what a work's tablets sent too late, and of what its auditors disagree on: its lead settles both."""

import io
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from compliance.audits.field import commands
from compliance.audits.field.blueprint import bp
from compliance.audits.field.kinds import Work
from compliance.audits.field.queries import holding
from compliance.audits.field.reading import as_uuid
from compliance.db import transaction
from compliance.errors import InvalidInput, NotFound, RuleViolation
from compliance.files import store
from compliance.web.request import actor
from compliance.wording import counted

LISTS = {"audit": ("audits.index", "audits.show", "Audits"),
         "exercise": ("continuity.exercises", "continuity.exercise", "Exercises")}
GONE = "The bytes of this photograph are not on this server."
NOTHING = "Tick what this is about."


@bp.get("/held/<reference>")
def held(reference: str) -> str:
    return _page(holding.get_work(actor(), reference.upper()))


@bp.post("/held/<reference>/<any(adopt, dismiss):step>")
def decide(reference: str, step: str) -> Response | tuple[str, int]:
    work = holding.get_work(actor(), reference.upper())
    chosen = [op_id for each in request.form.getlist("op") if (op_id := as_uuid(each)) is not None]
    try:
        if not chosen:
            raise InvalidInput(NOTHING)
        done = _adopt(work, chosen) if step == "adopt" else _dismiss(work, chosen)
    except (RuleViolation, InvalidInput) as error:
        return _page(holding.get_work(actor(), work.reference), problem=str(error), chosen=chosen), 409
    flash(done)
    return redirect(url_for(".held", reference=work.reference))


def _adopt(work: Work, chosen: list[UUID]) -> str:
    with transaction():
        adopted = commands.adopt(actor(), work.reference, chosen)
    left = "".join(f" {reason}" for reason in dict.fromkeys(adopted.left.values()))
    return f"{counted(len(adopted.operations), 'thing')} taken over.{left}"


def _dismiss(work: Work, chosen: list[UUID]) -> str:
    with transaction():
        commands.dismiss(actor(), work.reference, chosen, reason=request.form.get("reason", ""))
    return f"{counted(len(chosen), 'thing')} set aside. They stay on record with your reason."


@bp.post("/held/<reference>/settle")
def settle(reference: str) -> Response:
    """Let one side of a disagreement hold: the id of an operation, or nothing for what stands."""
    sent = request.form
    with transaction():
        commands.settle(actor(), reference.upper(), sent.get("item", ""), sent.get("field", ""),
                        chosen=as_uuid(sent.get("side", "")))
    flash("That is settled. What was not chosen stays on record.")
    return redirect(url_for(".held", reference=reference.upper(), _anchor="conflicts"))


@bp.get("/held/<reference>/photos/<uuid:media_id>")
def held_photo(reference: str, media_id: UUID) -> Response:
    media = holding.held_photo(holding.get_work(actor(), reference.upper()), media_id)
    try:
        data = store.get(media.kept_sha256 or "")
    except FileNotFoundError as error:
        raise NotFound(GONE) from error
    return send_file(io.BytesIO(data), mimetype="image/jpeg", download_name=media.name)


def _page(work: Work, *, problem: str = "", chosen: list[UUID] | None = None) -> str:
    listed, shown, label = LISTS[work.kind]
    g.stands_under = listed
    found = holding.held_in(work)
    told: dict[str, Any] = work.told(actor())
    return render_template(
        "field/held.html", work=work, held=found, conflicts=holding.conflicts_in(work), problem=problem,
        chosen=[each.op_id for each in found] if chosen is None else chosen, told=told, zone=work.zone,
        is_lead=actor().id == work.lead_id, list_url=url_for(listed), label=label,
        back=url_for(shown, reference=work.reference), refused=work.why_held(actor()))
