"""What can be done from a tablet, and with what came from one."""

from compliance.audits.field.commands.deciding import Adopted, adopt, dismiss, settle
from compliance.audits.field.commands.keeping import Kept, keep_media
from compliance.audits.field.commands.syncing import EpochChanged, Revoked, sync, take_backup

__all__ = ["Adopted", "EpochChanged", "Kept", "Revoked", "adopt", "dismiss", "keep_media", "settle", "sync",
           "take_backup"]
