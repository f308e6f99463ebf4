"""What the forms of accounts take."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from compliance.access import Role
from compliance.accounts.passwords import LONGEST
from compliance.network.places import day, problem_with_zone
from compliance.network.schemas import Read, Tidy

SHORT = validate.Length(max=80, error="Use at most 80 characters.")


def _known_zone(zone: str) -> None:
    if said := problem_with_zone(zone):
        raise ValidationError(said)


def _email(label: str = "E-mail", **options: Any) -> fields.Email:
    said: dict[str, Any] = {"required": "Enter an e-mail address.",
                            "invalid": "This is no e-mail address. Write it as in ann@example.org."}
    return fields.Email(metadata={"label": label}, error_messages=said, **options)


class SignInSchema(Schema):
    email = _email(required=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(max=LONGEST),
                             metadata={"label": "Password"}, error_messages={"required": "Enter your password."})


class PersonSchema(Tidy):
    name = fields.String(required=True, validate=SHORT, error_messages={"required": "Name the person."})
    email = _email(required=True)
    title = fields.String(load_default="", validate=SHORT)
    zone = fields.String(load_default="UTC", validate=_known_zone, metadata={"label": "Time zone"})
    home_site = fields.String(load_default=None, metadata={"label": "Home site"})
    manager = _email("Manager's e-mail", load_default=None)
    version = fields.Integer(load_default=None)


class NewPersonSchema(PersonSchema):
    vendor = fields.String(load_default=None, metadata={"label": "Employer"})

    class Meta:
        exclude = ("version",)


class GrantSchema(Tidy):
    role = fields.String(required=True, validate=validate.OneOf(list(Role), error="Choose one of the roles."),
                         error_messages={"required": "Choose a role."})
    node = fields.String(required=True, metadata={"label": "Over"}, error_messages={"required": "Choose a place."})
    vendor = fields.String(load_default=None, metadata={"label": "For"})
    from_on = Read(day, required=True, metadata={"label": "From"}, error_messages={"required": "Say from which day."})
    until_on = Read(day, load_default=None, metadata={"label": "Until"})


class ZoneSchema(Tidy):
    zone = fields.String(required=True, validate=_known_zone, metadata={"label": "Time zone"},
                         error_messages={"required": "Choose a time zone."})


class PasswordSchema(Schema):
    present = fields.String(load_default="", load_only=True, metadata={"label": "Present password"})
    password = fields.String(required=True, load_only=True, metadata={"label": "New password"},
                             error_messages={"required": "Enter a new password."})
