"""Commands of the installation itself: schema, journal, and what a start does first."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from compliance import journal, migrating
from compliance.access import SYSTEM
from compliance.accounts import commands as accounts
from compliance.db import transaction
from compliance.demo.cli import make, print_links
from compliance.demo.links import was_told
from compliance.demo.telling import is_empty
from compliance.network.commands import found_network

db_cli = AppGroup("db", help="Move the schema between its numbered versions.")
journal_cli = AppGroup("journal", help="Look after the journal.")


@db_cli.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to a revision (the newest unless named)."""
    migrating.upgrade(revision)


@db_cli.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to a revision."""
    migrating.downgrade(revision)


@db_cli.command("current")
def current() -> None:
    """Print the revision the database is at, and the newest."""
    click.echo(f"{migrating.current() or 'empty'} (newest {migrating.head()})")


@db_cli.command("check")
def check() -> None:
    """Fail when the models differ from what the migrations build."""
    migrating.check()


@db_cli.command("draft")
@click.argument("number")
@click.argument("message")
def draft(number: str, message: str) -> None:
    """Write a numbered migration from the difference between models and database."""
    migrating.draft(message, number)


@journal_cli.command("verify")
def verify() -> None:
    """Recompute the chain; exit 1 and name the first entry that does not hold."""
    held, fault = journal.verify()
    if fault is None:
        click.echo(f"{held} entries hold.")
        return
    click.echo(f"{held} entries hold. Entry {fault.seq}: {fault.what}.", err=True)
    sys.exit(1)


FIRST_ADMINISTRATOR = "administrator@localhost"


@click.command("start")
@click.option("--empty", is_flag=True, help="No demo: only a link for the first administrator.")
@with_appcontext
def start(empty: bool) -> None:
    """Fill an empty database, or say how to enter a demo that is there; anything else is left alone."""
    if is_empty():
        invite_first_administrator() if empty else make()
    elif was_told():
        print_links()


def invite_first_administrator() -> None:
    """Add somebody who can add everybody else, and print the link that lets them in once."""
    with transaction():
        found_network(SYSTEM, name="The organisation")
        person = accounts.add_first_administrator(SYSTEM, name="First administrator", email=FIRST_ADMINISTRATOR)
        token = accounts.give_link(SYSTEM, person)
    address = current_app.config["PLUMBLINE"].base_url.rstrip("/")
    click.echo(f"First administrator, once: {address}/enter/{token}")
    click.echo(f"Another link, should this one be lost: ./run flask accounts link {FIRST_ADMINISTRATOR}")
