"""What the forms of continuity take. Tables of a plan or a review are numbered rows: a0_name, a0_rto, a1_name, …"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from compliance.continuity.contents import (
    CallTree,
    Capability,
    Duty,
    ImprovementDraft,
    Measured,
    PlanContents,
    PlannedActivity,
    Record,
    Review,
)
from compliance.continuity.durations import minutes_of
from compliance.continuity.objectives import ExerciseType

MOST_ROWS = 40
LINE, TEXT = validate.Length(max=200), validate.Length(max=8000)
Row = Mapping[str, Any]


class Minutes(fields.Integer):
    """A length of time in words, loaded as minutes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:  # noqa: ARG002
        try:
            return minutes_of(str(value))
        except ValueError as unreadable:
            raise ValidationError(str(unreadable)) from unreadable


def _text(label: str, missing: str = "", limit: validate.Length = TEXT) -> fields.String:
    if missing:
        return fields.String(required=True, validate=limit, metadata={"label": label},
                             error_messages={"required": missing})
    return fields.String(load_default="", validate=limit, metadata={"label": label})


def _day(label: str, missing: str = "") -> fields.Date:
    messages: dict[str, Any] = {"invalid": "Write a day such as 2026-03-31.", "required": missing}
    if missing:
        return fields.Date(required=True, metadata={"label": label}, error_messages=messages)
    return fields.Date(load_default=None, metadata={"label": label}, error_messages=messages)


def _whole(label: str, least: int = 0) -> fields.Integer:
    return fields.Integer(load_default=None, metadata={"label": label}, validate=validate.Range(min=least, max=100_000),
                          error_messages={"invalid": "Write a whole number."})


def _percent(label: str) -> fields.Float:
    return fields.Float(load_default=None, metadata={"label": label}, error_messages={"invalid": "Write a number."},
                        validate=validate.Range(min=0, max=1000, error="Write a percentage from 0 up."))


class _Plan(Schema):
    title = _text("Title", "Give the plan a title.", LINE)
    bia_on = _day("Impact analysis of")
    review_on = _day("Next review", "Say when the plan is looked at again.")
    purpose = _text("Purpose")
    activation = _text("Activation")
    deactivation = _text("Deactivation")
    recovery = _text("Order of recovery")
    version = fields.Integer(load_default=None)

    @validates_schema(skip_on_field_errors=False)
    def _whole_rows(self, data: dict[str, Any], **_: Any) -> None:
        """A row somebody began needs what makes it a row; one left empty is no row."""
        wanted = {"a": ("name", "rto", "mtpd"), "r": ("role",)}
        asked = {"name": "Name the activity.", "rto": "Say when it is to be back.", "mtpd": "Say how long at most.",
                 "role": "Name the role."}
        problems = {
            f"{prefix}_{name}": [asked[name]]
            for prefix in {field.split("_")[0] for field in self.fields if re.match(r"[ar]\d+_", field)}
            if _begun(data, prefix) for name in wanted[prefix[0]] if not data.get(f"{prefix}_{name}")
            and f"{prefix}_{name}" in self.fields}
        if problems:
            raise ValidationError(problems)


def _begun(data: Row, prefix: str) -> bool:
    return any(value not in ("", None) and not name.endswith("_tier") for name, value in data.items()
               if name.startswith(prefix + "_"))


def rows_sent(sent: Iterable[str], prefix: str, least: int) -> int:
    """How many rows of a table a form has: those that were sent, or `least` before anything was."""
    numbers = [int(found[1]) for name in sent if (found := re.fullmatch(rf"{prefix}(\d{{1,3}})_\w+", name))]
    return min(max([least, *(number + 1 for number in numbers)]), MOST_ROWS)


def plan_schema(activities: int, roles: int) -> Schema:
    """The form of a plan with so many rows of activities and of roles."""
    columns: dict[str, fields.Field[Any]] = {}
    for at in range(activities):
        said = f"Activity {at + 1}"
        columns |= {
            f"a{at}_name": _text(f"{said}, name", limit=LINE), f"a{at}_strategy": _text(f"{said}, recovery"),
            f"a{at}_failover": _text(f"{said}, failover site", limit=LINE),
            f"a{at}_tier": fields.Integer(load_default=2, validate=validate.OneOf((1, 2, 3))),
            f"a{at}_rto": Minutes(load_default=None, metadata={"label": f"{said}, back within"}),
            f"a{at}_mtpd": Minutes(load_default=None, metadata={"label": f"{said}, down at most"}),
            f"a{at}_mbco": _percent(f"{said}, minimum level"),
        }
    for at in range(roles):
        columns |= {f"r{at}_{name}": _text(f"Role {at + 1}, {name}", limit=LINE)
                    for name in ("role", "primary", "deputy", "contact")}
    return _with(_Plan, columns)


