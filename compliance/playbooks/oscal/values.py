"""The parameters of a catalogue: those with a value become ours, the others are written out where they stand."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from compliance.playbooks.canonical import NotCanonical, canonical_line, canonical_value
from compliance.playbooks.document import Lock, Parameter
from compliance.playbooks.limits import MAX_PARAMETERS
from compliance.playbooks.oscal.report import Report
from compliance.playbooks.oscal.vocabulary import INSERT, own_props, texts, word_of
from compliance.playbooks.parameters import canonical_number, default_lock

DEEPEST = 5
LABEL, VALUE = "parameters without a value", "parameters with a value that is none here"
# Stand for our own braces until every other pair is told apart as text; no prose holds them (see `prose.cleaned`).
_OPEN, _CLOSE = "\x00", "\x01"
_STRAY = re.compile(r"(?<!\\)\{\{")


class Values:
    """Every parameter by id, and the names of those that stand in our table."""

    def __init__(self, given: Iterable[Mapping[str, Any]], report: Report) -> None:
        self.report = report
        self.given = {word_of(each, "id"): each for each in given}
        self.names: dict[str, str] = {}
        self.table: list[Parameter] = []
        for param_id, each in self.given.items():
            self._take(param_id, each)

    def filled(self, said: str) -> str:
        """A text with each insertion point as ours, or written out."""
        return _STRAY.sub(r"\\{{", self._insert(said, 0)).replace(_OPEN, "{{").replace(_CLOSE, "}}")

    def used(self, all_said: Iterable[str]) -> tuple[Parameter, ...]:
        """The parameters some text refers to; the others would only be in the way."""
        said = "\n".join(all_said)
        return tuple(each for each in self.table if f"{{{{{each.name}}}}}" in said)

    def _take(self, param_id: str, each: Mapping[str, Any]) -> None:
        values = [value for value in texts(each, "values") if value.strip()]
        if not values:
            self.report.note(LABEL, param_id, "Its label stands in the text, in brackets: write the value there.")
            return
        made = self._parameter(param_id, each, values)
        if made is None or len(self.table) >= MAX_PARAMETERS:
            self.report.note(VALUE, param_id, "The value stands in the text.")
            return
        self.names[param_id] = made.name
        self.table.append(made)
        for kind in ("guidelines", "links", "usage", "class"):
            if each.get(kind):
                self.report.lost(f"{kind} of parameters", param_id)

    def _parameter(self, param_id: str, each: Mapping[str, Any], values: list[str]) -> Parameter | None:
        own = own_props(each)
        try:
            value = canonical_value(", ".join(values))
        except NotCanonical:
            return None
        if len(values) > 1 or "{{" in value:
            return None
        stricter = own.get("stricter", "")
        locked = own.get("locked", "")
        lock = Lock(locked) if locked in set(Lock) else default_lock(stricter)
        bounds = own.get("range", "") if canonical_number(value) else ""
        return Parameter(self._name(param_id), value, own.get("unit", ""), stricter, bounds,
                         canonical_line(word_of(each, "label")).replace("{{", "{ {"), lock)

    def _name(self, param_id: str) -> str:
        name = re.sub(r"[^a-z0-9]+", "_", param_id.lower()).strip("_")[:50]
        name = name if name[:1].isalpha() else f"p_{name}"
        taken, number, wanted = {each.name for each in self.table}, 1, name
        while wanted in taken:
            number, wanted = number + 1, f"{name}_{number + 1}"
        return wanted

    def _insert(self, said: str, depth: int) -> str:
        return INSERT.sub(lambda match: self._shown(match[0], match[1], depth), said)

    def _shown(self, written: str, param_id: str, depth: int) -> str:
        if param_id in self.names:
            return _OPEN + self.names[param_id] + _CLOSE
        each = self.given.get(param_id)
        if each is None:
            self.report.lost("insertion points without a parameter", param_id, "They stand in the text as written.")
            return written
        if values := texts(each, "values"):
            return ", ".join(values)
        if depth >= DEEPEST:
            return f"[{param_id}]"
        return self._open(each, param_id, depth)

    def _open(self, each: Mapping[str, Any], param_id: str, depth: int) -> str:
        """What whoever adopts the catalogue has to fill in, in the words and brackets such catalogues use."""
        select = each.get("select")
        if isinstance(select, Mapping):
            choices = "; ".join(self._insert(choice, depth + 1) for choice in texts(select, "choice"))
            many = " (one or more)" if select.get("how-many") == "one-or-more" else ""
            return f"[Selection{many}: {choices}]"
        label = self._insert(word_of(each, "label") or param_id, depth + 1)
        return f"[Assignment: {label}]"
