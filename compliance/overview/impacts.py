"""The impact of a version as a page in steps, and as data."""

from collections.abc import Iterable
from typing import Any

from compliance.overview import addresses
from compliance.overview.queries.impact import Impact
from compliance.playbooks import effectiveness
from compliance.playbooks.comparison import Kind
from compliance.playbooks.drift import DriftItem, State
from compliance.playbooks.effective import operation_key
from compliance.playbooks.governing.forecasting import Drifted, Inversion
from compliance.playbooks.layers import FOR_A_PERSON
from compliance.playbooks.queries.comparing import bare
from compliance.web.words import number, sentence
from compliance.wording import counted

SHOWN = 60  # sites a page lists at first; all of them are in the JSON


def where(moved: Drifted | Inversion) -> str:
    return moved.override.where


def how(kinds: Iterable[Kind]) -> str:
    """ "stricter, reworded": what became of a clause, in words."""
    words = {Kind.ADDED: "new", Kind.REMOVED: "no longer asked", Kind.TIGHTENED: "stricter", Kind.LOOSENED: "looser"}
    return ", ".join(words.get(kind, kind.value.replace("-", " ")) for kind in kinds)


def figures(found: Impact) -> list[dict[str, Any]]:
    """The five numbers on top."""
    waits = sum(found.states[state] for state in FOR_A_PERSON)
    moved = sum(found.states.values()) - found.states[State.CURRENT]
    return [
        {"name": "Sites reached", "value": number(found.sites),
         "note": f"{counted(found.places, 'auditee')} looked at"},
        {"name": "Clauses touched", "value": number(len(found.touched)), "note": f"of {found.version.clauses}"},
        {"name": "Overrides to look at", "value": number(len(found.drifted)),
         "note": f"{waits} of {counted(moved, 'operation')} that move"},
        {"name": "Audits that use it", "value": number(len(found.audits)), "note": "planned for the day or later"},
        {"name": "Open findings on it", "value": number(len(found.findings)),
         "note": f"{counted(len(found.waivers), 'waiver')} would lapse"},
    ]


def states(found: Impact) -> list[tuple[State, int]]:
    """All twelve, those for a person first."""
    return sorted(found.states.items(), key=lambda pair: (pair[0] not in FOR_A_PERSON, list(State).index(pair[0])))


def as_json(found: Impact) -> dict[str, Any]:
    """The whole of it for a program."""
    return {
        "version": found.version.number, "digest": found.version.digest, "on": found.on.isoformat(),
        "takes_effect": found.takes_effect,
        "looked_at": {"chains_and_overrides": found.total, "auditees": found.places},
        "sites": [{"site": each.code, "vendor": each.vendor or None, "clauses": [
            {"clause": touched.clause, "how": list(touched.kinds)} for touched in each.touched]}
            for each in found.reached],
        "clauses": dict(found.touched),
        "audits": [{"reference": each.reference, "site": each.site.code, "planned_from": each.planned_from.isoformat(),
                    "status": each.status} for each in found.audits],
        "overrides": {"in_force": found.overrides, "states": dict(found.states), "to_look_at": [
            {"scope": each.override.scope, "version": each.number, "operations": [
                {"operation": f"{item.operation.verb} {item.operation.target}", "clause": item.clause,
                 "state": item.state, "gives_way_at_once": gives_way(each, item)}
                for item in each.items if item.state in FOR_A_PERSON]}
            for each in found.drifted]},
        "inverted": [{"scope": each.override.scope, "parameter": each.parameter, "local": each.local, "old": each.old,
                      "new": each.new, "unit": each.unit} for each in found.inverted],
        "waivers": [each.reference for each in found.waivers],
        "findings": [{"reference": each.reference, "site": each.site.code, "clause": each.clause_id}
                     for each in found.findings],
        "translations": [{"clause": each.clause_id, "language": each.language} for each in found.stale_words],
    }


def override_url(drifted: Drifted) -> str:
    return f"/overrides/{drifted.override.playbook.key}/{drifted.override.scope}/{drifted.number}"


def gives_way(drifted: Drifted, item: DriftItem) -> bool:
    """Whether the text above holds from the first day, as the clause must be rebased."""
    return operation_key(item.operation) in drifted.at_once


def shown(found: Impact) -> dict[str, Any]:
    """What the template is given beside the impact itself."""
    text = effectiveness.base_of(bare(found.version).playbook)
    return {"figures": figures(found) if found.whole else [], "states": states(found), "how": how, "where": where,
            "override_url": override_url, "site_url": addresses.site, "audit_url": addresses.audit,
            "finding_url": addresses.finding, "most": SHOWN, "for_a_person": FOR_A_PERSON, "sentence": sentence,
            "titles": {entry.id: entry.clause.title for entry in text.clauses}, "gives_way": gives_way,
            "meanings": {name: entry.parameter.meaning for name, entry in text.parameters.items()}}
