"""Who is asked to read what: the people of a place, what they acknowledged there, and why they are asked again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, exists, or_, select

from compliance import clock, db
from compliance.access import ROLE_PERMISSIONS, Actor, Permission, Role, visible_to
from compliance.accounts.models import Person, RoleGrant
from compliance.accounts.queries import in_force
from compliance.network.models import Site
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.adoption.asking import Text, Why, reason_to_ask
from compliance.playbooks.adoption.models import Acknowledgement
from compliance.playbooks.adoption.queries.runs import Run, runs_of
from compliance.playbooks.choosing import Chosen
from compliance.playbooks.effectiveness import ClauseOnPage
from compliance.playbooks.models import Playbook, PlaybookVersion, ResolvedChain
from compliance.playbooks.queries.lines import lines_of

SITE_SLASHES = 4  # "/apac/my/kul1/": whoever leads a region or a company reads what they like
LEADS = tuple(role for role in Role if Permission.ADOPT_VERSION in ROLE_PERMISSIONS[role])


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that somebody should read at a place, and why; `read` is what they read there before."""

    playbook: Playbook
    run: Run
    chosen: Chosen
    why: Why
    read: Acknowledgement | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of a place with what they have read there and what they have not."""

    person: Person
    asked: Sequence[Asked]
    read: Mapping[UUID, Acknowledgement]  # by playbook
    playbooks: Sequence[Playbook]  # that hold at the place


def asked_of(actor: Actor) -> list[Asked]:
    """What this person should read, place by place. Home site and employer, and the sites they lead, are asked."""
    person = db.session.get(Person, actor.id)
    found: list[Asked] = []
    for run in places_of(actor, person) if person else []:
        read = _read_at(run, actor.id)
        found += _asked(_shelf(actor, run, read), {book: each for (_, book), each in read.items()})
    return found


def places_of(actor: Actor, person: Person) -> list[Run]:
    """Where a person reads what holds there: in one statement."""
    home = (person.home_site_id, person.vendor_id) if person.home_site_id else None
    led = [(grant.path, grant.vendor_id) for grant in actor.grants
           if grant.role in LEADS and grant.path.count("/") >= SITE_SLASHES]
    return [run for run in runs_of(actor, home, led) if run.lobs(run.today)]


def belongs(actor: Actor, person: Person | None, place: tuple[Site, UUID | None]) -> bool:
    """The same for one place that is already known."""
    if person is None:
        return False
    site, vendor_id = place
    at_home = person.home_site_id == site.id and person.vendor_id == vendor_id
    return at_home or any(
        grant.role in LEADS and grant.path == site.path and grant.vendor_id in (None, vendor_id)
        for grant in actor.grants)


def readers(actor: Actor, run: Run) -> list[Reader]:
    """The people of a place by name, with what each has read of the texts in force there."""
    led = exists(select(RoleGrant.id).where(
        RoleGrant.person_id == Person.id, RoleGrant.node_id == run.site.id, RoleGrant.role.in_(LEADS),
        in_force(clock.today()), or_(RoleGrant.vendor_id.is_(None), RoleGrant.vendor_id == run.vendor_id)))
    at_home = and_(Person.home_site_id == run.site.id, Person.vendor_id.is_not_distinct_from(run.vendor_id))
    people = db.session.scalars(visible_to(actor, select(Person), Person).where(
        Person.active.is_(True), or_(at_home, led)).order_by(Person.name, Person.id)).all()
    read = _read_at(run)
    shelf = _shelf(actor, run, read)
    mine = {person.id: {book: each for (who, book), each in read.items() if who == person.id} for person in people}
    return [Reader(person, _asked(shelf, mine[person.id]), mine[person.id], shelf.titles) for person in people]


def _read_at(run: Run, person_id: UUID | None = None) -> dict[tuple[UUID, UUID], Acknowledgement]:
    """The last acknowledgement of each person (or of one) and playbook at a place."""
    statement = select(Acknowledgement).where(
        Acknowledgement.site_id == run.site.id, Acknowledgement.vendor_id.is_not_distinct_from(run.vendor_id))
    if person_id is not None:
        statement = statement.where(Acknowledgement.person_id == person_id)
    rows = db.session.scalars(statement.order_by(Acknowledgement.at, Acknowledgement.id))
    return {(each.person_id, each.playbook_id): each for each in rows}


Kept = Mapping[str, tuple[ResolvedChain, Sequence[ClauseOnPage]]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What holds at a place today, by playbook, and as far as somebody read another text, both with their clauses."""

    run: Run
    books: Mapping[UUID, Playbook]
    texts: Mapping[UUID, Chosen]
    kept: Kept

    @property
    def titles(self) -> Sequence[Playbook]:
        return [playbook for book, playbook in self.books.items() if book in self.texts]


