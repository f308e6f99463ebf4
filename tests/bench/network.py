"""The network the bench runs on: a hundred sites with their people, and the playbooks they are held to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from compliance import db
from compliance.access import Role
from compliance.accounts.models import Person, RoleGrant
from compliance.db import new_id
from compliance.network.models import Node, NodeKind, Operation, SiteLifecycle, Vendor, VendorStatus
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus

LONG_AGO = date(2020, 1, 1)
MADE_AT = datetime(2024, 1, 1, tzinfo=UTC)
REGIONS, MARKETS_EACH, VENDORS = 5, 4, 8
ZONES = ("Asia/Kuala_Lumpur", "Europe/Dublin", "America/Chicago", "Asia/Kolkata", "Africa/Cairo")


@dataclass(frozen=True)
class Ground:
    """Ids the loaders and workloads need."""

    sites: list[UUID]
    vendors: list[UUID | None]  # the vendor at each site, in the order of `sites`
    playbooks: list[UUID]
    owners: list[UUID]  # who answers for each site, in the order of `sites`
    root: UUID
    head: UUID
    auditor: UUID
    regional: UUID


def lay(sites: int = 100, playbooks: int = 20, clauses: int = 100) -> Ground:
    """Nodes, vendors, operations, people and playbooks, through the tables."""
    with db.transaction():
        root, markets = _tree()
        vendors = _vendors()
        site_ids, held_by = _sites(sites, markets, vendors)
        head, auditor = person("Global head", [Role.GLOBAL_HEAD], root), person("Auditor", [Role.AUDITOR], root)
        regional = person("Regional lead", [Role.REGIONAL_LEAD], markets[0][1])
        owners = [person(f"Lead of S{n:04d}", [Role.SITE_LEAD], site) for n, site in enumerate(site_ids)]
        return Ground(site_ids, held_by, _playbooks(playbooks, clauses), owners, root, head, auditor,
                      regional)


def grow(ground: Ground, to: int) -> list[tuple[UUID, UUID | None]]:
    """More sites beside those there are; all of them with who runs them."""
    rows = db.session.execute(select(Node.id, Node.parent_id, Node.path).where(
        Node.kind == NodeKind.MARKET).order_by(Node.path)).all()
    vendors = [each for each in dict.fromkeys(ground.vendors) if each is not None]
    more, held_by = _sites(to, [(row.id, row.parent_id, row.path) for row in rows], vendors, len(ground.sites))
    return [*zip(ground.sites, ground.vendors, strict=True), *zip(more, held_by, strict=True)]


def _tree() -> tuple[UUID, list[tuple[UUID, UUID, str]]]:
    """The root, and (market, its region, path) of each market."""
    root = _node(NodeKind.NETWORK, "network", "/", None)
    markets = []
    for r in range(REGIONS):
        region = _node(NodeKind.REGION, f"r{r}", f"/r{r}/", root)
        for m in range(MARKETS_EACH):
            code = f"m{r}{m}"
            markets.append((_node(NodeKind.MARKET, code, f"/r{r}/{code}/", region), region, f"/r{r}/{code}/"))
    return root, markets


def _node(kind: NodeKind, code: str, path: str, parent: UUID | None, **site: Any) -> UUID:
    identity = new_id()
    db.session.execute(insert(Node.__table__).values(  # type: ignore[arg-type]  # one table for all kinds of node
        id=identity, kind=kind, code=code, name=f"Place {code}", path=path, parent_id=parent, version=1, **site))
    return identity


def _vendors() -> list[UUID]:
    rows = [{"id": new_id(), "code": f"V{n}", "name": f"Vendor {n}", "status": VendorStatus.LIVE, "notice_days": 14,
             "version": 1} for n in range(VENDORS)]
    db.session.execute(insert(Vendor), rows)
    return [row["id"] for row in rows]


def _sites(count: int, markets: list[tuple[UUID, UUID, str]], vendors: list[UUID], first: int = 0,
           ) -> tuple[list[UUID], list[UUID | None]]:
    ids, held_by, operations = [], [], []
    for n in range(first, count):
        market, _, path = markets[n % len(markets)]
        vendor = vendors[n % len(vendors)] if n % 2 else None
        ids.append(_node(NodeKind.SITE, f"S{n:04d}", f"{path}s{n:04d}/", market, zone=ZONES[n % len(ZONES)],
                         country="MY", weekend_days=[5, 6], extra_holidays=[], languages=["en"], headcount=200,
                         tier="medium", lifecycle=SiteLifecycle.LIVE))
        held_by.append(vendor)
        operations.append({"id": new_id(), "site_id": ids[-1], "vendor_id": vendor, "lob": "Core",
                           "from_on": LONG_AGO, "version": 1})
    db.session.execute(insert(Operation), operations)
    return ids, held_by


def person(name: str, roles: list[Role], node: UUID) -> UUID:
    identity = new_id()
    db.session.execute(insert(Person).values(
        id=identity, name=name, email=f"{identity}@bench.example", title="", zone="UTC", active=True, version=1))
    db.session.execute(insert(RoleGrant), [
        {"id": new_id(), "person_id": identity, "role": role, "node_id": node, "from_on": LONG_AGO, "version": 1}
        for role in roles])
    return identity


def _playbooks(count: int, clauses: int) -> list[UUID]:
    ids = []
    for n in range(count):
        prefix = f"{chr(65 + n // 26)}{chr(65 + n % 26)}B"
        identity, source = new_id(), text_of(n, prefix, clauses)
        ids.append(identity)
        db.session.execute(insert(Playbook).values(id=identity, key=f"bench-{n}", prefix=prefix, title=f"Bench {n}",
                                                   owner="bench", version=1))
        db.session.execute(insert(PlaybookVersion).values(
            id=new_id(), playbook_id=identity, number="1.0.0", title=f"Bench {n}", source=source, digest="0" * 64,
            status=VersionStatus.APPROVED, effective_on=LONG_AGO, added_at=MADE_AT, approved_at=MADE_AT,
            clauses=clauses,
            approved_by="Bench", version=1))
    return ids


def text_of(number: int, prefix: str, clauses: int, version: str = "1.0.0") -> str:
    """A playbook of ten sections with texts of about 200 characters."""
    return "\n".join(_lines(number, prefix, clauses, version))


def _lines(number: int, prefix: str, clauses: int, version: str) -> Iterator[str]:
    yield (f"---\nplaybook: bench-{number}\nversion: {version}\ntitle: Bench {number}\nprefix: {prefix}\n"
           "owner: bench\neffective: 2020-01-01\nlanguage: en\n---\n")
    for n in range(1, clauses + 1):
        if (n - 1) % 10 == 0:
            yield f"## Section {(n - 1) // 10 + 1}\n"
        severity, weight = (("critical", 5), ("major", 3), ("minor", 1), ("minor", 1))[n % 4]
        yield f"### {prefix}-{n:02d} Clause number {n} of bench {number}\n"
        yield f"- Severity: {severity}\n- Weight: {weight}\n- Evidence: Record of step {n}"
        yield f"- Check: Was step {n} done as written?\n"
        yield (f"The lead on shift does step {n} of bench {number} before the queue opens. What was found is written "
               "down by name and time, and the next lead reads it back before taking over the floor and its cases.\n")
