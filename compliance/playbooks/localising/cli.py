"""Taking texts in from the command line, and approving them as a person."""

import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from uuid import UUID

import click
from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import clock, db
from compliance.access import SYSTEM, Actor
from compliance.accounts.queries import find_by_email
from compliance.accounts.signing_in import actor_for
from compliance.errors import PlumblineError
from compliance.playbooks import commands
from compliance.playbooks.choosing import ORDER
from compliance.playbooks.cli import EXISTING, fail, group
from compliance.playbooks.governing.commands import approve_version, submit_version, take_over_version
from compliance.playbooks.importing import Outcome
from compliance.playbooks.localising.commands import approve_override, ask_for_override, take_over_override
from compliance.playbooks.models import Override, OverrideVersion, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_override
from compliance.playbooks.rendering_ahead import render_ahead

__all__ = ["group"]
TAKEN_OVER = "Taken over from the published library"
A_YEAR = relativedelta(years=1)


@group.command("import")
@click.argument("path", type=EXISTING)
@click.option("--as", "importer", metavar="EMAIL", help="Who brings the texts in; the product itself unless said.")
@click.option("--approve-as", "approver", metavar="EMAIL", help="Approve what was added, as this playbook owner.")
def import_(path: Path, importer: str | None, approver: str | None) -> None:
    """Take texts in: a file, a playbook's folder or a library. They come as drafts."""
    actor = _person(importer) if importer else SYSTEM
    decider = _person(approver) if approver else None
    try:
        with db.transaction():
            report = (commands.import_texts(actor, [(str(path), path.read_bytes())]) if path.is_file()
                      else commands.import_library(actor, path))
    except PlumblineError as wrong:
        fail(str(wrong))
    render_ahead(done.digest for done in report)
    failed = [line for done in report if done.outcome is Outcome.REFUSED for line in done.lines]
    for done in report:
        for line in done.lines:
            click.echo(line, err=done.outcome is Outcome.REFUSED)
    outcomes = [sum(done.outcome is outcome for done in report) for outcome in Outcome]
    click.echo("{} added, {} unchanged, {} refused. What a file says of its approval is a claim; "
               "texts come in as drafts.".format(*outcomes))
    if decider is not None:
        failed += approve_drafts(decider, {done.digest for done in report if done.digest})
    sys.exit(1 if failed else 0)


def approve_drafts(actor: Actor, digests: Collection[str]) -> list[str]:
    """Approve the drafts among some texts as one person, playbooks first and wide scopes before narrow.

    Gives the reasons of those that were refused; the others are approved, each in a transaction of its own.
    """
    steps = [(_approve_version, version_id) for version_id in _draft_versions(digests)]
    steps += [(_approve_override, version_id) for version_id in _draft_overrides(digests)]
    return [reason for approve, version_id in steps for reason in _approved(actor, approve, version_id)]


def _draft_versions(digests: Collection[str]) -> Sequence[UUID]:
    return db.session.scalars(
        select(PlaybookVersion.id)
        .where(PlaybookVersion.status == VersionStatus.DRAFT, PlaybookVersion.digest.in_(digests))
        .order_by(PlaybookVersion.effective_on, PlaybookVersion.id)).all()


def _draft_overrides(digests: Collection[str]) -> Sequence[UUID]:
    rows = db.session.execute(
        select(OverrideVersion.id, Override.kind, OverrideVersion.number).join(OverrideVersion.override)
        .where(OverrideVersion.status == VersionStatus.DRAFT, OverrideVersion.digest.in_(digests))
        .order_by(OverrideVersion.id)).all()
    return [row.id for row in sorted(rows, key=lambda row: (ORDER[row.kind], row.number))]


def _approved(actor: Actor, approve: Callable[[Actor, UUID], str], version_id: UUID) -> Sequence[str]:
    try:
        with db.transaction():
            name = approve(actor, version_id)
    except PlumblineError as wrong:
        reasons: Sequence[str] = getattr(wrong, "reasons", (str(wrong),))
        for reason in reasons:
            click.echo(f"not approved: {reason}", err=True)
        return reasons
    click.echo(f"approved {name}")
    return ()


def _approve_version(actor: Actor, version_id: UUID) -> str:
    """What is in force already is taken over; what is to come goes through review like any new text."""
    version = db.session.get_one(PlaybookVersion, version_id, options=[joinedload(PlaybookVersion.playbook)])
    if version.effective_on <= clock.today():
        take_over_version(actor, version, decision=TAKEN_OVER)
    else:
        submit_version(actor, version)
        approve_version(actor, version, digest=version.digest, decision=TAKEN_OVER)
    return version.reference


def _approve_override(actor: Actor, version_id: UUID) -> str:
    whole = joinedload(OverrideVersion.override)
    version = db.session.get_one(
        OverrideVersion, version_id, options=[whole.joinedload(Override.playbook), whole.joinedload(Override.node)])
    text = parse_override(version.source, playbook=version.override.playbook.prefix)
    # Leave was asked for by name in the text itself; who runs this command gives it.
    asked = [f"{operation.verb} {operation.target}" for operation in text.operations if operation.approved]
    if version.effective_on <= clock.today():
        take_over_override(actor, version, decision=TAKEN_OVER, approvals=asked)
    else:
        ask_for_override(SYSTEM, version, rationale=text.intro or TAKEN_OVER, legal_basis=False,
                         review_on=version.until_on or version.effective_on + A_YEAR)
        approve_override(actor, version, digest=version.digest, decision=TAKEN_OVER, approvals=asked)
    return f"{version.override.playbook.title}, {version.override.scope} {version.number}"


def _person(email: str) -> Actor:
    person = find_by_email(email)
    if person is None or not person.active:
        fail(f"Nobody active signs in as {email}.")
    return actor_for(person)