def _shelf(actor: Actor, run: Run, read: Mapping[tuple[UUID, UUID], Acknowledgement]) -> Shelf:
    """In five statements; no text is resolved that nobody has to compare."""
    books = {each.id: each for each in db.session.scalars(
        visible_to(actor, select(Playbook), Playbook).order_by(Playbook.title, Playbook.id))}
    texts = _texts_at(run)
    return Shelf(run, books, texts, _kept(texts, read.values()))


def _texts_at(run: Run) -> dict[UUID, Chosen]:
    """What holds at a place today, of those texts that concern its lines of business; in two statements."""
    found = {playbook_id: choosing.pick(candidates, run.today)
             for playbook_id, candidates in choosing.library_at(run.site.path, run.vendor_id).items()}
    held = {playbook_id: chosen for playbook_id, chosen in found.items() if chosen is not None}
    versions = [chosen.playbook.id for chosen in held.values()]
    rows: Any = db.session.execute(
        select(PlaybookVersion.id, PlaybookVersion.digest).where(PlaybookVersion.id.in_(versions)))
    named = {row.id: lines_of(row.id, row.digest) for row in rows}
    lobs = run.lobs(run.today)
    return {playbook_id: chosen for playbook_id, chosen in held.items()
            if (lines := named[chosen.playbook.id]) is None or not lines.isdisjoint(lobs)}


def _kept(texts: Mapping[UUID, Chosen], read: Iterable[Acknowledgement]) -> Kept:
    """The chains that have to be compared, with their clauses: those of texts that are not just what was read."""
    moved = [(each, texts[each.playbook_id]) for each in read
             if each.playbook_id in texts and each.chain_key != texts[each.playbook_id].key]
    if not moved:
        return {}
    present = effectiveness.chains_of(list({chosen.key: chosen for _, chosen in moved}.values()))
    before = {each.chain_key for each, _ in moved}
    earlier = db.session.scalars(select(ResolvedChain).where(ResolvedChain.key.in_(before))).unique().all()
    chains = list({chain.key: chain for chain in (*present, *earlier)}.values())
    return {chain.key: (chain, clauses) for chain, clauses in zip(
        chains, effectiveness.clauses_of_all(chains), strict=True)}


def _asked(shelf: Shelf, mine: Mapping[UUID, Acknowledgement]) -> list[Asked]:
    found = []
    for book, playbook in shelf.books.items():
        if book in shelf.texts and (why := _why(shelf, mine.get(book), shelf.texts[book])) is not None:
            found.append(Asked(playbook, shelf.run, shelf.texts[book], why, mine.get(book)))
    return found


def _why(shelf: Shelf, read: Acknowledgement | None, chosen: Chosen) -> Why | None:
    if read is None:
        return Why.NEVER
    if read.chain_key == chosen.key:
        return None
    (before, old), (now, new) = shelf.kept[read.chain_key], shelf.kept[chosen.key]
    lobs = shelf.run.lobs(shelf.run.today)
    return reason_to_ask(text_of(before, old, lobs), text_of(now, new, lobs))


def text_of(chain: ResolvedChain, clauses: Sequence[ClauseOnPage], lobs: frozenset[str] | None) -> Text:
    """A kept text as far as it concerns some lines of business."""
    layers = tuple((row["scope"], str(row["version"])) for row in chain.chain[1:])
    return Text(chain.version, layers, chain.content_digest,
                [clause for clause in clauses if effectiveness.concerns(clause.applies_to, lobs)])


def last_read(actor: Actor, site_id: UUID, vendor_id: UUID | None, key: str) -> ScalarSelect[Any]:
    """The id of what this person last acknowledged of a playbook at a place."""
    book = select(Playbook.id).where(or_(Playbook.key == key, Playbook.prefix == key.upper())).scalar_subquery()
    return select(Acknowledgement.id).where(
        Acknowledgement.person_id == actor.id, Acknowledgement.site_id == site_id,
        Acknowledgement.vendor_id.is_not_distinct_from(vendor_id), Acknowledgement.playbook_id == book,
    ).order_by(Acknowledgement.at.desc(), Acknowledgement.id.desc()).limit(1).scalar_subquery()
