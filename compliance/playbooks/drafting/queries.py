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
from compliance.playbooks.drafting.checking import (
    Above,
    Checked,
    check_override,
    check_playbook,
    free_number,
    read_text,
)
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
from compliance.playbooks.effective import Effective, ScopeKind
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

PUBLISHED = (VersionStatus.APPROVED, VersionStatus.RETIRED)
MOST = 100  # drafts on one page: more are not written at once


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


@dataclass(frozen=True, slots=True)
class Around:
    """A place a text may differ at, what stands above it, and what holds there with its own rules."""

    name: str
    kind: ScopeKind
    above: Effective
    here: Effective


def about(kind: type[OfText], draft: Draft) -> ColumnElement[bool]:
    """The condition for rows of a table about one draft."""
    column = kind.playbook_version_id if isinstance(draft, PlaybookVersion) else kind.override_version_id
    return column == draft.id


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


def around_at(actor: Actor, playbook: Playbook, scope: str = "") -> Around | None:
    """What holds above a scope today, and there; without one, the global text. None while nothing is in force."""
    today = clock.today()
    place = place_named(actor, scope) if scope else None
    if place is None:
        chosen = choosing.pick(choosing.candidates(playbook.id, (), None), today)
        found = effectiveness.resolve_chosen(chosen) if chosen else None
        return Around("", ScopeKind.REGION, found, found) if found else None
    pair = layers.around(Override(playbook_id=playbook.id, scope=scope, **place), today)
    name = place["node"].name if place["node"] else place["vendor"].name
    return Around(name, place["kind"], *pair) if pair else None


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
        others = db.session.execute(
            select(PlaybookVersion.number, PlaybookVersion.source, PlaybookVersion.status).where(
                PlaybookVersion.playbook_id == playbook.id, PlaybookVersion.id != draft.id)).all()
        earlier = [row.source for row in others if row.status != VersionStatus.DECLINED]
        published = [row.number for row in others if row.status in PUBLISHED]
        number = free_number(source, {row.number for row in others}, published) or draft.number
        expected = [("playbook", playbook.key), ("version", number), ("prefix", playbook.prefix)]
        return check_playbook(source, expected, earlier)
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
    rows = sorted(rows, key=lambda row: (row.status in PUBLISHED, number_of(row.number)), reverse=True)
    return next((row.source for row in rows if read_text(row.source)[0] is not None), "")


def newest_override(override: Override) -> OverrideVersion | None:
    """The version of a scope that was approved last, else of the highest number."""
    rows = db.session.scalars(select(OverrideVersion).where(OverrideVersion.override_id == override.id)).all()
    ranked = sorted(rows, key=lambda row: (row.status is VersionStatus.APPROVED, row.number))
    return ranked[-1] if ranked else None


def drafts_of(actor: Actor, playbook: Playbook, *, overrides: bool) -> list[DraftLine]:
    """The drafts of a playbook, or of its overrides, in the actor's sight; in two statements."""
    if not overrides:
        return _lines(PlaybookVersion, visible_to(actor, select(PlaybookVersion), PlaybookVersion).where(
            PlaybookVersion.playbook_id == playbook.id, PlaybookVersion.status.in_(IN_HAND)))
    return _lines(OverrideVersion, visible_to(
        actor, select(OverrideVersion).join(OverrideVersion.override), OverrideVersion).where(
            Override.playbook_id == playbook.id, OverrideVersion.status.in_(IN_HAND)))


def drafts_by(actor: Actor) -> list[DraftLine]:
    """The unpublished texts this person brought in, saved or typed in, in four statements; `typing` is theirs alone."""
    asked = [status for status in UNPUBLISHED if status is not VersionStatus.DECLINED]
    lines = [
        *_lines(PlaybookVersion, visible_to(actor, select(PlaybookVersion), PlaybookVersion).where(
            PlaybookVersion.status.in_(asked), _written_by(actor, PlaybookVersion, PlaybookVersion.author_id))),
        *_lines(OverrideVersion, visible_to(actor, select(OverrideVersion), OverrideVersion).where(
            OverrideVersion.status.in_(asked), _written_by(actor, OverrideVersion, OverrideVersion.requested_by_id))),
    ]
    return [replace(line, typing=[name for name in line.typing if name == actor.name]) for line in lines]


def _written_by(actor: Actor, kind: type[Draft], first: Any) -> ColumnElement[bool]:
    saves = select(_whose(DraftSave, kind)).where(DraftSave.saved_by_id == actor.id)
    copies = select(_whose(WorkingCopy, kind)).where(WorkingCopy.person_id == actor.id)
    return or_(first == actor.id, kind.id.in_(saves), kind.id.in_(copies))


def _lines(kind: type[Draft], statement: Any) -> list[DraftLine]:
    """Who is writing in each draft of a statement, which the caller narrowed to what the actor sees."""
    saves = select(DraftSave).where(_whose(DraftSave, kind) == kind.id).order_by(DraftSave.counter.desc()).limit(1)
    last = [saves.with_only_columns(column).correlate(kind).scalar_subquery()
            for column in (DraftSave.saved_by, DraftSave.saved_at)]
    said = select(func.count()).select_from(DraftComment).where(_whose(DraftComment, kind) == kind.id)
    unsettled = said.where(DraftComment.state == CommentState.OPEN).correlate(kind).scalar_subquery()
    rows = db.session.execute(statement.add_columns(*last, unsettled).options(
        *_whole(kind)).order_by(kind.effective_on, kind.id).limit(MOST)).unique().all()
    typing = _typing(kind, [row[0].id for row in rows])
    return [DraftLine(row[0], row[1] or "", row[2], typing.get(row[0].id, []), row[3]) for row in rows]


def _whole(kind: type[Draft]) -> Sequence[Any]:
    """All that naming a draft takes, and not its text."""
    if kind is PlaybookVersion:
        return joinedload(PlaybookVersion.playbook), defer(PlaybookVersion.source)
    whole = joinedload(OverrideVersion.override)
    return (whole.joinedload(Override.playbook), whole.joinedload(Override.node), whole.joinedload(Override.vendor),
            defer(OverrideVersion.source))


def _whose(table: Any, kind: type[Draft]) -> Any:
    return table.playbook_version_id if kind is PlaybookVersion else table.override_version_id


def _typing(kind: type[Draft], ids: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    whose = _whose(WorkingCopy, kind)
    rows = db.session.execute(
        select(whose, Person.name).join(Person, Person.id == WorkingCopy.person_id).where(whose.in_(ids))
        .order_by(Person.name))
    found: dict[UUID, list[str]] = {}
    for draft_id, name in rows:
        found.setdefault(draft_id, []).append(name)
    return found
