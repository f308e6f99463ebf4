"""What the forms about findings send."""

from marshmallow import Schema, fields, validate

from compliance.findings.lifecycle import WithdrawalReason
from compliance.playbooks.document import Severity

LONG = validate.Length(max=8000, error="Keep it under {max} characters; attach the rest as evidence.")


class ReasonSchema(Schema):
    version = fields.Integer(load_default=None)
    reason = fields.String(load_default="", validate=LONG)


class DecisionSchema(ReasonSchema):
    """What a reviewer decides: on a dispute, or on the grade of a finding nobody disputes."""

    outcome = fields.String(required=True, validate=validate.OneOf(
        ["upheld", "regraded", "withdrawn"], error="Choose what you decide."), error_messages={
            "required": "Choose what you decide."})
    severity = fields.Enum(Severity, by_value=True, load_default=None, metadata={"label": "New grade"})
    why = fields.Enum(WithdrawalReason, by_value=True, load_default=WithdrawalReason.NOT_UPHELD)


class NoteSchema(Schema):
    text = fields.String(load_default="", validate=LONG)
    internal = fields.Boolean(load_default=False)
