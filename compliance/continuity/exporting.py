"""The lists of continuity as files."""

from collections.abc import Iterator, Sequence
from typing import Any

from compliance.continuity.queries import SiteReadiness
from compliance.exports import Column
from compliance.paging import MOST


def _percent(at: int) -> Any:
    """The share of a component, in percent; nothing where there is nothing to take a share of."""
    def shown(standing: SiteReadiness) -> float | None:
        percent = standing.readiness.components[at].rate.percent
        return None if percent is None else round(percent, 1)
    return shown


def _operator(record: Any) -> str:
    return record.vendor.name if record.vendor else "in-house"


PLANS: Sequence[Column] = (
    ("Plan", lambda plan: plan.reference), ("Site", lambda plan: plan.site.code), ("Operator", _operator),
    ("Title", lambda plan: plan.title), ("Status", lambda plan: plan.status),
    ("Next review", lambda plan: plan.review_on), ("Due for review because", lambda plan: plan.review_wanted),
    ("Impact analysis of", lambda plan: plan.bia_on), ("Activities", lambda plan: len(plan.activities)),
    ("Author", lambda plan: plan.author.name),
    ("Approved by", lambda plan: plan.approved_by.name if plan.approved_by else None),
    ("Approved at", lambda plan: plan.approved_at),
)
EXERCISES: Sequence[Column] = (
    ("Exercise", lambda exercise: exercise.reference), ("Site", lambda exercise: exercise.site.code),
    ("Operator", _operator), ("Type", lambda exercise: exercise.type), ("Title", lambda exercise: exercise.title),
    ("Status", lambda exercise: exercise.status), ("Planned on", lambda exercise: exercise.planned_on),
    ("Held on", lambda exercise: exercise.conducted_on), ("Met", lambda exercise: exercise.passed),
    ("Missed", lambda exercise: ", ".join(exercise.missed)), ("Called", lambda exercise: exercise.call_tree_called),
    ("Acknowledged", lambda exercise: exercise.call_tree_acknowledged), ("Lead", lambda exercise: exercise.lead.name),
)
READINESS: Sequence[Column] = (
    ("Site", lambda standing: standing.site.code), ("City", lambda standing: standing.site.name),
    ("Ready", lambda standing: standing.readiness.is_ready),
    ("Index", lambda standing: round(standing.readiness.index, 1)),
    ("Index before caps", lambda standing: round(standing.readiness.raw, 1)),
    ("Plans current, %", _percent(0)), ("Impact analyses current, %", _percent(1)), ("Recovery met, %", _percent(2)),
    ("Call tree acknowledged, %", _percent(3)), ("Actions not overdue, %", _percent(4)),
    ("Last exercise", lambda standing: standing.facts.last_exercise),
    ("Capped because", lambda standing: " ".join(standing.readiness.caps)),
)


def every(read: Any, asked: dict[str, Any]) -> Iterator[Any]:
    """All rows of a register as it is filtered and sorted, read page by page."""
    cursor = ""
    while True:
        found = read(**asked, cursor=cursor, limit=MOST)
        yield from found.rows
        cursor = found.next
        if not cursor:
            return
