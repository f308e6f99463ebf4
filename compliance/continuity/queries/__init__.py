"""Reading plans, exercises, and how ready each site is."""

from compliance.continuity.queries.records import (
    actions_of,
    current_plan,
    exercises_of,
    get_exercise,
    get_plan,
    of_operator,
    owed_by_retest,
    plans_before,
    retest_actions,
    retests_of,
)
from compliance.continuity.queries.registers import (
    EXERCISE_SORTS,
    PLAN_SORTS,
    Calendar,
    Tally,
    calendar,
    exercises,
    open_actions,
    plans,
    single_site_lobs,
    tally,
)
from compliance.continuity.queries.standing import SiteReadiness, readiness_of_sites, readiness_rows

__all__ = [
    "EXERCISE_SORTS", "PLAN_SORTS", "Calendar", "SiteReadiness", "Tally", "actions_of", "calendar", "current_plan",
    "exercises", "exercises_of", "get_exercise", "get_plan", "of_operator", "open_actions", "owed_by_retest", "plans",
    "plans_before", "readiness_of_sites", "readiness_rows", "retest_actions", "retests_of", "single_site_lobs", "tally",
]
