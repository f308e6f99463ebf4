"""Searching the clauses that hold where the actor may look: by words in any language, by law, severity and place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, true

from compliance import db
from compliance.access import Actor, visible_to
from compliance.errors import NotFound
from compliance.network.models import Site, Vendor
from compliance.paging import MOST, PAGE, Page, Sort, page
from compliance.playbooks import folding
from compliance.playbooks.effectiveness import concerns
from compliance.playbooks.holding.models import HeldClause, HeldContent, HeldPlace, names_in
from compliance.playbooks.holding.queries import Patience, bring_up_to_date
from compliance.playbooks.models import ClauseText, Playbook
from compliance.playbooks.plaintext import plain
from compliance.playbooks.queries import get_playbook
from compliance.playbooks.searching.snippets import Pieces, marked, snippet
from compliance.playbooks.substitution import fill
from compliance.playbooks.translations.languages import LANGUAGES, Language
from compliance.playbooks.translations.models import Translation, TranslationStatus
from compliance.playbooks.translations.queries import rendered

LONGEST = 100
BY_RANK = Sort(HeldClause.rank, HeldClause.id, lambda row: row.rank)
SEVERITIES = ("critical", "major", "minor")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty field asks for nothing. `site` is a code, `playbook` a key or prefix."""

    q: str = ""
    playbook: str = ""
    severity: str = ""
    lob: str = ""
    law: str = ""
    site: str = ""

    @property
    def anything(self) -> bool:
        return any(getattr(self, field.name).strip() for field in fields(self))

    @property
    def words(self) -> list[str]:
        return folding.words(self.q[:LONGEST])


