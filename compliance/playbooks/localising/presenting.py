"""What the page and the JSON of a request say: each operation with who decides on it, what happened, what is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.access import Actor, Permission, may
from compliance.accounts.models import Person
from compliance.playbooks.localising.deciding import against_appealing, against_consenting, against_hearing
from compliance.playbooks.localising.dossier import Dossier, deciders_of, legal_reviewers, reasons_against
from compliance.playbooks.localising.foreseeing import AtSite, Reach
from compliance.playbooks.localising.models import Act, RequestStep
from compliance.playbooks.localising.routing import IN_HAND, Route, reviews_of
from compliance.playbooks.models import ASKED, OverrideVersion, VersionStatus
from compliance.playbooks.queries.overrides import ToldOperation, ToldOverride
from compliance.playbooks.weighing import EFFECT_WORDS, Weighed, lock_told
from compliance.web.words import day, sentence
from compliance.wording import joined

S = VersionStatus
DID = {
    Act.ASKED: "asked for it", Act.CONSENTED: "consented for Legal", Act.REFUSED_CONSENT: "refused consent for Legal",
    Act.APPROVED: "approved it", Act.RETURNED: "returned it with questions", Act.DECLINED: "declined it",
    Act.WITHDRAWN: "withdrew it", Act.APPEALED: "appealed",
}
ADJOURNED = {Act.DECLINED: "bad", Act.REFUSED_CONSENT: "bad", Act.APPROVED: "key", Act.CONSENTED: "key"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation on the page; `lock` is said in words, `by` who decides on it, by name."""

    told: ToldOperation
    lock: str
    route: Route | None
    by: str
    refused: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request is and what this reader can do with it; each list of reasons is empty when nothing is against.

    `waits` says whose word is next.
    """

    operations: Sequence[Shown]
    path: Sequence[dict[str, str]]
    waits: str
    against: Sequence[str]
    against_consent: Sequence[str]
    may_ask: bool
    may_decide: bool
    may_consent: bool
    may_withdraw: bool
    may_appeal: bool
    may_hear: bool
    against_hearing: Sequence[str]
    consents: Sequence[tuple[str, str]]
    deciders: Sequence[str]
    legal: Sequence[str]


def standing(actor: Actor, dossier: Dossier, told: ToldOverride) -> Standing:
    version, case = dossier.version, dossier.case
    may_request = may(actor, Permission.REQUEST_OVERRIDE, version)
    undecided = version.status in ASKED
    deciders, legal = _names(deciders_of(dossier)), _names(legal_reviewers(dossier))
    spoken = against_consenting(case, actor.id, dossier.weighed)
    return Standing(
        operations=_operations(dossier, told), path=path_of(dossier), waits=waits_for(dossier, deciders, legal),
        against=[each.message for each in reasons_against(actor, dossier)] if undecided else (),
        against_consent=[each.message for each in spoken],
        may_ask=may_request and version.status in IN_HAND,
        may_decide=undecided and any(may(actor, each, version) for each in DECIDING),
        may_consent=_legal_may_speak(actor, dossier),
        may_withdraw=may_request and undecided and actor.id in case.asked_by,
        may_appeal=may_request and not against_appealing(case, actor.id),
        may_hear=version.status is S.APPEALED and may(actor, Permission.HEAR_APPEAL, version),
        against_hearing=[each.message for each in against_hearing(case, actor.id)],
        consents=[(each.key, each.heading) for each in dossier.weighed if each.needs_approval],
        deciders=deciders, legal=legal)


DECIDING = (Permission.DECIDE_LOCALLY, Permission.DECIDE_OVERRIDE)


def _legal_may_speak(actor: Actor, dossier: Dossier) -> bool:
    asked = dossier.version.status in {*ASKED, S.APPEALED}
    return asked and _lenient(dossier.weighed) and may(actor, Permission.CONSENT_LEGALLY, dossier.version)


def _lenient(weighed: Iterable[Weighed]) -> bool:
    return any(each.needs_approval for each in weighed)


def _names(people: Iterable[Person]) -> list[str]:
    return [person.name for person in people]


def _operations(dossier: Dossier, told: ToldOverride) -> list[Shown]:
    """A draft that cannot be weighed yet is shown without routes."""
    routes = {route.key: (route, each) for route, each in zip(dossier.routes, dossier.weighed, strict=True)}
    by = {review: _some(_names(deciders_of(dossier, review))) for review in reviews_of(dossier.weighed)}
    found = []
    for operation in told.operations:
        route, weighed = routes.get(operation.key, (None, None))
        lock = lock_told(dossier.parent, weighed.operation) if weighed and dossier.parent else ""
        found.append(Shown(operation, lock, route, by.get(route.review, "") if route else "",
                           weighed.refused if weighed else ""))
    return found


def path_of(dossier: Dossier) -> list[dict[str, str]]:
    """The stations of a request: done, now, to come."""
    status = dossier.version.status
    approved = status in {S.APPROVED, S.RETIRED}
    passed = {step.stage for step in dossier.round if step.act in {Act.APPROVED, Act.DECLINED}}
    path = [_station("Draft", "now" if status in IN_HAND else "done")]
    if _lenient(dossier.weighed):
        path.append(_station("Legal", "done" if dossier.case.legal or approved else "now" if status in ASKED else "",
                             "refused" if dossier.case.legal is False else ""))
    for review in reviews_of(dossier.weighed):
        done = approved or review in passed
        path.append(_station(sentence(review), "done" if done else "now" if status is review else ""))
    if status in {S.DECLINED, S.APPEALED} or dossier.case.appealed:
        path.append(_station("Declined", "now" if status is S.DECLINED and not dossier.case.appealed else "done"))
    if status is S.APPEALED or dossier.case.appealed:
        path.append(_station("Appeal", "now" if status is S.APPEALED else "done"))
    return [*path, _station("Approved", "now" if approved else "")]


def _station(label: str, state: str, note: str = "") -> dict[str, str]:
    return {"label": label, "state": state, "note": note}


def waits_for(dossier: Dossier, deciders: Sequence[str], legal: Sequence[str]) -> str:
    """Whose word is next, in one sentence; "" when nobody's is."""
    status = dossier.version.status
    if status is S.APPEALED:
        return "The global head hears the appeal; that decision is final."
    if status not in ASKED:
        return ""
    missing = []
    if _lenient(dossier.weighed) and dossier.case.legal is None:
        missing.append(f"Legal has to consent to this text: {_or_nobody(legal, 'a legal reviewer')}.")
    return " ".join([*missing, f"The decision is for {_or_nobody(deciders, 'somebody who did not ask for it')}."])


