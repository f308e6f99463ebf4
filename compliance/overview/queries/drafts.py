"""What waits for those who write: their drafts, and what others said of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import Actor, Permission, may_anywhere
from compliance.actions.queries.today import Task
from compliance.overview import addresses
from compliance.playbooks.drafting.queries import DraftLine, drafts_by
from compliance.playbooks.localising.queries import with_asker
from compliance.playbooks.models import IN_HAND, OverrideVersion, PlaybookVersion, VersionStatus
from compliance.wording import counted


def drafts_to_write(actor: Actor) -> list[Task]:
    """Drafts this person writes in, and comments that stand against approving them."""
    lines = drafts_by(actor)
    back = _came_back(actor, lines)
    return [task for line in lines for task in _tasks(line, is_back=line.draft.id in back and not line.typing)]


def overrides_to_write(actor: Actor) -> list[Task]:
    """The same for those who write overrides alone."""
    return [] if may_anywhere(actor, Permission.WRITE_PLAYBOOK) else drafts_to_write(actor)


def _tasks(line: DraftLine, *, is_back: bool) -> list[Task]:
    name, url = _named(line)
    found = []
    if line.draft.status in IN_HAND and not is_back:
        why = "What you typed is kept, and not saved." if line.typing else "It binds nobody until it is approved."
        found.append(_task(line, f"Write: {name}", why, ("Go on", f"{url}/edit")))
    if line.open:
        why = f"{counted(line.open, 'comment')} open; it is not approved before they are settled."
        found.append(_task(line, f"Answer: {name}", why, ("Answer", f"{url}/comments#comments")))
    return found


def _came_back(actor: Actor, lines: Sequence[DraftLine]) -> set[UUID]:
    """The requests that were returned to this person: `requests.to_follow_up` tells of them, with the questions."""
    returned = [line.draft.id for line in lines if line.draft.status is VersionStatus.RETURNED]
    found = select(OverrideVersion.id).where(OverrideVersion.id.in_(returned), with_asker(actor))
    return set(db.session.scalars(found)) if returned else set()


def _named(line: DraftLine) -> tuple[str, str]:
    draft = line.draft
    if isinstance(draft, PlaybookVersion):
        return draft.called, addresses.version(draft.playbook.key, draft.number)
    override = draft.override
    return (draft.called,
            f"{addresses.playbook(override.playbook.key)}/overrides/{override.scope}/{draft.number}")


def _task(line: DraftLine, title: str, why: str, step: tuple[str, str]) -> Task:
    label, url = step
    return Task(title=title, why=why, reference="", url=url, step=label, step_url=url, severity=None,
                due_on=line.draft.effective_on, today=clock.today(), site="", city="", note="takes effect")
