"""Who may write in a draft, and who may speak of it: the permission to ask for, whichever kind of text it is."""

from compliance.access import Actor, Permission, may, require, require_somewhere
from compliance.errors import PlumblineError
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.models import Override, PlaybookVersion


def to_write(actor: Actor, draft: Draft | Override) -> Permission:
    """Playbooks are for those who write them; an override also for those of its place who may ask for one."""
    if isinstance(draft, PlaybookVersion) or may(actor, Permission.WRITE_PLAYBOOK, draft):
        return Permission.WRITE_PLAYBOOK
    return Permission.REQUEST_OVERRIDE


def require_comment(actor: Actor, draft: Draft) -> None:
    """Let those speak of a draft who may read it: of a playbook's whoever reads drafts anywhere, of an override's
    whoever reads them there, or writes this one and reads no others."""
    if isinstance(draft, PlaybookVersion):
        require_somewhere(actor, Permission.VIEW_DRAFT)
    elif not may(actor, Permission.VIEW_DRAFT, draft):
        require(actor, to_write(actor, draft), draft)


def may_write(actor: Actor, draft: Draft | Override) -> bool:
    return may(actor, to_write(actor, draft), draft)


def may_comment(actor: Actor, draft: Draft) -> bool:
    try:
        require_comment(actor, draft)
    except PlumblineError:
        return False
    return True
