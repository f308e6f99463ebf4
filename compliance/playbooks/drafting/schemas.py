"""What the forms and the JSON of drafts take: the same fields through both doors."""

from typing import Any

from marshmallow import Schema, fields, validate

from compliance.playbooks.document import Lock, Severity
from compliance.playbooks.facts import FREQUENCIES
from compliance.playbooks.parsing import CHANGES

LONGEST = validate.Length(max=4000)
LONGEST_TEXT = validate.Length(max=16_384)
SHORT = validate.Length(max=200)
NEEDED: dict[str, Any] = {"required": "This is needed."}


class SaveSchema(Schema):
    """`version` is the counter of the draft as it was opened."""

    version = fields.Integer(required=True)
    source = fields.String(load_default="", metadata={"label": "Text"})


class TextSchema(Schema):
    """A text to look at, stored nowhere; `site` for whom."""

    source = fields.String(load_default="")
    site = fields.String(load_default="", validate=SHORT)


class StartPlaybookSchema(Schema):
    title = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    key = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    prefix = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    owner = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    effective_on = fields.Date(required=True, error_messages=NEEDED, metadata={"label": "Takes effect on"})


class StartVersionSchema(Schema):
    change = fields.String(required=True, validate=validate.OneOf(CHANGES), error_messages=NEEDED,
                           metadata={"label": "Kind of change"})
    number = fields.String(load_default="", validate=SHORT)
    effective_on = fields.Date(required=True, error_messages=NEEDED, metadata={"label": "Takes effect on"})


class StartOverrideSchema(Schema):
    scope = fields.String(required=True, validate=SHORT, error_messages=NEEDED, metadata={"label": "Where"})
    effective_on = fields.Date(required=True, error_messages=NEEDED, metadata={"label": "Takes effect on"})
    owner = fields.String(load_default="", validate=SHORT)


class CommentSchema(Schema):
    """`anchor` is the key of a part of the text, "" for the whole."""

    anchor = fields.String(load_default="", validate=SHORT, metadata={"label": "On"})
    said = fields.String(required=True, validate=LONGEST, error_messages={"required": "Write what you have to say."},
                         metadata={"label": "Comment"})


class ClauseSchema(Schema):
    """A clause as a form; `evidence` and `applies_to` hold one item a line."""

    id = fields.String(load_default="", validate=SHORT)
    title = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    section = fields.String(load_default="", validate=SHORT)
    after = fields.String(load_default="", validate=SHORT, metadata={"label": "Stands after"})
    text = fields.String(required=True, validate=LONGEST_TEXT, error_messages=NEEDED,
                         metadata={"label": "What has to be done"})
    severity = fields.Enum(Severity, by_value=True, required=True, error_messages=NEEDED)
    weight = fields.Integer(required=True, validate=validate.Range(1, 100, error="Write a number from 1 to 100."),
                            error_messages={**NEEDED, "invalid": "Write a number from 1 to 100."})
    evidence = fields.String(required=True, validate=LONGEST, error_messages=NEEDED)
    check = fields.String(load_default="", validate=LONGEST)
    guidance = fields.String(load_default="", validate=LONGEST)
    law = fields.String(load_default="", validate=LONGEST)
    frequency = fields.String(load_default=FREQUENCIES[0], validate=validate.OneOf(FREQUENCIES))
    applies_to = fields.String(load_default="", validate=LONGEST, metadata={"label": "Only for"})
    lock = fields.Enum(Lock, by_value=True, load_default=Lock.OPEN, metadata={"label": "May it differ below?"})
    must_rebase = fields.Boolean(load_default=False)


class ParameterSchema(Schema):
    name = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    value = fields.String(required=True, validate=SHORT, error_messages=NEEDED)
    unit = fields.String(load_default="", validate=SHORT)
    stricter = fields.String(load_default="", validate=SHORT, metadata={"label": "Which way is stricter?"})
    range = fields.String(load_default="", validate=SHORT)
    meaning = fields.String(load_default="", validate=SHORT)


class LocalChangeSchema(Schema):
    """What shall differ somewhere; which fields count depends on the way (see `changing.WAYS`)."""

    scope = fields.String(required=True, validate=SHORT, error_messages={"required": "Say where it shall differ."},
                          metadata={"label": "Where"})
    way = fields.String(required=True, error_messages={"required": "Say what shall differ."},
                        metadata={"label": "What shall differ?"})
    parameter = fields.String(load_default="", validate=SHORT, metadata={"label": "Which value"})
    value = fields.String(load_default="", validate=SHORT, metadata={"label": "New value"})
    words = fields.String(load_default="", validate=LONGEST_TEXT, metadata={"label": "The words that hold here"})
    paragraph = fields.String(load_default="", validate=LONGEST_TEXT, metadata={"label": "Added paragraph"})
    severity = fields.String(load_default="", validate=validate.OneOf(["", *Severity]))
    weight = fields.String(load_default="", validate=validate.Regexp(r"[0-9]{0,3}$", error="Write 1 to 100."))
    evidence = fields.String(load_default="", validate=LONGEST)
    check = fields.String(load_default="", validate=LONGEST)
    guidance = fields.String(load_default="", validate=LONGEST)
    title = fields.String(load_default="", validate=SHORT)
    text = fields.String(load_default="", validate=LONGEST_TEXT, metadata={"label": "What has to be done"})
    why = fields.String(required=True, validate=LONGEST, metadata={"label": "Why"},
                        error_messages={"required": "Say why: whoever decides reads it."})
    review_by = fields.Date(load_default=None, allow_none=True, metadata={"label": "To be looked at again by"})
    effective_on = fields.Date(load_default=None, allow_none=True, metadata={"label": "From"})
