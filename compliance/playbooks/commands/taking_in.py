"""Take playbooks and overrides in from their text: each file whole or not at all, and never approved by that."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from compliance import clock, db
from compliance.access import EVERYWHERE, SYSTEM, Actor, Permission, may, refusal, require_somewhere
from compliance.errors import InvalidInput
from compliance.journal import Event, record
from compliance.playbooks import choosing, document, layers, timeline
from compliance.playbooks.deriving import columns_of, columns_of_override
from compliance.playbooks.document import Problem
from compliance.playbooks.importing import (
    File,
    Imported,
    Outcome,
    files_of,
    in_order,
    overridden_key,
    read_file,
    refused,
)
from compliance.playbooks.library import read_library
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import read_playbook
from compliance.playbooks.queries.texts import place_named
from compliance.playbooks.succession import number_of, succession_problems

MAY_BRING = (Permission.IMPORT_PLAYBOOK, Permission.REQUEST_OVERRIDE)


def import_library(actor: Actor, folder: Path) -> list[Imported]:
    """Take in every text of a library folder, or of one playbook's own folder, with its archive and overrides."""
    require_somewhere(actor, *MAY_BRING)
    shelves = read_library(folder)
    if not shelves:
        raise InvalidInput(f"{folder} holds no playbook. A library has a folder for each, with playbook.md in it.")
    return _take(actor, files_of(shelves))


def import_texts(actor: Actor, files: Sequence[tuple[str, bytes]]) -> list[Imported]:
    """Take in files as they were sent: (name, bytes)."""
    require_somewhere(actor, *MAY_BRING)
    playbooks = [read_file(name, data, {}) for name, data in files if not _overrides(data)]
    known = {read.document.key: read.document for read in in_order(playbooks)
             if isinstance(read.document, document.Playbook)}
    overridden = {_overrides(data) for _, data in files} - {""}
    known = _newest_of(overridden) | known
    overrides = [read_file(name, data, known) for name, data in files if _overrides(data)]
    return _take(actor, [*playbooks, *overrides])


def import_text(actor: Actor, source: str, path: str) -> Imported:
    """Take in one text."""
    require_somewhere(actor, *MAY_BRING)
    return import_texts(actor, [(path, source.encode())])[0]


def _overrides(data: bytes) -> str:
    return overridden_key(data[:4096].decode(errors="replace"))


def _newest_of(keys: set[str]) -> dict[str, document.Playbook]:
    rows = db.session.execute(
        select(Playbook.key, PlaybookVersion.number, PlaybookVersion.source).join(Playbook.versions)
        .where(Playbook.key.in_(keys))).all()
    newest = {row.key: row for row in sorted(rows, key=lambda row: number_of(row.number))}
    read = {key: read_playbook(row.source)[0] for key, row in newest.items()}
    return {key: text for key, text in read.items() if text is not None}


def _take(actor: Actor, files: Sequence[File]) -> list[Imported]:
    return [_take_one(actor, file) for file in in_order(files)]


def _take_one(actor: Actor, file: File) -> Imported:
    match file.document:
        case document.Playbook():
            return _take_playbook(actor, file, file.document)
        case document.Override():
            return _take_override(actor, file, file.document)
    return Imported(file.path, Outcome.REFUSED, problems=file.problems)


def _take_playbook(actor: Actor, file: File, text: document.Playbook) -> Imported:
    if not may(actor, Permission.IMPORT_PLAYBOOK, EVERYWHERE):
        return refused(file.path, "You cannot bring in a playbook", refusal(actor, Permission.IMPORT_PLAYBOOK))
    playbook = db.session.scalar(select(Playbook).where(Playbook.key == text.key))
    earlier = _versions_of(playbook)
    known = next((version for version in earlier if version.number == text.version), None)
    what = f"{text.title} {text.version}"
    if known is not None:
        return _seen_before(file, what, known.digest)
    problems = _against(playbook, earlier, text, file)
    if problems:
        return Imported(file.path, Outcome.REFUSED, what, problems)
    others = choosing.candidates(playbook.id, (), None) if playbook else []
    gaps = timeline.gap_notes(others, text.effective, text.until)
    version = _new_version(actor, playbook or _new_playbook(actor, text), text, file)
    record(actor, Event.PLAYBOOK_VERSION_IMPORTED, version, path=file.path, digest=version.digest,
           claimed=text.approved)
    link = ("playbooks.version", {"key": text.key, "number": text.version})
    return Imported(file.path, Outcome.ADDED, what, file.problems, gaps, link, file.digest)


def _versions_of(playbook: Playbook | None) -> Sequence[PlaybookVersion]:
    if playbook is None:
        return []
    return db.session.scalars(select(PlaybookVersion).where(PlaybookVersion.playbook_id == playbook.id)).all()


def _seen_before(file: File, what: str, digest: str) -> Imported:
    if digest == file.digest:
        return Imported(file.path, Outcome.UNCHANGED, what, digest=digest)
    return refused(file.path, f"{what} is already here with another text",
                   "A text never changes under its number. Raise the version.", file.line("version"))