@dataclass(frozen=True, slots=True)
class Where:
    """At how many sites in sight a clause holds; `site` and `vendor` are one place to read it at, by code."""

    sites: int = 0
    first: str = ""
    last: str = ""
    site: str = ""
    vendor: str = ""

    @property
    def words(self) -> str:
        if self.sites <= 1:
            return self.first or "in the global text"
        return f"{self.first} and {self.last}" if self.sites == 2 else f"{self.sites} sites"


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found: the text in which it was, in the language it was found in (None: as written)."""

    clause: HeldClause
    playbook: Playbook
    title: Pieces
    text: Pieces
    language: Language | None
    where: Where

    @property
    def lobs(self) -> list[str]:
        return names_in(self.clause.lobs)

    @property
    def plain_title(self) -> str:
        return "".join(text for _, text in self.title)

    @property
    def plain_text(self) -> str:
        return "".join(text for _, text in self.text)


@dataclass(frozen=True, slots=True)
class Found(Page[Hit]):
    """A page of hits; of `behind` playbooks it knows what held before they last moved."""

    behind: int = 0


def search(actor: Actor, wanted: Wanted, *, cursor: str = "", limit: int = PAGE,
           patience: Patience | None = None) -> Found:
    """The clauses that hold every word, in themselves or in an approved translation, in the order of the playbooks.

    Raises NotFound for a playbook or site out of sight.
    """
    behind = bring_up_to_date(patience)
    found = page(_matching(actor, wanted), BY_RANK, cursor, limit)
    return Found(_hits(actor, found.rows, wanted), found.next, behind)


def every(actor: Actor, wanted: Wanted) -> Iterator[Hit]:
    """All that is found, for a file, which cannot be asked for again as easily as a page."""
    cursor = ""
    while True:
        found = search(actor, wanted, cursor=cursor, limit=MOST, patience=Patience(clauses=40_000, places=600_000))
        yield from found.rows
        cursor = found.next
        if not cursor:
            return


def lobs(actor: Actor) -> list[str]:
    """The lines of business that are run anywhere in sight, to choose from."""
    rows = db.session.scalars(visible_to(actor, select(HeldPlace.lobs).distinct(), HeldPlace))
    return sorted({lob for run in rows for lob in names_in(run)})


def _matching(actor: Actor, wanted: Wanted) -> Select[Any]:
    statement = select(HeldClause).where(_holds(actor, _site(actor, wanted.site), wanted.lob))
    for word in wanted.words:
        said = select(Translation.wording).where(
            Translation.status == TranslationStatus.APPROVED, Translation.folded.contains(word, autoescape=True))
        here = HeldClause.folded.contains(word, autoescape=True)
        statement = statement.where(or_(here, HeldClause.wording.in_(said)))
    if wanted.playbook:
        statement = statement.where(HeldClause.playbook_id == get_playbook(actor, wanted.playbook).id)
    if wanted.severity:
        statement = statement.where(HeldClause.severity == wanted.severity)
    if wanted.law:
        statement = statement.where(HeldClause.law.icontains(wanted.law[:LONGEST], autoescape=True))
    return statement


def _site(actor: Actor, code: str) -> Site | None:
    if not code:
        return None
    site = db.session.scalar(visible_to(actor, select(Site), Site).where(Site.code == code.upper()))
    if site is None:
        raise NotFound
    return site


def _holds(actor: Actor, site: Site | None, lob: str) -> ColumnElement[bool]:
    """Whether a clause holds somewhere in sight; with a site, there; with a line of business, for it."""
    places = visible_to(actor, select(literal(1)).select_from(HeldContent).join(HeldPlace, _same_content()), HeldPlace)
    places = places.where(HeldContent.digest == HeldClause.digest, HeldContent.playbook_id == HeldClause.playbook_id)
    conditions: list[ColumnElement[bool]] = [_for(lob)] if lob else []
    if site is None:
        return and_(places.exists(), *conditions)
    here = places.where(HeldPlace.site_id == site.id)
    at_site = [and_(here.where(HeldPlace.lobs == run).exists(), _for(*names_in(run))) for run in _runs(actor, site)]
    return and_(or_(*at_site, false()), *conditions)


def _runs(actor: Actor, site: Site) -> Sequence[str]:
    """The different sets of lines of business that are run at a site, in sight."""
    found: Sequence[str] = db.session.scalars(
        visible_to(actor, select(HeldPlace.lobs).distinct(), HeldPlace).where(HeldPlace.site_id == site.id)).all()
    return found


def _for(*lobs: str) -> ColumnElement[bool]:
    """Whether a clause is for everybody, or names one of these lines of business; none of them asks for nothing."""
    named = (HeldClause.lobs.icontains(f"|{lob}|", autoescape=True) for lob in lobs)
    return or_(HeldClause.lobs == "", *named) if lobs else true()


def _same_content() -> ColumnElement[bool]:
    return and_(HeldPlace.content_digest == HeldContent.content_digest,
                HeldPlace.playbook_id == HeldContent.playbook_id)


def _hits(actor: Actor, rows: Sequence[HeldClause], wanted: Wanted) -> list[Hit]:
    """The rows as they are shown, in four statements."""
    if not rows:
        return []
    digests = {row.digest for row in rows}
    texts = {text.digest: text for text in db.session.scalars(select(ClauseText).where(ClauseText.digest.in_(digests)))}
    books = {book.id: book for book in db.session.scalars(
        visible_to(actor, select(Playbook), Playbook).where(Playbook.id.in_({row.playbook_id for row in rows})))}
    spoken = _translations(rows) if wanted.words else {}
    where = _where(actor, rows, wanted.site)
    return [_hit(row, books[row.playbook_id], texts[row.digest], spoken.get(row.wording, ()), wanted.words,
                 where.get((row.playbook_id, row.digest), Where())) for row in rows]


def _translations(rows: Iterable[HeldClause]) -> dict[str, list[Translation]]:
    found: dict[str, list[Translation]] = {}
    for each in db.session.scalars(select(Translation).where(
            Translation.wording.in_({row.wording for row in rows}),
            Translation.status == TranslationStatus.APPROVED).order_by(Translation.language)):
        found.setdefault(each.wording, []).append(each)
    return found


def _hit(row: HeldClause, playbook: Playbook, text: ClauseText, spoken: Sequence[Translation],  # noqa: PLR0917
         words: Sequence[str], where: Where) -> Hit:
    missing = [word for word in words if word not in row.folded]
    other = max(spoken, key=lambda each: sum(word in each.folded for word in words)) if missing and spoken else None
    values = dict(text.content["uses"])
    title, said = text.content["title"], plain(text.html)
    if other is not None:
        title, said = fill(other.title, values), plain(rendered(other.text, tuple(values.items())))
    return Hit(row, playbook, marked(title, words), snippet(said, words),
               LANGUAGES.get(other.language) if other is not None else None, where)


def _where(actor: Actor, rows: Sequence[HeldClause], site: str) -> dict[tuple[UUID, str], Where]:
    """Where in sight each clause holds: counted by the database, or place by place where lines of business matter."""
    everybody = {row.digest for row in rows if not row.lobs}
    some = {row.digest: names_in(row.lobs) for row in rows if row.lobs}
    return _counted(actor, everybody, site) | (_one_by_one(actor, some, site) if some else {})


def _places(actor: Actor, digests: Iterable[str], site: str, *columns: Any) -> Select[Any]:
    statement: Any = visible_to(actor, select(HeldContent.playbook_id, HeldContent.digest, *columns), HeldPlace)
    statement = statement.join(HeldPlace, _same_content()).join(Site, Site.id == HeldPlace.site_id).join(
        Vendor, Vendor.id == HeldPlace.vendor_id, isouter=True).where(HeldContent.digest.in_(set(digests)))
    if site:
        statement = statement.where(Site.code == site.upper())
    chosen: Select[Any] = statement
    return chosen


VENDOR = case((Vendor.code.is_(None), ""), else_=Vendor.code)


def _counted(actor: Actor, digests: set[str], site: str) -> dict[tuple[UUID, str], Where]:
    statement = _places(actor, digests, site, func.count(HeldPlace.site_id.distinct()), func.min(Site.code),
                        func.max(Site.code), func.min(Site.code + "|" + VENDOR))
    grouped = statement.group_by(HeldContent.playbook_id, HeldContent.digest)
    return {(row[0], row[1]): Where(row[2], row[3], row[4], *row[5].split("|")) for row in db.session.execute(grouped)}


def _one_by_one(actor: Actor, some: Mapping[str, Sequence[str]], site: str) -> dict[tuple[UUID, str], Where]:
    found: dict[tuple[UUID, str], Where] = {}
    codes: dict[tuple[UUID, str], set[str]] = {}
    statement = _places(actor, some, site, Site.code, VENDOR, HeldPlace.lobs).order_by(Site.code)
    for playbook_id, digest, code, vendor, run in db.session.execute(statement):
        if concerns(some[digest], frozenset(names_in(run)) or None):
            key = playbook_id, digest
            codes.setdefault(key, set()).add(code)
            found.setdefault(key, Where(first=code, site=code, vendor=vendor))
    return {key: replace(where, sites=len(codes[key]), last=max(codes[key])) for key, where in found.items()}
