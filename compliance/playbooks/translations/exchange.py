"""Translations as gettext PO, which translators' tools read and write: a clause is two messages, title and text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from compliance.errors import InvalidInput

LARGEST = 4 * 1024 * 1024
FIELDS = ("title", "text")


@dataclass(frozen=True, slots=True)
class Unit:
    """One clause to write: source, what it is called now, and the suggestion with the source it was made for."""

    clause_id: str
    wording: str  # the beginning of its digest: one clause may stand in several wordings
    source: tuple[str, str]
    said: tuple[str, str] | None
    suggestion: tuple[str, str] | None = None
    suggested_for: tuple[str, str] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One clause as a file has it; `problem` says why nothing can be made of it."""

    clause_id: str
    source: tuple[str, str]
    said: tuple[str, str]
    problem: str = ""


def write(units: Iterable[Unit], *, project: str, version: str, language: str, at: datetime) -> bytes:
    """A PO file; what was translated for an earlier text comes as fuzzy, with that text beside it."""
    catalog = Catalog(locale=language.replace("-", "_"), project=project, version=version, creation_date=at,
                      revision_date=at, fuzzy=False, header_comment=f"# {project} {version}")
    for unit in units:
        for at_field, field in enumerate(FIELDS):
            message = _message(unit, at_field, f"{unit.clause_id}/{field}/{unit.wording}")
            catalog[unit.source[at_field]] = message
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, include_previous=True)
    return buffer.getvalue()


def _message(unit: Unit, at: int, context: str) -> Message:
    said = unit.said or unit.suggestion or ("", "")
    fuzzy = unit.said is None and unit.suggestion is not None
    previous = [unit.suggested_for[at]] if fuzzy and unit.suggested_for else []
    message = Message(unit.source[at], string=said[at], flags={"fuzzy"} if fuzzy else set(), previous_id=previous,
                      auto_comments=[unit.note] if unit.note else [], context=context)
    message.flags -= {"python-format", "python-brace-format"}  # guessed from a "%": it is no format here
    return message


def read(data: bytes, language: str) -> list[Entry]:
    """What a PO file says of each clause. Raises InvalidInput for what is none, or is of another language."""
    if len(data) > LARGEST:
        raise InvalidInput("This file is larger than 4 MB. Send the playbooks one by one.")
    try:
        catalog = read_po(BytesIO(data), abort_invalid=True, charset="utf-8")
    except (PoFileError, UnicodeDecodeError, ValueError, LookupError) as error:
        raise InvalidInput("This is no PO file. Export one, fill it in with a translation tool, and send that.",
                           {"file": ["Send a .po file in UTF-8."]}) from error
    written = (catalog.locale_identifier or "").replace("_", "-")
    if written and written != language:
        raise InvalidInput(f"This file says it is in “{written[:20]}”, and you are translating into “{language}”.",
                           {"file": ["Send the file of this language."]})
    return list(_entries([message for message in catalog if message.id]))


def _entries(messages: Sequence[Message]) -> Iterator[Entry]:
    """Title and text of each wording put together; those nobody has begun are left out."""
    parts: dict[tuple[str, str], dict[str, Message]] = {}
    for message in messages:
        clause_id, _, rest = (message.context or "").partition("/")
        field, _, wording = rest.partition("/")
        if field in FIELDS and isinstance(message.id, str):
            parts.setdefault((clause_id, wording), {})[field] = message
        elif message.string:
            yield Entry((message.context or "An entry without context")[:60], ("", ""), ("", ""),
                        "It has no context such as ESC-02/text/…, so nobody knows what it translates.")
    for (clause_id, _), both in parts.items():
        if any(message.string for message in both.values()):
            yield _entry(clause_id, both)


def _entry(clause_id: str, both: dict[str, Message]) -> Entry:
    if len(both) < len(FIELDS):
        return Entry(clause_id[:60], ("", ""), ("", ""), "Its title or text is missing: keep both entries of a clause.")
    title, text = (both[field] for field in FIELDS)
    problem = ""
    if title.fuzzy or text.fuzzy:
        problem = "It is marked as fuzzy. Look at it again, then take the mark off."
    return Entry(clause_id[:60], (str(title.id), str(text.id)), (str(title.string), str(text.string)), problem)
