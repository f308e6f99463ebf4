"""Reading translations: what there is to translate, how far each language is, and clauses in a reader's language."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

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
SHORT = re.compile(r"[0-9a-f]{16}")


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

    `overtaken`: what can be started from was made for a text that holds nowhere any more. `declined` is the last
    proposal, when it was declined and nothing was proposed since.
    """

    wording: Wording
    approved: Translation | None
    proposed: Translation | None
    previous: Translation | None
    overtaken: bool
    declined: Translation | None

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


def wordings(actor: Actor, playbook: Playbook) -> tuple[list[Wording], frozenset[str]]:
    """What of a playbook holds in sight today, each wording of a clause once, in the order of the text; and the digests
    of what holds elsewhere alone, such as the rules of another vendor."""
    bring_up_to_date(first=playbook.id)
    places = _places(actor, playbook.id)
    rows = db.session.execute(
        select(HeldClause.clause_id, HeldClause.wording, ClauseText.content)
        .join(ClauseText, ClauseText.digest == HeldClause.digest).where(HeldClause.playbook_id == playbook.id)
        .order_by(HeldClause.rank, HeldClause.id)).all()
    found: dict[tuple[str, str], Wording] = {}
    for clause_id, digest, content in rows:
        title, text = wording_of(content)
        if digest in places:
            found.setdefault((clause_id, digest), Wording(clause_id, digest, title, text, places[digest]))
    return list(found.values()), frozenset(digest for _, digest, _ in rows if digest not in places)


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """Translations of what holds somewhere in sight, or holds nowhere any more."""
    seen = visible_to(actor, _held(HeldClause.wording), HeldPlace)
    return or_(Translation.wording.in_(seen), Translation.wording.not_in(select(HeldClause.wording)))


def _held(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(HeldClause).join(
        HeldContent, (HeldContent.digest == HeldClause.digest) & (HeldContent.playbook_id == HeldClause.playbook_id)
    ).join(HeldPlace, (HeldPlace.content_digest == HeldContent.content_digest)
           & (HeldPlace.playbook_id == HeldContent.playbook_id))


def _places(actor: Actor, playbook_id: UUID) -> dict[str, int]:
    """By wording, at how many sites in sight it holds: none where it is the global text that nobody reads as it is."""
    statement = visible_to(
        actor, _held(HeldClause.wording, func.count(HeldPlace.site_id.distinct())), HeldPlace
    ).where(HeldClause.playbook_id == playbook_id).group_by(HeldClause.wording)
    return {row[0]: row[1] for row in db.session.execute(statement)}


def lines(actor: Actor, playbook: Playbook, language: str) -> list[Line]:
    """Every wording of a playbook in one language."""
    there, hidden = wordings(actor, playbook)
    return _lines(there, _translations(actor, playbook, hidden, language).get(language, []))


def get_language(code: str) -> Language:
    """Raises NotFound for a code nobody here writes, and for that of the source."""
    if code not in LANGUAGES or code == SOURCE:
        raise NotFound
    return LANGUAGES[code]


def get_line(actor: Actor, playbook: Playbook, language: str, clause_id: str, short: str) -> tuple[Line, bool]:
    """One wording of a clause and whether it is the one asked for: of one that holds no more, what holds now.

    Raises NotFound for a clause that holds nowhere, and for what can be no wording.
    """
    if not SHORT.fullmatch(short):
        raise NotFound
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
    there, hidden = wordings(actor, playbook)
    translations = _translations(actor, playbook, hidden)
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


def _translations(actor: Actor, playbook: Playbook, hidden: Collection[str],
                  language: str = "") -> dict[str, list[Translation]]:
    """What was approved, is proposed or was declined, by language, the latest first; of nothing that is hidden."""
    statement = visible_to(actor, select(Translation), Translation).where(
        Translation.playbook_id == playbook.id,
        Translation.status != TranslationStatus.REPLACED)
    if language:
        statement = statement.where(Translation.language == language)
    statement = statement.options(joinedload(Translation.playbook))
    found: dict[str, list[Translation]] = {}
    for each in db.session.scalars(statement.order_by(Translation.proposed_at.desc(), Translation.id.desc())):
        if each.wording not in hidden:
            found.setdefault(each.language, []).append(each)
    return found


def _lines(there: Sequence[Wording], translations: Sequence[Translation]) -> list[Line]:
    latest = {(each.clause_id, each.wording, each.status): each for each in reversed(translations)}
    approved = [each for each in translations if each.status is TranslationStatus.APPROVED]
    held = {(wording.clause_id, wording.digest) for wording in there}
    found = []
    for wording in there:
        previous = _previous(wording, approved)
        overtaken = previous is not None and (previous.clause_id, previous.wording) not in held
        made = {status: latest.get((wording.clause_id, wording.digest, status)) for status in TranslationStatus}
        found.append(Line(wording, made[TranslationStatus.APPROVED], made[TranslationStatus.PROPOSED], previous,
                          overtaken, _still_declined(made)))
    return found


def _still_declined(made: Mapping[TranslationStatus, Translation | None]) -> Translation | None:
    declined = made[TranslationStatus.DECLINED]
    later = (made[TranslationStatus.APPROVED], made[TranslationStatus.PROPOSED])
    if declined is None or any(each is not None and each.proposed_at > declined.proposed_at for each in later):
        return None
    return declined


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
        Translation.language.in_(languages_of(actor)), _in_sight(actor))
    statement = statement.options(joinedload(Translation.playbook))
    return list(db.session.scalars(statement.order_by(Translation.proposed_at, Translation.id).limit(most)))


