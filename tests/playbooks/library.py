"""The library read from its folder, and what it has to say, written down a second time by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from compliance.playbooks.document import Override, Playbook
from compliance.playbooks.drift import drift, waiting
from compliance.playbooks.effective import Effective, Layer, Rules, ScopeKind, Trust
from compliance.playbooks.parsing import parse_override, parse_playbook
from compliance.playbooks.resolution import resolve

ROOT = Path(__file__).resolve().parents[2] / "playbooks"
KEYS = {
    "ESC": "escalation-handling",
    "ACS": "account-security",
    "AGE": "age-support",
    "WEL": "moderator-wellbeing",
    "CRI": "crisis-response",
    "BCP": "business-continuity",
    "VEN": "vendor-governance",
    "DAC": "data-access",
    "QCL": "quality-calibration",
    "LED": "legal-disclosure",
}

# Clause, grade (C critical, M major, m minor, L locked), how often it is tested, and the value it is tested against.
CLAUSES = """
ESC-01 M  every
ESC-02 CL every ack_min=30
ESC-03 M  every p1_h=4
ESC-04 m  every
ESC-05 m  half
ESC-06 m  half update_h=24
ESC-07 M  yearly drill_months=6
ESC-08 M  quarter backlog_days=3
ESC-09 M  every p1_h=4
ACS-01 CL every
ACS-02 C  every followers=100000
ACS-03 C  every
ACS-04 M  every hold_min=60
ACS-05 M  every
ACS-06 M  half
ACS-07 M  every pass_pct=90
ACS-08 m  half
AGE-01 CL every route_h=24
AGE-02 C  every delete_days=30
AGE-03 CL every
AGE-04 M  every
AGE-05 M  every min_age=13
AGE-06 M  quarter max_weeks=12
AGE-07 m  half
AGE-08 m  half
WEL-01 C  every max_h=5
WEL-02 M  every min_day=45
WEL-03 M  every wait_h=48
WEL-04 M  every
WEL-05 M  half
WEL-06 M  half
WEL-07 C  every support_h=24
WEL-08 C  yearly
CRI-01 M  every
CRI-02 m  half
CRI-03 M  yearly sitrep_min=60
CRI-04 M  quarter
CRI-05 M  yearly
CRI-06 C  yearly
CRI-07 M  yearly aar_days=30
CRI-08 m  yearly
BCP-01 M  yearly bia_months=12
BCP-02 C  every plan_months=12
BCP-03 C  yearly mbco_pct=50
BCP-04 M  yearly rto_h=4
BCP-05 M  half ack_pct=90
BCP-06 M  half
BCP-07 C  half
BCP-08 M  half account_min=30
VEN-01 C  yearly
VEN-02 C  launch
VEN-03 M  quarter
VEN-04 m  quarter
VEN-05 C  yearly notice_days=60
VEN-06 m  quarter
VEN-07 m  quarter attr_pct=4
VEN-08 M  yearly
DAC-01 C  every
DAC-02 M  every
DAC-03 C  every leaver_h=24
DAC-04 M  quarter
DAC-05 C  every
DAC-06 m  every
DAC-07 M  quarter review_days=5
DAC-08 m  yearly cctv_days=90
QCL-01 M  every
QCL-02 M  quarter kappa=0.7
QCL-03 M  quarter n_month=20
QCL-04 C  every
QCL-05 m  half
QCL-06 M  yearly
QCL-07 m  half disp_bd=5
QCL-08 M  version pass_pct=95
LED-01 CL every
LED-02 CL every
LED-03 C  every triage_min=60
LED-04 C  every
LED-05 M  half pres_h=24
LED-06 M  every
LED-07 M  yearly
LED-08 m  quarter
"""
FREQUENCY = {
    "every": "every audit",
    "half": "half-yearly",
    "quarter": "quarterly",
    "yearly": "yearly",
    "launch": "per launch",
    "version": "per version",
}
# severity and weight of each letter
GRADE = {"C": ("critical", 5), "M": ("major", 3), "m": ("minor", 1)}

# Playbook, scopes (several share one text), and the operations of the file.
OVERRIDES = """
ESC apac         set ack_min=20, add to ESC-06
ESC in           set ack_min=15, add to ESC-02, change ESC-02, new ESC-IN-01
ESC us           new ESC-US-01
AGE my           add to AGE-05, change AGE-05
AGE id           set route_h=12, change AGE-01
AGE au           set min_age=16, change AGE-05
WEL jp           add to WEL-05
WEL ie,pt,pl,bg  add to WEL-02, change WEL-02
CRI id           add to CRI-04
BCP ph           set account_min=45, add to BCP-08
VEN cai1         add to VEN-03
DAC ph           new DAC-PH-01
DAC ie,pt,pl,bg  set cctv_days=30, change DAC-08
QCL gb           add to QCL-02, change QCL-02
LED my           new LED-MY-01
LED sg           new LED-SG-01
LED jp           new LED-JP-01
LED ie,pt,pl,bg  add to LED-04, change LED-04
"""
CHAINS = (
    *(("apac", market) for market in ("my", "sg", "in", "id", "ph", "jp", "au", "kr", "th", "vn")),
    *(("emea", market) for market in ("ie", "pt", "pl", "bg", "gb", "ae")),
    *(("amer", market) for market in ("us", "co")),
    ("emea", "eg", "cai1"),
)
LEVELS = ScopeKind.REGION, ScopeKind.MARKET, ScopeKind.SITE


@dataclass(frozen=True)
class Expected:
    """One line of `CLAUSES`."""

    id: str
    grade: str
    frequency: str
    parameter: str = ""
    value: str = ""

    @property
    def prefix(self) -> str:
        return self.id[:3]


def expected_clauses() -> list[Expected]:
    rows = [line.split() for line in CLAUSES.strip().splitlines()]
    return [Expected(row[0], row[1], row[2], *(row[3].split("=") if len(row) > 3 else ())) for row in rows]


def expected_overrides() -> dict[tuple[str, str], list[str]]:
    """(prefix, scope) -> operations as text, in file order."""
    rows = [line.split(maxsplit=2) for line in OVERRIDES.strip().splitlines()]
    return {(prefix, scope): said.split(", ") for prefix, scopes, said in rows for scope in scopes.split(",")}


def playbook_files() -> list[Path]:
    return sorted(ROOT.glob("*/playbook.md")) + sorted(ROOT.glob("*/archive/*.md"))


def override_files() -> list[Path]:
    return sorted(ROOT.glob("*/overrides/*.md"))


@cache
def latest(prefix: str) -> Playbook:
    path = ROOT / KEYS[prefix] / "playbook.md"
    return parse_playbook(path.read_text(encoding="utf-8"), str(path))


@cache
def versions(prefix: str) -> Mapping[str, Playbook]:
    """Every published version by its number, oldest first."""
    paths = [*sorted((ROOT / KEYS[prefix] / "archive").glob("*.md")), ROOT / KEYS[prefix] / "playbook.md"]
    books = [parse_playbook(path.read_text(encoding="utf-8"), str(path)) for path in paths]
    return {book.version: book for book in sorted(books, key=lambda book: book.effective)}


@cache
def override(prefix: str, scope: str) -> Override | None:
    path = ROOT / KEYS[prefix] / "overrides" / f"{scope}.md"
    return parse_override(path.read_text(encoding="utf-8"), str(path), prefix) if path.exists() else None


def resolved(prefix: str, chain: tuple[str, ...], on: date, trust: Trust = Trust.CLAIMED) -> Effective:
    """The playbook at the end of a chain on a date, each override judged against the version it was written for."""
    rules = Rules(on, trust)
    book = [book for book in versions(prefix).values() if book.effective <= on][-1]
    layers: list[Layer] = []
    for kind, scope in zip(LEVELS, chain, strict=False):
        said = override(prefix, scope)
        if said is None or on < said.effective or (said.until and said.until <= on):
            continue
        written_for = versions(prefix)[dict(said.written_against)["global"]]
        items = drift(said, resolve(written_for, layers, rules), resolve(book, layers, rules))
        layers.append(Layer(kind, scope, said, waiting=waiting(items)))
    return resolve(book, layers, rules)
