"""Drafts to test with: somebody who writes, and a text they write in."""

from datetime import date

from compliance.access import Actor, Role
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.models import Draft, DraftComment
from compliance.playbooks.drafting.queries import get_comment
from compliance.playbooks.models import OverrideVersion, Playbook, PlaybookVersion
from tests.builders.accounts import an_actor
from tests.builders.network import a_region
from tests.builders.playbooks import a_playbook
from tests.builders.saving import saving

SOON = date(2027, 3, 1)


def a_writer(name: str = "Dana Reyes") -> Actor:
    """An author over everything."""
    return an_actor(Role.AUTHOR, name=name)


def a_lead(name: str = "Jun Tan") -> Actor:
    """The lead of Asia Pacific."""
    return an_actor(Role.REGIONAL_LEAD, at=a_region("apac", "Asia Pacific"), name=name)


def a_draft(writer: Actor | None = None, playbook: Playbook | None = None, number: str = "1.1.0") -> PlaybookVersion:
    """A draft of the next version of the small playbook."""
    playbook = playbook or a_playbook()
    with saving():
        return commands.start_version(writer or a_writer(), playbook, number=number, effective_on=SOON, change="minor")


def an_override_draft(lead: Actor | None = None, playbook: Playbook | None = None,
                      scope: str = "apac") -> OverrideVersion:
    """A draft of what Asia Pacific changes in the small playbook."""
    lead, playbook = lead or a_lead(), playbook or a_playbook()
    with saving():
        return commands.start_override(lead, playbook, scope=scope, effective_on=SOON)


def saved(writer: Actor, draft: Draft, source: str, seen: int | None = None) -> Draft:
    with saving():
        commands.save_draft(writer, draft, source=source, seen=draft.version if seen is None else seen)
    return draft


def said_of(reader: Actor, draft: Draft, said: str = "Say it shorter.", anchor: str = "TIN-01") -> DraftComment:
    with saving():
        made = commands.comment(reader, draft, said=said, anchor=anchor)
    return get_comment(reader, draft, made.id)

