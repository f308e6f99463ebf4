"""Save a draft, or throw it away; nothing anybody typed is lost to somebody else's save."""

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from compliance import clock, db
from compliance.access import SYSTEM, Actor, require
from compliance.errors import Conflict, InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.playbooks import document
from compliance.playbooks.deriving import columns_of, columns_of_override
from compliance.playbooks.drafting.checking import Text, unmerged
from compliance.playbooks.drafting.models import Draft, DraftAnswer, DraftComment, DraftSave, WorkingCopy
from compliance.playbooks.drafting.queries import about, check, last_save, text_seen, working_copy
from compliance.playbooks.drafting.reconciling import reconcile, unmerged_line
from compliance.playbooks.drafting.rights import to_write
from compliance.playbooks.drafting.sizing import over_limits
from compliance.playbooks.importing import digest_of
from compliance.playbooks.models import IN_HAND, Override, OverrideVersion, Playbook, PlaybookVersion
from compliance.playbooks.problems import describe


class DraftConflict(Conflict):
    """Somebody saved the draft meanwhile: their text, the text both began from, and both brought together."""

    def __init__(self, draft: Draft, mine: str, seen: int) -> None:
        save = last_save(draft)
        base = text_seen(draft, seen)
        self.who = save.saved_by if save else ""
        self.now, self.saved, self.mine = draft.version, draft.source, mine
        self.base = base.source if base else draft.source
        merged = reconcile(self.base, draft.source, mine, (f"saved by {self.who}" if self.who else "saved", "yours"))
        self.merged, self.clashes = merged.text, merged.clashes
        super().__init__(f"{self.who or 'Somebody else'} saved this draft after you opened it. Your text is kept; "
                         "read both, and save what shall hold.")


def save_draft(actor: Actor, draft: Draft, *, source: str, seen: int | None) -> None:
    """Store a text as the draft's own. It need not be readable yet; what it says of itself follows when it is.

    `seen` is the version counter the writer opened. Raises DraftConflict when somebody saved meanwhile. Needs the
    playbook loaded, of an override also itself and its node.
    """
    require(actor, to_write(actor, draft), draft)
    source = with_line_feeds(source)
    _check_text(draft, source)
    if seen is not None and draft.version != seen and draft.source != source:
        raise DraftConflict(draft, source, seen)
    if draft.source != source:
        _check_place(draft, source)
        _keep_first(draft)
        number = draft.number
        _store(draft, source)
        db.session.flush()
        keep_save(actor, draft)
        record(actor, Event.DRAFT_SAVED, draft, digest=draft.digest,
               renumbered_from=number if number != draft.number else None)
    kept = working_copy(actor, draft)
    if kept is not None:
        db.session.delete(kept)


def discard_draft(actor: Actor, draft: Draft, *, seen: int | None = None) -> None:
    """Throw a draft away with what was said of it; a playbook of which nothing else is there goes as well."""
    require(actor, to_write(actor, draft), draft)
    db.check_version(draft, seen)
    _require_in_hand(draft)
    record(actor, Event.DRAFT_DISCARDED, draft, digest=draft.digest)
    try:
        with db.savepoint():
            _delete(draft)
    except IntegrityError:
        raise RuleViolation("Others have worked on this draft, so it stays. Have it declined instead.") from None


def keep_save(actor: Actor, draft: Draft) -> None:
    """Remember who saved which text, under the counter that carries it."""
    _remember(draft, draft.version, (None if actor == SYSTEM else actor.id, actor.name))


def with_line_feeds(source: str) -> str:
    """A browser sends every end of a line as two characters."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _check_text(draft: Draft, source: str) -> None:
    if found := over_limits(source):
        told = [describe(problem) for problem in found]
        raise InvalidInput(f"This is too long to be kept as one text. {told[0]}", {"source": told})
    if line := unmerged_line(source):
        raise InvalidInput("Two texts meet in it, and nobody has settled which holds.",
                           {"source": [describe(unmerged(line))]})
    _require_in_hand(draft)


def _check_place(draft: Draft, source: str) -> None:
    """The card names its draft, or nothing yet: under another scope or number the text would part from its record."""
    told = [describe(problem) for problem in check(draft, source).strange]
    if told:
        raise InvalidInput(f"This is the text of another draft. {told[0]}", {"source": told})


def _require_in_hand(draft: Draft) -> None:
    if draft.status not in IN_HAND:
        said = draft.status.value.replace("_", " ")
        raise RuleViolation(f"This text is {said} and stands still. Have it sent back, or begin another version.")


def _keep_first(draft: Draft) -> None:
    """A text that was brought in is the base of the first merge: remember it before it is written over."""
    if db.session.scalar(select(func.count()).select_from(DraftSave).where(about(DraftSave, draft))) == 0:
        first = draft.author_id if isinstance(draft, PlaybookVersion) else draft.requested_by_id
        _remember(draft, draft.version, (first, ""))


def _remember(draft: Draft, counter: int, who: tuple[object, str]) -> None:
    whose = "playbook_version_id" if isinstance(draft, PlaybookVersion) else "override_version_id"
    db.session.add(DraftSave(counter=counter, source=draft.source, digest=draft.digest, saved_by_id=who[0],
                             saved_by=who[1], saved_at=clock.now(), **{whose: draft.id}))


def _store(draft: Draft, source: str) -> None:
    checked = check(draft, source)
    draft.source, draft.digest = source, digest_of(source)
    text: Text | None = checked.document
    if isinstance(draft, PlaybookVersion) and isinstance(text, document.Playbook):
        columns = columns_of(text) | {"number": text.version}
    elif isinstance(draft, OverrideVersion) and isinstance(text, document.Override):
        columns = columns_of_override(draft.override, draft.override.playbook, text)
    else:
        return
    for name, value in columns.items():
        setattr(draft, name, value)


def _delete(draft: Draft) -> None:
    said = select(DraftComment.id).where(about(DraftComment, draft))
    db.session.execute(delete(DraftAnswer).where(DraftAnswer.comment_id.in_(said)))
    for kind in (DraftComment, WorkingCopy, DraftSave):
        db.session.execute(delete(kind).where(about(kind, draft)))
    db.session.delete(draft)
    db.session.flush()
    _delete_bare(draft)


def _delete_bare(draft: Draft) -> None:
    """A playbook, or an override, that nobody wrote another text for was begun with this draft, and ends with it."""
    if isinstance(draft, OverrideVersion):
        left = select(OverrideVersion.id).where(OverrideVersion.override_id == draft.override_id)
        if db.session.scalar(left.limit(1)) is None:
            db.session.execute(delete(Override).where(Override.id == draft.override_id))
        return
    versions = select(PlaybookVersion.id).where(PlaybookVersion.playbook_id == draft.playbook_id)
    overrides = select(Override.id).where(Override.playbook_id == draft.playbook_id)
    if db.session.scalar(versions.limit(1)) is None and db.session.scalar(overrides.limit(1)) is None:
        db.session.execute(delete(Playbook).where(Playbook.id == draft.playbook_id))
