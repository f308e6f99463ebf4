"""The page of somebody's tablets: when each was last in touch, what it still holds, and taking it out of use."""

from typing import NamedTuple
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from compliance.accounts.devices import device_in_words
from compliance.accounts.models import Person
from compliance.accounts.queries import get_person
from compliance.audits.field.blueprint import bp
from compliance.audits.field.commands import devices
from compliance.audits.field.models import FieldDevice
from compliance.audits.field.queries.devices import get_tablet, tablets_of
from compliance.db import transaction
from compliance.web.request import actor

FAST_MS = 5 * 60 * 1000  # a clock that is further off than this is told: its times are evidence
STEPS = {
    "revoke": (devices.revoke, "That tablet is out of use. What it holds can still be brought in as a backup file."),
    "allow": (devices.allow, "That tablet may send its work again, once somebody signs in on it."),
    "wipe": (devices.ask_wipe, "At its next contact the tablet removes what it holds, once nothing unsent is lost."),
}


class Tablet(NamedTuple):
    """A tablet with how it stands in one word, and its clock in words where it is wrong."""

    device: FieldDevice
    name: str
    state: str
    clock: str


@bp.get("/account/tablets")
def my_tablets() -> str:
    return _page(g.person)


@bp.post("/account/tablets/<uuid:device>/<any(revoke, allow, wipe):step>")
def keep_my_tablet(device: UUID, step: str) -> Response:
    _take(g.person, device, step)
    return redirect(url_for(".my_tablets"))


@bp.get("/people/<uuid:person_id>/tablets")
def tablets(person_id: UUID) -> str:
    return _page(get_person(actor(), person_id))


@bp.post("/people/<uuid:person_id>/tablets/<uuid:device>/<any(revoke, allow, wipe):step>")
def keep_tablet(person_id: UUID, device: UUID, step: str) -> Response:
    _take(get_person(actor(), person_id), device, step)
    return redirect(url_for(".tablets", person_id=person_id))


def _take(person: Person, device: UUID, step: str) -> None:
    command, done = STEPS[step]
    with transaction():
        command(actor(), get_tablet(actor(), person, device))
    flash(done)


def _page(person: Person) -> str:
    g.stands_under = "accounts.people" if person.id != actor().id else ""
    found = [_told(*each) for each in tablets_of(actor(), person)]
    return render_template("field/tablets.html", person=person, tablets=found, own=person.id == actor().id)


def _told(device: FieldDevice, agent: str) -> Tablet:
    return Tablet(device, device_in_words(agent), _state(device), _clock(device.skew_ms))


def _state(device: FieldDevice) -> str:
    if device.wiped_at is not None:
        return "wiped"
    if device.revoked_at is not None:
        return "revoked"
    return "wipe_asked" if device.wipe_asked_at is not None else "in_use"


def _clock(skew_ms: int) -> str:
    if abs(skew_ms) < FAST_MS:
        return ""
    minutes = abs(skew_ms) // 60_000
    amount = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"
    return f"{amount} {'ahead' if skew_ms > 0 else 'behind'}"
