"""Photographs of tablets: announced, sent, taken back, and everything that can be wrong with their bytes."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from compliance import db
from compliance.access import Role
from compliance.audits import commands
from compliance.audits.field.models import FieldMedia, MediaState
from compliance.audits.models import Audit
from compliance.files import store
from compliance.files.models import Evidence
from tests.builders.accounts import a_person, csrf
from tests.builders.audits import Stage, clause_of
from tests.builders.files import a_photo, a_pixel_flood, an_upload
from tests.builders.saving import saving
from tests.builders.syncing import API, Tablet, a_floor, items_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def audit(stage: Stage) -> Audit:
    return a_floor(stage)


@pytest.fixture
def tablet(app: Flask, stage: Stage) -> Tablet:
    return Tablet(app.test_client(), stage.auditor)


def media_of(op: dict[str, Any]) -> FieldMedia:
    db.session.remove()
    return db.session.get_one(FieldMedia, UUID(op["value"]["media_id"]))


def test_a_photo_is_announced_then_sent_and_is_evidence(tablet: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    op, data = tablet.photo(audit.reference, item)
    assert tablet.put(op, data).get_json()["code"] == "not_announced"
    answer = tablet.send(op)
    assert answer["results"][0]["status"] == "applied"
    assert answer["work"][0]["media_missing"] == [op["value"]["media_id"]]
    assert tablet.put(op, data).status_code == 201
    assert tablet.put(op, data).status_code == 200
    [evidence] = db.session.query(Evidence).all()
    assert (evidence.caption, evidence.added_by_id, evidence.working) == ("The night desk", tablet.person.id, True)
    assert clause_of(audit, item).evidence_count == 1
    assert store.get(evidence.sha256)
    assert tablet.send()["work"][0]["media_missing"] == []


def test_the_same_picture_twice_is_two_photographs_and_one_piece_of_evidence(tablet: Tablet, audit: Audit) -> None:
    item, data = items_of(audit)[0], a_photo()
    (first, _), (second, _) = (tablet.photo(audit.reference, item, data) for _ in range(2))
    tablet.send(first, second)
    assert [tablet.put(op, data).status_code for op in (first, second)] == [201, 201]
    assert db.session.query(Evidence).count() == 1
    for op, left in ((first, 1), (second, 0)):
        gone = {"media_id": op["value"]["media_id"]}
        tablet.send(tablet.op(audit.reference, item, "photos", gone, kind="photo.remove"))
        assert clause_of(audit, item).evidence_count == left


WRONG: list[tuple[str, bytes, bytes | None, str, MediaState]] = [
    ("bytes that were changed on the way", a_photo(), a_photo() + b"x", "hash", MediaState.ANNOUNCED),
    ("3 600 million pixels", a_pixel_flood(), None, "pixels", MediaState.REFUSED),
    ("100 million pixels", a_pixel_flood(10_000, 10_000), None, "pixels", MediaState.REFUSED),
    ("no picture", b"GIF89a" + bytes(100), None, "kind", MediaState.REFUSED),
    ("a picture cut short", a_photo()[:400], None, "kind", MediaState.REFUSED),
    ("nothing", b"", None, "kind", MediaState.REFUSED),
    ("a document", b"%PDF-1.7 not a photo", None, "kind", MediaState.REFUSED),
]


@pytest.mark.parametrize(("what", "announced", "sent", "code", "state"), WRONG, ids=[case[0] for case in WRONG])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_bytes_that_are_not_the_photograph_are_refused_and_remembered(
    tablet: Tablet, audit: Audit, what: str, announced: bytes, sent: bytes | None, code: str, state: MediaState,
) -> None:
    """Nothing of it is evidence, the reason is kept, and a good one beside it arrives."""
    item = items_of(audit)[0]
    bad, _ = tablet.photo(audit.reference, item, announced, name="report.pdf" if what == "a document" else "floor.jpg")
    good, data = tablet.photo(audit.reference, item, a_photo(size=(320, 200)))
    assert tablet.verdicts(bad, good) == ["applied", "applied"]
    response = tablet.put(bad, announced if sent is None else sent)
    assert (response.status_code, response.get_json()["code"]) == (422, code)
    assert response.get_json()["detail"]
    assert (media_of(bad).state, media_of(bad).refusal_code) == (state, code)
    assert tablet.put(good, data).status_code == 201
    assert db.session.query(Evidence).count() == 1


def test_what_came_broken_once_can_be_sent_again(tablet: Tablet, audit: Audit) -> None:
    op, data = tablet.photo(audit.reference, items_of(audit)[0])
    tablet.send(op)
    assert tablet.put(op, data[:-1]).status_code == 422
    assert tablet.put(op, data).status_code == 201
    assert media_of(op).refusal == ""


def test_more_than_25_mb_is_not_read(tablet: Tablet, audit: Audit) -> None:
    op, _ = tablet.photo(audit.reference, items_of(audit)[0])
    tablet.send(op)
    response = tablet.put(op, bytes(25 * 1024 * 1024 + 1))
    assert (response.status_code, response.get_json()["code"]) == (413, "too_much")


@pytest.mark.parametrize(("value", "code"), [
    ({"media_id": "7"}, "invalid"), ({"sha256": "ABC"}, "invalid"), ({"size": 26 * 1024 * 1024}, "size"),
    ({"size": "big"}, "size"), ({"name": "x" * 300}, "invalid"), ({"caption": ["a"]}, "invalid"),
    ({"caption": "a\u0000"}, "malformed")])  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_announcement_that_cannot_be(tablet: Tablet, audit: Audit, value: dict[str, Any], code: str) -> None:
    op, _ = tablet.photo(audit.reference, items_of(audit)[0], **value)
    [result] = tablet.send(op)["results"]
    assert (result["status"], result["code"]) == ("rejected", code)


def test_a_photo_of_no_clause_and_an_id_used_before_are_refused(tablet: Tablet, audit: Audit) -> None:
    first, _ = tablet.photo(audit.reference, items_of(audit)[0])
    nowhere, _ = tablet.photo(audit.reference, "ZZZ-99")
    again, _ = tablet.photo(audit.reference, items_of(audit)[0], a_photo(size=(10, 10)),
                            media_id=first["value"]["media_id"])
    results = tablet.send(first, nowhere, again)["results"]
    assert [each.get("code") for each in results] == [None, "unknown_item", "reused"]


def test_taking_back_before_and_after_the_bytes_came(tablet: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    early, data = tablet.photo(audit.reference, item)
    late, other = tablet.photo(audit.reference, item, a_photo(size=(100, 80)))
    tablet.send(early, late)
    tablet.put(late, other)

    def remove(op: dict[str, Any]) -> dict[str, Any]:
        return tablet.op(audit.reference, item, "photos", {"media_id": op["value"]["media_id"], "reason": "Blurred."},
                         kind="photo.remove")

    nobody = tablet.op(audit.reference, item, "photos", {"media_id": str(uuid4())}, kind="photo.remove")
    sent = (remove(early), remove(late), remove(late), nobody)
    assert tablet.verdicts(*sent) == ["applied", "applied", "merged", "merged"]
    assert tablet.put(early, data).status_code == 200
    [evidence] = db.session.query(Evidence).all()
    assert evidence.withdrawn_reason == "Blurred."
    assert clause_of(audit, item).evidence_count == 0


def test_a_caption_is_changed_before_and_after_the_bytes_came(tablet: Tablet, audit: Audit) -> None:
    item = items_of(audit)[0]
    op, data = tablet.photo(audit.reference, item)

    def says(caption: str) -> dict[str, Any]:
        return tablet.op(audit.reference, item, "photos", {"media_id": op["value"]["media_id"], "caption": caption},
                         kind="photo.caption")

    tablet.send(op, says("The roster"))
    tablet.put(op, data)
    assert db.session.query(Evidence).one().caption == "The roster"
    db.session.remove()
    assert tablet.verdicts(says(" The roster of week 9 ")) == ["applied"]
    assert db.session.query(Evidence).one().caption == "The roster of week 9"


def test_a_photo_of_the_page_is_told_and_can_be_taken_back(tablet: Tablet, audit: Audit, stage: Stage) -> None:
    tablet.cursors[audit.reference] = ""
    tablet.send()
    item = items_of(audit)[0]
    with saving():
        commands.attach_evidence(stage.actor("auditor"), clause_of(audit, item), an_upload())
    [change] = [each for each in tablet.send()["changes"] if each["field"] == "photos"]
    assert (change["kind"], change["item"]) == ("photo.add", item)
    gone = tablet.op(audit.reference, item, "photos", {"media_id": change["value"]["media_id"]}, kind="photo.remove")
    assert tablet.verdicts(gone) == ["applied"]
    assert clause_of(audit, item).evidence_count == 0


def test_another_persons_photograph_is_announced_to_nobody(app: Flask, tablet: Tablet, audit: Audit) -> None:
    op, data = tablet.photo(audit.reference, items_of(audit)[0])
    tablet.send(op)
    stranger = Tablet(app.test_client(), a_person(Role.AUDITOR))
    assert stranger.put(op, data).get_json()["code"] == "not_announced"


def test_what_is_missing_is_asked_before_a_signature(tablet: Tablet, audit: Audit) -> None:
    """Never announced, announced, stored, lost with the disk: asked for again unless the bytes are here."""
    item = items_of(audit)[0]
    never, announced, lost, here = (tablet.photo(audit.reference, item, a_photo(size=(10 + at, 10))) for at in range(4))
    tablet.send(announced[0], lost[0], here[0])
    for op, data in (lost, here):
        assert tablet.put(op, data).status_code == 201
    kept = str(media_of(lost[0]).kept_sha256)
    store._path(kept).unlink()
    asked = [{"media_id": op["value"]["media_id"], "sha256": op["value"]["sha256"]}
             for op, _ in (never, announced, lost, here)]
    response = tablet.client.post(f"{API}/media/missing", json={"work": audit.reference, "media": asked},
                                  headers={"X-CSRFToken": csrf(tablet.client)})
    assert response.get_json()["missing"] == [each["media_id"] for each in asked[:3]]
    assert tablet.put(*lost).status_code == 200
    assert store.get(kept)


@pytest.mark.parametrize("body", [{}, {"work": "A", "media": 7}, {"work": "A", "media": [7]}, {"work": 7, "media": []},
                                  {"work": "A", "media": [{"media_id": "x", "sha256": "y"}]}])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_asking_for_what_is_missing_in_another_way_is_refused(tablet: Tablet, body: dict[str, Any]) -> None:
    response = tablet.client.post(f"{API}/media/missing", json=body, headers={"X-CSRFToken": csrf(tablet.client)})
    assert (response.status_code, response.get_json()["code"]) == (422, "malformed")


def test_an_address_that_names_no_photograph(tablet: Tablet) -> None:
    sha = hashlib.sha256(b"").hexdigest()
    for address in (f"{API}/media/{sha}?media=x", f"{API}/media/abc?media={uuid4()}"):
        response = tablet.client.put(address, data=b"", headers={"X-CSRFToken": csrf(tablet.client)})
        assert (response.status_code, response.get_json()["code"]) == (422, "malformed")
