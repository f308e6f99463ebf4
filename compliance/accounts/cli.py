"""The way in from the command line: the first administrator, and a link for somebody who is locked out."""

import click
from flask import current_app, url_for
from flask.cli import AppGroup

from compliance.access import SYSTEM
from compliance.accounts import commands
from compliance.accounts.queries import find_by_email
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.network.commands import found_network

group = AppGroup("accounts", help="Let people in.")


@group.command("first-admin")
@click.argument("email")
@click.argument("name")
@click.option("--organisation", default="The organisation", help="What the network is called.")
def first_admin(email: str, name: str, organisation: str) -> None:
    """Add the first administrator to an installation without one, and print the link that signs them in once."""
    try:
        with transaction():
            found_network(SYSTEM, name=organisation)
            person = commands.add_first_administrator(SYSTEM, name=name, email=email)
            token = commands.give_link(SYSTEM, person)
    except PlumblineError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_address(token))


@group.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link for somebody; the ones given before stop working."""
    person = find_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    try:
        with transaction():
            token = commands.give_link(SYSTEM, person)
    except PlumblineError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_address(token))


def _address(token: str) -> str:
    """The whole address where the installation knows its own, else the path after it."""
    with current_app.test_request_context():
        path = url_for("accounts.enter", token=token)
    base: str = current_app.config["PLUMBLINE"].base_url
    return base.rstrip("/") + path
