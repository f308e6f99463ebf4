"""What a start needs: the newest tables, and in an empty database the demo or the first administrator."""

import click
from flask.cli import with_appcontext

from compliance import db, migrating
from compliance.accounts.cli import first_admin
from compliance.demo.cli import make
from compliance.demo.links import was_told
from compliance.demo.telling import is_empty


@click.command("start")
@click.option("--empty", is_flag=True, help="No demo: an empty network and a link for its first administrator.")
@click.pass_context
@with_appcontext
def start(context: click.Context, *, empty: bool) -> None:
    """Bring the tables up to date and make what a new installation needs; one in use keeps what it has."""
    migrating.upgrade()
    if not is_empty():
        if was_told():
            click.echo("Fresh one-time links for the people of the demo: ./run flask demo links")
        return
    if empty:
        click.echo("Sign in with this link, which works once; then add people and sites:")
        context.invoke(first_admin, email="administrator@localhost", name="First administrator")
        return
    try:
        make()
    except BaseException:
        # Half a story is worse than none, and would keep the next start from telling it: begin that one afresh.
        db.session.remove()
        migrating.downgrade("base")
        migrating.upgrade()
        raise
