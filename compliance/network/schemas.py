"""What the forms and the import of the network take: the same fields, the same messages."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from compliance.network import places
from compliance.network.lifecycle import SiteLifecycle, VendorStatus

SHORT = validate.Length(max=80, error="Use at most 80 characters.")
LONG = validate.Length(max=2000, error="Use at most 2000 characters.")


def _required(label: str, what: str) -> dict[str, Any]:
    return {"required": True, "metadata": {"label": label}, "error_messages": {"required": what, "null": what}}


def _optional(label: str, default: Any) -> dict[str, Any]:
    return {"load_default": default, "metadata": {"label": label}}


def _tells(problem: Callable[[str], str | None]) -> Callable[[str], None]:
    """A check that answers with a sentence, as a validator."""
    def check(value: str) -> None:
        if value and (said := problem(value)):
            raise ValidationError(said)
    return check


class Read(fields.Field[Any]):
    """A value read from a text by a function that raises ValueError with what to write instead."""

    def __init__(self, read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self.read = read

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self.read(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Weekend(fields.List[int]):
    """Days of the week, from boxes that were ticked or from a text; Monday is 0."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        try:
            return places.weekend(places.parts(value) if isinstance(value, str) else [str(piece) for piece in value])
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Tidy(Schema):
    """Texts lose the blanks around them; an empty cell is no value."""

    @pre_load
    def tidy(self, given: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in stripped.items() if value != ""}


def _code(read: Callable[[str], str], pattern: re.Pattern[str], example: str) -> Read:
    return Read(read, **_required("Code", f"Give it a code, as in {example}."), validate=validate.And(
        validate.Regexp(f"(?:{pattern.pattern})$", error=f"Write a short code as in {example}: letters and digits."),
        validate.NoneOf(places.RESERVED | {word.upper() for word in places.RESERVED}, error="This word is reserved.")))


class RegionSchema(Tidy):
    code = _code(str.lower, places.NODE_CODE, "apac")
    name = fields.String(validate=SHORT, **_required("Name", "Name the region."))


class NameSchema(Tidy):
    name = fields.String(validate=SHORT, **_required("Name", "Give it a name."))
    version = fields.Integer(load_default=None)


class MarketSchema(Tidy):
    region = Read(str.lower, **_required("Region", "Say which region it belongs to."))
    code = _code(str.lower, places.NODE_CODE, "my")
    name = fields.String(validate=SHORT, **_required("Name", "Name the market."))


class SiteSettingsSchema(Tidy):
    """What of a site can change; where it is in the tree cannot."""

    name = fields.String(validate=SHORT, **_required("City", "Name the city."))
    zone = fields.String(validate=_tells(places.problem_with_zone),
                         **_required("Time zone", "Give the time zone, as in Asia/Manila."))
    country = Read(str.upper, validate=_tells(places.problem_with_country),
                       **_required("Country", "Give the country whose public holidays count, as in MY."))
    subdivision = Read(str.upper, **_optional("Subdivision", None))
    weekend_days = Weekend(fields.Integer(), load_default=[5, 6], metadata={
        "label": "Weekend", "words": {str(number): day for number, day in enumerate(places.WEEKDAYS)}})
    extra_holidays = Read(places.days, **_optional("Further days off", []))
    languages = Read(places.words, **_optional("Languages", []))
    headcount = fields.Integer(strict=False, validate=validate.Range(0, 100_000, error="Give a number up to 100 000."),
                               error_messages={"invalid": "Write a whole number."}, **_optional("Headcount", None))
    tier = fields.String(validate=validate.OneOf(places.TIERS, error="Use one of critical, high, medium, low."),
                         **_required("Risk tier", "Say how critical the site is: critical, high, medium or low."))
    lifecycle = Read(places.one_of(SiteLifecycle), **_optional("Lifecycle", SiteLifecycle.PLANNED))
    note = fields.String(validate=LONG, **_optional("Note", None))
    version = fields.Integer(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def subdivision_is_of_the_country(self, data: dict[str, Any], **_: Any) -> None:
        if said := places.problem_with_subdivision(data["country"], data.get("subdivision") or ""):
            raise ValidationError(said, "subdivision")


class SiteSchema(SiteSettingsSchema):
    market = Read(str.lower, **_required("Market", "Say which market it belongs to."))
    code = _code(str.upper, places.SITE_CODE, "KUL1")

    @post_load
    def without_version(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data.pop("version", None)
        return data


class VendorSettingsSchema(Tidy):
    name = fields.String(validate=SHORT, **_required("Name", "Name the company."))
    status = Read(places.one_of(VendorStatus), **_optional("Status", VendorStatus.PROSPECT))
    notice_days = fields.Integer(validate=validate.Range(0, 365, error="Give a number of days up to 365."),
                                 error_messages={"invalid": "Write a whole number of days."},
                                 **_optional("Notice of an audit", 14))
    contract_until = Read(places.day, **_optional("Contract until", None))
    version = fields.Integer(load_default=None)


class VendorSchema(VendorSettingsSchema):
    code = _code(str.upper, places.SITE_CODE, "KBC")

    @post_load
    def without_version(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data.pop("version", None)
        return data


class OperationSchema(Tidy):
    """A line of business somebody runs at a site; no vendor means in-house."""

    vendor = Read(str.upper, **_optional("Run by", None))
    lob = fields.String(validate=SHORT, **_required("Line of business", "Name the line of business, as in Core."))
    from_on = Read(places.day, **_required("From", "Say from which day."))
    until_on = Read(places.day, **_optional("Until", None))


class OperationRowSchema(OperationSchema):
    site = Read(str.upper, **_required("Site", "Say at which site."))


class EndSchema(Tidy):
    until_on = Read(places.day, **_required("Until", "Say from which day it is no longer run."))


class ImportSchema(Schema):
    """A file to import; `content` is the one that was already looked at, in base 64."""

    content = fields.String(load_default="")
    name = fields.String(load_default="", validate=SHORT)
    apply = fields.Boolean(load_default=False)
    all_or_nothing = fields.Boolean(load_default=False, metadata={"label": "All or nothing"})
