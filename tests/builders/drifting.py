"""An override of Malaysia, and a new global text that moves what it rests on: one way for each state of drift."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.playbooks.drift import State
from compliance.playbooks.models import OperationDrift, Override, OverrideVersion, PlaybookVersion
from tests.builders.governing import publish
from tests.builders.network import a_market
from tests.builders.playbooks import a_playbook, a_text, a_version, an_override, an_override_text, bring_in

SET = "## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| wait_min | 20 | A desk at night |\n"
REPLACE = "## Replace TIN-03\n\n- Why: The case tool\n\nWhat happened is written down in the case tool.\n"
NEW = ("## New TIN-MY-01 Log it\n\n- After: TIN-03\n- Severity: minor\n- Weight: 1\n- Evidence: Log\n- Why: Law\n\n"
       "Log it.\n")
ADD = "## Add to TIN-03\n\n- Why: Nights\n\nAlso at night.\n"
TEXT, HEADING = "What happened is written down.\n", "### TIN-03 Write it down\n"


@dataclass(frozen=True)
class Way:
    """What the override says, and what becomes of the global text."""

    body: str
    move: Callable[[str], str]


def swap(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def moved(text: str) -> str:
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        return text
    return moved


RETIRED = swap((f"{HEADING}\n", f"{HEADING}\n- Retired: 2.0.0\n"))
WAYS = {
    State.CURRENT: Way(SET, swap((TEXT, "Everything is written down.\n"))),
    State.CLEAN: Way(SET, swap(("5..60", "4..60"))),
    State.REVIEW: Way(REPLACE, swap((TEXT, "What really happened is written down.\n"))),
    State.CONFLICT: Way(REPLACE, swap((TEXT, "What happened is written down within 2 hours.\n"))),
    State.REDUNDANT: Way(SET, swap(("| 30 |", "| 20 |"))),
    State.INVERTED: Way(SET, swap(("| 30 |", "| 15 |"))),
    State.OUT_OF_RANGE: Way(SET, swap(("| 30 |", "| 10 |"), ("5..60", "5..15"))),
    State.ORPHAN: Way(REPLACE, RETIRED),
    State.RENAMED: Way(REPLACE, swap((f"{HEADING}\n", "### TIN-04 Write it down\n\n- Formerly: TIN-03\n"))),
    State.BLOCKED: Way(REPLACE, swap((f"{HEADING}\n", f"{HEADING}\n- Locked: floor\n"))),
    State.COLLISION: Way(NEW, lambda text: text + (
        "\n### TIN-MY-01 Log all\n\n- Severity: minor\n- Weight: 1\n- Evidence: Log\n\nLog all of it.\n")),
    State.ANCHOR_LOST: Way(NEW, RETIRED),
}


def a_rule(body: str, scope: str = "my", approvals: Collection[str] = (), **said: Any) -> OverrideVersion:
    """An approved override of a market below the small playbook, which is made when it is not there yet."""
    a_market("my")
    if db.session.scalar(select(PlaybookVersion.id).limit(1)) is None:
        a_playbook()
    return an_override(an_override_text(scope, body=body, **said), approvals=approvals)


def moves(move: Callable[[str], str], *, number: str = "2.0.0", effective: str, wait: str = "30") -> PlaybookVersion:
    """A new version of the small playbook, published."""
    done = bring_in(move(a_text(version=number, effective=effective, wait=wait)))
    assert done.digest, done.lines
    return publish(a_version(done.digest))


def drifted(state: State, effective: str) -> OverrideVersion:
    """The override of Malaysia in a state from a day on."""
    version = a_rule(WAYS[state].body)
    moves(WAYS[state].move, effective=effective)
    return version


def rows_of(version: OverrideVersion) -> list[OperationDrift]:
    """How its operations stand, period by period, read anew with everything commands need."""
    whole = joinedload(OperationDrift.override_version).joinedload(OverrideVersion.override).options(
        joinedload(Override.playbook), joinedload(Override.node), joinedload(Override.vendor))
    return list(db.session.scalars(
        select(OperationDrift).where(OperationDrift.override_version_id == version.id).options(whole)
        .order_by(OperationDrift.from_on, OperationDrift.position).execution_options(populate_existing=True)))
