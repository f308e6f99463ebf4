"""What the forms of playbooks take."""

from marshmallow import Schema, fields, validate

LONGEST = validate.Length(max=4000)


class ApprovalSchema(Schema):
    """`approvals` names each operation that loosens or waives, as "set ack_min"."""

    version = fields.Integer()
    approvals = fields.List(fields.String(), load_default=list)
    decision = fields.String(load_default="", validate=LONGEST, metadata={"label": "Why it may hold"})


class DeclineSchema(Schema):
    version = fields.Integer()
    reason = fields.String(required=True, validate=LONGEST, metadata={"label": "Why not"},
                           error_messages={"required": "Say why: whoever asked for it will read this."})


class ImportSchema(Schema):
    """The files themselves are read from the request."""
