"""Every form and body that names people or places, filled in so that it is accepted."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from compliance import clock
from compliance.continuity.operators import IN_HOUSE
from compliance.db import new_id
from tests.access.keys import LOCAL, Office, Sent


def forms(office: Office) -> Iterator[Sent]:
    """Every form that names people or places by what was typed, filled in so that it is accepted."""
    action, soon = f"/actions/{office.action.reference}", clock.today() + timedelta(days=40)
    person, nobody = office.far.person.id, new_id()
    lead = office.own.person.id
    people = (person, nobody)
    yield Sent("actions.approval", "programme_manager", f"{action}/approval",
               {"decision": "approve", "verifier": office.world.people["reviewer"].id}, {"verifier": people})
    yield Sent("actions.extension", "regional_lead", f"/actions/{office.approved}/extension",
               {"due_on": clock.today() + timedelta(days=100), "note": "Parts come late.", "asked_by": lead},
               {"asked_by": people})
    yield Sent("actions.owner", "regional_lead", f"{action}/owner", {"owner": lead, "note": "On leave."},
               {"owner": people})
    yield Sent("actions.new", "regional_lead", "/actions/new",
               {"kind": "improvement", "site": "KUL1", "vendor": "VAA", "title": "Sort the queue", "owner": lead,
                "due_on": soon}, {"site": ("DUB1", "ZZZ9"), "vendor": ("VCC", "ZZZ"), "owner": people})
    yield Sent("actions.plan", "vendor_lead", f"/actions/{office.caused}/plan",
               {"criterion": "Every ticket in time", "metric": "Share", "target": "100 %", "sample": "59 in a row",
                "soak_days": 0, "rows": 1, "text_1": "Change the roster", "owner_1": lead, "due_1": soon},
               {"owner_1": people})
    yield Sent("continuity.new_exercise", "continuity_lead", "/continuity/exercises/new?at=KUL1:VAA",
               {"type": "tabletop", "title": "Power is gone", "planned_on": soon, "lead": lead, "objective": "See",
                "scenario": "Dark"}, {"lead": people, "retest": (office.far.exercise.reference, "EXE-2019-9999")})
    yield Sent("continuity.schedule", "continuity_lead", f"/continuity/exercises/{office.exercise.reference}/schedule",
               {"title": "Power is gone", "planned_on": soon, "lead": lead, "objective": "See", "scenario": "Dark"},
               {"lead": people})
    yield Sent("continuity.new_plan", "continuity_lead", f"/continuity/plans/new?at={office.partner}:{IN_HOUSE}",
               {"title": "Second floor", "review_on": soon, "a0_name": "Live queue", "a0_tier": 2, "a0_rto": "60",
                "a0_mtpd": "240", "a0_failover": "KUL1"}, {"a0_failover": ("DUB1", "ZZZ9")})
    yield Sent("reports.new", "regional_lead", "/reports/new",
               {"node": "apac", "vendor": "VAA", "since": "2026-01-01", "until": "2026-02-01"},
               {"node": ("emea", "zzz"), "vendor": ("VCC", "ZZZ")})
    yield Sent("network.start_operation", LOCAL, "/sites/KUL1/operations/new",
               {"vendor": "VAA", "lob": "Translation", "from_on": soon}, {"vendor": ("VCC", "ZZZ")})
    yield Sent("audits.new", "programme_manager", "/audits/new?auditee=KUL1/VAA",
               {"playbooks": ["ESC"], "lobs": ["Core"], "lead": office.audit_lead.id, "planned_from": soon,
                "contact": lead, "then": "plan"},
               {"lead": people, "contact": people, "team": people, "second_reviewer": people,
                "unannounced_approver": people, "programme": ("PRG-2019-0001", "PRG-2019-0002")})
    yield from _waivers(office)
    yield from _overrides(office)
    yield from _readings(office)
    yield from _translations(office)


def _waivers(office: Office) -> Iterator[Sent]:
    today, owners = clock.today(), {"control_owner": (office.far.person.id, new_id())}
    said = {"from_on": today + timedelta(days=400), "until_on": today + timedelta(days=430), "rationale": "Too early.",
            "risk": "A shift without.", "control": "The lead reads it out.", "control_owner": office.own.person.id}
    place = {"site": "KUL1", "vendor": "VAA", "playbook": "ESC", "clause": "ESC-02"}
    yield Sent("waivers.new", "regional_lead", f"/waivers/new?{urlencode(place)}", said, owners)
    yield Sent("waivers.renew", "regional_lead", f"/waivers/{office.waived}/renew", said, owners)
    yield Sent("waivers_api.ask", "regional_lead", "/api/v1/waivers", _plain(said | place),
               owners | {"site": ("DUB1", "ZZZ9"), "vendor": ("VCC", "ZZZ")})
    yield Sent("waivers_api.ask", "vendor_lead", "/api/v1/waivers", _plain(said | place), {"vendor": ("VBB", "ZZZ")})


def _overrides(office: Office) -> Iterator[Sent]:
    playbook, soon = office.world.playbook.key, clock.today() + timedelta(days=60)
    draft = f"{playbook}/my/{office.rule}"
    owners = {"control_owner": (office.far.person.id, new_id())}
    said = {"rationale": "The law there", "legal_basis": "no", "review_on": soon + timedelta(days=90),
            "control": "A second person looks", "control_owner": office.own.person.id}
    yield Sent("localising.ask", "regional_lead", f"/overrides/{draft}/ask", said, owners)
    yield Sent("localising_api.act:ask", "regional_lead", f"/api/v1/overrides/{draft}/ask", _plain(said), owners)
    places = {"scope": ("emea", "zzz")}
    yield Sent("drafting.new_override", "regional_lead", f"/playbooks/{playbook}/overrides/new",
               {"scope": "apac", "effective_on": soon}, places)
    yield Sent("drafting.change_here", "regional_lead", f"/playbooks/{playbook}/clauses/ESC-01/change",
               {"scope": "apac", "way": "add", "paragraph": "Also at night.", "why": "Nights", "effective_on": soon},
               places)
    versions = {"versions": ([f"{playbook}/vcc/1"], [f"{playbook}/zzz/1"])}
    yield Sent("drifting.clear", "regional_lead", "/drift/clear", {"versions": [office.moved]}, versions)
    yield Sent("drifting_api.clear", "regional_lead", "/api/v1/drift/clear", {"versions": [office.moved]}, versions)


def _readings(office: Office) -> Iterator[Sent]:
    """By the lead of one vendor, about a text of the other on the same floor."""
    playbook = office.world.playbook.key
    said = {"digest": office.digests["VAA"], "language": "en", "vendor": "VAA"}
    names = {"vendor": ("VBB", "ZZZ")}
    yield Sent("playbooks.acknowledge", "vendor_lead", f"/playbooks/{playbook}/at/KUL1/acknowledgement", said, names)
    yield Sent("adoption_api.acknowledge", "vendor_lead", f"/api/v1/adoption/reading/{playbook}/KUL1", said, names)


def _translations(office: Office) -> Iterator[Sent]:
    """Of a rule here, as its source says it, and of what was proposed; the other site has a rule of its own."""
    (here, mine), (there, _) = office.wordings["own"], office.wordings["elsewhere"]
    at = f"playbooks/{office.world.playbook.key}/translations/ms/{{wording}}"
    names = {"wording": (there, f"ESC-01/{'f' * 16}")}
    proposed = {"wording": f"ESC-02/{office.world.wording}"}
    yield Sent("translations.work", "regional_lead", f"/{at}",
               {"wording": here, "title": mine.title, "text": mine.text}, names)
    yield Sent("translations.approve", "regional_lead", f"/{at}/approve", proposed, names)
    yield Sent("translations_api.approve", "regional_lead", f"/api/v1/{at}/approve", proposed, names)
    yield Sent("translations.decline", "regional_lead", f"/{at}/decline", proposed | {"reason": "Not so."}, names)


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """As JSON takes it."""
    return {name: value if isinstance(value, list) else str(value) for name, value in said.items()}
