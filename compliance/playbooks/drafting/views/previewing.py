"""A draft as a site would read it, were it in force."""

from itertools import groupby
from typing import Any

from flask import render_template, request

from compliance.errors import PlumblineError
from compliance.network.queries import sites
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.drafting.previewing import Preview
from compliance.playbooks.drafting.previewing import preview as looked_ahead
from compliance.playbooks.drafting.queries import check, playbook_of, working_copy
from compliance.playbooks.drafting.views.blueprint import address, bp, on_both, shown_at, unpublished
from compliance.playbooks.queries import get_stay
from compliance.web.request import actor


@on_both(bp, "preview", "/preview", "GET")
def preview(key: str, number: str | int, scope: str = "") -> str:
    draft = unpublished(key, number, scope)
    kept = working_copy(actor(), draft)
    source, code = kept.source if kept else draft.source, request.args.get("site", "").strip()
    return render_template(
        "drafting/preview.html", draft=draft, playbook=playbook_of(draft), name=draft.called, kept=kept, code=code,
        sites=[(site.code, f"{site.code} {site.name}") for site in sites(actor())], shown_at=shown_at(draft),
        here=address(draft, "preview"), **preview_of(draft, source, code))


def preview_of(draft: Draft, source: str, code: str) -> dict[str, Any]:
    """The preview of a text at a site, or why there is none."""
    checked = check(draft, source)
    if not code:
        return {"shown": None, "faults": [], "parts": [], "why": ""}
    if checked.document is None:
        return {"shown": None, "faults": checked.errors, "parts": [], "why": ""}
    try:
        stay = get_stay(actor(), code)
        shown = looked_ahead(draft, checked.document, stay)
    except PlumblineError as error:
        return {"shown": None, "faults": [], "parts": [], "why": str(error)}
    return {"shown": shown, "faults": [], "parts": _parts(shown), "why": "", "site": stay.site}


def _parts(shown: Preview) -> list[tuple[str, list[Any]]]:
    return [(title, list(group)) for title, group in groupby(shown.clauses, key=lambda each: each.section)]
