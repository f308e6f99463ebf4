"""What importing a catalogue takes, from the form and as JSON."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from compliance.playbooks.ids import PREFIX
from compliance.playbooks.oscal.reading import Wanted
from compliance.playbooks.overlays import KEY

_KEY = validate.Regexp(rf"(?:{KEY.pattern})?\Z", error="Use small letters, digits and -, as in harbour-rules.")
_PREFIX = validate.Regexp(rf"(?:{PREFIX.pattern})?\Z", error="Use two to eight capital letters or digits, as in HR.")


class CatalogSchema(Schema):
    """`look` only reports. The file itself is read from the request; as JSON it is the `document`."""

    look = fields.Boolean(load_default=False)
    effective = fields.Date(required=True, metadata={"label": "From"}, error_messages={
        "required": "Choose the day from which the draft is meant to hold.",
        "invalid": "This is no day. Write it as 2027-01-15."})
    owner = fields.String(load_default="", validate=validate.Length(max=100), metadata={"label": "Owner"})
    key = fields.String(load_default="", validate=[validate.Length(max=60), _KEY], metadata={"label": "Key"})
    prefix = fields.String(load_default="", validate=_PREFIX, metadata={"label": "Prefix"})
    groups = fields.String(load_default="", validate=validate.Length(max=4_000), metadata={"label": "Groups"})


class CatalogJsonSchema(CatalogSchema):
    document = fields.Dict(required=True)
    name = fields.String(load_default="catalog.json", validate=validate.Length(min=1, max=200))


def as_wanted(said: Mapping[str, Any]) -> Wanted:
    groups = tuple(each.strip() for each in said["groups"].split(",") if each.strip())
    return Wanted(said["effective"], " ".join(said["owner"].split()), said["key"], said["prefix"], groups)
