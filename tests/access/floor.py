"""What tablets left on the server at a corner of the world: a tablet somebody uses, and work that came too late."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from compliance import clock
from compliance.accounts.models import Person
from compliance.audits.field.merging import Verdict
from compliance.audits.field.models import FieldDevice, FieldMedia, FieldOperation, MediaState
from compliance.audits.models import Audit
from compliance.continuity.models import Exercise
from compliance.files import store
from tests.builders.accounts import a_person
from tests.builders.files import an_upload
from tests.builders.saving import save


@dataclass(frozen=True)
class Floor:
    """`device` is in the hands of the person of the corner, `auditors` of an auditor; `photo` waits for whoever leads
    the audit there."""

    device: UUID
    auditors: UUID
    photo: UUID


def held_at(reference: str, field: str = "note") -> UUID:
    """The operation that waits with an audit."""
    return uuid5(NAMESPACE_URL, f"{reference} {field}")


def leave(audit: Audit, person: Person, auditor: Person, canary: str) -> Floor:
    """A note and a photograph of somebody who is not on the team any more, and the tablets of two others."""
    author = a_person(name="A former auditor")
    hold(audit, author, "note", f"Held {canary}")
    media_id, upload = uuid4(), an_upload(f"held-{canary}.jpg")
    hold(audit, author, "photos", {"media_id": str(media_id), "sha256": upload.sha256, "name": upload.name,
                                    "caption": f"Night {canary}"})
    save(FieldMedia(
        media_id=media_id, sha256=upload.sha256, op_id=held_at(audit.reference, "photos"), person_id=author.id,
        work=audit.reference, site_id=audit.site_id, vendor_id=audit.vendor_id, item="ESC-01", state=MediaState.HELD,
        name=upload.name, size=len(upload.data), kept_sha256=store.put(upload.data), kept_size=len(upload.data),
        media_type="image/jpeg", announced_at=clock.now(), stored_at=clock.now()))
    return Floor(_tablet(person), _tablet(auditor), media_id)


def _tablet(person: Person) -> UUID:
    return save(FieldDevice(
        device=uuid4(), person_id=person.id, name="Mozilla/5.0 (iPad) Safari/605", app_version="1",
        first_seen_at=clock.now(), last_sync_at=clock.now())).device


def hold(work: Audit | Exercise, author: Person, field: str, value: object) -> None:
    save(FieldOperation(
        op_id=held_at(work.reference, field), rev=_rev(work, field), payload_sha="0" * 64, device=uuid4(),
        person_id=author.id, author=author.name, work=work.reference, site_id=work.site_id,
        vendor_id=work.vendor_id, item="ESC-01", field=field, kind="set" if field == "note" else "photo.add",
        value=value, resolves=[], skew_ms=0, received_at=clock.now(), verdict=Verdict.HELD, code="not_on_team",
        message="No longer on the team.", waiting=True))


def _rev(work: Audit | Exercise, field: str) -> int:
    """Below everything a tablet sends in a test: operations are numbered upwards from what the epoch says."""
    exercises = 100_000 if isinstance(work, Exercise) else 0
    return -2 * (int(work.reference.rsplit("-", 1)[1]) + exercises) - (field == "note")
