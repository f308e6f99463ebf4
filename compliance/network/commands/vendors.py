"""Vendors, and who runs which line of business at a site from one day until another."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from compliance import clock, db
from compliance.access import EVERYWHERE, Actor, Permission, require
from compliance.errors import InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.network import lifecycle as lifecycles
from compliance.network.changing import Change, changes
from compliance.network.lifecycle import SiteLifecycle, VendorStatus
from compliance.network.models import Operation, Site, Vendor
from compliance.network.places import refuse_taken
from compliance.network.queries import taken_by
from compliance.wording import counted, on_day

MANAGE = Permission.MANAGE_NETWORK


def add_vendor(actor: Actor, *, code: str, name: str, **fields: Any) -> Vendor:
    """A vendor with the fields of `VendorSchema`."""
    require(actor, MANAGE, EVERYWHERE)
    refuse_taken(code, taken_by(code))
    vendor = Vendor(code=code, name=name, **fields)
    db.session.add(vendor)
    db.session.flush()
    record(actor, Event.VENDOR_ADDED, vendor)
    return vendor


def change_vendor(actor: Actor, vendor: Vendor, *, version: int | None = None, **fields: Any) -> list[Change]:
    """Change fields of `VendorSettingsSchema`; returns what differed."""
    require(actor, MANAGE, vendor)
    db.check_version(vendor, version)
    found = changes(vendor, fields)
    for change in found:
        if change.field == "status":
            lifecycles.VENDOR.check(change.before, change.after)
            _check_operations_ended(vendor, change.after)
        setattr(vendor, change.field, change.after)
    if found:
        record(actor, Event.VENDOR_CHANGED, vendor, **{change.field: [change.before, change.after] for change in found})
    return found


def start_operation(actor: Actor, site: Site, vendor: Vendor | None, *, lob: str, from_on: date,
                    until_on: date | None = None) -> Operation:
    """Let a vendor (None: the company itself) run a line of business at a site from a day on."""
    require(actor, MANAGE, site)
    lob = _as_spelt_before(lob)
    _check_order(from_on, until_on)
    if site.lifecycle is SiteLifecycle.CLOSED:
        raise RuleViolation(f"{site.code} is closed. Reopen it as planned before anybody runs something there.")
    _check_no_overlap(site, vendor, lob, from_on, until_on)
    operation = Operation(site_id=site.id, site=site, vendor_id=vendor.id if vendor else None, vendor=vendor, lob=lob,
                          from_on=from_on, until_on=until_on)
    db.session.add(operation)
    db.session.flush()
    record(actor, Event.OPERATION_STARTED, site, vendor=vendor.code if vendor else "in-house", lob=lob, from_on=from_on,
           until_on=until_on)
    return operation


def end_operation(actor: Actor, operation: Operation, *, until_on: date) -> None:
    """Say from which day an operation is no longer run. One that has ended stays as it was: records point at it."""
    require(actor, MANAGE, operation)
    _check_order(operation.from_on, until_on)
    today = clock.today(operation.site.zone or "UTC")
    if operation.until_on is not None and operation.until_on <= today:
        raise RuleViolation(f"This operation ended on {on_day(operation.until_on, today)}, and records of that time "
                            "point at it. Start a new one instead.")
    operation.until_on = until_on
    record(actor, Event.OPERATION_ENDED, operation.site, lob=operation.lob, until_on=until_on,
           vendor=operation.vendor.code if operation.vendor else "in-house")


def _check_order(from_on: date, until_on: date | None) -> None:
    if until_on is not None and until_on <= from_on:
        said = f"An operation from {from_on.isoformat()} ends after that day. Give a later one."
        raise InvalidInput(said, {"until_on": [said]})


def _as_spelt_before(lob: str) -> str:
    """A line of business is one word for one thing: the spelling already in use wins over another case."""
    known = db.session.scalar(select(Operation.lob).where(func.lower(Operation.lob) == lob.lower()).limit(1))
    return known or lob


def _check_no_overlap(site: Site, vendor: Vendor | None, lob: str, from_on: date, until_on: date | None) -> None:
    whose = Operation.vendor_id.is_(None) if vendor is None else Operation.vendor_id == vendor.id
    ends_after = or_(Operation.until_on.is_(None), Operation.until_on > from_on)
    statement = select(Operation).where(Operation.site_id == site.id, whose, Operation.lob == lob, ends_after)
    other: Operation | None = db.session.scalar(
        statement if until_on is None else statement.where(Operation.from_on < until_on))
    if other is not None:
        until = f"until {other.until_on.isoformat()}" if other.until_on else "without an end"
        raise RuleViolation(f"{vendor.name if vendor else 'The company itself'} already runs {lob} at {site.code} from "
                            f"{other.from_on.isoformat()} {until}. End that first, or start after it.")


def _check_operations_ended(vendor: Vendor, target: VendorStatus) -> None:
    running = db.session.scalar(select(func.count(Operation.id)).where(
        Operation.vendor_id == vendor.id,
        or_(Operation.until_on.is_(None), Operation.until_on > clock.today()))) or 0
    if target is VendorStatus.EXITED and running:
        raise RuleViolation(f"{vendor.name} still runs {counted(running, 'operation')}. End them first: a vendor that "
                            "has left runs nothing.")
