"""Translating: proposing, approving, declining, taking in a translator's file, choosing what to read in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Permission, refusal, require_somewhere
from compliance.accounts.models import Person
from compliance.errors import Conflict, Forbidden, InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.playbooks.canonical import canonical_line, canonical_text
from compliance.playbooks.folding import fold
from compliance.playbooks.models import Playbook
from compliance.playbooks.plaintext import plain
from compliance.playbooks.substitution import fill, names_in
from compliance.playbooks.translations import checking, exchange, queries
from compliance.playbooks.translations.languages import LANGUAGES
from compliance.playbooks.translations.models import ReadingLanguage, Translation, TranslationStatus
from compliance.playbooks.translations.queries import Line, Wording

SUPERSEDED = ("This wording of {} holds nowhere any more, so nobody would read its translation. What you typed is "
              "kept: the source shown now is the one in force. Mend the translation and propose it again.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one entry of a translator's file: added, unchanged, or refused and why."""

    clause_id: str
    outcome: str
    why: str = ""


def propose(actor: Actor, playbook: Playbook, *, language: str, clause_id: str, wording: str, title: str, text: str,
            seen: int | None = None) -> Translation:
    """Offer a translation of one wording of a clause; it replaces the proposal there was.

    `wording` is the digest, or its beginning as an address has it. Raises Conflict when that wording holds nowhere any
    more, and InvalidInput when placeholders, numbers, lists or links are not those of the source.
    """
    require_somewhere(actor, Permission.TRANSLATE)
    _require_language(actor, language)
    line, as_asked = queries.get_line(actor, playbook, language, clause_id, wording[:16])
    if not as_asked:
        raise Conflict(SUPERSEDED.format(clause_id))
    said = canonical_line(title), canonical_text(text)
    return _propose(actor, playbook, line, language=language, said=said, seen=seen)


def _propose(actor: Actor, playbook: Playbook, line: Line, *, language: str, said: tuple[str, str],
             seen: int | None = None) -> Translation:
    _check(line.wording, said)
    present = line.proposed
    if present is not None and (seen is not None or present.translator_id != actor.id):
        db.check_version(present, seen if seen is not None else -1)
    if present is not None:
        present.status = TranslationStatus.REPLACED
        db.session.flush()
    translation = _new(actor, playbook, language, line.wording, said)
    db.session.add(translation)
    db.session.flush()
    record(actor, Event.TRANSLATION_PROPOSED, translation, playbook=playbook.key, language=language,
           wording=translation.wording)
    return translation


def _check(wording: Wording, said: tuple[str, str]) -> None:
    found = checking.faults((wording.title, wording.text), said)
    if found:
        fields: dict[str, list[str]] = {}
        for fault in found:
            fields.setdefault(fault.field, []).append(fault.message)
        raise InvalidInput("This translation would say something else than its source.", fields)


def _new(actor: Actor, playbook: Playbook, language: str, wording: Wording, said: tuple[str, str]) -> Translation:
    title, text = said
    gaps = tuple((name, " ") for name in names_in(title, text))  # a value is found in the source, its name nowhere
    folded = fold(f"{fill(title, dict(gaps))} {plain(queries.rendered(text, gaps))}")
    return Translation(
        playbook=playbook, clause_id=wording.clause_id, wording=wording.digest, language=language, title=title,
        text=text, source_title=wording.title, source_text=wording.text, folded=folded,
        status=TranslationStatus.PROPOSED, translator_id=_person_id(actor), translator=actor.name,
        proposed_at=clock.now())


def approve(actor: Actor, translation: Translation, *, seen: int | None = None) -> None:
    """Let a translation be read instead of the one before it. Its translator cannot; another who translates can."""
    require_somewhere(actor, Permission.TRANSLATE)
    _require_language(actor, translation.language)
    db.check_version(translation, seen)
    _refuse_unless_proposed(translation)
    if translation.translator_id == _person_id(actor):
        raise RuleViolation("You translated this, so you cannot approve it. Another person who may translate into "
                            f"{LANGUAGES[translation.language].name} can.")
    _, holds = queries.get_line(actor, translation.playbook, translation.language, translation.clause_id,
                                translation.wording[:16])
    if not holds:
        raise RuleViolation(f"The text of {translation.clause_id} has changed since this was translated. Propose a "
                            "translation of the text that holds now; this one is offered as a start.")
    _replace_approved(translation)
    translation.status = TranslationStatus.APPROVED
    translation.decided_at, translation.decided_by, translation.decided_by_id = (
        clock.now(), actor.name, _person_id(actor))
    record(actor, Event.TRANSLATION_APPROVED, translation, playbook=translation.playbook.key,
           language=translation.language, wording=translation.wording, translator=translation.translator)


