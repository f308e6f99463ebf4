"""Reading drafts: who wrote them, what is open in them, what one person keeps of them."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from compliance import db
from compliance.playbooks.drafting.models import CommentState, Draft, DraftComment, DraftSave, OfText
from compliance.playbooks.models import PlaybookVersion


def about(kind: type[OfText], draft: Draft) -> ColumnElement[bool]:
    """The condition for rows of a table about one draft."""
    column = kind.playbook_version_id if isinstance(draft, PlaybookVersion) else kind.override_version_id
    return column == draft.id


def authors_of(draft: Draft) -> set[UUID]:
    """Everybody who brought the text in or ever saved it: none of them may review or approve it."""
    first = draft.author_id if isinstance(draft, PlaybookVersion) else draft.requested_by_id
    saved = db.session.scalars(select(DraftSave.saved_by_id).where(about(DraftSave, draft)).distinct())
    return {person_id for person_id in (first, *saved) if person_id is not None}


def open_comments(draft: Draft) -> int:
    """How many comments on a text nobody has settled."""
    return db.session.scalar(select(func.count()).select_from(DraftComment).where(
        about(DraftComment, draft), DraftComment.state == CommentState.OPEN)) or 0
