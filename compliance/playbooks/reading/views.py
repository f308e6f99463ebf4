"""A playbook as it holds at a place, and two of them side by side."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import clock
from compliance.db import transaction
from compliance.errors import NotFound, PlumblineError
from compliance.playbooks import queries
from compliance.playbooks.adoption import commands
from compliance.playbooks.adoption.schemas import AcknowledgementSchema
from compliance.playbooks.queries.comparing import Side, compared
from compliance.playbooks.reading.paper import name_of, paper
from compliance.playbooks.reading.queries import reading_at
from compliance.playbooks.translations import queries as translations
from compliance.playbooks.views import bp
from compliance.playbooks.views.blueprint import day_argument
from compliance.playbooks.views.showing import Layers, chain_rows, outline, shown
from compliance.web.forms import Form
from compliance.web.request import actor

__all__ = ["acknowledge", "at", "bp", "compare", "effective", "effective_pdf"]


@bp.get("/playbooks/<key>/at")
def at(key: str) -> Response:
    """Where the site picker leads."""
    kept: dict[str, Any] = {name: request.args.get(name) or None for name in ("on", "known", "vendor", "sources")}
    return redirect(url_for("playbooks.effective", key=key, site=request.args.get("site", "").strip() or "-", **kept))


@bp.get("/playbooks/<key>/at/<site>")
def effective(key: str, site: str) -> str:
    stay = queries.get_stay(actor(), site, vendor=request.args.get("vendor", ""), on=day_argument("on"),
                            known_on=day_argument("known"))
    return _page(key, stay, Form(AcknowledgementSchema()))


@bp.get("/playbooks/<key>/at/<site>.pdf")
def effective_pdf(key: str, site: str) -> Response:
    stay = queries.get_stay(actor(), site, vendor=request.args.get("vendor", ""), on=day_argument("on"),
                            known_on=day_argument("known"))
    view = queries.effective_view(actor(), key, stay)
    response = Response(paper(view), content_type="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name_of(view))
    return response


@bp.post("/playbooks/<key>/at/<site>/acknowledgement")
def acknowledge(key: str, site: str) -> tuple[str, int] | Response:
    """The word of a reader. For a text that is another one by now the page comes back with the one that holds."""
    form = Form(AcknowledgementSchema())
    sent = form.data if form.submitted_and_valid() else {}
    stay = _stay_sent(site, sent.get("on"))
    if sent:
        try:
            with transaction():
                commands.acknowledge(actor(), key, stay, digest=sent["digest"], language=sent["language"])
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("It is on record that you have read this text.")
            return redirect(url_for(".effective", key=key, site=site, on=sent["on"], vendor=sent["vendor"] or None))
    if stay.on < clock.today(stay.site.zone or "UTC"):
        stay = _stay_sent(site)
    return _page(key, stay, form), form.status


def _stay_sent(site: str, on: date | None = None) -> queries.Stay:
    """The place a form is about, on a day or today."""
    return queries.get_stay(actor(), site, vendor=request.form.get("vendor", ""), on=on)


def _page(key: str, stay: queries.Stay, form: Form) -> str:
    reading = reading_at(actor(), key, stay)
    view = reading.view
    layers = Layers(key, view.chain, stay.names)
    sources = bool(request.args.get("sources"))
    operators = [(each.code, each.name) if each else ("in-house", "In-house work") for each in stay.vendors]
    parts = shown(view.clauses, view.chain, layers, every=sources, tell=True)
    choice = translations.choice(actor(), [view.playbook.id], stay.site.languages or (),
                                 {each.digest: each.content for each in view.clauses})
    return render_template(
        "playbooks/effective.html", view=view, reading=reading, stay=stay, layers=layers, parts=parts,
        outline=outline(parts), form=form,
        language=choice.language, languages=choice.languages, readings=choice.readings,
        chain=chain_rows(layers, [(stay.site.code.lower(), stay.site.code)]), sources=sources,
        operators=operators, touched=sum(1 for _, clauses in parts for each in clauses if each.local))


@bp.get("/playbooks/<key>/compare")
def compare(key: str) -> str | tuple[str, int]:
    playbook = queries.get_playbook(actor(), key)
    left, right = (Side(request.args.get(name, "").strip(), day_argument(f"{name}_on")) for name in ("left", "right"))
    try:
        comparison = compared(actor(), playbook, left, right)
    except NotFound as error:
        return render_template("playbooks/compare_again.html", playbook=playbook, left=left, right=right,
                               problem=f"{error} Check what you typed."), 404
    return render_template("playbooks/compare.html", playbook=playbook, comparison=comparison)
