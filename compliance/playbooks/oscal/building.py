"""One control as a clause: its statement as the text, what is asked of an assessor as check and evidence."""

from collections.abc import Iterable, Mapping
from typing import Any

from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.document import Clause, Lock, Severity
from compliance.playbooks.facts import EVERY_AUDIT, FREQUENCIES, MAX_WEIGHT
from compliance.playbooks.oscal.naming import Names
from compliance.playbooks.oscal.prose import Part, cleaned, leaves, lines_of, parts_of, statement_text
from compliance.playbooks.oscal.report import Report
from compliance.playbooks.oscal.values import Values
from compliance.playbooks.oscal.vocabulary import (
    EVIDENCE,
    GUIDANCE,
    NS,
    OBJECTIVE,
    STATEMENT,
    all_own,
    own_props,
    things,
    word_of,
)

# The catalogues of before 2021 called both otherwise.
NAMES = {"objective": OBJECTIVE, "supplemental-guidance": GUIDANCE, "assessment": "assessment-method"}
TAKEN = {STATEMENT, GUIDANCE, OBJECTIVE, EVIDENCE, "assessment-method", "assessment-objects"}
KNOWN_PROPS = {"label", "sort-id", "alt-identifier", "alt-label", "method", "status"}
LONGEST_CHECK = 1_000
UNNAMED = "Not named in the catalogue: name what an auditor looks at"
NEITHER = "Each stands at major and weight 1: grade them before the draft goes to review."
TO_NAME = "Each says so: name it before the draft goes to review."


class Builder:
    """Makes clauses of the controls of one catalogue; `origin` is what their former ids are told by."""

    def __init__(self, names: Names, values: Values, origin: str, report: Report) -> None:
        self.names, self.values, self.origin, self.report = names, values, origin, report

    def clause(self, control: Mapping[str, Any], section: str, group: str) -> Clause:
        control_id, own = word_of(control, "id"), own_props(control)
        label = next((word_of(each, "value") for each in things(control, "props")
                      if each.get("name") == "label" and "ns" not in each), "")
        name = self.names.name(control_id, label, group)
        parts = [{**each, "name": NAMES.get(word_of(each, "name"), word_of(each, "name"))}
                 for each in parts_of(control)]
        self._report_rest(control, parts, control_id)
        return Clause(
            id=name, title=self._line(word_of(control, "title")) or name, section=section,
            text=self._text(parts, control), severity=self._severity(own, control_id), weight=_weight(own),
            evidence=self._evidence(parts, control_id), check=self._check(parts, control_id),
            guidance=self._line(" ".join(said for part in named(parts, GUIDANCE) for said in leaves(part))),
            law=self._line(own.get("law", "")), frequency=_frequency(own),
            applies_to=all_own(control, "applies-to"), lock=_lock(own), must_rebase=own.get("must-rebase") == "yes",
            formerly=self._formerly(control, control_id, name))

    def _line(self, said: str) -> str:
        return self.values.filled(canonical_line(cleaned(said)))

    def _text(self, parts: Iterable[Part], control: Mapping[str, Any]) -> str:
        said = self.values.filled(statement_text(named(parts, STATEMENT)))
        if said:
            return said
        self.report.note("controls without a statement", word_of(control, "id"), "The title stands for the text.")
        return self._line(word_of(control, "title")) or word_of(control, "id")

    def _severity(self, own: Mapping[str, str], control_id: str) -> Severity:
        if own.get("severity") in set(Severity):
            return Severity(own["severity"])
        self.report.note("controls without severity and weight, which OSCAL has not", control_id, NEITHER)
        return Severity.MAJOR

    def _evidence(self, parts: Iterable[Part], control_id: str) -> tuple[str, ...]:
        said = [self._line(word_of(part, "prose")) for part in named(parts, EVIDENCE)]
        said += [self._method(part) for part in named(parts, "assessment-method")]
        said += [self._line("; ".join(lines_of(part))) for part in named(parts, "assessment-objects")]
        found = tuple(dict.fromkeys(filter(None, said)))
        if not found:
            self.report.note("controls that name no evidence", control_id, TO_NAME)
        return found or (UNNAMED,)

    def _method(self, part: Part) -> str:
        """ "Examine: access list; records" of an assessment method and its objects."""
        method = next((word_of(each, "value") for each in things(part, "props") if each.get("name") == "method"), "")
        objects = list(lines_of(part))
        return self._line(f"{method.capitalize()}: {'; '.join(objects)}" if method and objects else "; ".join(objects))

    def _check(self, parts: Iterable[Part], control_id: str) -> str:
        said = [self._line(line) for part in named(parts, OBJECTIVE) for line in leaves(part)]
        check = "; ".join(dict.fromkeys(filter(None, said)))
        if len(check) <= LONGEST_CHECK:
            return check
        self.report.lost("assessment objectives too long for one question", control_id,
                         f"A check has at most {LONGEST_CHECK:,} characters; write the one question an auditor asks.")
        return ""

    def _formerly(self, control: Mapping[str, Any], control_id: str, name: str) -> tuple[str, ...]:
        former = all_own(control, "formerly")
        if name.lower() == control_id.lower():
            return former
        return (*former, f"{self.origin}/{control_id}".replace(",", "-"))

    def _report_rest(self, control: Mapping[str, Any], parts: Iterable[Part], control_id: str) -> None:
        for part in parts:
            if part.get("name") not in TAKEN:
                self.report.lost(f"parts called {word_of(part, 'name')[:40]}", control_id)
        for each in things(control, "links"):
            self.report.lost(f"links to {word_of(each, 'rel')[:40] or 'elsewhere'}", control_id)
        for each in things(control, "props"):
            if each.get("ns") != NS and word_of(each, "name") not in KNOWN_PROPS:
                self.report.lost(f"properties called {word_of(each, 'name')[:40]}", control_id)


def named(parts: Iterable[Part], name: str) -> list[Part]:
    return [part for part in parts if part.get("name") == name]


def _weight(own: Mapping[str, str]) -> int:
    said = own.get("weight", "")
    return int(said) if said.isascii() and said.isdecimal() and 1 <= int(said) <= MAX_WEIGHT else 1


def _frequency(own: Mapping[str, str]) -> str:
    return own["frequency"] if own.get("frequency") in FREQUENCIES else EVERY_AUDIT


def _lock(own: Mapping[str, str]) -> Lock:
    return Lock(own["locked"]) if own.get("locked") in set(Lock) else Lock.OPEN
