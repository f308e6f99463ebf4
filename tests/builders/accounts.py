"""People to test with, what they hold, and how a test's browser is signed in as one."""

import itertools
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from compliance.access import SYSTEM, Actor, Role
from compliance.accounts import signing_in
from compliance.accounts.models import Person, RoleGrant
from compliance.network.models import Node, Vendor
from tests.builders.network import LONG_AGO, a_network
from tests.builders.saving import save, saving

numbers = itertools.count(1)


def a_person(role: Role | None = None, at: Node | None = None, vendor: Vendor | None = None, **fields: Any) -> Person:
    """Somebody, holding a role at a node (the whole network unless said). With a vendor, one of its people."""
    number = next(numbers)
    valid = {"name": f"Person {number}", "email": f"person{number}@lumora.example", "title": "", "zone": "UTC",
             "vendor_id": vendor.id if vendor else None}
    person = save(Person(**valid | fields))
    if role is not None:
        a_grant(person, role, at, vendor)
    return person


def a_grant(person: Person, role: Role, at: Node | None = None, vendor: Vendor | None = None, *,
            from_on: date = LONG_AGO, until_on: date | None = None) -> RoleGrant:
    node = at or a_network()
    return save(RoleGrant(person_id=person.id, role=role, node_id=node.id, vendor_id=vendor.id if vendor else None,
                          from_on=from_on, until_on=until_on))


def actor_of(person: Person) -> Actor:
    """The person as commands and queries know them."""
    return signing_in.actor_for(person)


def an_actor(role: Role | None = None, at: Node | None = None, vendor: Vendor | None = None, **fields: Any) -> Actor:
    return actor_of(a_person(role, at, vendor, **fields))


def sign_in(client: FlaskClient, person: Person) -> str:
    """Sign the test's browser in; returns the token of the session."""
    with saving():
        token = signing_in.enter_by_link(signing_in.issue_link(SYSTEM, person), "the browser of a test")
    with client.session_transaction() as held:
        held.clear()
        held["_user_id"] = token
    return token


def sign_in_as(client: FlaskClient, role: Role, at: Node | None = None, vendor: Vendor | None = None) -> Person:
    """A new person of a role, signed in."""
    person = a_person(role, at, vendor)
    sign_in(client, person)
    return person


def csrf(client: FlaskClient) -> str:
    """A token this browser's forms would carry."""
    with client.session_transaction() as held:
        raw = held.setdefault("csrf_token", "0" * 40)
    return URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(raw)


def post(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Send a form (`data`) or JSON (`json=`) with this browser's token."""
    headers = {"X-CSRFToken": csrf(client), **options.pop("headers", {})}
    return client.post(url, data=data, headers=headers, **options)
