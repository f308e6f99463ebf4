"""What is asked for to make a report."""

from marshmallow import Schema, fields, validate


class ReportSchema(Schema):
    """`node` and `vendor` are codes; empty means all of it."""

    node = fields.String(load_default="", metadata={"label": "Part of the network"})
    vendor = fields.String(load_default="", metadata={"label": "Vendor"})
    since = fields.Date(required=True, metadata={"label": "From"}, error_messages={
        "required": "Say from which day.", "invalid": "Write the day as 2026-03-31."})
    until = fields.Date(required=True, metadata={"label": "Until"}, error_messages={
        "required": "Say until which day.", "invalid": "Write the day as 2026-03-31."})
    title = fields.String(load_default="", validate=validate.Length(max=120, error="Keep it under 120 characters."),
                          metadata={"label": "Title"})