def decline(actor: Actor, translation: Translation, *, reason: str, seen: int | None = None) -> None:
    """Send a translation back; what was read before goes on being read."""
    require_somewhere(actor, Permission.TRANSLATE)
    _require_language(actor, translation.language)
    db.check_version(translation, seen)
    _refuse_unless_proposed(translation)
    if not reason.strip():
        raise InvalidInput("Say what to mend: the translator will read this.", {"reason": ["Say what to mend."]})
    translation.status, translation.decision = TranslationStatus.DECLINED, reason.strip()
    translation.decided_at, translation.decided_by, translation.decided_by_id = (
        clock.now(), actor.name, _person_id(actor))
    record(actor, Event.TRANSLATION_DECLINED, translation, playbook=translation.playbook.key,
           language=translation.language, reason=reason)


def take_in(actor: Actor, playbook: Playbook, *, language: str, data: bytes) -> list[Taken]:
    """Propose everything a PO file holds, each clause by itself: one that is refused stops no other."""
    require_somewhere(actor, Permission.TRANSLATE)
    _require_language(actor, language)
    entries = exchange.read(data, language)
    lines = queries.lines(actor, playbook, language)
    by_key = {(line.wording.clause_id, line.wording.title, line.wording.text): line for line in lines}
    return [_take(actor, playbook, by_key.get((entry.clause_id, *entry.source)), entry, language) for entry in entries]


def _take(actor: Actor, playbook: Playbook, line: Line | None, entry: exchange.Entry, language: str) -> Taken:
    if entry.problem:
        return Taken(entry.clause_id, "refused", entry.problem)
    if line is None:
        return Taken(entry.clause_id, "refused", "Its source text holds nowhere now. Export the file again; the old "
                                                 "translation comes with it as a suggestion.")
    said = canonical_line(entry.said[0]), canonical_text(entry.said[1])
    standing = line.proposed or line.approved
    if standing is not None and (standing.title, standing.text) == said:
        return Taken(entry.clause_id, "unchanged")
    found = checking.faults(entry.source, said)
    if found:
        return Taken(entry.clause_id, "refused", checking.said(found))
    if line.proposed is not None and line.proposed.translator_id != _person_id(actor):
        return Taken(entry.clause_id, "refused", f"{line.proposed.translator} proposed another translation. Approve or "
                                                 "decline that first.")
    _propose(actor, playbook, line, language=language, said=said)
    return Taken(entry.clause_id, "proposed")


def read_in(actor: Actor, *, language: str) -> None:
    """Remember what a person reads clauses in; "" for the language they were written in."""
    require_somewhere(actor, Permission.VIEW_PLAYBOOK)
    person = db.session.get_one(Person, actor.id)
    if language and language not in LANGUAGES:
        raise InvalidInput("Choose one of the languages offered.", {"language": ["Choose one of those offered."]})
    chosen = "" if language == queries.SOURCE else language
    kept = db.session.get(ReadingLanguage, actor.id)
    if kept is None:
        db.session.add(ReadingLanguage(person_id=actor.id, language=chosen))
    else:
        kept.language = chosen
    record(actor, Event.READING_LANGUAGE_CHOSEN, person, language=chosen or queries.SOURCE)


def _require_language(actor: Actor, language: str) -> None:
    queries.get_language(language)
    if language not in queries.languages_of(actor):
        raise Forbidden(f"{refusal(actor, Permission.TRANSLATE)} No site of yours speaks {LANGUAGES[language].name}.")


def _refuse_unless_proposed(translation: Translation) -> None:
    if translation.status is not TranslationStatus.PROPOSED:
        raise RuleViolation(f"This translation is {translation.status.value} already.")


def _replace_approved(translation: Translation) -> None:
    standing: Any = db.session.scalar(select(Translation).where(
        Translation.playbook_id == translation.playbook_id, Translation.clause_id == translation.clause_id,
        Translation.wording == translation.wording, Translation.language == translation.language,
        Translation.status == TranslationStatus.APPROVED))
    if standing is not None:
        standing.status = TranslationStatus.REPLACED
        db.session.flush()


def _person_id(actor: Actor) -> UUID | None:
    return None if actor == SYSTEM else actor.id
