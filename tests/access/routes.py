"""Every route of the application, and the address that stands for each placement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from compliance.db import new_id
from tests.access.world import PLACEMENTS, World

QUESTION = "asked "  # before a placement that a question in the address names
REVIEWED = "reviewed "  # before the placement of an audit that is done
WITHHELD = "withheld"  # at the corner "own", and kept from its auditee
PUBLISHED = "published"  # a version everybody reads, where a draft is meant otherwise
NOWHERE = "nowhere"  # an address that looks right and leads to nothing
ANYWHERE = "-"  # a route without a record
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ABSENT: Mapping[str, Any] = {"reference": "AUD-2019-9999", "code": "ZZZ9", "key": "no-such-book", "site": "ZZZ9",
                             "prefix": "ZZZ", "clause": "ZZZ-01", "scope": "zzz", "language": "zzz",
                             "wording": "f" * 16, "name": "no-such-file.json", "digest": "0" * 16, "place": "api/none",
                             "sha256": "f" * 64}

# What a parameter names at a placement, as a path from the corner there; endpoint.parameter wins over
# feature.parameter, and that over the parameter alone.
VALUES = {
    "audits.reference": "audit.reference",
    "findings.reference": "finding.reference",
    "actions.reference": "action.reference",
    "audits.propose_finding.reference": "waiver.reference",
    "audits.issue_proposed.reference": "waiver.reference",
    "waivers.reference": "waiver.reference",
    "continuity.reference": "exercise.reference",
    "reports.reference": "report.reference",
    "audits.evidence_id": "proof.id",
    "evidence_id": "evidence.id",
    "operation_id": "operation.id",
    "person_id": "person.id",
    "grant_id": "person_grant_id",
    "session_id": "person_session_id",
    "field.device": "floor.device",
    "field.keep_my_tablet.device": "floor.auditors",
    "field.wiped.device": "floor.auditors",
    "field.media_id": "floor.photo",
    "field.reference": "audit.reference",
    "overview.vendor.code": "vendor.code",
    "network.vendor_settings.code": "vendor.code",
    "code": "site.code",
    "site": "site.code",
    "scope": "scope",
    "localising.scope": "local.scope",
    "localising.number": "local.request.number",
    "drifting.scope": "local.drift_scope",
    "override_drafts.scope": "local.scope",
    "override_drafts.number": "local.draft.number",
    "override_drafts.comment_id": "local.comment.id",
}
# What stands at the corner "own" and is kept from its auditee, as a path from the world.
KEPT_BACK = {"audits.reference": "surprise.reference", "findings.reference": "draft.reference",
             "files.evidence_id": "paper.id", "field.reference": "surprise.reference"}
# Pages that show of a reviewed audit what of another only its team reads: asked of both.
OF_REVIEWED = {"audits.card", "audits.checklist"}
# What was said while a version was a draft: asked of a published one as well.
OF_PUBLISHED = {"drafting_api.comments"}
# What is the same at every placement, as a path from the world.
SHARED = {
    "drafting.number": "texts.draft.number",
    "drafting.comment_id": "texts.comment.id",
    "governing.number": "texts.in_review.number",
    "overview.number": "texts.in_review.number",
    "wording": "wording",
    "field.asset.digest": "shell",
    "key": "playbook.key",
    "prefix": "playbook.prefix",
}
SAME: dict[str, Any] = {
    "clause": "ESC-01", "translations.clause": "ESC-02", "language": "ms", "position": 1,
    "oscal.file.name": "catalog.json", "playbooks.number": "1.0.0", "adoption.number": "1.0.0",
    "field.asset.name": "mark.svg", "field.place": "AUD-2026-0001", "field.sha256": "0" * 64,
    "playbooks.override.number": 1, "playbooks.override_text.number": 1, "drifting.number": 1,
}
# Pages that learn from a question in their address which place they are for: asked with it as well as without.
ASKED = {
    "adoption.place": "vendor={vendor}", "adoption.notice": "vendor={vendor}", "adoption.attest": "vendor={vendor}",
    "adoption.go_live": "vendor={vendor}", "adoption.readers": "vendor={vendor}",
    "adoption_api.place": "vendor={vendor}", "adoption_api.notice": "vendor={vendor}",
    "audits.new": "auditee={site}/{vendor}",
    "continuity.new_exercise": "at={site}:{vendor}", "continuity.new_plan": "at={site}:{vendor}",
    "oscal_api.files": "site={site}&vendor={vendor}", "oscal.effective": "vendor={vendor}",
    "playbooks.effective": "vendor={vendor}", "playbooks_api.effective": "vendor={vendor}",
    "playbooks.effective_pdf": "vendor={vendor}",
    "waivers.new": "site={site}&vendor={vendor}&playbook=ESC&clause=ESC-02",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One address asked by one method at one placement."""

    endpoint: str
    method: str
    placement: str
    url: str


