"""A clause as a control, a parameter as a parameter, a section as a group."""

from collections.abc import Iterable, Mapping

from compliance.playbooks.document import Clause, Lock, Parameter, Section
from compliance.playbooks.oscal.vocabulary import (
    EVIDENCE,
    GUIDANCE,
    NS,
    OBJECTIVE,
    STATEMENT,
    Json,
    control_id,
    part_id,
    present,
    prop,
    props,
    with_inserts,
)

GroupIds = Mapping[str, str]


def control(clause: Clause, place: int, more: Iterable[Json] = ()) -> Json:
    """The control of a clause. `place` is where it stands in the playbook, from 1."""
    said = [
        ("severity", clause.severity), ("weight", clause.weight), ("frequency", clause.frequency),
        ("locked", "" if clause.lock is Lock.OPEN else clause.lock),
        ("must-rebase", "yes" if clause.must_rebase else ""),
        ("law", with_inserts(clause.law)), *(("applies-to", line) for line in clause.applies_to),
        *(("formerly", former) for former in clause.formerly),
    ]
    known = [prop("label", clause.id, own=False), prop("sort-id", f"{place:04}", own=False)]
    return {
        "id": control_id(clause.id), "class": "clause", "title": with_inserts(clause.title),
        "props": [*known, *props(said), *more], "parts": parts(clause),
    }


def parts(clause: Clause) -> list[Json]:
    one = [(STATEMENT, clause.text), (OBJECTIVE, clause.check), (GUIDANCE, clause.guidance)]
    return [*(part(clause.id, name, text) for name, text in one if text),
            *(part(clause.id, EVIDENCE, text, number) for number, text in enumerate(clause.evidence, 1))]


def part(clause_id: str, name: str, text: str, number: int = 0) -> Json:
    """One part of a control; evidence is a part of our own, since an assessment of OSCAL's needs a method."""
    made: Json = {"id": part_id(clause_id, name, number), "name": name, "prose": with_inserts(text)}
    return made | ({"ns": NS} if name == EVIDENCE else {})


def parameter(said: Parameter) -> Json:
    bounds = [{"description": f"Within {said.range}"}] if said.range else []
    return present({
        "id": said.name, "label": said.meaning or said.name, "constraints": bounds, "values": [said.value],
        "props": props([("unit", said.unit), ("stricter", said.stricter), ("range", said.range),
                        ("locked", "" if said.lock is Lock.OPEN else said.lock)]),
    })


def group_ids(titles: Iterable[str]) -> GroupIds:
    """An id for each section by its title, in every script; two that would be alike are told apart by a number."""
    found: dict[str, str] = {}
    for title in titles:
        slug = "-".join("".join(mark if mark.isalnum() else " " for mark in title.casefold()).split())
        slug = slug if slug[:1].isalpha() else f"section-{slug}".rstrip("-")
        number, wanted = 1, slug
        while wanted in found.values():
            number, wanted = number + 1, f"{slug}-{number + 1}"
        found.setdefault(title, wanted)
    return found


def grouped(clauses: Iterable[tuple[Clause, Json]], sections: Iterable[Section], ids: GroupIds) -> Json:
    """`controls` without a section, and `groups` in their order; a section without a clause is left out."""
    by_section: dict[str, list[Json]] = {}
    for clause, made in clauses:
        by_section.setdefault(clause.section, []).append(made)
    prose = {section.title: section.prose for section in sections}
    groups = [group(title, ids[title], prose.get(title, ""), controls)
              for title, controls in by_section.items() if title]
    return present({"controls": by_section.get("", []), "groups": groups})


def group(title: str, group_id: str, prose: str, controls: list[Json]) -> Json:
    overview = [{"id": f"{group_id}_ovw", "name": "overview", "prose": with_inserts(prose)}] if prose else []
    return present({"id": group_id, "class": "section", "title": title, "parts": overview, "controls": controls})
