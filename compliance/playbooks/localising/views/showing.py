"""The register of overrides with its stages, one version of one, and its text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, g, render_template, request

from compliance import clock, exports
from compliance.access import Actor
from compliance.accounts.models import Person
from compliance.db import session
from compliance.paging import MOST
from compliance.playbooks import queries
from compliance.playbooks.localising import foreseeing, presenting
from compliance.playbooks.localising.dossier import Dossier, dossier_of
from compliance.playbooks.localising.queries import pending_at, pipeline, regions
from compliance.playbooks.localising.schemas import (
    AppealSchema,
    ApprovalSchema,
    ConsentSchema,
    DeclineSchema,
    HearingSchema,
    ReturnSchema,
    WithdrawSchema,
)
from compliance.playbooks.models import OverrideVersion
from compliance.playbooks.naming import chain_said
from compliance.playbooks.queries.overrides import ToldOverride, told
from compliance.playbooks.standing import State
from compliance.playbooks.views.blueprint import bp as playbook_pages
from compliance.playbooks.views.texts import markdown
from compliance.playbooks.weighing import EFFECT_WORDS
from compliance.web.forms import Form
from compliance.web.request import actor
from compliance.web.words import sentence

FORMS = {
    "approve": ApprovalSchema, "return": ReturnSchema, "decline": DeclineSchema, "consent": ConsentSchema,
    "withdraw": WithdrawSchema, "appeal": AppealSchema, "hear": HearingSchema,
}
COLUMNS = (
    ("Playbook", lambda line: line.version.override.playbook.title),
    ("Where", lambda line: line.where),
    ("Kind", lambda line: line.version.override.kind),
    ("Version", lambda line: line.version.number),
    ("State", lambda line: line.state),
    ("Effect", lambda line: line.version.effect),
    ("From", lambda line: line.version.effective_on),
    ("Until", lambda line: line.version.until_on),
    ("Legal basis", lambda line: line.version.legal_reference),
    ("Review by", lambda line: line.version.review_on),
    ("To review since", lambda line: line.version.stale_from if line.stale else None),
    ("Approved by", lambda line: line.version.approved_by),
    ("Approved at", lambda line: line.version.approved_at),
    ("Decision", lambda line: line.version.decision),
)


@dataclass(frozen=True)
class Read:
    """Everything about one version that a page or an answer says."""

    version: OverrideVersion
    dossier: Dossier
    told: ToldOverride
    standing: presenting.Standing
    reach: foreseeing.Reach
    preview: foreseeing.AtSite | None
    pending: Any


def read(who: Actor, version: OverrideVersion, site: str = "") -> Read:
    g.stands_under = "playbooks.overrides"
    dossier, on = dossier_of(version), max(version.effective_on, clock.today())
    said, preview = told(who, version), None
    where = foreseeing.site_reached(who, version.override, site, on)
    if where is not None and dossier.text is not None and not _is_over(version):
        preview = foreseeing.at_site(version, dossier.text, where, on)
    return Read(version, dossier, said, presenting.standing(who, dossier, said),
                foreseeing.reach(who, version.override, on), preview, pending_at(who, version))


def _is_over(version: OverrideVersion) -> bool:
    over = {State.SUPERSEDED, State.EXPIRED, State.RETIRED}
    return version.approved_at is not None and queries.line_of(version).state in over


@playbook_pages.get("/overrides")
def overrides() -> str | Response:
    names = ("playbook", "scope", "region", "state", "effect")
    chosen: dict[str, Any] = {name: request.args.get(name, "") for name in names}
    chosen |= {name: bool(request.args.get(name)) for name in ("stale", "mine", "waiting")}
    chosen["sort"] = request.args.get("sort", "-effective")
    if kind := request.args.get("format"):
        return exports.file_response(kind, "overrides", COLUMNS, _all(chosen))
    page = pipeline(actor(), **chosen, cursor=request.args.get("after", ""))
    return render_template(
        "localising/overrides.html", page=page, chosen=chosen, scopes=queries.scopes(actor()),
        regions=regions(actor()), effect_words=EFFECT_WORDS,
        playbooks=[(each.key, each.title) for each in queries.playbooks(actor())],
        states=[(state.value, sentence(state)) for state in State], effects=list(EFFECT_WORDS.items()))


def _all(chosen: dict[str, Any]) -> Iterator[queries.OverrideLine]:
    cursor = ""
    while True:
        page = pipeline(actor(), **chosen, cursor=cursor, limit=MOST)
        yield from page.rows
        cursor = page.next
        if not cursor:
            return


def sought(key: str, scope: str, number: int) -> OverrideVersion:
    """The version an address names, as it stands now, among those its reader sees."""
    return queries.get_override_version(actor(), key, scope, number)


@playbook_pages.get("/overrides/<key>/<scope>/<int:number>")
def override(key: str, scope: str, number: int) -> str:
    return page_of(sought(key, scope, number), {})


@playbook_pages.get("/overrides/<key>/<scope>/<int:number>/text")
def override_text(key: str, scope: str, number: int) -> Response:
    """The Markdown, byte for byte."""
    found = sought(key, scope, number)
    return markdown(found.source, f"{key}-{found.override.scope}-{number}.md")


def page_of(found: OverrideVersion, sent: dict[str, Form]) -> str:
    """The page of a version; `sent` are the forms just sent and refused, by act."""
    shown = read(actor(), found, request.args.get("site", ""))
    forms = {act: sent.get(act) or Form(schema()) for act, schema in FORMS.items()}
    owner = session.get(Person, found.control_owner_id) if found.control_owner_id else None
    asker = session.get(Person, found.requested_by_id) if found.requested_by_id else None
    return render_template(
        "localising/override.html", line=queries.line_of(found), version=found, override=found.override,
        playbook=found.override.playbook, read=shown, told=shown.told, standing=shown.standing, forms=forms,
        history=presenting.history_of(shown.dossier.steps), unread=shown.dossier.unread, control_owner=owner,
        asker=asker, against=[{"text": each, "met": False} for each in shown.standing.against],
        own=actor().id in shown.dossier.case.asked_by, effect_words=EFFECT_WORDS, legal_said=shown.dossier.case.legal,
        rival=shown.dossier.case.rival if shown.standing.may_ask else "",
        written=chain_said(found.written_against.items()))
