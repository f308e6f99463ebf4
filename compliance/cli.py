"""Commands of the installation itself: schema and journal."""

import sys

import click
from flask.cli import AppGroup

from compliance import journal, migrating

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