def contents_sent(data: Row) -> PlanContents:
    activities = [
        PlannedActivity(row["name"].strip(), row["tier"], row["rto"], row["mtpd"],
                        100 if row["mbco"] is None else row["mbco"], row["strategy"].strip(),
                        row["failover"].strip().upper())
        for row in _rows(data, "a") if row["name"].strip()]
    roles = [Duty(*(row[name].strip() for name in ("role", "primary", "deputy", "contact")))
             for row in _rows(data, "r") if row["role"].strip()]
    return PlanContents(data["title"], data["review_on"], data["purpose"], data["activation"], data["deactivation"],
                        data["recovery"], activities, roles, data["bia_on"])


class ExerciseSchema(Schema):
    title = _text("Title", "Give the exercise a title.", LINE)
    type = fields.Enum(ExerciseType, by_value=True, load_default=None, metadata={"label": "Type"})
    planned_on = _day("Day", "Say on which day.")
    lead = fields.UUID(required=True, metadata={"label": "Lead"}, error_messages={"required": "Choose who leads it."})
    objective = _text("Objective")
    scenario = _text("Scenario")
    retest = _text("Re-test of", limit=LINE)
    version = fields.Integer(load_default=None)


class _Record(Schema):
    conducted_on = _day("Held on", "Say on which day it was held.")
    participants = _whole("Participants")
    objective = _text("Objective")
    scenario = _text("Scenario and what was injected")
    timeline = _text("What happened when")
    called = _whole("Called")
    acknowledged = _whole("Acknowledged in time")
    version = fields.Integer(load_default=None)


def record_schema(names: Iterable[str]) -> Schema:
    """The form of what was measured, with a row per activity of the plan."""
    columns: dict[str, fields.Field[Any]] = {}
    for at, name in enumerate(names):
        columns |= {f"m{at}_minutes": Minutes(load_default=None, metadata={"label": f"{name}, back after"}),
                    f"m{at}_percent": _percent(f"{name}, level reached")}
    return _with(_Record, columns)


def record_sent(data: Row, names: Iterable[str]) -> Record:
    rows = list(_rows(data, "m"))
    measured = [Measured(name, row["minutes"], row["percent"]) for name, row in zip(names, rows, strict=True)
                if row["minutes"] is not None or row["percent"] is not None]
    return Record(data["conducted_on"], data["participants"], measured, CallTree(data["called"], data["acknowledged"]),
                  data["objective"], data["scenario"], data["timeline"])


class _Review(Schema):
    strengths = _text("What worked", "Write what worked, so that it is kept.")
    plan_changes = _text("What the plan must say differently")
    timeline = _text("What happened when")
    version = fields.Integer(load_default=None)


def review_schema(improvements: int) -> Schema:
    columns: dict[str, fields.Field[Any]] = {}
    for at in range(improvements):
        said = f"Improvement {at + 1}"
        columns |= {
            f"i{at}_text": _text(said), f"i{at}_owner": _text(f"{said}, owner", limit=LINE),
            f"i{at}_capability": fields.Enum(Capability, by_value=True, load_default=Capability.PLANNING),
            f"i{at}_due": _day(f"{said}, day"), f"i{at}_reason": _text(f"{said}, why nothing is done"),
        }
    return _with(_Review, columns)


def review_sent(data: Row) -> Review:
    drafts = [ImprovementDraft(row["text"].strip(), row["capability"], row["owner"], row["due"], row["reason"].strip())
              for row in _rows(data, "i") if row["text"].strip()]
    return Review(data["strengths"], drafts, data["plan_changes"], data["timeline"])


class ReasonSchema(Schema):
    reason = _text("Reason", "Say why.")
    version = fields.Integer(load_default=None)


class NoteSchema(Schema):
    """A button alone: nothing but the version the person saw."""

    version = fields.Integer(load_default=None)


def _with(base: type[Schema], columns: dict[str, fields.Field[Any]]) -> Schema:
    made: Callable[[], Schema] = type(base.__name__, (base,), dict(columns))
    return made()


def _rows(data: Row, prefix: str) -> Iterable[dict[str, Any]]:
    """The rows of a table in their order, each by the names of its columns."""
    found: dict[int, dict[str, Any]] = {}
    for name, value in data.items():
        if parts := re.fullmatch(rf"{prefix}(\d+)_(\w+)", name):
            found.setdefault(int(parts[1]), {})[parts[2]] = value
    return [found[at] for at in sorted(found)]
