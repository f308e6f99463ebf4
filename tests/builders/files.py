"""Files of every kind evidence comes in, and of some kinds it must not."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import ExifTags, Image

from compliance.access import Permission
from compliance.files import commands, intake
from compliance.files.models import Evidence
from tests.builders.saving import saving


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any) -> bytes:
    """A picture that is dark on the left and light on the right."""
    picture = Image.new(mode, size)
    picture.paste(Image.new(mode, (size[0] // 2, size[1]), "white"), (size[0] // 2, 0))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(taken: str = "", offset: str = "", orientation: int = 1) -> Image.Exif:
    """What a camera writes: the time, which way was up, and where it was."""
    told = Image.Exif()
    told[ExifTags.Base.Orientation] = orientation
    told[ExifTags.Base.Make] = "Camera that tells"
    inner = told.get_ifd(ExifTags.IFD.Exif)
    if taken:
        inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    where = told.get_ifd(ExifTags.IFD.GPSInfo)
    where[ExifTags.GPS.GPSLatitudeRef], where[ExifTags.GPS.GPSLatitude] = "N", (3.0, 8.0, 21.0)
    return told


def a_pixel_flood(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes whose header promises 3.6 thousand million pixels."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 4096))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def an_archive(members: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def an_archive_with_a_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("shortcut")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def a_locked_archive() -> bytes:
    """An archive whose only member claims to be encrypted."""
    data = bytearray(an_archive({"a.txt": b"secret"}, zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


def an_upload(name: str = "floor.jpg", **options: Any) -> intake.Upload:
    return intake.accept(a_photo(**options), name)


def an_evidence(actor: Any, subject: Any, permission: Permission, upload: intake.Upload | None = None,
                **fields: Any) -> Evidence:
    """Evidence of a record, attached by somebody who may."""
    upload = upload or an_upload()
    with saving():
        return commands.attach(actor, permission, subject, upload, **fields)
