"""A playbook as it holds at a place, and two of them side by side."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance.playbooks import queries
from compliance.playbooks.queries.comparing import Side, compared
from compliance.playbooks.translations import queries as translations
from compliance.playbooks.views import bp
from compliance.playbooks.views.blueprint import day_argument
from compliance.playbooks.views.showing import Layers, chain_rows, outline, shown
from compliance.web.request import actor


@bp.get("/playbooks/<key>/at")
def at(key: str) -> Response:
    """Where the site picker leads."""
    kept: dict[str, Any] = {name: request.args.get(name) or None for name in ("on", "known", "vendor", "sources")}
    return redirect(url_for("playbooks.effective", key=key, site=request.args.get("site", "").strip() or "-", **kept))


@bp.get("/playbooks/<key>/at/<site>")
def effective(key: str, site: str) -> str:
    stay = queries.get_stay(actor(), site, vendor=request.args.get("vendor", ""), on=day_argument("on"),
                            known_on=day_argument("known"))
    view = queries.effective_view(actor(), key, stay)
    layers = Layers(key, view.chain, stay.names)
    sources = bool(request.args.get("sources"))
    operators = [(each.code, each.name) if each else ("in-house", "In-house work") for each in stay.vendors]
    parts = shown(view.clauses, view.chain, layers, every=sources)
    language, languages = translations.choice(actor(), [view.playbook.id], stay.site.languages or ())
    return render_template(
        "playbooks/effective.html", view=view, stay=stay, layers=layers, language=language, languages=languages,
        readings=translations.readings(language, {each.digest: each.content for each in view.clauses}),
        parts=parts, outline=outline(parts),
        chain=chain_rows(layers, [(stay.site.code.lower(), stay.site.code)]), sources=sources,
        operators=operators, touched=sum(1 for _, clauses in parts for each in clauses if each.local))


@bp.get("/playbooks/<key>/compare")
def compare(key: str) -> str:
    playbook = queries.get_playbook(actor(), key)
    left, right = (Side(request.args.get(name, "").strip(), day_argument(f"{name}_on")) for name in ("left", "right"))
    comparison = compared(actor(), playbook, left, right)
    return render_template("playbooks/compare.html", playbook=playbook, comparison=comparison)
