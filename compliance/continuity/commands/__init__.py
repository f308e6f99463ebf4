"""What can be done with continuity plans, exercises and their reviews."""

from compliance.continuity.commands.exercises import (
    cancel_exercise,
    plan_exercise,
    record_exercise,
    schedule_exercise,
)
from compliance.continuity.commands.observing import hand_over, observe, show_photo
from compliance.continuity.commands.plans import add_plan, approve_plan, change_plan, return_plan, submit_plan
from compliance.continuity.commands.reviews import approve_review, close_exercise, write_review

__all__ = [
    "add_plan", "approve_plan", "approve_review", "cancel_exercise", "change_plan", "close_exercise", "hand_over",
    "observe", "plan_exercise", "record_exercise", "return_plan", "schedule_exercise", "show_photo", "submit_plan",
    "write_review",
]
