"""Speak of a draft: comments on a clause or the whole, answers, and the end of a matter."""

from compliance import clock, db
from compliance.access import Actor
from compliance.errors import Forbidden, InvalidInput, RuleViolation
from compliance.journal import Event, record
from compliance.playbooks.drafting.models import CommentState, Draft, DraftAnswer, DraftComment
from compliance.playbooks.drafting.outline import outline_of
from compliance.playbooks.drafting.queries import authors_of
from compliance.playbooks.drafting.rights import require_comment
from compliance.playbooks.models import UNPUBLISHED, PlaybookVersion, VersionStatus

LONGEST = 4000


def comment(actor: Actor, draft: Draft, *, said: str, anchor: str = "") -> DraftComment:
    """Say something of a clause ("ESC-02"; of an override "replace ESC-02"), or of the whole text."""
    require_comment(actor, draft)
    _require_open(draft)
    part = outline_of(draft.source).find(anchor) if anchor else None
    if anchor and part is None:
        raise InvalidInput(f"There is no “{anchor}” in this text any more.", {
            "anchor": ["Choose another clause, or comment on the whole text."]})
    whose = "playbook_version_id" if isinstance(draft, PlaybookVersion) else "override_version_id"
    made = DraftComment(anchor=anchor, text_digest=part.digest if part else "", author_id=actor.id, said=_words(said),
                        said_at=clock.now(), state=CommentState.OPEN, **{whose: draft.id})
    db.session.add(made)
    db.session.flush()
    record(actor, Event.DRAFT_COMMENT_MADE, draft, comment=made.id, clause=anchor or None, said=made.said)
    return made


def answer_comment(actor: Actor, comment: DraftComment, *, said: str) -> DraftAnswer:
    """Answer a comment. Needs the draft loaded."""
    require_comment(actor, comment.draft)
    _require_open(comment.draft)
    answer = DraftAnswer(comment_id=comment.id, author_id=actor.id, said=_words(said), said_at=clock.now())
    db.session.add(answer)
    record(actor, Event.DRAFT_COMMENT_ANSWERED, comment.draft, comment=comment.id, said=answer.said)
    return answer


def resolve_comment(actor: Actor, comment: DraftComment) -> None:
    """Settle a comment: for who made it, and for the authors of the text. Needs the draft loaded."""
    require_comment(actor, comment.draft)
    if comment.author_id != actor.id and actor.id not in authors_of(comment.draft):
        raise Forbidden("A comment is settled by who made it or by an author of the text. Answer it instead.")
    _require_state(comment, CommentState.OPEN, "This comment is settled already.")
    comment.state, comment.settled_by_id, comment.settled_at = CommentState.RESOLVED, actor.id, clock.now()
    record(actor, Event.DRAFT_COMMENT_RESOLVED, comment.draft, comment=comment.id, clause=comment.anchor or None)


def reopen_comment(actor: Actor, comment: DraftComment) -> None:
    """Take a settled comment up again. Needs the draft loaded."""
    require_comment(actor, comment.draft)
    _require_state(comment, CommentState.RESOLVED, "This comment is open.")
    comment.state, comment.settled_by_id, comment.settled_at = CommentState.OPEN, None, None
    record(actor, Event.DRAFT_COMMENT_REOPENED, comment.draft, comment=comment.id, clause=comment.anchor or None)


def _words(said: str) -> str:
    words = said.strip()
    if not words or len(words) > LONGEST:
        raise InvalidInput("A comment has words.", {"said": [f"Write one to {LONGEST:,} characters."]})
    return words


def _require_open(draft: Draft) -> None:
    if draft.status not in UNPUBLISHED or draft.status is VersionStatus.DECLINED:
        said = draft.status.value.replace("_", " ")
        raise RuleViolation(f"This text is {said}: what is to be changed goes into the next version.")


def _require_state(comment: DraftComment, state: CommentState, refusal: str) -> None:
    _require_open(comment.draft)
    if comment.state is not state:
        raise RuleViolation(refusal)
