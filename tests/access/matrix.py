"""The reviewed table: what each principal gets at each address, kept apart from the code it judges."""

import csv
from pathlib import Path

from tests.access.routes import Case

FILE = Path(__file__).with_name("matrix.csv")
KEYS = ("endpoint", "method", "placement")
PRINCIPALS = (
    "anonymous", "author", "playbook_owner", "legal_reviewer", "regional_lead", "programme_manager", "auditor",
    "assigned", "reviewer", "site_lead", "vendor_lead", "vendor_manager", "continuity_lead", "global_head",
    "administrator", "ended",
)

Line = dict[str, str]


def read() -> dict[tuple[str, str, str], Line]:
    with FILE.open(newline="") as file:
        return {(row["endpoint"], row["method"], row["placement"]): row for row in csv.DictReader(file)}


def write(lines: list[Line], to: Path = FILE) -> None:
    with to.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*KEYS, *PRINCIPALS], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def key(case: Case) -> tuple[str, str, str]:
    return case.endpoint, case.method, case.placement
