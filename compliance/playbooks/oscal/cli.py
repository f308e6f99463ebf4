"""OSCAL on the command line: exports into a folder, catalogues taken in as drafts."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from compliance import clock, db
from compliance.access import SYSTEM, Actor
from compliance.accounts.queries import find_by_email
from compliance.accounts.signing_in import actor_for
from compliance.errors import PlumblineError
from compliance.playbooks.cli import DAY, fail
from compliance.playbooks.importing import Imported, Outcome
from compliance.playbooks.oscal import commands, presenting, queries
from compliance.playbooks.oscal.bundles import as_bytes
from compliance.playbooks.oscal.reading import Reading, Wanted
from compliance.playbooks.queries import get_stay
from compliance.playbooks.rendering_ahead import render_ahead

NOTICE = timedelta(days=30)
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
group = AppGroup("oscal", help="Write playbooks as OSCAL, and take catalogues in.")


@group.command("export")
@click.argument("key")
@click.option("--site", default="", help="The code of a site: with its chain of profiles and what they come to.")
@click.option("--vendor", default="", help="The code of a vendor there, or in-house; who runs most unless said.")
@click.option("--on", type=DAY, help="The day; today unless said.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(),
              help="The folder to write into; the present one unless said.")
def export(key: str, site: str, vendor: str, on: datetime | None, folder: Path) -> None:
    """Write a playbook as a catalogue, each layer as a profile, and what holds as a resolved catalogue."""
    day = on.date() if on else None
    try:
        if site:
            name, files = queries.files_at(SYSTEM, key, get_stay(SYSTEM, site, vendor=vendor, on=day))
        else:
            name, files = queries.files_of(SYSTEM, key, day)
    except PlumblineError as wrong:
        fail(f"{key}: {wrong}")
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    for file, document in files.items():
        (target / file).write_bytes(as_bytes(document))
        click.echo(f"{target / file}: written")


@group.command("import")
@click.argument("path", type=A_FILE)
@click.option("--as", "importer", metavar="EMAIL", help="Who brings it in; the product itself unless said.")
@click.option("--key", default="", help="The key of the playbook; from the catalogue's title unless said.")
@click.option("--prefix", default="", help="The prefix of its ids; from the title unless said.")
@click.option("--owner", default="", help="The owner the draft names.")
@click.option("--effective", type=DAY, help="The day from which it is meant to hold; in thirty days unless said.")
@click.option("--group", "groups", multiple=True, help="Only this group, by id or title; may be given again.")
@click.option("--look", is_flag=True, help="Only report what would come of it.")
def import_(  # noqa: PLR0917 - an option each
    path: Path, importer: str | None, key: str, prefix: str, owner: str, effective: datetime | None,
    groups: tuple[str, ...], look: bool,
) -> None:
    """Take a catalogue in as a draft playbook, and report what has no place in one."""
    day = effective.date() if effective else clock.today() + NOTICE
    try:
        reading, done = _import(_person(importer), path, Wanted(day, owner, key, prefix, groups), look=look)
    except PlumblineError as wrong:
        fail(str(wrong))
    for line in presenting.as_lines(reading, done):
        click.echo(line)
    sys.exit(1 if reading.playbook is None or (done is not None and done.outcome is Outcome.REFUSED) else 0)


def _import(actor: Actor, path: Path, wanted: Wanted, *, look: bool) -> tuple[Reading, Imported | None]:
    reading = commands.look_into(actor, path.read_bytes(), wanted)
    if look or reading.playbook is None:
        return reading, None
    with db.transaction():
        done = commands.take_in(actor, reading, path.name)
    render_ahead([done.digest])
    return reading, done


def _person(email: str | None) -> Actor:
    if email is None:
        return SYSTEM
    person = find_by_email(email)
    if person is None or not person.active:
        fail(f"Nobody active signs in as {email}.")
    return actor_for(person)
