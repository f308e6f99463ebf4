"""What can be done from a tablet, and with what came from one."""

from compliance.audits.field.commands.keeping import Kept, keep_media
from compliance.audits.field.commands.syncing import EpochChanged, Revoked, sync, take_backup

__all__ = ["EpochChanged", "Kept", "Revoked", "keep_media", "sync", "take_backup"]
