"""What whoever runs the product does for tablets from the command line."""

from flask.cli import AppGroup

from compliance.access import SYSTEM
from compliance.audits.field import epochs
from compliance.db import transaction

group = AppGroup("field", help="Tablets.")


@group.command("renew-epoch")
def renew_epoch() -> None:
    """After a restored backup: have every tablet send again what it still holds."""
    with transaction():
        fresh = epochs.renew_epoch(SYSTEM)
    print(f"Epoch {fresh} begins. Each tablet sends what it still holds at its next contact; nothing is taken twice.")
