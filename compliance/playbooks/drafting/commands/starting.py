"""Begin a draft: of a new playbook, of a playbook's next version, of what a scope changes in it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from compliance import clock, db
from compliance.access import EVERYWHERE, SYSTEM, Actor, Permission, require
from compliance.errors import InvalidInput, NotFound, RuleViolation
from compliance.journal import Event, record
from compliance.playbooks import document, layers
from compliance.playbooks.deriving import columns_of, columns_of_override
from compliance.playbooks.drafting.carding import with_card
from compliance.playbooks.drafting.commands.saving import keep_save
from compliance.playbooks.drafting.queries import newest_override, newest_source, next_numbers
from compliance.playbooks.drafting.rights import to_write
from compliance.playbooks.ids import PREFIX
from compliance.playbooks.importing import digest_of
from compliance.playbooks.models import IN_HAND, Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.overlays import KEY
from compliance.playbooks.parsing import CHANGES, VERSION, read_override, read_playbook
from compliance.playbooks.queries.texts import place_named
from compliance.playbooks.writing import write_override, write_playbook

FIRST = "1.0.0"
TAKEN_KEYS = ("new", "import")  # the words behind /playbooks/ that are pages
CLEARED = ("until", "approved", "note", "retroactive", "reason")  # what was said of one version alone


def start_playbook(actor: Actor, *, key: str, prefix: str, title: str, owner: str,
                   effective_on: date, language: str = "en") -> PlaybookVersion:
    """A playbook that was not there, with the first draft of its text."""
    require(actor, Permission.WRITE_PLAYBOOK, EVERYWHERE)
    _check_card(key, prefix)
    taken = db.session.scalar(select(Playbook).where(or_(Playbook.key == key, Playbook.prefix == prefix)))
    if taken is not None:
        field, said = ("key", key) if taken.key == key else ("prefix", prefix)
        raise InvalidInput(f"{said} belongs to {taken.title}.", {field: [f"{taken.title} has it. Choose another."]})
    text = _held(lambda: write_playbook(document.Playbook(
        key=key, version=FIRST, title=" ".join(title.split()), prefix=prefix, owner=" ".join(owner.split()),
        effective=effective_on, language=language, intro="", parameters=(), sections=(), clauses=())))
    playbook = Playbook(key=key, prefix=prefix, title=title, owner=owner)
    db.session.add(playbook)
    record(actor, Event.PLAYBOOK_ADDED, playbook, key=key, title=title)
    columns = {"title": title, "effective_on": effective_on, "clauses": 0}
    return _new_version(actor, playbook, FIRST, text, columns)


def start_version(actor: Actor, playbook: Playbook, *, effective_on: date, change: str,
                  number: str = "") -> PlaybookVersion:
    """A draft of the next version, from the newest text: its card is rewritten, every other byte stays.

    Without a number it takes the one that goes with the kind of change.
    """
    require(actor, Permission.WRITE_PLAYBOOK, playbook)
    number = number.strip() or next_numbers(actor, playbook)[1].get(change, "")
    _check_number(playbook, number, change)
    text = with_card(newest_source(playbook).replace("\r\n", "\n"), {
        "version": number, "effective": effective_on.isoformat(), "change": change, **dict.fromkeys(CLEARED, "")})
    read, _ = read_playbook(text)
    if read is None:
        raise RuleViolation("No text of this playbook can be read, so there is nothing to begin from. Mend its draft.")
    return _new_version(actor, playbook, number, text, columns_of(read))


def start_override(actor: Actor, playbook: Playbook, *, scope: str, effective_on: date,
                   owner: str = "") -> OverrideVersion:
    """A draft of what a scope changes, from its newest text or an empty one, written against what holds above it."""
    override = _override_at(actor, playbook, scope.lower())
    require(actor, to_write(actor, override), override)
    db.session.add(override)
    db.session.flush()
    if db.session.scalar(select(OverrideVersion.id).where(
            OverrideVersion.override_id == override.id, OverrideVersion.status.in_(IN_HAND)).limit(1)):
        raise RuleViolation(f"An override for {scope.upper()} is being written already. Go on with that one.")
    number = 1 + (db.session.scalar(select(func.max(OverrideVersion.number)).where(
        OverrideVersion.override_id == override.id)) or 0)
    text = _override_text(override, playbook, number, (effective_on, owner))
    read = read_override(text, playbook=playbook.prefix)[0]
    assert read is not None, "it was read, or written, a moment ago"
    columns = columns_of_override(override, playbook, read)
    return _new_override_version(actor, override, text, {"number": number, **columns})


def _override_at(actor: Actor, playbook: Playbook, scope: str) -> Override:
    """The override of a scope; not stored yet where nothing differed so far."""
    place = place_named(actor, scope)
    if place is None:
        raise NotFound(f"You see no region, market, vendor or site called “{scope}”.")
    found = db.session.scalar(select(Override).where(Override.playbook_id == playbook.id, Override.scope == scope))
    override = found or Override(playbook_id=playbook.id, scope=scope, kind=place["kind"])
    override.node, override.vendor, override.playbook = place["node"], place["vendor"], playbook
    return override


def _override_text(override: Override, playbook: Playbook, number: int, said: tuple[date, str]) -> str:
    effective_on, owner = said
    parent = layers.above(override, max(effective_on, clock.today())) or layers.newest_text(playbook)
    against = parent.chain if parent else ()
    before = newest_override(override)
    if before is not None and read_override(before.source, playbook=playbook.prefix)[0] is not None:
        return with_card(before.source.replace("\r\n", "\n"), {
            "version": str(number), "effective": effective_on.isoformat(), **dict.fromkeys(CLEARED, ""),
            **({"owner": owner} if owner else {}), "written-against": against})
    return _held(lambda: write_override(document.Override(
        playbook.key, override.scope, number, " ".join(owner.split()) or f"{override.scope}-lead", effective_on, (),
        written_against=against)))


def _check_card(key: str, prefix: str) -> None:
    wrong: dict[str, list[str]] = {}
    if not KEY.fullmatch(key) or key in TAKEN_KEYS:
        wrong["key"] = ["Use small letters, digits and -, as in escalation-handling."]
    if not PREFIX.fullmatch(prefix):
        wrong["prefix"] = ["Use two to eight capital letters or digits, as in ESC."]
    if wrong:
        raise InvalidInput("A playbook is not called like that.", wrong)


def _check_number(playbook: Playbook, number: str, change: str) -> None:
    wrong: dict[str, list[str]] = {}
    if not VERSION.fullmatch(number):
        wrong["number"] = ["Write numbers with points, as in 3.2.0."]
    if change not in CHANGES:
        wrong["change"] = ["Use editorial, minor or major."]
    if not wrong and db.session.scalar(select(PlaybookVersion.id).where(
            PlaybookVersion.playbook_id == playbook.id, PlaybookVersion.number == number)):
        wrong["number"] = [f"Version {number} is there already. Choose the next one, or go on with that draft."]
    if wrong:
        raise InvalidInput("This is no version to begin.", wrong)


def _held(write: Any) -> str:
    try:
        text: str = write()
    except ValueError as fault:
        raise InvalidInput(f"{fault}. Write it otherwise.") from None
    return text


def _new_version(actor: Actor, playbook: Playbook, number: str, text: str, columns: dict[str, Any]) -> PlaybookVersion:
    version = PlaybookVersion(
        playbook=playbook, number=number, source=text, digest=digest_of(text), status=VersionStatus.DRAFT,
        author_id=_person_id(actor), added_at=clock.now(), **columns)
    db.session.add(version)
    db.session.flush()
    keep_save(actor, version)
    record(actor, Event.DRAFT_STARTED, version, playbook=playbook.key, number=number, digest=version.digest)
    return version


def _new_override_version(actor: Actor, override: Override, text: str, columns: dict[str, Any]) -> OverrideVersion:
    version = OverrideVersion(
        override=override, source=text, digest=digest_of(text), status=VersionStatus.DRAFT, approvals=[], drift=[],
        requested_by_id=_person_id(actor), added_at=clock.now(), **columns)
    db.session.add(version)
    db.session.flush()
    keep_save(actor, version)
    record(actor, Event.DRAFT_STARTED, version, playbook=override.playbook.key, scope=override.scope,
           digest=version.digest)
    return version


def _person_id(actor: Actor) -> UUID | None:
    return None if actor == SYSTEM else actor.id
