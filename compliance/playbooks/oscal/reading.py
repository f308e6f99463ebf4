"""Read an OSCAL catalogue as a playbook: its controls as clauses, and a report of what has no place here."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.playbooks.canonical import canonical_line
from compliance.playbooks.document import Clause, Playbook, Problem, Section
from compliance.playbooks.limits import MAX_CLAUSES
from compliance.playbooks.oscal.building import Builder
from compliance.playbooks.oscal.naming import Names, chosen, key_of, prefix_of, version_of
from compliance.playbooks.oscal.prose import cleaned, leaves, parts_of
from compliance.playbooks.oscal.report import Family, Remark, Report
from compliance.playbooks.oscal.values import Values
from compliance.playbooks.oscal.vocabulary import all_own, own_props, things, word_of
from compliance.playbooks.parsing import read_playbook
from compliance.playbooks.writing import write_playbook

DEEPEST = 12
# What a catalogue says of itself that a playbook's card has no line for.
ABOUT = ("published", "roles", "locations", "parties", "responsible-parties", "revisions", "document-ids", "links",
         "actions")


class NotACatalog(ValueError):
    """A file that cannot be read as a catalogue; `remedy` says what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever imports says of the playbook to be: "" takes it from the catalogue, no groups take all."""

    effective: date
    owner: str
    key: str = ""
    prefix: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A catalogue as it would come in. Without `source` it is too large as a whole: choose from `families`."""

    title: str
    playbook: Playbook | None
    source: str
    families: tuple[Family, ...]
    controls: int
    remarks: tuple[Remark, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def faults(self) -> tuple[Problem, ...]:
        """What keeps the text from being taken in as it is; a catalogue within all limits has none."""
        return tuple(problem for problem in self.problems if not problem.warning)


def read_catalog(data: bytes, wanted: Wanted) -> Reading:
    """Raises NotACatalog for what is none, and for one of which nothing would be left."""
    catalog = _opened(data)
    about = _mapping(catalog.get("metadata"))
    families = tuple(_families(catalog))
    controls = sum(family.controls for family in families)
    title = canonical_line(word_of(about, "title")) or "Catalogue"
    picked = [family for family in families if chosen(wanted.groups, family.id, family.title)]
    if not picked:
        raise NotACatalog("None of these groups is in the catalogue.", f"It has {_listed(families)}.")
    if sum(family.controls for family in picked) > MAX_CLAUSES:
        return Reading(title, None, "", families, controls, ())
    report = Report()
    playbook = _Reader(catalog, about, wanted, report).playbook(title)
    if not playbook.clauses:
        raise NotACatalog("The catalogue holds no control that is in force.", "There is nothing to import.")
    source = _written(playbook)
    return Reading(title, playbook, source, families, controls, report.remarks(), read_playbook(source)[1])


def _opened(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise NotACatalog("This is not JSON.", "Save the catalogue as OSCAL JSON, in UTF-8.") from None
    if not isinstance(found, dict) or not isinstance(found.get("catalog"), dict):
        kind = next(iter(found), "") if isinstance(found, dict) else ""
        raise NotACatalog(f"This is no OSCAL catalogue{f' but a {kind[:40]}' if kind else ''}.",
                          "Choose a file that begins with “catalog”; a profile is resolved into one first.")
    catalog: Mapping[str, Any] = found["catalog"]
    return catalog


def _families(catalog: Mapping[str, Any]) -> Iterator[Family]:
    loose = sum(1 for _ in _every(catalog, ()))
    groups = things(catalog, "groups")
    if loose:
        yield Family("", "controls without a group", loose)
    for group in groups:
        count = sum(1 for _ in _every(group, things(group, "groups")))
        yield Family(word_of(group, "id"), canonical_line(word_of(group, "title")), count)


def _every(holder: Mapping[str, Any], groups: Iterable[Mapping[str, Any]],
           depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every control in force in a group, those within controls and groups too."""
    if depth > DEEPEST:
        raise NotACatalog(f"Its controls are nested more than {DEEPEST} deep.", "Import a part of it.")
    for control in things(holder, "controls"):
        if not withdrawn(control):
            yield control
        yield from _every(control, (), depth + 1)
    for group in groups:
        yield from _every(group, things(group, "groups"), depth + 1)


def withdrawn(control: Mapping[str, Any]) -> bool:
    return any(each.get("name") == "status" and word_of(each, "value").lower() == "withdrawn"
               for each in things(control, "props"))


class _Reader:
    """Reads one catalogue; every part that is met is taken, or reported."""

    def __init__(self, catalog: Mapping[str, Any], about: Mapping[str, Any], wanted: Wanted, report: Report) -> None:
        self.catalog, self.about, self.wanted, self.report = catalog, about, wanted, report
        self.own = own_props(about)
        self.sections: list[Section] = []
        self.clauses: list[Clause] = []

    def playbook(self, title: str) -> Playbook:
        key = self.wanted.key or self.own.get("playbook", "") or key_of(title)
        prefix = self.wanted.prefix or self.own.get("prefix", "") or prefix_of(title)
        values = Values(self._params(), self.report)
        self.builder = Builder(Names(prefix), values, key_of(title) if title else key, self.report)
        self._take_groups()
        self._report_about()
        texts = [text for clause in self.clauses for text in (clause.title, clause.text, clause.check, clause.guidance,
                                                               clause.law, *clause.evidence)]
        texts += [section.prose for section in self.sections]
        return Playbook(
            key=key, version=version_of(word_of(self.about, "version")), title=title.replace("{{", "{ {"),
            prefix=prefix, owner=self.wanted.owner or self.own.get("owner", "to-be-named"),
            effective=self.wanted.effective, language=self.own.get("language", "en"),
            intro=values.filled(cleaned(word_of(self.about, "remarks"))), parameters=values.used(texts),
            sections=tuple(self.sections), clauses=tuple(self.clauses), note="Imported from an OSCAL catalogue")

    def _params(self) -> list[Mapping[str, Any]]:
        """Those of the catalogue, of its groups and of its controls: they are one set, as ids are."""
        holders = [self.catalog, *self._holders(self.catalog, 0)]
        return [param for holder in holders for param in things(holder, "params")]

    def _holders(self, holder: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
        for kind in ("groups", "controls"):
            for each in things(holder, kind):
                if depth <= DEEPEST and (depth or kind == "controls" or self._chosen(each)):
                    yield each
                    yield from self._holders(each, depth + 1)

    def _chosen(self, group: Mapping[str, Any]) -> bool:
        return chosen(self.wanted.groups, word_of(group, "id"), canonical_line(word_of(group, "title")))

    def _take_groups(self) -> None:
        if chosen(self.wanted.groups, "", "controls without a group"):
            self._take_controls(self.catalog, "", "C")
        for group in things(self.catalog, "groups"):
            if self._chosen(group):
                self._take_group(group, "")

    def _take_group(self, group: Mapping[str, Any], above: str) -> None:
        group_id = word_of(group, "id")
        title = canonical_line(word_of(group, "title")).replace("{{", "{ {") or group_id or "Group"
        if above:
            self.report.note("groups within groups", group_id or title, "Each is a section, with the name of both.")
        title = self._free_title(f"{above}: {title}" if above else title)
        prose = "\n\n".join(said for part in parts_of(group) for said in leaves(part))
        self.sections.append(Section(title, self.builder.values.filled(cleaned(prose))))
        for _ in things(group, "links"):
            self.report.lost("links of groups", group_id)
        self._take_controls(group, title, group_id)
        for each in things(group, "groups"):
            self._take_group(each, title)

    def _free_title(self, title: str) -> str:
        taken = {section.title.casefold() for section in self.sections} | {"parameters"}
        number, wanted = 1, title
        while wanted.casefold() in taken:
            number, wanted = number + 1, f"{title} ({number + 1})"
        return wanted

    def _take_controls(self, holder: Mapping[str, Any], section: str, group: str, within: str = "") -> None:
        for control in things(holder, "controls"):
            control_id = word_of(control, "id")
            if within:
                self.report.note("controls within controls", control_id,
                                 "Each is a clause of its own, after the one it belongs to.")
            if withdrawn(control):
                self.report.lost("withdrawn controls", control_id, "They are in force nowhere and are left out.")
            else:
                self.clauses.append(self.builder.clause(control, section, group))
            self._take_controls(control, section, group, control_id)

    def _report_about(self) -> None:
        for kind in ABOUT:
            found = self.about.get(kind)
            for each in found if isinstance(found, list) else [found] if found else []:
                where = each.get("title") or each.get("name") or each.get("id") if isinstance(each, dict) else each
                self.report.lost(f"{kind} of the catalogue", str(where or kind))
        for each in things(_mapping(self.catalog.get("back-matter")), "resources"):
            self.report.lost("resources at its end", word_of(each, "title") or word_of(each, "uuid"))
        for retired in all_own(self.about, "retired-clause"):
            self.report.lost("retired clauses", retired, "They are in force nowhere and are left out.")


def _written(playbook: Playbook) -> str:
    """Sections without a clause stay where they are; what no text can hold is told by the writer."""
    try:
        return write_playbook(playbook)
    except ValueError as wrong:
        raise NotACatalog(f"A part of it cannot be written as a playbook: {wrong}.", "Change it there.") from None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(families: Iterable[Family]) -> str:
    return ", ".join(f"{family.id or family.title} ({family.controls})" for family in families)
