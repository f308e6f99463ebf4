"""What holds where, brought up to date before it is asked: found by what it rests on, read anew when that moved."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, cast, delete, func, insert, literal, null, or_, select, union_all, update
from sqlalchemy.orm import Session

from compliance import clock, db
from compliance.network.models import Node, Operation, Site, SiteLifecycle, Vendor
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.choosing import Chosen
from compliance.playbooks.digests import digest, wording_digest
from compliance.playbooks.folding import fold
from compliance.playbooks.holding.models import HeldClause, HeldContent, HeldPlace, HeldPlaybook, listed
from compliance.playbooks.judgement import RULES
from compliance.playbooks.keeping import wording_of
from compliance.playbooks.models import (
    ClauseText,
    EffectivePlaybook,
    Override,
    OverrideVersion,
    Playbook,
    PlaybookVersion,
)
from compliance.playbooks.plaintext import plain
from compliance.playbooks.rendering import RENDERER

# What is read here looks like this; another way of reading reads everything anew.
READER = "1"
AT_ONCE = 4_000  # clauses that are resolved for one reader


@dataclass(frozen=True, slots=True)
class Auditee:
    """Somebody who reads playbooks at a site: a vendor there, or the company itself."""

    site_id: UUID | None
    path: str
    vendor_id: UUID | None
    vendor: str
    lobs: tuple[str, ...]


EVERYBODY = Auditee(None, "/", None, "", ())


@dataclass(frozen=True, slots=True)
class Now:
    """What a reading rests on today, beside the texts: who reads where, and until which day that stands."""

    on: date
    network: str
    auditees: tuple[Auditee, ...]
    until: date | None

    @property
    def digest(self) -> str:
        return digest([[str(each.site_id), each.path, each.vendor, list(each.lobs)] for each in self.auditees])


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses that hold anywhere, as rows, and by content the digests of those that stand in it."""

    rows: Sequence[Mapping[str, Any]]
    contents: Mapping[str, Sequence[str]]


@dataclass
class Patience:
    """How much is read anew for whoever asks; what is left over is read for the next who does.

    `clauses` of chains that nobody has resolved yet, `places` whose chain is looked up: two seconds of either or so.
    """

    clauses: int = field(default_factory=lambda: AT_ONCE)
    places: int = 60_000

    @property
    def is_over(self) -> bool:
        return self.clauses <= 0 or self.places <= 0


def bring_up_to_date(patience: Patience | None = None, first: UUID | None = None) -> int:
    """Read anew each playbook whose texts, overrides or auditees moved since; two statements when none did.

    Gives how many are left as they were read before, because reading all at once would keep somebody waiting; `first`
    is the playbook that is asked about. The day is that of UTC: a text that begins today may hold some hours earlier or
    later at a site.
    """
    on = clock.today()
    held = {row.playbook_id: row for row in db.session.scalars(select(HeldPlaybook))}
    bases, network = _bases()
    moved = {playbook_id for playbook_id, basis in bases.items() if _is_old(held.get(playbook_id), basis, on)}
    if not moved and all(held[playbook_id].network == network for playbook_id in bases):
        return 0
    auditees, until = _auditees(on)
    now = Now(on, network, auditees, until)
    elsewhere = [playbook_id for playbook_id in bases if playbook_id not in moved
                 and held[playbook_id].auditees != now.digest]
    order = sorted([*moved, *elsewhere], key=lambda each: each != first)
    left = _read_all({each: bases[each] for each in order}, now, moved, patience or Patience())
    _note(now)
    return left


def _read_all(bases: Mapping[UUID, str], now: Now, moved: Collection[UUID], patience: Patience) -> int:
    """Read playbooks until patience is over; gives how many are left. The first gets on, whatever it takes."""
    left = len(bases)
    for playbook_id, basis in bases.items():
        if patience.is_over or not _read(playbook_id, basis, now, patience, texts_moved=playbook_id in moved):
            break
        left -= 1
    return left


def _is_old(row: HeldPlaybook | None, basis: str, on: date) -> bool:
    if row is None or row.basis != basis or row.read_on is None or row.read_on > on:
        return True
    return row.next_change_on is not None and row.next_change_on <= on


def _note(now: Now) -> None:
    """Of the playbooks that were not read anew: the network moved, and nothing they rest on did."""
    with db.aside() as session:
        same = HeldPlaybook.auditees == now.digest
        if now.until is not None:
            later = or_(HeldPlaybook.next_change_on.is_(None), HeldPlaybook.next_change_on > now.until)
            session.execute(update(HeldPlaybook).where(same, later).values(next_change_on=now.until))
        session.execute(update(HeldPlaybook).where(same, HeldPlaybook.network != now.network).values(
            network=now.network))


