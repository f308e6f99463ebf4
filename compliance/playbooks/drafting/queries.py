"""Reading drafts: who wrote them, what is open in them, what one person keeps of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from compliance import clock, db
from compliance.access import Actor, Permission, may_anywhere, visible_to
from compliance.accounts.models import Person
from compliance.errors import NotFound
from compliance.network.models import Node, NodeKind
from compliance.playbooks import choosing, effectiveness, layers, queries
from compliance.playbooks.drafting.checking import Above, Checked, check_override, check_playbook, read_text
from compliance.playbooks.drafting.models import (
    CommentState,
    Draft,
    DraftAnswer,
    DraftComment,
    DraftSave,
    OfText,
    WorkingCopy,
)
from compliance.playbooks.drafting.outline import outline_of
from compliance.playbooks.drafting.rights import may_write
from compliance.playbooks.effective import Effective
from compliance.playbooks.models import (
    IN_HAND,
    UNPUBLISHED,
    Override,
    OverrideVersion,
    Playbook,
    PlaybookVersion,
    VersionStatus,
)
from compliance.playbooks.queries.texts import place_named
from compliance.playbooks.succession import number_of, numbers_after

MOST = 50  # of one person's drafts on their home page


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as a page shows it: `line` is that of its clause now, 0 for the whole text or a clause that is gone;
    `moved` when what it was said about has changed since."""

    comment: DraftComment
    line: int
    title: str
    moved: bool


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft as lists show it: who saved it last, and who else has typed in it since."""

    draft: Draft
    saved_by: str
    saved_at: datetime | None
    typing: Sequence[str]
    open: int


def about(kind: type[OfText], draft: Draft) -> ColumnElement[bool]:
    """The condition for rows of a table about one draft."""
    column = kind.playbook_version_id if isinstance(draft, PlaybookVersion) else kind.override_version_id
    return column == draft.id


def among(kind: type[OfText], drafts: Sequence[Draft]) -> ColumnElement[bool]:
    """The same about several."""
    ids = [draft.id for draft in drafts]
    return or_(kind.playbook_version_id.in_(ids), kind.override_version_id.in_(ids))


def playbook_of(draft: Draft) -> Playbook:
    return draft.playbook if isinstance(draft, PlaybookVersion) else draft.override.playbook


def get_draft(actor: Actor, key: str, number: str, scope: str = "") -> Draft:
    """A version in the actor's sight, of a playbook or, with a scope, of an override; with what belongs to it."""
    if scope:
        return queries.get_override_version(actor, key, scope, int(number))
    return queries.get_version(actor, key, number)


def places_to_write(actor: Actor) -> list[tuple[str, str]]:
    """Where this person may write what shall differ, as (code, name), wide before narrow."""
    writes = may_anywhere(actor, Permission.WRITE_PLAYBOOK)
    permission = Permission.WRITE_PLAYBOOK if writes else Permission.REQUEST_OVERRIDE
    nodes = db.session.scalars(visible_to(actor, select(Node), Node, permission).where(
        Node.kind != NodeKind.NETWORK).order_by(Node.path)).all()
    kinds = list(NodeKind)
    return [(node.code.lower(), node.name if node.kind is not NodeKind.SITE else f"{node.code} {node.name}")
            for node in sorted(nodes, key=lambda node: kinds.index(node.kind))]


def path_codes(actor: Actor, site: str) -> list[str]:
    """The codes a site lies under, its own last; none for a site out of sight."""
    path = db.session.scalar(visible_to(actor, select(Node.path), Node).where(func.lower(Node.code) == site.lower()))
    return choosing.scope_codes(path) if path else []


def next_numbers(actor: Actor, playbook: Playbook) -> tuple[str, dict[str, str]]:
    """The number a new version begins from, and by kind of change the number it would take."""
    numbers = db.session.scalars(
        visible_to(actor, select(PlaybookVersion.number), PlaybookVersion)
        .where(PlaybookVersion.playbook_id == playbook.id)).all()
    newest = max(numbers, key=number_of, default="0.0.0")
    return newest, numbers_after(newest)


def above_at(actor: Actor, playbook: Playbook, scope: str = "") -> Effective | None:
    """What holds above a scope today; without one, the global text. None while nothing is in force."""
    today = clock.today()
    place = place_named(actor, scope) if scope else None
    if place is None:
        chosen = choosing.pick(choosing.candidates(playbook.id, (), None), today)
        return effectiveness.resolve_chosen(chosen) if chosen else None
    return layers.above(Override(playbook_id=playbook.id, scope=scope, **place), today)


def draft_in_hand(actor: Actor, playbook: Playbook, scope: str) -> OverrideVersion | None:
    """The override of a scope that is being written, when the actor may write in it."""
    whole = joinedload(OverrideVersion.override)
    rows = db.session.scalars(
        visible_to(actor, select(OverrideVersion).join(OverrideVersion.override), OverrideVersion)
        .where(Override.playbook_id == playbook.id, Override.scope == scope, OverrideVersion.status.in_(IN_HAND))
        .options(whole.joinedload(Override.playbook), whole.joinedload(Override.node),
                 whole.joinedload(Override.vendor))
        .order_by(OverrideVersion.number.desc()))
    return next((row for row in rows if may_write(actor, row)), None)