def returned(actor: Actor, most: int = 50) -> list[Translation]:
    """This person's own that were declined, unless somebody proposed another since."""
    later = aliased(Translation)
    newer = exists(select(later.id).where(
        later.playbook_id == Translation.playbook_id, later.clause_id == Translation.clause_id,
        later.wording == Translation.wording, later.language == Translation.language,
        later.proposed_at > Translation.proposed_at))
    statement = visible_to(actor, select(Translation).join(Translation.playbook), Translation).where(
        Translation.status == TranslationStatus.DECLINED, Translation.translator_id == actor.id, ~newer)
    return list(db.session.scalars(statement.options(joinedload(Translation.playbook)).order_by(
        Translation.decided_at, Translation.id).limit(most)))


def reading_language(actor: Actor) -> str:
    """What the person chose to read in; "" for the language the texts were written in."""
    return db.session.scalar(
        select(ReadingLanguage.language).where(ReadingLanguage.person_id == actor.id)) or ""


def name_of(code: str) -> str:
    """The English name of a language; "" for what was read as it was written."""
    return LANGUAGES[code].name if code in LANGUAGES else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person reads in ("" as written), what else they might, and the clauses in it by the keys given."""

    language: str
    languages: Sequence[Language]
    readings: Mapping[str, Reading]


def choice(actor: Actor, playbook_ids: Iterable[UUID], spoken: Iterable[str] = (),
           contents: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> Choice:
    """Some clauses in the language of a person, in one statement: keys as given, each with its `ClauseText.content`.

    Worth choosing are the languages with an approved translation, and those spoken where the text is read.
    """
    digests = {key: wording_digest(*wording_of(content)) for key, content in contents.items()}
    mine = select(ReadingLanguage.language).where(ReadingLanguage.person_id == actor.id)
    approved = Translation.status == TranslationStatus.APPROVED
    nothing = [cast(null(), Text)] * 3
    chosen = select(literal(True).label("mine"), ReadingLanguage.language, *nothing).where(
        ReadingLanguage.person_id == actor.id)
    there = select(literal(False), Translation.language, *nothing).where(
        Translation.playbook_id.in_(set(playbook_ids)), approved).distinct()
    columns = (Translation.language, Translation.wording, Translation.title, Translation.text)
    texts = select(literal(False), *columns).where(
        Translation.wording.in_(set(digests.values())), Translation.language.in_(mine), approved)
    rows: Sequence[Any] = db.session.execute(union_all(chosen, there, texts)).all()
    language = next((row[1] for row in rows if row[0]), "")
    said = {row[2]: (row[3], row[4]) for row in rows if row[2] is not None}
    readings = {key: _reading(LANGUAGES[language], said.get(digests[key]), content)
                for key, content in contents.items()} if language else {}
    return Choice(language, known({language, *spoken, *(row[1] for row in rows if not row[0])}, SOURCE), readings)


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
    said = {row.wording: (row.title, row.text) for row in rows}
    return {key: _reading(LANGUAGES[language], said.get(digests[key]), content) for key, content in contents.items()}


def approved_readings(languages: Iterable[str], contents: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Reading]]:
    """Clauses in each of some languages they have an approved translation in, in one statement; keys as given."""
    wanted = {code for code in languages if code in LANGUAGES and code != SOURCE}
    digests = {key: wording_digest(*wording_of(content)) for key, content in contents.items()}
    rows = db.session.scalars(select(Translation).where(
        Translation.language.in_(wanted), Translation.status == TranslationStatus.APPROVED,
        Translation.wording.in_(set(digests.values()))).order_by(Translation.language)).all() if wanted else ()
    said: dict[str, list[Translation]] = {}
    for row in rows:
        said.setdefault(row.wording, []).append(row)
    return {key: [_reading(LANGUAGES[row.language], (row.title, row.text), content)
                  for row in said.get(digests[key], ())] for key, content in contents.items()}


def _reading(language: Language, said: tuple[str, str] | None, content: Mapping[str, Any]) -> Reading:
    if said is None:
        return Reading(language, False, content["title"], "")
    values = dict(content["uses"])
    return Reading(language, True, fill(said[0], values), rendered(said[1], tuple(values.items())))


# Rendering takes milliseconds a clause, and the same few values are put into the same texts again and again.
@lru_cache(maxsize=8192)
def rendered(text: str, values: tuple[tuple[str, str], ...]) -> str:
    """Safe HTML of a translation with the values in force in it."""
    return render_in_force(text, dict(values))


def in_force(title: str, text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """A wording with values put in, as plain text and Markdown."""
    return fill(title, values), substitute(text, values)
