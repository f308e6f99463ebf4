"""The words OSCAL has for ours, and the properties of our own for what it has no word for."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.digests import digest
from compliance.playbooks.substitution import PLACEHOLDER

Json = dict[str, Any]

OSCAL_VERSION = "1.2.1"
# Ours, as every property is that OSCAL itself does not define. A name, never an address anybody fetches.
NS = "https://plumbline.example/ns/oscal"
STATEMENT, GUIDANCE, OBJECTIVE, EVIDENCE = "statement", "guidance", "assessment-objective", "evidence"
SUFFIX = {STATEMENT: "smt", GUIDANCE: "gdn", OBJECTIVE: "obj", EVIDENCE: "evd"}
_UUIDS = uuid5(NAMESPACE_URL, NS)
INSERT = re.compile(r"(?<!\\)\{\{\s*(?:insert:\s*param,\s*|param:\s*)?([\w.\-]+)\s*\}\}")


def identifier(*said: object) -> str:
    """The same UUID for the same thing said, so that two exports of one text are the same bytes."""
    return str(uuid5(_UUIDS, digest([str(each) for each in said])))


def control_id(clause_id: str) -> str:
    """OSCAL writes ids small and the label as people quote it."""
    return clause_id.lower()


def part_id(clause_id: str, name: str, number: int = 0) -> str:
    return f"{control_id(clause_id)}_{SUFFIX[name]}" + (f"-{number}" if number else "")


def prop(name: str, value: object, remarks: str = "", *, own: bool = True) -> Json:
    made: Json = {"name": name, "value": canonical_line(str(value))}
    if own:
        made["ns"] = NS
    if remarks.strip():
        made["remarks"] = remarks.strip()
    return made


def props(said: Iterable[tuple[str, object]]) -> list[Json]:
    """Properties of our own, those that say nothing left out."""
    return [prop(name, value.isoformat() if isinstance(value, date) else value)
            for name, value in said if value not in ("", None, False)]


def things(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """What a list of a foreign document holds: anything that is no object in it is passed over, as is no list."""
    held = holder.get(name)
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def texts(holder: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a list of a foreign document, numbers as texts."""
    held = holder.get(name)
    return [str(each) for each in held if isinstance(each, str | int | float)] if isinstance(held, list) else []


def word_of(holder: Mapping[str, Any], name: str) -> str:
    held = holder.get(name)
    return str(held) if isinstance(held, str | int | float) else ""


def own_props(holder: Mapping[str, Any]) -> dict[str, str]:
    """Our own properties of a thing by name; of one said again by a layer below, the last."""
    return {word_of(each, "name"): word_of(each, "value") for each in things(holder, "props") if each.get("ns") == NS}


def all_own(holder: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(word_of(each, "value") for each in things(holder, "props")
                 if (each.get("ns"), each.get("name")) == (NS, name))


def with_inserts(text: str) -> str:
    """Our `{{name}}` as OSCAL's insertion point; `\\{{name}}` stays what it is, text."""
    return PLACEHOLDER.sub(lambda m: m[0] if m[1] else "{{ insert: param, " + m[2] + " }}", text)


def present(said: Json) -> Json:
    """Without what is empty: OSCAL knows no empty list and no empty text."""
    return {name: value for name, value in said.items() if value not in ("", None, [], {})}