def authors_of(draft: Draft) -> set[UUID]:
    """Everybody who brought the text in or ever saved it: none of them may review or approve it."""
    first = draft.author_id if isinstance(draft, PlaybookVersion) else draft.requested_by_id
    saved = db.session.scalars(select(DraftSave.saved_by_id).where(about(DraftSave, draft)).distinct())
    return {person_id for person_id in (first, *saved) if person_id is not None}


def open_comments(draft: Draft) -> int:
    """How many comments on a text nobody has settled."""
    return db.session.scalar(select(func.count()).select_from(DraftComment).where(
        about(DraftComment, draft), DraftComment.state == CommentState.OPEN)) or 0


def working_copy(actor: Actor, draft: Draft) -> WorkingCopy | None:
    """What this person typed into a draft and did not save; nobody else ever sees it."""
    return db.session.scalar(
        select(WorkingCopy).where(about(WorkingCopy, draft), WorkingCopy.person_id == actor.id))


def text_seen(draft: Draft, seen: int) -> DraftSave | None:
    """The text a draft held when its counter stood at `seen`; None when it was never saved up to then."""
    return db.session.scalars(
        select(DraftSave).where(about(DraftSave, draft), DraftSave.counter <= seen)
        .order_by(DraftSave.counter.desc()).limit(1)).one_or_none()


def last_save(draft: Draft) -> DraftSave | None:
    return db.session.scalars(
        select(DraftSave).where(about(DraftSave, draft)).order_by(DraftSave.counter.desc()).limit(1)).one_or_none()


def get_comment(actor: Actor, draft: Draft, comment_id: UUID) -> DraftComment:
    """A comment on a draft the actor has seen, with the draft."""
    comment = db.session.scalar(
        select(DraftComment).where(DraftComment.id == comment_id, about(DraftComment, draft))
        .options(joinedload(DraftComment.playbook_version),
                 joinedload(DraftComment.override_version).joinedload(OverrideVersion.override).options(
                     joinedload(Override.playbook), joinedload(Override.node))))
    if comment is None or not may_see(actor, draft):
        raise NotFound
    return comment


def may_see(actor: Actor, draft: Draft) -> bool:
    """Whether a draft, found by whatever way, is in the actor's sight."""
    kind = type(draft)
    return db.session.scalar(visible_to(actor, select(kind.id), kind).where(kind.id == draft.id)) is not None


def comments_on(draft: Draft, source: str = "") -> list[Said]:
    """The comments on a draft the caller has seen, as they stand to a text of it; open ones first, then by age."""
    rows = db.session.scalars(
        select(DraftComment).where(about(DraftComment, draft)).order_by(DraftComment.said_at, DraftComment.id)
        .options(joinedload(DraftComment.author), joinedload(DraftComment.settled_by),
                 selectinload(DraftComment.answers).joinedload(DraftAnswer.author))).all()
    outline = outline_of(source or draft.source) if rows else None
    found = []
    for row in rows:
        part = outline.find(row.anchor) if outline and row.anchor else None
        moved = bool(row.anchor) and (part.digest if part else "") != row.text_digest
        found.append(Said(row, part.line if part else 0, part.title if part else row.anchor, moved))
    return sorted(found, key=lambda said: said.comment.state != CommentState.OPEN)


def check(draft: Draft, source: str) -> Checked:
    """Everything to be said about a text in the place of a draft the caller has seen."""
    playbook = playbook_of(draft)
    if isinstance(draft, PlaybookVersion):
        rows = db.session.scalars(
            select(PlaybookVersion.source).where(PlaybookVersion.playbook_id == playbook.id,
                                                 PlaybookVersion.id != draft.id,
                                                 PlaybookVersion.status != VersionStatus.DECLINED)).all()
        expected = [("playbook", playbook.key), ("version", draft.number), ("prefix", playbook.prefix)]
        return check_playbook(source, expected, rows)
    override = draft.override
    on = max(draft.effective_on, clock.today())
    parent = layers.above(override, on) or layers.newest_text(playbook)
    expected = [("overrides", playbook.key), ("scope", override.scope), ("version", str(draft.number))]
    return check_override(source, expected, parent.playbook if parent else None, Above(parent, override.kind, on))


def newest_source(playbook: Playbook) -> str:
    """The text a new version begins from: of the highest number that was approved, else that can be read."""
    rows = db.session.execute(
        select(PlaybookVersion.number, PlaybookVersion.status, PlaybookVersion.source)
        .where(PlaybookVersion.playbook_id == playbook.id)).all()
    approved = (VersionStatus.APPROVED, VersionStatus.RETIRED)
    rows = sorted(rows, key=lambda row: (row.status in approved, number_of(row.number)), reverse=True)
    return next((row.source for row in rows if read_text(row.source)[0] is not None), "")


