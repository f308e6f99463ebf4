"""Reading findings: the list, one of them, and what waits for whom."""

from compliance.actions.queries.today import Task
from compliance.findings.queries.answers import actions_of, open_actions_of
from compliance.findings.queries.listing import FindingFilters, all_findings, findings, overdue_finding
from compliance.findings.queries.one import get_finding
from compliance.findings.queries.today import (
    Stage,
    answers_waiting,
    disputes_to_decide,
    do_today,
    stages,
    to_answer,
    tracked,
)

__all__ = ["FindingFilters", "Stage", "Task", "actions_of", "all_findings", "answers_waiting", "disputes_to_decide",
           "do_today", "findings", "get_finding", "open_actions_of", "overdue_finding", "stages", "to_answer",
           "tracked"]
