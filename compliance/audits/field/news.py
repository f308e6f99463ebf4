"""What a tablet does not know yet: what others said, on tablets and in the page, since it last asked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from compliance import db
from compliance.access import Actor
from compliance.audits.field.merging import Key, Verdict
from compliance.audits.field.models import FieldOperation
from compliance.audits.field.standing import Cursor, Standing, evidence_since, photos, read_cursor
from compliance.files.models import Evidence

SPOKEN = (Verdict.APPLIED, Verdict.MERGED, Verdict.CONFLICT)


def changes(actor: Actor, found: Mapping[str, Standing], since: Mapping[str, str], *,
            device: UUID) -> list[dict[str, Any]]:
    """The values and photographs of the works asked about that moved since each cursor, in two statements."""
    asked = {work: found[work] for work in since if work in found and found[work].work.may_read(actor)}
    if not asked:
        return []
    cursors = {work: read_cursor(since[work]) for work in asked}
    said = _said(asked, min(cursor.rev for cursor in cursors.values()), device)
    evidence = evidence_since(asked, min(cursor.at for cursor in cursors.values()))
    return [change for work, standing in asked.items()
            for change in _of(standing, cursors[work], said, evidence)]


def _said(asked: Mapping[str, Standing], rev: int, device: UUID) -> Sequence[FieldOperation]:
    """By others; what was adopted here is news to the tablet that once sent it, too."""
    mine = (FieldOperation.device == device) & (FieldOperation.settled_how != "adopted")
    return db.session.scalars(select(FieldOperation).where(
        FieldOperation.work.in_(asked), FieldOperation.rev > rev, FieldOperation.verdict.in_(SPOKEN), ~mine)).all()


def _of(standing: Standing, cursor: Cursor, said: Sequence[FieldOperation],
        evidence: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
    touched = {(each.item, each.field) for each in said
               if each.work == standing.work.reference and each.rev > cursor.rev and each.kind in ("set", "resolve")}
    for key in sorted(touched | set(_by_page(standing, cursor))):
        yield standing.change(key)
    for photo in photos(standing, evidence):
        yield _photo(standing, photo)


def _by_page(standing: Standing, cursor: Cursor) -> Iterator[Key]:
    """Places whose value no operation vouches for, at items written since; all of them for who asks first."""
    items = set(standing.work.changed_since(cursor.at))
    for key in standing.places():
        if key[0] in items and (cursor == Cursor() or not standing.at(key).heads):
            yield key


def _photo(standing: Standing, photo: Mapping[str, Any]) -> dict[str, Any]:
    gone = photo["withdrawn"]
    value = {name: photo[name] for name in ("media_id", "sha256", "name", "caption", "size", "thumb")}
    kind, told = ("photo.remove", {"media_id": photo["media_id"]}) if gone else ("photo.add", value)
    return {"work": standing.work.reference, "item": photo["item"], "field": "photos", "kind": kind, "value": told,
            "head": None, "by": photo["by"], "by_id": photo["by_id"], "at": photo["at"]}
