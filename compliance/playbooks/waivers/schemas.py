"""What the forms and the JSON of waivers take."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from compliance.playbooks.waivers.lifecycle import Asked

LONGEST = 8_000


def _prose(label: str, message: str = "") -> fields.String:
    options: dict[str, Any] = {"required": True, "error_messages": {"required": message}} if message else {
        "load_default": ""}
    return fields.String(validate=validate.Length(max=LONGEST), metadata={"label": label}, **options)


def _day(label: str, message: str) -> fields.Date:
    return fields.Date(required=True, metadata={"label": label}, error_messages={
        "required": message, "invalid": "This is no day. Write it as 2026-03-17."})


class AskSchema(Schema):
    """What a request says; `digest` is of the clause as it was read."""

    version = fields.Integer(load_default=None)
    digest = fields.String(load_default="", validate=validate.Length(max=64))
    from_on = _day("From", "Choose the first day.")
    until_on = _day("Until", "Choose the day on which the clause is asked again.")
    longer = _prose("Why longer than 180 days")
    rationale = _prose("Why", "Say why the clause cannot be met here for now.")
    risk = _prose("Risk", "Say what may happen meanwhile, and to whom.")
    control = _prose("Compensating control", "Say what is done instead until then.")
    control_owner = fields.UUID(required=True, metadata={"label": "Owner of the control"}, error_messages={
        "required": "Choose who sees to it.", "invalid_uuid": "Choose somebody of the list."})


def as_asked(said: Mapping[str, Any]) -> Asked:
    """What was loaded, as the rules take it."""
    return Asked(from_on=said["from_on"], until_on=said["until_on"], rationale=said["rationale"], risk=said["risk"],
                 control=said["control"], longer=said["longer"])


class WordSchema(Schema):
    """A decision, or the end of a waiver, with its reason."""

    version = fields.Integer(load_default=None)
    reason = _prose("Why", "Say why: everybody whom it concerns will read this.")
