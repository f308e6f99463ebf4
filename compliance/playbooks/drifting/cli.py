"""`flask drift`: write down anew how every override stands, where approvals came before the product did that."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from compliance import db
from compliance.db import transaction
from compliance.playbooks import layers
from compliance.playbooks.models import Playbook
from compliance.wording import counted

group = AppGroup("drift", help="How overrides stand to the texts above them.")


@group.command("note")
def note() -> None:
    """Look at every approved override again, a playbook at a time. Harmless at any time."""
    ids = db.session.scalars(select(Playbook.id).order_by(Playbook.key)).all()
    for playbook_id in ids:
        with transaction():
            layers.note_drift(db.session.get_one(Playbook, playbook_id))
    click.echo(f"Looked at the overrides of {counted(len(ids), 'playbook')}.")
