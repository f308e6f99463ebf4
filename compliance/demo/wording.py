"""The words of audits and answers: templates filled with figures that are the same each time."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MANY, FEW = (13, 20, 32, 50), (5, 6, 7, 8)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")


@cache
def bank(name: str) -> dict[str, dict[str, Any]]:
    """ "conditions" or "answers"."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Failed:
    """What an auditor writes about a clause that does not hold."""

    title: str
    note: str
    risk: str
    sample: int | None
    failures: int | None


def failed(clause: str, site: str, city: str, lob: str, month: int) -> Failed:
    """The words for a clause at a site; `month` is that of the audit, 1 to 12."""
    entry = bank("conditions")[clause]
    chance = random.Random(f"{site} {clause}")  # noqa: S311 - figures of a story, not secrets
    sample = chance.choice(FEW if entry.get("few") else MANY)
    failures = chance.randint(2, max(2, sample // 4))
    figures = {"n": sample, "k": failures, "low": chance.randint(31, 44), "high": chance.randint(52, 95),
               "d1": chance.randint(7, 12), "d2": chance.randint(15, 28), "site": site, "city": city, "lob": lob,
               "month": MONTHS[month - 2]}
    sampled = "{k}" in entry["condition"]
    return Failed(entry["title"], entry["condition"].format(**figures), entry["risk"].format(**figures),
                  sample if sampled else None, failures if sampled else None)


def answer(clause: str) -> dict[str, Any]:
    """How a site answers a finding on a clause: containment, cause, plan, criterion."""
    return bank("answers")[bank("conditions")[clause]["answer"]]


REMARKS = (
    "Seen on the floor and in the record; nothing missing.",
    "Checked by day and at 22:00; both shifts keep it.",
    "Complete for the sampled weeks.",
    "Better than last time: the record is kept by the tool now.",
    "Two people were asked separately and said the same.",
    "",
    "",
    "",
)


def remark(clause: str, site: str) -> str:
    """What an auditor notes about a clause that holds; often nothing."""
    return random.Random(f"{clause} {site}").choice(REMARKS)  # noqa: S311 - figures of a story, not secrets


def spread(key: str, least: int, most: int) -> int:
    """A number of days that looks accidental and is the same each time."""
    return random.Random(key).randint(least, most)  # noqa: S311 - figures of a story, not secrets