def _bases() -> tuple[dict[UUID, str], str]:
    """By playbook, a digest that moves whenever one of its texts in force or to come does; and that of the network."""
    count, none = func.count(), cast(null(), Uuid())
    versions = select(PlaybookVersion.playbook_id.label("playbook_id"), literal("versions").label("what"),
                      count.label("rows"), func.sum(PlaybookVersion.version).label("steps")).where(
        PlaybookVersion.status.in_(choosing.STANDING)).group_by(PlaybookVersion.playbook_id)
    overrides = select(Override.playbook_id, literal("overrides"), count, func.sum(OverrideVersion.version)).join(
        OverrideVersion.override).where(OverrideVersion.status.in_(choosing.STANDING)).group_by(Override.playbook_id)
    operations = select(none, literal("operations"), count, func.sum(Operation.version))
    nodes = select(none, literal("nodes"), count, func.sum(Node.version))
    said: dict[UUID | None, list[list[Any]]] = {}
    for row in db.session.execute(union_all(versions, overrides, operations, nodes)):
        said.setdefault(row.playbook_id, []).append([row.what, row.rows, int(row.steps or 0)])
    network = digest(sorted(said.pop(None, [])))
    return {playbook_id: digest([READER, RENDERER, RULES, sorted(own)])
            for playbook_id, own in said.items() if playbook_id is not None}, network


def _auditees(on: date) -> tuple[tuple[Auditee, ...], date | None]:
    """Who reads playbooks where on a day, and the day from which that is otherwise."""
    open_site = or_(Site.lifecycle.is_(None), Site.lifecycle != SiteLifecycle.CLOSED)
    rows = db.session.execute(
        select(Site.id, Site.path, Operation.vendor_id, Vendor.code, Operation.lob, Operation.from_on,
               Operation.until_on)
        .join(Operation, Operation.site_id == Site.id, isouter=True)
        .join(Vendor, Vendor.id == Operation.vendor_id, isouter=True).where(open_site)).all()
    lobs: dict[tuple[UUID, str, UUID | None, str], set[str]] = {}
    for row in rows:
        if row.from_on is not None and row.from_on <= on and (row.until_on is None or on < row.until_on):
            lobs.setdefault((row.id, row.path, row.vendor_id, row.code or ""), set()).add(row.lob)
    busy = {site_id for site_id, *_ in lobs}
    for row in rows:
        if row.id not in busy:
            lobs.setdefault((row.id, row.path, None, ""), set())
    days = [day for row in rows for day in (row.from_on, row.until_on) if day is not None and day > on]
    found = (Auditee(*key, tuple(sorted(run))) for key, run in lobs.items())
    return tuple(sorted(found, key=lambda each: (each.path, each.vendor))), min(days, default=None)


def _read(playbook_id: UUID, basis: str, now: Now, patience: Patience, *, texts_moved: bool) -> bool:
    """Whether it was read to its end; what was resolved on the way there is kept."""
    everybody = [EVERYBODY, *now.auditees]
    patience.places -= len(everybody)
    chosen = choosing.choose_everywhere(playbook_id, {(each.path, each.vendor) for each in everybody}, now.on)
    # A thousand places share some dozens of choices, and the key of each is a digest to be worked out.
    keys = {id(each): each.key for each in {id(each): each for each in chosen.values()}.values()}
    contents = _contents({keys[id(each)]: each for each in chosen.values()}, patience)
    if contents is None:
        return False
    places = [(each, contents[keys[id(found)]]) for each in everybody
              if (found := chosen.get((each.path, each.vendor)))]
    wanted = dict.fromkeys(content for _, content in places)
    clauses = _clauses(playbook_id, wanted) if texts_moved or _kept(playbook_id) != set(wanted) else None
    days = [day for day in (now.until, *(each.next_change_on for each in chosen.values())) if day is not None]
    with db.aside() as session:
        row = _locked(session, playbook_id)
        if _is_old(row, basis, now.on) or row.auditees != now.digest:
            row.basis, row.network, row.auditees = basis, now.network, now.digest
            row.read_on, row.next_change_on = now.on, min(days, default=None)
            _replace(session, playbook_id, places, clauses)
    return True


