"""What comes in as evidence, what is turned away, and what of a photo is left: a corpus."""

import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from PIL import ExifTags, Image

from compliance.errors import InvalidInput
from compliance.files import intake
from compliance.files.intake import OCTETS, clean_name, examine
from tests.builders.files import (
    a_locked_archive,
    a_photo,
    a_pixel_flood,
    an_archive,
    an_archive_with_a_link,
    exif,
)

XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
PAGE = b"<!doctype html><script>alert(1)</script>"
POLYGLOT = a_photo() + an_archive({"run.html": PAGE})


@pytest.mark.parametrize(("name", "data", "why"), [
    ("empty.jpg", b"", "is empty"),
    ("floor.jpg", a_photo("PNG"), "named as JPEG but holds PNG"),
    ("floor.png", a_photo("WEBP"), "named as PNG but holds WEBP"),
    ("floor.gif", a_photo("GIF"), "not kept as evidence"),
    ("floor.jpg", a_photo("GIF"), "holds no photo"),
    ("floor.jpg", PAGE, "holds no photo"),
    ("floor.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "holds no photo"),
    ("floor.svg", b"<svg/>", "not kept as evidence"),
    ("page.html", PAGE, "not kept as evidence"),
    ("run.exe", b"MZ", "not kept as evidence"),
    ("no extension", b"text", "not kept as evidence"),
    ("note.txt", PAGE, "holds a web page"),
    ("list.csv", b"a;b\n<svg onload=alert(1)>", "holds a web page"),
    ("note.txt", b"MZ\x90\x00\x03", "does not hold what its name says"),
    ("flood.png", a_pixel_flood(), "more than 40 million pixels"),
    ("wide.png", a_pixel_flood(40_000_001, 1), "more than 40 million pixels"),
    ("cut.jpg", a_photo()[:-600], "cut short"),
    ("cut.png", a_photo("PNG")[:60], "cut short"),
    ("plan.pdf", a_photo(), "does not hold what its name says"),
    ("plan.docx", b"not a zip", "does not hold what its name says"),
    ("plan.docx", an_archive(XLSX), "does not hold what its name says"),
    ("list.xlsx", an_archive(XLSX | {"xl/vbaProject.bin": b"x"}), "holds macros"),
    ("bomb.xlsx", an_archive(XLSX | {"xl/sheet.xml": b"0" * 8_000_000}), "100 times its size"),
    ("big.zip", an_archive({"a": b""}) + b"", ""),
    ("up.zip", an_archive({"../../etc/passwd": b"x"}), "outside its own folder"),
    ("drive.zip", an_archive({"C:/windows/x": b"x"}), "outside its own folder"),
    ("link.zip", an_archive_with_a_link(), "links instead of files"),
    ("locked.zip", a_locked_archive(), "has a password"),
    ("none.zip", an_archive({}), "is empty"),
    ("cut.zip", an_archive({"a.txt": b"x" * 900})[:-30], "damaged"),
    ("many.zip", an_archive({str(n): b"" for n in range(5001)}), "more than 5000 files"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_turned_away_says_why(name: str, data: bytes, why: str) -> None:
    if not why:
        assert examine(data, name).media_type == OCTETS
        return
    with pytest.raises(InvalidInput, match=why):
        examine(data, name)


@pytest.mark.parametrize(("name", "data"), [
    ("plan.pdf", b"%PDF-1.7\n"),
    ("plan.docx", an_archive({"word/document.xml": b"<w/>"})),
    ("list.xlsx", an_archive(XLSX)),
    ("証拠.csv", "名,数\n監査,1\n".encode()),
    ("umlaut.csv", "Größe;1\n".encode("cp1252")),
    ("unicode.txt", "from a spreadsheet\n".encode("utf-16")),
    ("call.mp4", b"\0\0\0\x20ftypisom"),
])
def test_other_files_are_kept_byte_for_byte_and_only_to_save(name: str, data: bytes) -> None:
    upload = examine(data, name)
    assert (upload.name, upload.data, upload.media_type, upload.width) == (name, data, OCTETS, None)
    assert upload.sha256 == upload.original_sha256


def test_a_file_over_the_limit_is_turned_away() -> None:
    with pytest.raises(InvalidInput, match="26 MB; at most 25 MB"):
        examine(b"%PDF-" + b"0" * intake.MOST_BYTES, "big.pdf")


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"),
                                            ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGB")])
def test_photos_of_every_kind_become_jpeg(kind: str, mode: str) -> None:
    upload = examine(a_photo(kind, mode=mode), f"floor.{kind.lower()}")
    with Image.open(io.BytesIO(upload.data)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))
    assert (upload.media_type, upload.width, upload.height) == ("image/jpeg", 640, 480)
    assert upload.name in {"floor.jpg", "floor.jpeg"}


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    upload = examine(a_photo(size=(6000, 3000)), "floor.jpg")
    assert (upload.width, upload.height) == (2560, 1280)


def test_nothing_behind_the_picture_survives() -> None:
    kept = examine(POLYGLOT, "floor.jpg").data
    assert b"PK\x03\x04" not in kept
    assert b"script" not in kept


def test_a_comment_does_not_survive() -> None:
    assert b"who wrote this" not in examine(a_photo(comment=b"who wrote this"), "floor.jpg").data


@pytest.mark.parametrize(("taken", "offset", "expected"), [
    ("2026:03:17 09:40:12", "", datetime(2026, 3, 17, 9, 40, 12)),  # noqa: DTZ001 - the wall clock of the camera
    ("2026:03:17 09:40:12", "+08:00", datetime(2026, 3, 17, 9, 40, 12, tzinfo=timezone(timedelta(hours=8)))),
    ("", "", None),
    ("0000:00:00 00:00:00", "", None),
    ("yesterday", "", None),
    ("2026:03:17 09:40:12", "nonsense", None),
])
def test_the_time_is_kept_and_the_rest_of_the_metadata_is_gone(taken: str, offset: str, expected: datetime) -> None:
    data = a_photo(exif=exif(taken, offset))
    with Image.open(io.BytesIO(data)) as before:
        assert before.getexif().get_ifd(ExifTags.IFD.GPSInfo), "the sample tells where it was taken"
    upload = examine(data, "floor.jpg")
    with Image.open(io.BytesIO(upload.data)) as after:
        assert not after.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(after.info)
    assert b"Camera that tells" not in upload.data
    assert upload.taken_at == expected


def test_a_photo_held_upside_down_is_turned() -> None:
    """The sample is light on the right; turned by 180° it must be light on the left."""
    upload = examine(a_photo(exif=exif(orientation=3)), "floor.jpg")
    with Image.open(io.BytesIO(upload.data)) as image:
        assert image.convert("L").getpixel((10, 10)) > 200


@pytest.mark.parametrize(("given", "kept"), [
    ("证据.jpg", "证据.jpg"), ("دليل.pdf", "دليل.pdf"), ("C:\\evil\\floor.jpg", "floor.jpg"), ("../../a.txt", "a.txt"),
    ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"), ("cod\u202efdp.exe", "codfdp.exe"), ("", "file"), ("...", "file"),
    ("x" * 300 + ".pdf", "x" * 116 + ".pdf"), ("e\u0301.txt", "é.txt"),
])
def test_names_keep_their_script_and_lose_what_misleads(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_the_same_bytes_are_the_same_object() -> None:
    first, second = examine(a_photo(), "a.jpg"), examine(a_photo(), "b.jpg")
    assert first.sha256 == second.sha256
    assert first.original_sha256 == second.original_sha256 != first.sha256


def test_time_with_an_offset_is_an_instant() -> None:
    taken = examine(a_photo(exif=exif("2026:03:17 09:40:12", "+08:00")), "a.jpg").taken_at
    assert taken is not None
    assert taken.astimezone(UTC) == datetime(2026, 3, 17, 1, 40, 12, tzinfo=UTC)
