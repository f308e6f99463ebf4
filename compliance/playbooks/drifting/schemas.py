"""What the forms and the JSON of drift take."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from compliance.playbooks.drifting.choices import Choice

LONGEST = validate.Length(max=4000)
CLAUSE = validate.Length(max=16_384)
CHOICES = [choice.value for choice in Choice]
UNCHOSEN: dict[str, Any] = {"required": "Choose what becomes of it."}


class AcceptSchema(Schema):
    """`seen` is the digest of what was looked at."""

    operation = fields.String(required=True, validate=validate.Length(max=200))
    seen = fields.String(required=True, validate=validate.Length(max=64))
    why = fields.String(required=True, validate=LONGEST, metadata={"label": "Why it may go on"},
                        error_messages={"required": "Say why: whoever looks after the next change reads this."})


class ClearSchema(Schema):
    """Override versions as "escalation-handling/apac/1"."""

    versions = fields.List(fields.String(validate=validate.Length(max=200)), load_default=list,
                           validate=validate.Length(max=200), metadata={"label": "Overrides"})


class ChosenSchema(Schema):
    choice = fields.String(required=True, validate=validate.OneOf(CHOICES), error_messages=UNCHOSEN)
    text = fields.String(load_default="", validate=CLAUSE)
    read = fields.Boolean(load_default=False)


class RebaseSchema(Schema):
    """The JSON face: a choice by operation ("replace ESC-03")."""

    version = fields.Integer()
    note = fields.String(load_default="", validate=LONGEST)
    choices = fields.Dict(keys=fields.String(), values=fields.Nested(ChosenSchema), load_default=dict)


def rebase_form(positions: Iterable[int], headings: Iterable[str]) -> Schema:
    """The same as one flat form: choice_3, text_3 and read_3 for the fourth operation of the file."""
    declared: dict[str, fields.Field] = {  # type: ignore[type-arg]  # of any value
        "version": fields.Integer(), "note": fields.String(load_default="", validate=LONGEST)}
    for position, label in zip(positions, headings, strict=True):
        declared |= {
            f"choice_{position}": fields.String(required=True, validate=validate.OneOf(CHOICES),
                                                error_messages=UNCHOSEN, metadata={"label": label}),
            f"text_{position}": fields.String(load_default="", validate=CLAUSE, metadata={"label": label}),
            f"read_{position}": fields.Boolean(load_default=False, metadata={"label": label}),
        }
    return Schema.from_dict(declared)()
