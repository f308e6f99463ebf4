"""What the forms and the JSON of adoption take."""

from marshmallow import Schema, fields, validate

COUNT = validate.Range(0, 100_000, error="Write a number from 0 to 100,000.")
WHOLE = "Write a whole number."


class AttestationSchema(Schema):
    version = fields.Integer()
    attested = fields.Integer(required=True, validate=COUNT, metadata={"label": "Have attested"},
                              error_messages={"required": "Say how many people have attested.", "invalid": WHOLE})
    heads = fields.Integer(required=True, validate=COUNT, metadata={"label": "People in scope"},
                           error_messages={"required": "Say how many people work by this playbook here.",
                                           "invalid": WHOLE})


class LiveSchema(Schema):
    version = fields.Integer()
    live_on = fields.Date(required=True, metadata={"label": "Live since"},
                          error_messages={"required": "Say since which day the site works by this version."})
    note = fields.String(required=True, validate=validate.Length(max=2000), metadata={"label": "What shows it"},
                         error_messages={"required": "Say what was done, such as old copies taken down."})


class AcknowledgementSchema(Schema):
    """`digest` is that of the text on the page, `on` the day it is for, `language` the one it was read in."""

    digest = fields.String(required=True, validate=validate.Regexp("^[0-9a-f]{64}$", error="This is no digest."))
    language = fields.String(load_default="en", validate=validate.Regexp(
        "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", error="Name the language as en, th or zh-Hans."))
    on = fields.Date(load_default=None, allow_none=True)
    vendor = fields.String(load_default="")
