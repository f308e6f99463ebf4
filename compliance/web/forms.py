"""A marshmallow schema as an HTML form: the same fields, the same messages, and what was typed is kept."""

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, PlumblineError, RuleViolation


class Form:
    """One form of one request. `data` holds the loaded values once `submitted_and_valid()` said yes.

    `initial` fills an untouched form with what stands now; a field of the schema named `version` carries the version
    the person saw. `stands` is what stands now by label, where the form begins with something else. `sent` is False
    for a form of the page that is not the one the request came from.
    """

    def __init__(self, schema: Schema, initial: Mapping[str, Any] | None = None,
                 stands: Mapping[str, str] | None = None, *, sent: bool = True) -> None:
        self.schema = schema
        self.initial = dict(initial or {})
        self.stands = stands
        self.raw: MultiDict[str, str] = request.form if sent and request.method == "POST" else MultiDict()
        self.data: dict[str, Any] = {}
        self.field_errors: dict[str, list[str]] = {}
        self.problem: str | None = None
        self.reasons: tuple[str, ...] = ()
        self.theirs: dict[str, str] = {}
        self.status = 200
        self._version = self.value("version")

    def submitted_and_valid(self) -> bool:
        if request.method != "POST":
            return False
        try:
            self.data = self.schema.load(self._submitted(), unknown=EXCLUDE)
        except ValidationError as error:
            self._refuse_fields(error.normalized_messages())
            return False
        return True

    def reject(self, error: PlumblineError) -> None:
        """Show why a rule refused what was sent; everything typed stays in the form.

        A refusal of access is not a matter of what was typed: it goes on to its own page.
        """
        if isinstance(error, Forbidden | NotFound):
            raise error
        self.problem = str(error)
        self.status = 409
        if isinstance(error, RuleViolation):
            self.reasons = error.reasons
        if isinstance(error, Conflict):
            self.theirs = error.theirs or self._standing()
            # Who has been shown what stands now may send again: only the first try was made unseeing.
            self._version = self.initial.get("version", self._version)
        if isinstance(error, InvalidInput):
            self.status = 422
            self.field_errors |= error.fields

    def value(self, name: str) -> Any:
        """What the field shows: what was typed, else what it started with, else nothing."""
        many = isinstance(self.schema.fields.get(name), fields.List)
        if request.method == "POST" and (name in self.raw or self.raw):
            return self.raw.getlist(name) if many else self.raw.get(name, "")
        return self.initial.get(name, [] if many else "")

    def errors(self, name: str) -> list[str]:
        return self.field_errors.get(name, [])

    def label(self, name: str) -> str:
        field = self.schema.fields.get(name)
        return str(field.metadata.get("label", name.replace("_", " ").capitalize())) if field else name.capitalize()

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        """(name, label, message) of every field error, for the summary on top."""
        return [(name, self.label(name), message) for name, found in self.field_errors.items() for message in found]

    @property
    def version(self) -> str:
        return str(self._version or "")

    def _submitted(self) -> dict[str, Any]:
        sent: dict[str, Any] = {}
        for name, field in self.schema.fields.items():
            key = field.data_key or name
            if isinstance(field, fields.List):
                sent[key] = [value for value in self.raw.getlist(key) if value != ""]
            elif isinstance(field, fields.Boolean):
                sent[key] = self.raw.get(key, "") not in ("", "0", "false", "off")
            elif self.raw.get(key, "").strip() != "":
                sent[key] = self.raw[key].replace("\r\n", "\n")
        return sent

    def _standing(self) -> dict[str, str]:
        """What stands now wherever it differs from what was typed, by label."""
        if self.stands is not None:
            return {label: words or "empty" for label, words in self.stands.items()}
        found: dict[str, str] = {}
        for name in self.schema.fields if "version" in self.initial else ():
            typed, stands = self.value(name), self.initial.get(name)
            if name in self.initial and name != "version" and self._words(name, typed) != self._words(name, stands):
                found[self.label(name)] = self._words(name, stands) or "empty"
        return found

    def _words(self, name: str, value: Any) -> str:
        words = self.schema.fields[name].metadata.get("words", {})
        parts = value if isinstance(value, list | tuple) else [value]
        return ", ".join(str(words.get(str(part), part)) for part in parts if part is not None).replace("\r\n", "\n")

    def _refuse_fields(self, messages: Mapping[str, Any]) -> None:
        self.status = 422
        for name, found in messages.items():
            self.field_errors[name] = list(_flat(found))


def _flat(found: Any) -> list[str]:
    if isinstance(found, Mapping):
        return [message for part in found.values() for message in _flat(part)]
    return [str(message) for message in (found if isinstance(found, list) else [found])]