def newest_override(override: Override) -> OverrideVersion | None:
    """The version of a scope that was approved last, else of the highest number."""
    rows = db.session.scalars(select(OverrideVersion).where(OverrideVersion.override_id == override.id)).all()
    ranked = sorted(rows, key=lambda row: (row.status is VersionStatus.APPROVED, row.number))
    return ranked[-1] if ranked else None


def drafts_of(actor: Actor, playbook: Playbook) -> list[DraftLine]:
    """The drafts of a playbook and of its overrides in the actor's sight, in five statements."""
    whole = joinedload(OverrideVersion.override)
    versions = db.session.scalars(
        visible_to(actor, select(PlaybookVersion), PlaybookVersion).where(
            PlaybookVersion.playbook_id == playbook.id, PlaybookVersion.status.in_(IN_HAND))
        .options(joinedload(PlaybookVersion.playbook), defer(PlaybookVersion.source))).all()
    local = db.session.scalars(
        visible_to(actor, select(OverrideVersion).join(OverrideVersion.override), OverrideVersion).where(
            Override.playbook_id == playbook.id, OverrideVersion.status.in_(IN_HAND))
        .options(whole.joinedload(Override.playbook), whole.joinedload(Override.node),
                 whole.joinedload(Override.vendor), defer(OverrideVersion.source))).all()
    return lines_of([*versions, *local])


def drafts_by(actor: Actor) -> list[DraftLine]:
    """The unpublished texts this person brought in, saved or typed in, in five statements; `typing` is theirs alone."""
    asked = [status for status in UNPUBLISHED if status is not VersionStatus.DECLINED]
    whole = joinedload(OverrideVersion.override)
    versions = db.session.scalars(
        visible_to(actor, select(PlaybookVersion), PlaybookVersion).where(
            PlaybookVersion.status.in_(asked), _written_by(actor, PlaybookVersion, PlaybookVersion.author_id))
        .options(joinedload(PlaybookVersion.playbook), defer(PlaybookVersion.source)).limit(MOST)).all()
    local = db.session.scalars(
        visible_to(actor, select(OverrideVersion), OverrideVersion).where(
            OverrideVersion.status.in_(asked), _written_by(actor, OverrideVersion, OverrideVersion.requested_by_id))
        .options(whole.joinedload(Override.playbook), whole.joinedload(Override.node), defer(OverrideVersion.source))
        .limit(MOST)).all()
    lines = lines_of([*versions, *local])
    return [replace(line, typing=[name for name in line.typing if name == actor.name]) for line in lines]


def _written_by(actor: Actor, kind: type[PlaybookVersion | OverrideVersion], first: Any) -> ColumnElement[bool]:
    saves, copies = (each.playbook_version_id if kind is PlaybookVersion else each.override_version_id
                     for each in (DraftSave, WorkingCopy))
    return or_(first == actor.id, kind.id.in_(select(saves).where(DraftSave.saved_by_id == actor.id)),
               kind.id.in_(select(copies).where(WorkingCopy.person_id == actor.id)))


def lines_of(drafts: Sequence[Draft]) -> list[DraftLine]:
    """Who is writing in each of some drafts the caller has seen, in three statements."""
    if not drafts:
        return []
    saves: dict[UUID, DraftSave] = {}
    for save in db.session.scalars(select(DraftSave).where(among(DraftSave, drafts)).options(
            defer(DraftSave.source)).order_by(DraftSave.counter)):
        saves[_about_id(save)] = save
    typing, counts = _typing(drafts), _counts(drafts)
    return [DraftLine(draft, saves[draft.id].saved_by if draft.id in saves else "",
                      saves[draft.id].saved_at if draft.id in saves else None,
                      typing.get(draft.id, []), counts.get(draft.id, 0)) for draft in drafts]


def _typing(drafts: Sequence[Draft]) -> Mapping[UUID, list[str]]:
    rows = db.session.execute(
        select(WorkingCopy.playbook_version_id, WorkingCopy.override_version_id, Person.name)
        .join(Person, Person.id == WorkingCopy.person_id).where(among(WorkingCopy, drafts)).order_by(Person.name))
    found: dict[UUID, list[str]] = {}
    for version_id, override_id, name in rows:
        found.setdefault(version_id or override_id, []).append(name)
    return found


def _counts(drafts: Sequence[Draft]) -> Mapping[UUID, int]:
    whose = func.coalesce(DraftComment.playbook_version_id, DraftComment.override_version_id)
    rows = db.session.execute(
        select(whose, func.count()).where(among(DraftComment, drafts), DraftComment.state == CommentState.OPEN)
        .group_by(whose))
    return {row[0]: row[1] for row in rows}


def _about_id(row: OfText) -> UUID:
    found = row.playbook_version_id or row.override_version_id
    assert found is not None, "a row is about one text"
    return found
