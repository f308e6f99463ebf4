"""What a version of a playbook would touch before it is published: sites, audits, overrides, waivers, findings."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from compliance import db
from compliance.access import Actor, Permission, require_somewhere, visible_to
from compliance.audits.lifecycle import AuditStatus
from compliance.audits.models import Audit, AuditCriteria
from compliance.findings.models import IS_OPEN, Finding
from compliance.network.lifecycle import SiteLifecycle
from compliance.network.models import Operation, Site, Vendor
from compliance.network.queries import running
from compliance.playbooks.comparison import Kind
from compliance.playbooks.digests import wording_digest
from compliance.playbooks.drift import State
from compliance.playbooks.effective import Effective
from compliance.playbooks.effectiveness import concerns, remember_overrides, resolve_chosen
from compliance.playbooks.governing.forecasting import (
    Drifted,
    Forecast,
    Inversion,
    Place,
    Touched,
    changed,
    inversions,
    remember,
)
from compliance.playbooks.keeping import content_of
from compliance.playbooks.layers import FOR_A_PERSON
from compliance.playbooks.models import Override, PlaybookVersion
from compliance.playbooks.translations.models import Translation, TranslationStatus
from compliance.playbooks.waivers.binding import reads_alike
from compliance.playbooks.waivers.lifecycle import WaiverStatus
from compliance.playbooks.waivers.models import Waiver

TO_COME = (AuditStatus.PLANNED, AuditStatus.SCHEDULED, AuditStatus.POSTPONED)
AT_ONCE = 120  # chains and overrides that are looked at in one go


@dataclass(frozen=True, slots=True)
class Auditee:
    """Who works at a site on the day, and for what; `vendor` is a code, `run_by` its name, "" in-house."""

    code: str
    name: str
    vendor: str
    run_by: str
    lobs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reached:
    """One auditee whose text the version changes, and how."""

    code: str
    name: str
    vendor: str
    run_by: str
    touched: tuple[Touched, ...]

    def of(self, *kinds: Kind) -> int:
        return sum(any(kind in each.kinds for kind in kinds) for each in self.touched)


@dataclass
class Impact:
    """What was looked at so far: `done` of `total` chains and overrides; the rest is whole only when all of them are.

    `states` counts operations of overrides by how they would stand, all twelve states named.
    """

    version: PlaybookVersion
    on: date
    takes_effect: bool
    total: int = 0
    done: int = 0
    places: int = 0
    reached: list[Reached] = field(default_factory=list)
    touched: Counter[str] = field(default_factory=Counter)  # clause -> auditees at which it is another
    states: Counter[State] = field(default_factory=lambda: Counter(dict.fromkeys(State, 0)))
    overrides: int = 0
    drifted: list[Drifted] = field(default_factory=list)  # those somebody has to look at
    inverted: list[Inversion] = field(default_factory=list)
    audits: Sequence[Audit] = ()
    waivers: list[Waiver] = field(default_factory=list)
    findings: Sequence[Finding] = ()
    stale_words: list[Translation] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return self.done >= self.total

    @property
    def sites(self) -> int:
        return len({each.code for each in self.reached})

    @property
    def languages(self) -> Counter[str]:
        return Counter(each.language for each in self.stale_words)


def impact(actor: Actor, version: PlaybookVersion, upto: int | None = None) -> Impact:
    """All that a version touches of what this actor sees; with `upto`, so many chains and overrides of it.

    What was resolved stays remembered, so that a page can ask in steps and show how far it is.
    """
    require_somewhere(actor, Permission.VIEW_DRAFT)
    forecast = Forecast(version)
    found = Impact(version, forecast.on, forecast.takes_effect)
    if not forecast.takes_effect:
        return found
    auditees = _auditees(actor, forecast.on)
    chains = forecast.chains(auditees)
    overrides = _in_sight(actor, forecast)
    found.total, found.places = len(chains) + len(overrides), len(auditees)
    budget = found.total if upto is None else upto
    resolved = _look_at_chains(found, chains[:budget], auditees)
    _look_at_overrides(found, forecast, overrides[:max(0, budget - len(chains))])
    found.done = min(budget, found.total)
    if found.whole:
        _look_beside(actor, found, forecast, resolved)
    return found


Resolved = dict[Place, tuple[Effective | None, Effective]]


def _auditees(actor: Actor, on: date) -> dict[Place, Auditee]:
    """Who works where on the day, in one statement."""
    rows = db.session.execute(visible_to(
        actor, select(Site.path, Site.code, Site.name, Operation.lob, Vendor.code.label("vendor"),
                      Vendor.name.label("run_by"))
        .join(Operation, Operation.site_id == Site.id).outerjoin(Vendor, Vendor.id == Operation.vendor_id)
        .where(running(on), Site.lifecycle != SiteLifecycle.CLOSED), Operation).order_by(Site.code))
    found: dict[Place, Auditee] = {}
    for row in rows:
        place = row.path, row.vendor or ""
        known = found.get(place)
        lobs = frozenset({row.lob}) | (known.lobs if known else frozenset())
        found[place] = Auditee(row.code, row.name, row.vendor or "", row.run_by or "", lobs)
    return found


def _in_sight(actor: Actor, forecast: Forecast) -> list[Any]:
    seen = set(db.session.scalars(visible_to(actor, select(Override.id), Override).where(
        Override.playbook_id == forecast.version.playbook_id)))
    return [pair for pair in forecast.overrides if pair[1].id in seen]


def _look_at_chains(found: Impact, chains: Sequence[Any], auditees: dict[Place, Auditee]) -> Resolved:
    remember(chosen for was, now, _ in chains for chosen in (was, now))
    resolved: Resolved = {}
    for was, now, places in chains:
        texts = resolve_chosen(was) if was else None, resolve_chosen(now)
        touched = changed(*texts)
        for place in places:
            resolved[place] = texts
            here = _concerning(touched, texts, auditees[place])
            if here:
                at = auditees[place]
                found.reached.append(Reached(at.code, at.name, at.vendor, at.run_by, here))
                found.touched.update(each.clause for each in here)
    found.reached.sort(key=lambda each: (each.code, each.vendor))
    return resolved


def _concerning(touched: Iterable[Touched], texts: tuple[Effective | None, Effective],
                auditee: Auditee) -> tuple[Touched, ...]:
    """What of it concerns the lines of business there, before or after."""
    both = [text.by_id for text in texts if text]
    return tuple(each for each in touched if any(
        concerns(text[each.clause].clause.applies_to, auditee.lobs) for text in both if each.clause in text))


def _look_at_overrides(found: Impact, forecast: Forecast, overrides: Sequence[Any]) -> None:
    remember_overrides(mine for mine, _ in overrides)
    for mine, override in overrides:
        drifted = forecast.drifted(mine, override)
        found.overrides += 1
        found.states.update(drifted.states)
        found.inverted += inversions(drifted, forecast.before, forecast.after)
        if not FOR_A_PERSON.isdisjoint(drifted.states):
            found.drifted.append(drifted)


def _look_beside(actor: Actor, found: Impact, forecast: Forecast, resolved: Resolved) -> None:
    """What rests on the texts that move: audits to come, waivers, findings, translations."""
    found.audits = _audits(actor, forecast)
    found.waivers = _waivers(actor, forecast, resolved)
    found.findings = _findings(actor, forecast, found.touched)
    found.stale_words = _stale_words(actor, forecast, resolved)


def _audits(actor: Actor, forecast: Forecast) -> Sequence[Audit]:
    """Audits on this playbook that have not begun and are planned for the day or later: they will use it."""
    uses = select(AuditCriteria.audit_id).where(AuditCriteria.playbook_id == forecast.version.playbook_id)
    return db.session.scalars(
        visible_to(actor, select(Audit), Audit).where(
            Audit.status.in_(TO_COME), Audit.id.in_(uses), Audit.planned_from >= forecast.on)
        .options(joinedload(Audit.site), joinedload(Audit.vendor), joinedload(Audit.lead))
        .order_by(Audit.planned_from, Audit.id)).all()


def _waivers(actor: Actor, forecast: Forecast, resolved: Resolved) -> list[Waiver]:
    """Waivers for a clause that will be another where they hold: they lapse on the day."""
    rows = db.session.scalars(
        visible_to(actor, select(Waiver), Waiver).where(
            Waiver.playbook_id == forecast.version.playbook_id, Waiver.status == WaiverStatus.APPROVED,
            Waiver.until_on > forecast.on)
        .options(joinedload(Waiver.site), joinedload(Waiver.vendor), joinedload(Waiver.clause))
        .order_by(Waiver.until_on, Waiver.id))
    return [row for row in rows if _lapses(row, resolved.get((row.site.path, row.vendor.code if row.vendor else "")))]


def _lapses(waiver: Waiver, texts: tuple[Effective | None, Effective] | None) -> bool:
    if texts is None or texts[0] is None:
        return False
    return _is_waived(waiver, texts[0]) and not _is_waived(waiver, texts[1])


def _is_waived(waiver: Waiver, text: Effective) -> bool:
    entry = text.by_id.get(waiver.clause_id)
    return entry is not None and (entry.digest == waiver.clause_digest or reads_alike(
        waiver.clause.content, content_of(entry, text.values)))


def _findings(actor: Actor, forecast: Forecast, touched: Iterable[str]) -> Sequence[Finding]:
    """Open findings on a clause that moves anywhere, under its present or its former name."""
    formers = {former for entry in forecast.after.clauses if entry.id in set(touched) for former in
               entry.clause.formerly}
    return db.session.scalars(
        visible_to(actor, select(Finding), Finding).where(
            IS_OPEN, Finding.playbook_id == forecast.version.playbook_id,
            Finding.clause_id.in_({*touched, *formers}))
        .options(joinedload(Finding.site), selectinload(Finding.vendor))
        .order_by(Finding.clause_id, Finding.reference)).all()


def _stale_words(actor: Actor, forecast: Forecast, resolved: Resolved) -> list[Translation]:
    """Translations of a wording that holds somewhere today and nowhere any more from the day on."""
    rows = db.session.scalars(
        visible_to(actor, select(Translation), Translation).where(
            Translation.playbook_id == forecast.version.playbook_id,
            Translation.status == TranslationStatus.APPROVED)
        .order_by(Translation.clause_id, Translation.language)).all()
    named = {row.clause_id for row in rows}
    pairs = {id(new): (old, new) for old, new in resolved.values()}.values()
    now = {key for _, new in pairs for key in _wordings(new, named)} | _wordings(forecast.after, named)
    gone = {key for old, _ in pairs if old for key in _wordings(old, named)} - now
    return [row for row in rows if (row.clause_id, row.wording) in gone]


def _wordings(text: Effective, named: Collection[str]) -> set[tuple[str, str]]:
    """Those of the clauses anybody has translated: a digest for each clause of a thousand texts would be seconds."""
    return {(clause_id, wording_digest(entry.clause.title, entry.clause.text)) for clause_id in named
            if (entry := text.by_id.get(clause_id))}
