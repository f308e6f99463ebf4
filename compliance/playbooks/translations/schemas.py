"""What the forms of translations take; the checks against the source are in `checking`."""

from marshmallow import Schema, fields, validate

KEPT = validate.Length(max=64_000)  # what is too long for a clause is refused by `checking`, with what is typed kept


class TranslationSchema(Schema):
    """`version` is that of the proposal the translator saw, when there was one."""

    version = fields.Integer()
    title = fields.String(load_default="", validate=KEPT, metadata={"label": "Title"})
    text = fields.String(load_default="", validate=KEPT, metadata={"label": "Text"})


class DecisionSchema(Schema):
    version = fields.Integer()


class DeclineSchema(Schema):
    version = fields.Integer()
    reason = fields.String(required=True, validate=validate.Length(max=4000), metadata={"label": "Why not"},
                           error_messages={"required": "Say what to mend: the translator will read this."})


class ReadingSchema(Schema):
    """`back` is the page the choice was made on."""

    language = fields.String(load_default="", validate=validate.Length(max=20))
    back = fields.String(load_default="", validate=validate.Length(max=500))


class ExchangeSchema(Schema):
    """The file itself is read from the request."""
