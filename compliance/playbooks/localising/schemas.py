"""What the forms of a request take."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

LONGEST = validate.Length(max=4000)
YES_OR_NO = validate.OneOf(["yes", "no"], error="Answer yes or no.")


class Seen(Schema):
    """The version and the digest of the text the person had before them."""

    version = fields.Integer()
    digest = fields.String()


class Read(Seen):
    """A yes is to one text: whoever gives it says which."""

    digest = fields.String(required=True, error_messages={
        "required": "Say which text this is for: open the request again, or send its digest."})


class AskSchema(Seen):
    """What somebody says when asking; what is missing is told by the command, which knows what this one needs."""

    rationale = fields.String(load_default="", validate=LONGEST, metadata={"label": "Why this place needs it"})
    legal_basis = fields.String(load_default=None, validate=YES_OR_NO, metadata={"label": "Does a law ask for this?"})
    legal_reference = fields.String(load_default="", validate=LONGEST, metadata={"label": "Which law"})
    review_on = fields.Date(load_default=None, metadata={"label": "Look at it again by"},
                            error_messages={"invalid": "Write it as 2027-01-15."})
    control = fields.String(load_default="", validate=LONGEST, metadata={"label": "What is done instead"})
    control_owner = fields.UUID(load_default=None, metadata={"label": "Who answers for it"})

    @post_load
    def as_answer(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["legal_basis"] = None if data["legal_basis"] is None else data["legal_basis"] == "yes"
        return data


class ApprovalSchema(Read):
    """`approvals` names each operation that loosens or waives, as "set ack_min"."""

    approvals = fields.List(fields.String(), load_default=list)
    decision = fields.String(load_default="", validate=LONGEST, metadata={"label": "Why it may hold"})


class DeclineSchema(Seen):
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "Why not"},
                           error_messages={"required": "Say why: whoever asked for it will read this."})


class ReturnSchema(Seen):
    questions = fields.String(
        required=True, validate=LONGEST, metadata={"label": "What do you need to know"},
        error_messages={"required": "Say what you need to know: whoever asked for it will read this."})


class ConsentSchema(Read):
    given = fields.String(required=True, validate=YES_OR_NO, metadata={"label": "May it hold?"},
                          error_messages={"required": "Answer yes or no."})
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "What that rests on"},
                           error_messages={"required": "Say what it rests on: those who decide read this."})


class WithdrawSchema(Seen):
    reason = fields.String(load_default="", validate=LONGEST, metadata={"label": "Why"})


class AppealSchema(Seen):
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "What the decision missed"},
                           error_messages={"required": "Say what the decision missed: the global head reads this."})


class HearingSchema(ApprovalSchema):
    granted = fields.String(required=True, validate=YES_OR_NO, metadata={"label": "Does the override hold after all?"},
                            error_messages={"required": "Answer yes or no."})
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "Why"},
                           error_messages={"required": "Say why: this decision is final."})
