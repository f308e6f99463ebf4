"""What the forms of a version's life take."""

from typing import Any

from marshmallow import Schema, fields, validate

from compliance.playbooks.governing.life import Fate

LONGEST = validate.Length(max=4000)
Said = dict[str, str | list[Any] | dict[Any, Any]]
WHY: Said = {"required": "Say why: others will read this, and ask later."}
DIGEST: Said = {"required": "Open the page again: it no longer says which text you read."}


class Versioned(Schema):
    version = fields.Integer()


class SubmitSchema(Versioned):
    review_on = fields.Date(required=True, metadata={"label": "Read through again by"}, error_messages={
        "required": "Choose a day within twelve months of its effective date.", "invalid": "Write it as 2026-01-15."})


class ReasonSchema(Versioned):
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "Why"}, error_messages=WHY)


class ApproveSchema(Versioned):
    digest = fields.String(required=True, validate=validate.Length(max=64), error_messages=DIGEST)
    decision = fields.String(load_default="", validate=LONGEST, metadata={"label": "Decision"})


class ConsentSchema(Schema):
    digest = fields.String(required=True, validate=validate.Length(max=64), error_messages=DIGEST)
    reason = fields.String(load_default="", validate=LONGEST, metadata={"label": "What it rests on"})


class HurrySchema(Schema):
    digest = fields.String(required=True, validate=validate.Length(max=64), error_messages=DIGEST)
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "Why it cannot wait"},
                           error_messages=WHY)


class SecondSchema(Schema):
    sign_off = fields.UUID(required=True)
    digest = fields.String(required=True, validate=validate.Length(max=64), error_messages=DIGEST)


class EndSchema(Schema):
    sign_off = fields.UUID(required=True)
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "Why"}, error_messages=WHY)


class RetireSchema(Schema):
    until_on = fields.Date(required=True, metadata={"label": "First day without it"}, error_messages={
        "required": "Choose the first day on which it binds nobody any more.", "invalid": "Write it as 2026-01-15."})
    successor = fields.String(load_default="", validate=validate.Length(max=100),
                              metadata={"label": "What follows it"})
    reason = fields.String(load_default="", validate=LONGEST, metadata={"label": "Why"})


class ReviewSchema(Versioned):
    review_on = fields.Date(required=True, metadata={"label": "Read through again by"}, error_messages={
        "required": "Choose a day within the next twelve months.", "invalid": "Write it as 2026-01-15."})
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "What you looked at"},
                           error_messages={"required": "Say what you looked at."})


class FateSchema(Schema):
    """What became of one clause; `successors` as people type them: "ESC-03, ESC-09"."""

    former = fields.String(required=True, validate=validate.Length(max=40))
    fate = fields.Enum(Fate, by_value=True, required=True, metadata={"label": "What became of it"})
    successors = fields.String(load_default="", validate=validate.Length(max=400),
                               metadata={"label": "Where it is now"})
