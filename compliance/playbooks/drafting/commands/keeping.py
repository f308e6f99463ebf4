"""Keep what somebody types before they save it: theirs alone, never in the journal, never in anybody's way."""

from compliance import clock, db
from compliance.access import Actor, require, require_oneself
from compliance.errors import InvalidInput
from compliance.playbooks.drafting.commands.saving import with_line_feeds
from compliance.playbooks.drafting.models import Draft, WorkingCopy
from compliance.playbooks.drafting.queries import working_copy
from compliance.playbooks.drafting.rights import to_write
from compliance.playbooks.limits import MAX_FILE_BYTES, kilobytes
from compliance.playbooks.models import PlaybookVersion


def keep_copy(actor: Actor, draft: Draft, *, source: str, seen: int) -> WorkingCopy:
    """Keep a text as this person's own, whatever the draft came to meanwhile: also when it was sent to review."""
    require(actor, to_write(actor, draft), draft)
    source = with_line_feeds(source)
    size = len(source.encode())
    if size > MAX_FILE_BYTES:
        raise InvalidInput(f"The text has {kilobytes(size)}; the limit is {kilobytes(MAX_FILE_BYTES)}. It is still in "
                           "your browser: split it into several playbooks.")
    kept = working_copy(actor, draft)
    if kept is None:
        whose = "playbook_version_id" if isinstance(draft, PlaybookVersion) else "override_version_id"
        kept = WorkingCopy(person_id=actor.id, **{whose: draft.id})
        db.session.add(kept)
    kept.source, kept.seen, kept.kept_at = source, seen, clock.now()
    db.session.flush()
    return kept


def drop_copy(actor: Actor, kept: WorkingCopy) -> None:
    """Forget what was typed and not saved."""
    require_oneself(actor, kept.person_id)
    db.session.delete(kept)
