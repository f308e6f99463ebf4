"""What the forms of accounts take."""

from marshmallow import Schema, fields, validate


class SignInSchema(Schema):
    email = fields.Email(required=True, metadata={"label": "E-mail"},
                         error_messages={"required": "Enter your e-mail address.",
                                         "invalid": "This is no e-mail address."})
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=200),
                             metadata={"label": "Password"}, error_messages={"required": "Enter your password."})
