"""Reading translations: what there is to translate, how far each language is, and clauses in a reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import ROOT, Actor, Permission, reach, visible_to
from compliance.errors import Conflict, NotFound
from compliance.network.models import Site
from compliance.playbooks.digests import wording_digest
from compliance.playbooks.holding.models import HeldClause, HeldContent, HeldPlace
from compliance.playbooks.holding.queries import bring_up_to_date
from compliance.playbooks.keeping import wording_of
from compliance.playbooks.models import ClauseText, Playbook
from compliance.playbooks.rendering import render_in_force
from compliance.playbooks.substitution import fill, substitute
from compliance.playbooks.translations.languages import LANGUAGES, Language, known
from compliance.playbooks.translations.models import ReadingLanguage, Translation, TranslationStatus

SOURCE = "en"  # what texts are written in here


class Standing(StrEnum):
    """How far one wording is in one language."""

    APPROVED = "approved"
    PROPOSED = "proposed"
    STALE = "stale"  # an earlier wording is translated, this one is not
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Wording:
    """Title and text of a clause before values, as it holds at `places` sites in sight."""

    clause_id: str
    digest: str
    title: str
    text: str
    places: int

    @property
    def short(self) -> str:
        """How an address names it."""
        return self.digest[:16]


@dataclass(frozen=True, slots=True)
class Line:
    """A wording in one language: what is approved, what is proposed, and what can be started from.

    `overtaken`: what can be started from was made for a text that holds nowhere any more.
    """

    wording: Wording
    approved: Translation | None
    proposed: Translation | None
    previous: Translation | None
    overtaken: bool

    @property
    def standing(self) -> Standing:
        if self.approved is not None:
            return Standing.APPROVED
        if self.proposed is not None:
            return Standing.PROPOSED
        return Standing.STALE if self.overtaken else Standing.MISSING


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many wordings of a playbook stand where in a language, and which sites in sight speak it."""

    language: Language
    counts: Mapping[Standing, int]
    sites: Sequence[str]
    mine: bool  # whether the reader may translate into it

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause as one reader reads it; `translated` False: no approved translation, the source holds as it is."""

    language: Language
    translated: bool
    title: str
    html: str


def wordings(actor: Actor, playbook: Playbook) -> list[Wording]:
    """What of a playbook holds anywhere today, each wording of a clause once, in the order of the text."""
    bring_up_to_date()
    places = _places(actor, playbook.id)
    rows = db.session.execute(
        select(HeldClause.clause_id, HeldClause.wording, ClauseText.content)
        .join(ClauseText, ClauseText.digest == HeldClause.digest).where(HeldClause.playbook_id == playbook.id)
        .order_by(HeldClause.rank, HeldClause.id))
    found: dict[tuple[str, str], Wording] = {}
    for clause_id, digest, content in rows:
        title, text = wording_of(content)
        found.setdefault((clause_id, digest), Wording(clause_id, digest, title, text, places.get(digest, 0)))
    return list(found.values())


def _places(actor: Actor, playbook_id: UUID) -> dict[str, int]:
    """By wording, at how many sites in sight it holds."""
    statement: Any = visible_to(
        actor, select(HeldClause.wording, func.count(HeldPlace.site_id.distinct())), HeldPlace
    ).join(HeldContent, (HeldContent.digest == HeldClause.digest) & (HeldContent.playbook_id == HeldClause.playbook_id)
           ).join(HeldPlace, (HeldPlace.content_digest == HeldContent.content_digest)
                  & (HeldPlace.playbook_id == HeldContent.playbook_id)
                  ).where(HeldClause.playbook_id == playbook_id).group_by(HeldClause.wording)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def lines(actor: Actor, playbook: Playbook, language: str) -> list[Line]:
    """Every wording of a playbook in one language."""
    there = wordings(actor, playbook)
    return _lines(there, _translations(actor, playbook, language).get(language, []))


def get_language(code: str) -> Language:
    """Raises NotFound for a code nobody here writes, and for that of the source."""
    if code not in LANGUAGES or code == SOURCE:
        raise NotFound
    return LANGUAGES[code]


def get_line(actor: Actor, playbook: Playbook, language: str, clause_id: str, short: str) -> tuple[Line, bool]:
    """One wording of a clause and whether it is the one asked for: of one that holds no more, what holds now.

    Raises NotFound for a clause that holds nowhere.
    """
    found = [line for line in lines(actor, playbook, get_language(language).code)
             if line.wording.clause_id == clause_id.upper()]
    if not found:
        raise NotFound
    asked = next((line for line in found if line.wording.short == short), None)
    return asked or found[0], asked is not None


def get_proposed(actor: Actor, playbook: Playbook, language: str, clause_id: str, short: str) -> Translation:
    """What is proposed for a wording. Raises Conflict when nothing is, also when it was decided on a moment ago."""
    line, _ = get_line(actor, playbook, language, clause_id, short[:16])
    if line.proposed is None:
        raise Conflict("Nothing is proposed here any more: it was decided on, or proposed anew.")
    return line.proposed


def board(actor: Actor, playbook: Playbook) -> list[Coverage]:
    """How far a playbook is in each language somebody speaks at a site in sight, or translated it into."""
    there, translations = wordings(actor, playbook), _translations(actor, playbook)
    spoken = _spoken(actor)
    mine = languages_of(actor)
    return [Coverage(language, _counts(_lines(there, translations.get(language.code, []))),
                     spoken.get(language.code, []), language.code in mine)
            for language in known({*spoken, *translations}, SOURCE)]


def _counts(found: Iterable[Line]) -> dict[Standing, int]:
    counts = dict.fromkeys(Standing, 0)
    for line in found:
        counts[line.standing] += 1
    return counts


def _spoken(actor: Actor) -> dict[str, list[str]]:
    """The codes of sites in sight by the languages spoken there."""
    spoken: dict[str, list[str]] = {}
    rows = db.session.execute(visible_to(actor, select(Site.code, Site.languages), Site).order_by(Site.code))
    for code, languages in rows:
        for language in languages or ():
            spoken.setdefault(language, []).append(code)
    return spoken


def _translations(actor: Actor, playbook: Playbook, language: str = "") -> dict[str, list[Translation]]:
    """What was approved or is proposed, by language, the latest first."""
    statement = visible_to(actor, select(Translation), Translation).where(
        Translation.playbook_id == playbook.id,
        Translation.status.in_((TranslationStatus.APPROVED, TranslationStatus.PROPOSED)))
    if language:
        statement = statement.where(Translation.language == language)
    statement = statement.options(joinedload(Translation.playbook))
    found: dict[str, list[Translation]] = {}
    for each in db.session.scalars(statement.order_by(Translation.proposed_at.desc(), Translation.id.desc())):
        found.setdefault(each.language, []).append(each)
    return found


def _lines(there: Sequence[Wording], translations: Sequence[Translation]) -> list[Line]:
    by_key = {(each.clause_id, each.wording, each.status): each for each in reversed(translations)}
    approved = [each for each in translations if each.status is TranslationStatus.APPROVED]
    held = {(wording.clause_id, wording.digest) for wording in there}
    found = []
    for wording in there:
        previous = _previous(wording, approved)
        overtaken = previous is not None and (previous.clause_id, previous.wording) not in held
        found.append(Line(wording, by_key.get((wording.clause_id, wording.digest, TranslationStatus.APPROVED)),
                          by_key.get((wording.clause_id, wording.digest, TranslationStatus.PROPOSED)),
                          previous, overtaken))
    return found


def _previous(wording: Wording, approved: Sequence[Translation]) -> Translation | None:
    """What can be started from: the same words under another id, else an earlier wording of this clause."""
    others = [each for each in approved if (each.clause_id, each.wording) != (wording.clause_id, wording.digest)]
    same = (each for each in others if each.wording == wording.digest)
    earlier = (each for each in others if each.clause_id == wording.clause_id)
    return next(same, None) or next(earlier, None)


def languages_of(actor: Actor) -> frozenset[str]:
    """The languages a person may translate into: those of the sites they may translate for, or all of them."""
    if any(grant.path == ROOT and grant.vendor_id is None for grant in reach(actor, Permission.TRANSLATE)):
        return frozenset(LANGUAGES) - {SOURCE}
    spoken = db.session.scalars(visible_to(actor, select(Site.languages), Site, Permission.TRANSLATE))
    return frozenset(code for codes in spoken for code in codes or ()) & frozenset(LANGUAGES) - {SOURCE}


def waiting(actor: Actor, most: int = 50) -> list[Translation]:
    """Proposals of others that this person may approve."""
    statement = visible_to(actor, select(Translation).join(Translation.playbook), Translation).where(
        Translation.status == TranslationStatus.PROPOSED, Translation.translator_id.is_distinct_from(actor.id),
        Translation.language.in_(languages_of(actor)))
    statement = statement.options(joinedload(Translation.playbook))
    return list(db.session.scalars(statement.order_by(Translation.proposed_at, Translation.id).limit(most)))


def reading_language(actor: Actor) -> str:
    """What the person chose to read in; "" for the language the texts were written in."""
    return db.session.scalar(
        select(ReadingLanguage.language).where(ReadingLanguage.person_id == actor.id)) or ""


def name_of(code: str) -> str:
    """The English name of a language; "" for what was read as it was written."""
    return LANGUAGES[code].name if code in LANGUAGES else ""


def choice(actor: Actor, playbook_ids: Iterable[UUID], more: Iterable[str] = ()) -> tuple[str, list[Language]]:
    """What the person reads in, and the languages worth choosing for some playbooks, in one statement.

    Those are the ones with an approved translation, and `more`: what is spoken where the text is read.
    """
    mine = select(literal(True).label("mine"), ReadingLanguage.language.label("language")).where(
        ReadingLanguage.person_id == actor.id)
    there = select(literal(False), Translation.language).where(
        Translation.playbook_id.in_(set(playbook_ids)), Translation.status == TranslationStatus.APPROVED).distinct()
    rows = db.session.execute(union_all(mine, there)).all()
    chosen = next((row.language for row in rows if row.mine), "")
    return chosen, known({chosen, *more, *(row.language for row in rows if not row.mine)}, SOURCE)


def readings(language: str, contents: Mapping[str, Mapping[str, Any]]) -> dict[str, Reading]:
    """Clauses in a language, in one statement; keys as given, each with its `ClauseText.content` (see `wording_of`).

    An empty answer for the source language, and for a code nobody here writes: the clauses stand as they are.
    """
    if language not in LANGUAGES or language == SOURCE:
        return {}
    digests = {key: wording_digest(*wording_of(content)) for key, content in contents.items()}
    rows = db.session.scalars(select(Translation).where(
        Translation.language == language, Translation.status == TranslationStatus.APPROVED,
        Translation.wording.in_(set(digests.values()))))
    by_wording = {row.wording: row for row in rows}
    return {key: _reading(LANGUAGES[language], by_wording.get(digests[key]), content)
            for key, content in contents.items()}


def _reading(language: Language, translation: Translation | None, content: Mapping[str, Any]) -> Reading:
    if translation is None:
        return Reading(language, False, content["title"], "")
    values = dict(content["uses"])
    return Reading(language, True, fill(translation.title, values), rendered(translation.text, tuple(values.items())))


# Rendering takes milliseconds a clause, and the same few values are put into the same texts again and again.
@lru_cache(maxsize=8192)
def rendered(text: str, values: tuple[tuple[str, str], ...]) -> str:
    """Safe HTML of a translation with the values in force in it."""
    return render_in_force(text, dict(values))


def in_force(title: str, text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """A wording with values put in, as plain text and Markdown."""
    return fill(title, values), substitute(text, values)
