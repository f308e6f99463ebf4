"""The page that takes in the copy a tablet saved: the same operations through the same door, whoever carries them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from flask import Flask, render_template, request
from flask_login import current_user

from compliance import db
from compliance.access import Permission, require_somewhere
from compliance.accounts.models import Person
from compliance.audits.field import backups, commands
from compliance.audits.field.backups import Backup, Broken
from compliance.audits.field.blueprint import bp
from compliance.audits.field.commands.keeping import accepted, find_media, holds, keep_media, note_refusal
from compliance.audits.field.kinds import NotTaken
from compliance.audits.field.reading import Batch, Sent
from compliance.db import transaction
from compliance.errors import InvalidInput
from compliance.web.request import actor

MOST_BYTES = 256_000_000
WHO = (Permission.CONDUCT_AUDIT, Permission.RECORD_EXERCISE)
WORDS = {"applied": "taken in", "duplicate": "here already", "merged": "the same as what stands",
         "conflict": "differs from what stands; both are kept", "held": "kept aside for its lead",
         "rejected": "not taken"}


@dataclass
class Outcome:
    """What became of a copy: how many of each verdict, and each thing that did not simply arrive."""

    author: str
    verdicts: Counter[str] = field(default_factory=Counter)
    works: set[str] = field(default_factory=set)
    troubles: list[tuple[str, str, str]] = field(default_factory=list)
    photos: Counter[str] = field(default_factory=Counter)


def let_copies_in(app: Flask) -> None:
    """Let this one page take more than others, from people who are signed in; called before anything reads a form."""

    def widen() -> None:
        if request.endpoint == "field.take_in" and current_user.is_authenticated:
            request.max_content_length = MOST_BYTES

    app.before_request(widen)


@bp.route("/tablets/backup", methods=["GET", "POST"])
def take_in() -> tuple[str, int]:
    require_somewhere(actor(), *WHO)
    if request.method == "GET":
        return _page()
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(problem="Choose the file the tablet saved.", status=422)
    file = cast(BinaryIO, sent.stream)
    try:
        backup = backups.look_through(file, until_broken="until_broken" in request.form)
    except Broken as broken:
        return _page(problem=str(broken), status=422, before=broken.line - 2)
    except InvalidInput as refused:
        return _page(problem=str(refused), status=422)
    return _page(outcome=_taken(file, backup), backup=backup)


def _taken(file: BinaryIO, backup: Backup) -> Outcome:
    """Answers first, then photographs, then what was signed: a sign-off is complete only with both."""
    outcome = Outcome(_author(backup))
    signed: list[Sent] = []
    for batch in backups.operations_in(file, backup):
        signed += [each for each in batch if each.kind == "signoff"]
        _send(backup, outcome, tuple(each for each in batch if each.kind != "signoff"))
    for photo in backups.photos_in(file, backup):
        outcome.photos[_keep(photo, outcome)] += 1
    _send(backup, outcome, tuple(signed))
    return outcome


def _author(backup: Backup) -> str:
    """Whose copy it says it is; the name is that of the person here, where there is one of that id."""
    person = db.session.get(Person, backup.user_id)
    return person.name if person is not None else backup.name


def _send(backup: Backup, outcome: Outcome, ops: tuple[Sent, ...]) -> None:
    if not ops:
        return
    batch = Batch(backup.device, actor().id, backup.app_version, "", 0, ops, {}, 0, 0)
    with transaction():
        answer = commands.take_backup(actor(), batch, author=outcome.author)
    for sent, told in zip(ops, answer["results"], strict=True):
        _note(outcome, sent, told)


def _note(outcome: Outcome, sent: Sent, told: dict[str, Any]) -> None:
    outcome.verdicts[told["status"]] += 1
    if sent.work:
        outcome.works.add(sent.work)
    if told["status"] in ("held", "rejected", "conflict"):
        outcome.troubles.append((f"{sent.work} {sent.item}".strip(), WORDS[told["status"]], told.get("message") or ""))


def _keep(photo: backups.SavedPhoto, outcome: Outcome) -> str:
    try:
        media = find_media(actor(), photo.media_id, photo.sha256)
        if holds(media, photo.sha256):
            return "here already"
        upload = accepted(media, photo.data)
        with transaction():
            keep_media(actor(), photo.media_id, photo.sha256, upload)
    except NotTaken as refused:
        if refused.code != "not_announced":
            with transaction():
                note_refusal(photo.media_id, refused)
        outcome.troubles.append((photo.name, "not taken", str(refused)))
        return "not taken"
    return "taken in"


def _page(*, problem: str = "", status: int = 200, before: int = 0, outcome: Outcome | None = None,
          backup: Backup | None = None) -> tuple[str, int]:
    return render_template("field/backup.html", problem=problem, before=before, outcome=outcome, backup=backup,
                           words=WORDS, most=MOST_BYTES), status