def _contents(chosen: Mapping[str, Chosen], patience: Patience) -> dict[str, str] | None:
    """The content digest of each choice by its key.

    None when that would take more than there is patience for: some of them are kept then, for the next time.
    """
    def affordable(missing: Sequence[Chosen]) -> int:
        each_takes = max(1, len(effectiveness.base_of(missing[0].playbook).clauses))
        count = min(len(missing), max(1, patience.clauses // each_takes))
        patience.clauses -= count * each_takes
        return count

    found = effectiveness.contents_of(chosen, affordable)
    return found if len(found) == len(chosen) else None


def _clauses(playbook_id: UUID, contents: Collection[str]) -> Clauses:
    """What stands in these contents; a clause has its place from the first that has it, the global text first."""
    prefix = db.session.scalar(select(Playbook.prefix).where(Playbook.id == playbook_id))
    found = {row.content_digest: row.clauses for row in db.session.scalars(
        select(EffectivePlaybook).where(EffectivePlaybook.content_digest.in_(contents)))}
    first: dict[str, tuple[str, Mapping[str, str]]] = {}
    for content in contents:
        for at, entry in enumerate(found[content]):
            first.setdefault(entry["digest"], (f"{prefix} {at:04}", entry))
    texts = {row.digest: row for row in db.session.scalars(select(ClauseText).where(ClauseText.digest.in_(first)))}
    rows = [_clause(playbook_id, rank, entry, texts[of]) for of, (rank, entry) in first.items()]
    return Clauses(rows, {content: [entry["digest"] for entry in found[content]] for content in contents})


def _clause(playbook_id: UUID, rank: str, entry: Mapping[str, str], text: ClauseText) -> dict[str, Any]:
    clause_id, of, content = entry["id"], entry["digest"], text.content
    return {
        "playbook_id": playbook_id, "digest": of, "clause_id": clause_id,
        "wording": wording_digest(*wording_of(content)), "rank": f"{rank} {clause_id} {of[:16]}",
        "severity": content["severity"], "law": content["law"], "lobs": listed(content["applies_to"]),
        "folded": fold(f"{clause_id} {content['title']} {plain(text.html)}"),
    }  # fmt: skip


def _kept(playbook_id: UUID) -> set[str]:
    """The contents whose clauses are there already."""
    return set(db.session.scalars(
        select(HeldContent.content_digest).where(HeldContent.playbook_id == playbook_id).distinct()))


def _locked(session: Session, playbook_id: UUID) -> HeldPlaybook:
    """The row of a playbook, which whoever reads the same at the same time waits for, to find it read."""
    db.insert_missing(session, HeldPlaybook, [{"playbook_id": playbook_id, "basis": "", "network": "", "auditees": "",
                                               "read_on": None, "next_change_on": None}])
    return session.scalars(select(HeldPlaybook).where(HeldPlaybook.playbook_id == playbook_id)
                           .with_for_update().execution_options(populate_existing=True)).one()


def _replace(session: Session, playbook_id: UUID, places: Sequence[tuple[Auditee, str]],
             clauses: Clauses | None) -> None:
    """Keep who reads what, and with `clauses` also what stands in each content.

    Only what moved is written: writers wait meanwhile, and of a thousand places one or two read another text.
    """
    wanted = {(each.site_id, each.vendor_id): (content, listed(each.lobs)) for each, content in places}
    rows = session.execute(select(HeldPlace.id, HeldPlace.site_id, HeldPlace.vendor_id, HeldPlace.content_digest,
                                  HeldPlace.lobs).where(HeldPlace.playbook_id == playbook_id)).all()
    same = {(row.site_id, row.vendor_id) for row in rows
            if wanted.get((row.site_id, row.vendor_id)) == (row.content_digest, row.lobs)}
    gone = [row.id for row in rows if (row.site_id, row.vendor_id) not in same]
    session.execute(delete(HeldPlace).where(HeldPlace.id.in_(gone)))
    _insert(session, HeldPlace, [
        {"playbook_id": playbook_id, "content_digest": content, "site_id": site_id, "vendor_id": vendor_id,
         "lobs": lobs} for (site_id, vendor_id), (content, lobs) in wanted.items() if (site_id, vendor_id) not in same])
    if clauses is not None:
        _replace_clauses(session, playbook_id, clauses)


def _replace_clauses(session: Session, playbook_id: UUID, clauses: Clauses) -> None:
    session.execute(delete(HeldClause).where(HeldClause.playbook_id == playbook_id))
    _insert(session, HeldClause, clauses.rows)
    here = set(session.scalars(
        select(HeldContent.content_digest).where(HeldContent.playbook_id == playbook_id).distinct()))
    session.execute(delete(HeldContent).where(
        HeldContent.playbook_id == playbook_id, HeldContent.content_digest.in_(here - clauses.contents.keys())))
    _insert(session, HeldContent, [{"playbook_id": playbook_id, "content_digest": content, "digest": of}
                                   for content, digests in clauses.contents.items() if content not in here
                                   for of in digests])


def _insert(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        # With its empty values, or each run of rows that have the same ones would be a statement of its own.
        session.execute(insert(model), [dict(row) for row in rows], execution_options={"render_nulls": True})
