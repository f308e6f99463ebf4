"""Who may write in a draft, and who may speak of it: the permission to ask for, whichever kind of text it is."""

from compliance.access import Actor, Permission, may
from compliance.playbooks.drafting.models import Draft
from compliance.playbooks.models import Override, PlaybookVersion


def to_write(actor: Actor, draft: Draft | Override) -> Permission:
    """Playbooks are for those who write them; an override also for those of its place who may ask for one."""
    if isinstance(draft, PlaybookVersion) or may(actor, Permission.WRITE_PLAYBOOK, draft):
        return Permission.WRITE_PLAYBOOK
    return Permission.REQUEST_OVERRIDE


def to_comment(actor: Actor, draft: Draft) -> Permission:
    """Who reads drafts may comment on them; so may who writes this one and reads no others."""
    return Permission.VIEW_DRAFT if may(actor, Permission.VIEW_DRAFT, draft) else to_write(actor, draft)


def may_write(actor: Actor, draft: Draft | Override) -> bool:
    return may(actor, to_write(actor, draft), draft)


def may_comment(actor: Actor, draft: Draft) -> bool:
    return may(actor, to_comment(actor, draft), draft)
