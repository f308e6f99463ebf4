"""Make the demo in an empty database, and hand out the links to enter it."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from compliance import clock, db
from compliance.demo.links import fresh_links, was_told
from compliance.demo.telling import is_empty, tell

ADDRESS = "http://127.0.0.1:8000"
NOT_EMPTY = "There are people or sites here already. The demo needs an empty database: use another data folder."
NOT_TOLD = "This installation was not made by the demo, so there are no demo roles to enter."


@click.group("demo", cls=AppGroup, invoke_without_command=True)
@click.pass_context
@with_appcontext
def group(context: click.Context) -> None:
    """Make a made-up organisation with two years of history, in an empty database."""
    if context.invoked_subcommand is None:
        make()


@group.command("links")
def links() -> None:
    """Print a fresh one-time link for each demo role."""
    if not was_told():
        click.echo(NOT_TOLD, err=True)
        sys.exit(1)
    print_links()


def make() -> None:
    """Tell the story, then say who can be entered as what."""
    if not is_empty():
        click.echo(NOT_EMPTY, err=True)
        sys.exit(1)
    click.echo("Telling two years of the demo through the product's own commands (under a minute) ...", err=True)
    tell(clock.now())
    print_links()


def print_links() -> None:
    """A block per role: who, what to do there, and the link that signs in once."""
    address = current_app.config["PLUMBLINE"].base_url or ADDRESS
    with db.transaction():
        fresh = list(fresh_links())
    click.echo("Each link signs you in once, for seven days from now. Fresh ones: flask demo links\n")
    for link in fresh:
        click.echo(f"{link.role}: {link.name}\n  {link.task}\n  {address}/enter/{link.token}\n")

