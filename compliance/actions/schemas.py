"""What the forms about actions send."""

from datetime import time
from typing import Any

from marshmallow import Schema, fields, validate

from compliance.actions.planning import RootCauseCategory, RootCauseMethod

MOST_STEPS = 8
LONG = validate.Length(max=8000, error="Keep it under {max} characters; attach the rest as evidence.")
SHORT = validate.Length(max=300, error="Keep it under {max} characters.")


class Versioned(Schema):
    version = fields.Integer(load_default=None)


class ContainmentSchema(Versioned):
    what = fields.String(load_default="", validate=LONG, metadata={"label": "What was done?"})
    on = fields.Date(load_default=None, metadata={"label": "Day"})
    at = fields.Time(load_default=time(0, 0), format="%H:%M", metadata={"label": "Time"},
                     error_messages={"invalid": "Write the time as 14:30."})


class CauseSchema(Versioned):
    cause = fields.String(load_default="", validate=LONG, metadata={"label": "What made it possible?"})
    method = fields.Enum(RootCauseMethod, by_value=True, load_default=None, metadata={"label": "How was it found?"})
    category = fields.Enum(RootCauseCategory, by_value=True, load_default=None, metadata={"label": "Category"})
    human_error = fields.Boolean(load_default=False)
    affects_others = fields.String(load_default="", validate=validate.OneOf(["", "yes", "no"]),
                                   metadata={"label": "Is it so elsewhere?"})
    extent = fields.String(load_default="", validate=LONG, metadata={"label": "Where was that checked?"})


class PlanTextSchema(Versioned):
    criterion = fields.String(load_default="", validate=LONG)
    metric = fields.String(load_default="", validate=SHORT)
    target = fields.String(load_default="", validate=SHORT)
    sample = fields.String(load_default="", validate=SHORT)
    soak_days = fields.Integer(load_default=None, validate=validate.Range(0, 366, error="Between 0 and 366 days."),
                               metadata={"label": "Soak, days"}, error_messages={"invalid": "Write a whole number."})
    rows = fields.Integer(load_default=3, validate=validate.Range(1, MOST_STEPS))


def _step_fields(number: int) -> dict[str, Any]:
    return {
        f"text_{number}": fields.String(load_default="", validate=LONG, metadata={"label": f"Step {number}"}),
        f"owner_{number}": fields.String(load_default="", metadata={"label": f"Owner of step {number}"}),
        f"due_{number}": fields.Date(load_default=None, metadata={"label": f"Step {number} due"}),
    }


PlanSchema = PlanTextSchema.from_dict(
    {name: field for number in range(1, MOST_STEPS + 1) for name, field in _step_fields(number).items()},
    name="PlanSchema")


class ApprovalSchema(Versioned):
    decision = fields.String(load_default="", validate=validate.OneOf(
        ["approve", "return"], error="Choose whether to approve it or to send it back."))
    verifier = fields.UUID(load_default=None, metadata={"label": "Verifier"})
    reason = fields.String(load_default="", validate=LONG)


class NoteSchema(Versioned):
    """A note or a reason, whatever the page calls it."""

    note = fields.String(load_default="", validate=LONG)


class VerificationSchema(NoteSchema):
    met = fields.String(load_default="", validate=validate.OneOf(
        ["yes", "no"], error="Say whether the criterion is met."))


class ExtensionSchema(NoteSchema):
    due_on = fields.Date(required=True, error_messages={"required": "Choose the new date."},
                         metadata={"label": "New date"})
    asked_by = fields.UUID(load_default=None)


class OwnerSchema(NoteSchema):
    owner = fields.UUID(required=True, error_messages={"required": "Choose the new owner."})


class RaiseSchema(Schema):
    """An improvement or a decision to follow up, raised by hand."""

    kind = fields.String(required=True, validate=validate.OneOf(["improvement", "governance"]),
                         error_messages={"required": "Choose what kind it is."})
    site = fields.String(required=True, error_messages={"required": "Choose the site."})
    vendor = fields.String(load_default="")
    title = fields.String(load_default="", validate=SHORT)
    description = fields.String(load_default="", validate=LONG)
    owner = fields.UUID(load_default=None)
    due_on = fields.Date(required=True, error_messages={"required": "Choose the date it is due."})