def _or_nobody(names: Sequence[str], otherwise: str) -> str:
    return _some(names) or f"{otherwise}; nobody holds that role here yet"


def _some(names: Sequence[str]) -> str:
    """Three by name; the page has the whole list beside it."""
    more = len(names) - 3
    return joined([*names[:3], *([f"{more} more"] if more > 0 else [])])


def history_of(steps: Iterable[RequestStep]) -> list[dict[str, Any]]:
    """Newest first, as `ui.timeline` wants it, in UTC."""
    return [{"iso": step.at.isoformat(), "day": day(step.at.date()), "time": f"{step.at:%H:%M} UTC",
             "text": f"{step.person} {did(step)}", "by": step.reason, "kind": ADJOURNED.get(step.act, "")}
            for step in reversed(list(steps))]


def did(step: RequestStep) -> str:
    if step.stage is S.APPEALED and step.act in {Act.APPROVED, Act.DECLINED}:
        return "granted the appeal" if step.act is Act.APPROVED else "turned the appeal down"
    if step.stage is S.DRAFT and step.act is Act.APPROVED:
        return "took it over"
    return DID[step.act]


def as_json(dossier: Dossier, shown: Standing, reach: Reach, preview: AtSite | None,
            pending: Sequence[OverrideVersion]) -> dict[str, Any]:
    """A request, or a text nobody has asked for yet, as data."""
    version = dossier.version
    return {
        "playbook": version.override.playbook.key, "scope": version.override.scope, "number": version.number,
        "status": version.status, "digest": version.digest, "version": version.version,
        "effective": version.effective_on.isoformat(),
        "until": version.until_on.isoformat() if version.until_on else None,
        "cannot_be_read": dossier.unread or None, "rationale": version.rationale,
        "legal_basis": version.legal_basis, "legal_reference": version.legal_reference,
        "review_by": version.review_on.isoformat() if version.review_on else None, "control": version.control,
        "operations": [_operation_json(each) for each in shown.operations],
        "reviews": [str(review) for review in reviews_of(dossier.weighed)], "deciders": list(shown.deciders),
        "legal_reviewers": list(shown.legal) if shown.consents else [], "against_approving": list(shown.against),
        "overlaps": dossier.case.rival or None, "sites": {"codes": list(reach.codes), "count": reach.count},
        "pending_here": [f"{each.override.playbook.key} {each.override.scope} {each.number}" for each in pending],
        "at_site": _site_json(preview) if preview else None,
        "history": [{"at": step.at.isoformat(), "who": step.person, "act": step.act, "stage": step.stage,
                     "reason": step.reason, "digest": step.digest} for step in dossier.steps],
    }


def _operation_json(each: Shown) -> dict[str, Any]:
    return {
        "operation": each.told.key, "effect": each.told.effect, "says": EFFECT_WORDS[each.told.effect],
        "lock": each.lock or None, "review": each.route.review if each.route else None,
        "decided_by": each.route.scope or "this place" if each.route else None, "why": each.route.why if each.route
        else None, "refused": each.refused or None, "before": each.told.old, "after": each.told.new,
    }


def _site_json(preview: AtSite) -> dict[str, Any]:
    return {"site": preview.site.code, "on": preview.on.isoformat(), "clauses": [
        {"id": each.id, "title": each.title, "added": each.added, "left_out": each.left_out,
         "before": "".join(text for mark, text in each.pieces if mark != "ins"),
         "after": "".join(text for mark, text in each.pieces if mark != "del"),
         "facts": [{"fact": name, "before": old, "after": new} for name, old, new in each.facts]}
        for each in preview.clauses]}
