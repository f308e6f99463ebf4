"""A catalogue that nobody published, built as the large ones are: families, enhancements, parameters, assessments."""

import json
from typing import Any

Json = dict[str, Any]
TOPICS = ("visitors", "keys", "records", "shifts", "alarms", "deliveries", "rosters", "mirrors", "lanterns", "ferries")


def a_control(family: str, number: int, enhancements: int = 0) -> Json:
    """A control with two parameters, a statement with items, guidance, an objective and a way to assess it."""
    control_id, topic = f"{family}-{number}", TOPICS[number % len(TOPICS)]
    params = [
        {"id": f"{control_id}_odp.01", "label": f"frequency of counting {topic}"},
        {"id": f"{control_id}_odp.02", "select": {"how-many": "one-or-more", "choice": [
            f"every {{{{ insert: param, {control_id}_odp.01 }}}}", "after each alarm"]}},
    ]
    nested = [enhancement(control_id, each) for each in range(1, enhancements + 1)]
    return {
        "id": control_id, "class": "FICTIONAL", "title": f"Counting of {topic}", "params": params,
        "props": [{"name": "label", "value": f"{family.upper()}-{number}"},
                  {"name": "sort-id", "value": f"{family}-{number:03}"}],
        "links": [{"href": f"#{family}-1", "rel": "related"}],
        "parts": parts(control_id, topic),
        **({"controls": nested} if nested else {}),
    }


def parts(control_id: str, topic: str) -> list[Json]:
    return [
        {"id": f"{control_id}_smt", "name": "statement", "prose": f"The harbour office looks after {topic}:", "parts": [
            {"id": f"{control_id}_smt.a", "name": "item", "props": [{"name": "label", "value": "a."}],
             "prose": f"counts them {{{{ insert: param, {control_id}_odp.02 }}}};", "parts": [
                 {"id": f"{control_id}_smt.a.1", "name": "item", "props": [{"name": "label", "value": "1."}],
                  "prose": "by hand; and"}]},
            {"id": f"{control_id}_smt.b", "name": "item", "props": [{"name": "label", "value": "b."}],
             "prose": "writes the count down."}]},
        {"id": f"{control_id}_gdn", "name": "guidance", "prose": f"Counting {topic} takes two people."},
        {"id": f"{control_id}_obj", "name": "assessment-objective", "props": [{"name": "label", "value": "X"}],
         "prose": "Determine if:", "parts": [{"name": "assessment-objective", "prose": f"{topic} are counted."}]},
        {"id": f"{control_id}_asm", "name": "assessment-method", "props": [{"name": "method", "value": "EXAMINE"}],
         "parts": [{"name": "assessment-objects", "prose": "count book\n\nkey cabinet"}]},
        {"id": f"{control_id}_ex", "name": "example", "prose": "A ferry is counted once."},
    ]


def enhancement(control_id: str, number: int) -> Json:
    return {"id": f"{control_id}.{number}", "class": "FICTIONAL-enhancement", "title": "Counting twice",
            "props": [{"name": "label", "value": f"{control_id.upper()}({number})"}],
            "parts": [{"name": "statement", "prose": "Count a second time."}]}


def a_family(family: str, controls: int, enhancements: int = 0) -> Json:
    return {"id": family, "class": "family", "title": f"Family {family.upper()}",
            "controls": [a_control(family, number, enhancements) for number in range(1, controls + 1)]}


def a_catalog(*families: Json, **more: Any) -> Json:
    """Two small families unless said."""
    about = {"title": "Harbour rules", "last-modified": "2026-01-01T00:00:00Z", "version": "5.1.1+u4",
             "oscal-version": "1.2.1", "parties": [{
                 "uuid": "8b3beca1-fcdc-43ba-8ebb-ffdc0a080001", "type": "organization", "name": "Harbour office"}]}
    groups = list(families) or [a_family("qa", 2, 1), a_family("qb", 1)]
    return {"catalog": {"uuid": "0c6d1b5f-3c2a-4a7c-9b44-5a3f0c9f1a11", "metadata": about, "groups": groups, **more}}


def large_catalog(controls: int = 1_000) -> bytes:
    """As many controls, one in five of them an enhancement, in families of fifty."""
    families = [a_family(f"q{chr(97 + number)}", 40) for number in range(controls // 50)]
    for family in families:
        for control in family["controls"][:10]:
            control["controls"] = [enhancement(control["id"], 1)]
    return as_bytes(a_catalog(*families))


def as_bytes(catalog: Json) -> bytes:
    return json.dumps(catalog).encode()