def cases(app: Flask, world: World) -> Iterator[Case]:
    """Every rule × method × placement. A rule whose parameters nobody here knows raises KeyError: teach VALUES."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        if rule.endpoint == "static":
            continue
        for kind in _choices(rule):
            for method in METHODS:
                if method in (rule.methods or ()):
                    yield from _placed(app, rule, method, world, kind)
                    if rule.endpoint in ASKED:
                        yield from _asked(app, rule, method, world)


def _asked(app: Flask, rule: Rule, method: str, world: World) -> Iterator[Case]:
    """With the question of every placement; the address leads to something wherever the question does."""
    for placement in (*PLACEMENTS, NOWHERE):
        corner = world.corners["own" if placement == NOWHERE else placement]
        values = {name: _value(rule.endpoint, name, world, "own" if placement == NOWHERE else placement)
                  for name in rule.arguments}
        place = {"site": corner.site.code, "vendor": "ZZZ" if placement == NOWHERE else corner.vendor.code}
        yield Case(rule.endpoint, method, QUESTION + placement,
                   f"{_url(app, rule, values)}?{ASKED[rule.endpoint].format(**place)}")


def _choices(rule: Rule) -> list[dict[str, str]]:
    """The words an `any(…)` parameter may be: each is an act of its own."""
    found: list[dict[str, str]] = [{}]
    for name, converter in rule._converters.items():
        words = getattr(converter, "items", None)
        if words:
            found = [{name: word} for word in sorted(words)]
        elif name == "kind":
            found = [{"kind": "csv"}, {"kind": "xlsx"}]
    return found


def _placed(app: Flask, rule: Rule, method: str, world: World, chosen: dict[str, str]) -> Iterator[Case]:
    wanted = [name for name in sorted(rule.arguments) if name not in chosen]
    word = "".join(f":{value}" for value in chosen.values())
    if rule.endpoint == "accounts.enter":
        yield Case(rule.endpoint, method, ANYWHERE, _url(app, rule, {"token": "no-such-link"}))
    elif not wanted:
        yield Case(rule.endpoint + word, method, ANYWHERE, _url(app, rule, chosen))
    else:
        urls: set[str] = set()
        for placement in PLACEMENTS:
            values = {name: _value(rule.endpoint, name, world, placement) for name in wanted}
            url = _url(app, rule, values | chosen)
            if url not in urls:  # two vendors share a site, all read one playbook: one address, asked once
                urls.add(url)
                yield Case(rule.endpoint + word, method, placement, url)
        for placement in PLACEMENTS if rule.endpoint in OF_REVIEWED else ():
            values = {name: _value(rule.endpoint, name, world, placement) for name in wanted}
            reviewed = {"reference": world.corners[placement].assessment.reference}
            yield Case(rule.endpoint + word, method, REVIEWED + placement, _url(app, rule, values | reviewed | chosen))
        if rule.endpoint in OF_PUBLISHED:
            yield Case(rule.endpoint, method, PUBLISHED, _url(app, rule, {
                "key": world.playbook.key, "number": SAME["playbooks.number"]}))
        if held := _kept_back(rule.endpoint, wanted, world):
            values = {name: _value(rule.endpoint, name, world, "own") for name in wanted}
            yield Case(rule.endpoint + word, method, WITHHELD, _url(app, rule, values | held | chosen))
        yield Case(rule.endpoint + word, method, NOWHERE, _url(app, rule, _absent(rule, wanted) | chosen))


def _kept_back(endpoint: str, wanted: list[str], world: World) -> dict[str, Any]:
    """What stands for the parameters that name something withheld; nothing where another record is meant."""
    feature, view = _named(endpoint)
    return {name: attrgetter(KEPT_BACK[f"{feature}.{name}"])(world) for name in wanted
            if f"{feature}.{name}" in KEPT_BACK and f"{feature}.{view}.{name}" not in VALUES}


def _value(endpoint: str, name: str, world: World, placement: str) -> Any:
    corner, feature, view = world.corners[placement], *_named(endpoint)
    if feature == "continuity" and name == "reference" and "plan" in view:
        return corner.plan.reference
    for key in (f"{feature}.{view}.{name}", f"{feature}.{name}", name):
        if key in SAME:
            return SAME[key]
        if key in SHARED:
            return attrgetter(SHARED[key])(world)
        if key in VALUES:
            return attrgetter(VALUES[key])(corner)
    raise KeyError(f"{endpoint} takes {name}: say in tests/access/routes.py which record that is")


def _named(endpoint: str) -> tuple[str, str]:
    """The feature and the view of an endpoint; programs ask for the same records as pages do."""
    feature, _, view = endpoint.partition(".")
    feature = feature.removesuffix("_api")
    return "override_drafts" if feature == "drafting" and view.startswith("override_") else feature, view


def _absent(rule: Rule, wanted: list[str]) -> dict[str, Any]:
    return {name: new_id() if name.endswith("_id") or name == "device" else 9 if name == "position"
            else _absent_number(rule) if name == "number" else ABSENT[name] for name in wanted}


def _absent_number(rule: Rule) -> Any:
    return 99 if "int:number" in rule.rule else "99.0.0"


def _url(app: Flask, rule: Rule, values: Mapping[str, Any]) -> str:
    plain = {name: value if isinstance(value, UUID | int) else str(value) for name, value in values.items()}
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, plain)
    return str(built)