def _against(playbook: Playbook | None, earlier: Sequence[PlaybookVersion], text: document.Playbook,
             file: File) -> tuple[Problem, ...]:
    if playbook is not None:
        read = [read_playbook(version.source)[0] for version in earlier]
        return succession_problems([each for each in read if each is not None], text, file.path)
    taken = db.session.scalar(select(Playbook.key).where(Playbook.prefix == text.prefix))
    if taken is None:
        return ()
    remedy = f"Choose another for {text.key}: the ids of clauses begin with it."
    return (Problem(f"The prefix {text.prefix} belongs to {taken}", remedy, file.line("prefix"), file.path),)


def _new_playbook(actor: Actor, text: document.Playbook) -> Playbook:
    playbook = Playbook(key=text.key, prefix=text.prefix, title=text.title, owner=text.owner)
    db.session.add(playbook)
    record(actor, Event.PLAYBOOK_ADDED, playbook, key=text.key, title=text.title)
    return playbook


def _new_version(actor: Actor, playbook: Playbook, text: document.Playbook, file: File) -> PlaybookVersion:
    version = PlaybookVersion(
        playbook=playbook, number=text.version, source=file.source, digest=file.digest, status=VersionStatus.DRAFT,
        author_id=_person_id(actor), added_at=clock.now(), **columns_of(text))
    db.session.add(version)
    db.session.flush()
    return version


def _person_id(actor: Actor) -> UUID | None:
    return None if actor == SYSTEM else actor.id


def _take_override(actor: Actor, file: File, text: document.Override) -> Imported:
    playbook = db.session.scalar(select(Playbook).where(Playbook.key == text.playbook))
    if playbook is None:
        return refused(file.path, f"There is no playbook “{text.playbook}” here", "Bring the playbook in first.",
                       file.line("overrides"))
    place = place_named(actor, text.scope)
    if place is None:
        return refused(file.path, f"You see no region, market, vendor or site called “{text.scope}”",
                       "Use its code, or have it added to the network first.", file.line("scope"))
    override = db.session.scalar(
        select(Override).where(Override.playbook_id == playbook.id, Override.scope == text.scope))
    override = override or Override(playbook_id=playbook.id, scope=text.scope, **place)
    override.node, override.vendor = place["node"], place["vendor"]
    if not any(may(actor, permission, override.place) for permission in MAY_BRING):
        return refused(file.path, "You cannot bring in this override", refusal(actor, Permission.REQUEST_OVERRIDE),
                       file.line("scope"))
    return _add_override(actor, file, text, playbook, override)


def _add_override(actor: Actor, file: File, text: document.Override, playbook: Playbook,
                  override: Override) -> Imported:
    what = f"{playbook.title}, {text.scope} {text.version}"
    digest = db.session.scalar(
        select(OverrideVersion.digest).join(OverrideVersion.override).where(
            Override.playbook_id == playbook.id, Override.scope == text.scope, OverrideVersion.number == text.version))
    if digest is not None:
        return _seen_before(file, what, digest)
    pinned, notes = _pinned(text, override)
    notes += _gaps(override, text)
    version = _new_override_version(actor, override, pinned, file)
    record(actor, Event.OVERRIDE_VERSION_IMPORTED, version, playbook=playbook.key, scope=text.scope, path=file.path,
           digest=version.digest, claimed=text.approved)
    link = ("playbooks.override", {"key": playbook.key, "scope": text.scope, "number": str(text.version)})
    return Imported(file.path, Outcome.ADDED, what, file.problems, notes, link, file.digest)


def _pinned(text: document.Override, override: Override) -> tuple[document.Override, tuple[str, ...]]:
    """Nobody types what a text was written against: a file that does not say is taken to mean what holds now."""
    if text.written_against:
        return text, ()
    parent = layers.above(override, max(text.effective, clock.today()))
    if parent is None:
        return text, ("it does not say what it was written against, and nothing is in force yet",)
    said = ", ".join(f"{scope} {version}" for scope, version in parent.chain)
    return replace(text, written_against=parent.chain), (f"taken to be written against {said}",)


def _gaps(override: Override, text: document.Override) -> tuple[str, ...]:
    """What the dates of an override leave open: in between, the text above holds."""
    mine = [each for each in choosing.versions_of(override.playbook_id)
            if (each.kind, each.scope) == (override.kind, override.scope)]
    return timeline.gap_notes(mine, text.effective, text.until)


def _new_override_version(actor: Actor, override: Override, text: document.Override, file: File) -> OverrideVersion:
    playbook = db.session.get_one(Playbook, override.playbook_id)
    version = OverrideVersion(
        override=override, number=text.version, source=file.source, digest=file.digest, status=VersionStatus.DRAFT,
        approvals=[], drift=[], rationale=text.intro, requested_by_id=_person_id(actor), added_at=clock.now(),
        **columns_of_override(override, playbook, text))
    db.session.add(version)
    db.session.flush()
    return version
