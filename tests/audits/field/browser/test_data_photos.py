"""Photographs and files: committed raw, made small without a trace of where, sent whole; copies and what is removed."""

import base64
import hashlib
import io
import json
from typing import Any

import pytest
from PIL import Image

from tests.audits.field.proof import records
from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
MEDIA = "PUT /field/api/v1/media"
BYTES = """(id) => window.plumbline.field.store.get("bytes", id).then((bytes) => bytes
    && btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("")))"""


def from_a_camera(width: int = 2600, height: int = 1300) -> bytes:
    """Held upright: the sensor lies, and the file says to turn it. It also says where it was taken."""
    picture = Image.effect_noise((width, height), 40).convert("RGB")
    exif = picture.getexif()
    exif[ORIENTATION], exif[MAKER] = 6, "Maker of cameras"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (14.0, 35.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def shown(scene: Scene, tablet: Tablet, clause: str) -> list[dict[str, Any]]:
    photos: list[dict[str, Any]] = tablet.work(scene.reference)["photos"].get(clause, [])
    return photos


def test_a_picture_is_turned_made_small_and_tells_nothing_of_the_place(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    made = tablet.add_photo(scene.reference, clause, "floor.jpg", from_a_camera())
    tablet.drain()
    data = base64.b64decode(tablet.page.evaluate(BYTES, made["media_id"]))
    picture = Image.open(io.BytesIO(data))
    assert picture.size == (1024, 2048)
    assert dict(picture.getexif()) == {}
    sha = hashlib.sha256(data).hexdigest()
    [kept] = records.photographs(scene.server, scene.reference)
    assert (kept.clause, kept.sent) == (clause, sha)
    [photo] = shown(scene, tablet, clause)
    assert (photo["state"], photo["sha256"], photo["size"]) == ("server", sha, len(data))
    assert Image.open(io.BytesIO(thumb(tablet, made["media_id"]))).size == (160, 320)


def thumb(tablet: Tablet, media_id: str) -> bytes:
    text = tablet.page.evaluate(BYTES.replace('"bytes"', '"thumbs"'), media_id)
    return base64.b64decode(text)


def test_a_picture_left_half_done_is_finished_at_the_next_start(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.offline()
    tablet.page.evaluate("() => { window.createImageBitmap = () => new Promise(() => {}); }")  # the tab will die in it
    tablet.add_photo(scene.reference, clause, "floor.jpg", from_a_camera(800, 600))
    assert [photo["state"] for photo in tablet.stored("media")] == ["raw"]
    tablet.crash()
    tablet.page.wait_for_function("""() => window.plumbline.field.store.all("media").then(([photo]) =>
        photo.state === "ready")""")
    [op] = tablet.stored("ops")
    assert op["value"]["sha256"] == tablet.stored("media")[0]["sha256"]
    tablet.online()
    tablet.drain()
    assert [photo["state"] for photo in shown(scene, tablet, clause)] == ["server"]


def test_what_the_browser_cannot_read_is_sent_as_it_is_and_told_when_refused(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.add_photo(scene.reference, clause, "photo.heic", b"no picture at all" * 100)
    tablet.sync()
    tablet.sync()
    [photo] = shown(scene, tablet, clause)
    assert photo["state"] == "attention"
    assert photo["error"]
    assert tablet.stored("media")[0]["sha256"] == hashlib.sha256(b"no picture at all" * 100).hexdigest()
    [line] = tablet.ask("attention")
    tablet.ask("act", line["id"], "remove")
    tablet.drain()
    assert shown(scene, tablet, clause) == []
    assert tablet.ask("attention") == []


def test_a_cut_upload_goes_on_and_lands_once(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.proxy.strike("cut", MEDIA, times=2, after=3000)
    tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (640, 480)))
    tablet.sync()
    assert [photo["state"] for photo in shown(scene, tablet, clause)] == ["saved"]
    tablet.drain()
    assert len(records.photographs(scene.server, scene.reference)) == 1


def test_a_photo_taken_away_before_anybody_heard_of_it_is_never_sent(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.offline()
    made = tablet.add_photo(scene.reference, clause, "face.jpg", a_picture("face", (320, 240)))
    tablet.ask("removePhoto", scene.reference, clause, made["media_id"])
    assert shown(scene, tablet, clause) == []
    tablet.ask("restorePhoto", scene.reference, clause, made["media_id"])
    assert len(shown(scene, tablet, clause)) == 1
    tablet.ask("removePhoto", scene.reference, clause, made["media_id"])
    tablet.online()
    tablet.drain()
    assert records.operations(scene.server, scene.reference) == []


def test_a_photo_taken_away_after_it_was_sent_can_be_put_back(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    made = tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (640, 480)))
    tablet.drain()
    tablet.ask("removePhoto", scene.reference, clause, made["media_id"], "Not this one.")
    tablet.drain()
    assert records.photographs(scene.server, scene.reference) == []
    tablet.ask("restorePhoto", scene.reference, clause, made["media_id"])
    tablet.drain()
    assert len(records.photographs(scene.server, scene.reference)) == 1
    assert [photo["state"] for photo in shown(scene, tablet, clause)] == ["server"]


def backup(tablet: Tablet) -> list[dict[str, Any]]:
    text: str = tablet.page.evaluate("() => window.plumbline.field.backup().then((file) => file.text())")
    return [json.loads(line) for line in text.splitlines()]


def test_a_backup_holds_all_of_it_and_what_is_in_it_is_never_changed(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.offline()
    tablet.save(scene.reference, clause, "note", "In the file")
    tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (640, 480)))
    header, *lines, end = backup(tablet)
    assert (header["format"], header["ops"], header["photos"]) == ("plumbline-field-backup", 2, 1)
    assert header["user"]["id"] == str(scene.world.lead)
    assert header["device_id"]
    assert [line["type"] for line in lines] == ["op", "op", "photo"]
    assert hashlib.sha256(base64.b64decode(lines[2]["data"])).hexdigest() == lines[2]["sha256"]
    assert lines[1]["value"]["sha256"] == lines[2]["sha256"]
    assert end == {"type": "end", "ops": 2, "photos": 1}
    tablet.save(scene.reference, clause, "note", "After the file")
    in_file, _, after = tablet.stored("ops")
    assert (in_file["op_id"], in_file["value"]) == (lines[0]["op_id"], "In the file")
    assert after["parent"] == in_file["op_id"]


def test_a_work_with_something_unsent_leaves_only_by_the_word(scene: Scene, tablet: Tablet) -> None:
    tablet.offline()
    tablet.save(scene.reference, scene.world.clauses[0], "note", "Only here")
    refused = tablet.page.evaluate("""(work) => window.plumbline.field.remove(work).then(() => "", (error) =>
        error.message)""", scene.reference)
    assert "1 answer not on the server yet" in refused
    assert len(tablet.stored("ops")) == 1
    tablet.ask("remove", scene.reference, "REMOVE")
    assert tablet.stored("ops") == tablet.stored("work") == tablet.stored("answers") == []
