"""What may come in as evidence: looked at before it is decoded, photos made anew without what the camera added."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from compliance.archives import members
from compliance.errors import InvalidInput
from compliance.files import photos, store

MOST_BYTES = 25 * 1024 * 1024
LONGEST_NAME = 120
OCTETS = "application/octet-stream"
PHOTOS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
# What a file of that name must hold, for those made of a ZIP.
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml", "zip": ""}
TEXTS = frozenset({"txt", "csv", "md"})
SIGNATURES = {"pdf": (0, (b"%PDF-",)), "mp4": (4, (b"ftyp",)), "mov": (4, (b"ftyp", b"moov", b"wide")),
              "heic": (4, (b"ftypheic", b"ftypheix", b"ftypmif1"))}
TAKEN = ", ".join(sorted({*PHOTOS, *OFFICE, *TEXTS, *SIGNATURES}))
MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml)\b", re.IGNORECASE)
NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed, as it is kept. `taken_at` may lack an offset: then it is the wall clock of the place."""

    name: str
    data: bytes
    media_type: str
    original_sha256: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def accept(data: bytes, name: str) -> Upload:
    """Check a file, make a photo anew, and write it to the store. Raises InvalidInput with what to do instead.

    Call it before the transaction: decoding and syncing to disk must not hold the write lock. Bytes that no row comes
    to name are never served.
    """
    upload = examine(data, name)
    store.put(upload.data)
    return upload


def examine(data: bytes, name: str) -> Upload:
    """The file as it would be kept."""
    name = clean_name(name)
    kind = _kind_of(name)
    if not data:
        raise InvalidInput(f"{name} is empty. Choose the file again.")
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"{name} has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES // 1024**2} MB can be kept. "
                           "Send a smaller one, or link to where the original is.")
    original = hashlib.sha256(data).hexdigest()
    if kind in PHOTOS:
        photo = photos.made_anew(data, name, PHOTOS[kind])
        return Upload(_named_jpeg(name), photo.data, "image/jpeg", original, photo.width, photo.height, photo.taken_at)
    _check_other(data, name, kind)
    return Upload(name, data, OCTETS, original)


def clean_name(name: str) -> str:
    """The last part of a path in any notation, without characters that hide or reorder others; any script is kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}).strip(" .")
    path = PurePath(shown)
    return path.stem[:LONGEST_NAME - len(path.suffix)] + path.suffix if shown else "file"


def _kind_of(name: str) -> str:
    kind = PurePath(name).suffix.lower().removeprefix(".")
    if kind in PHOTOS or kind in OFFICE or kind in TEXTS or kind in SIGNATURES:
        return kind
    raise InvalidInput(f"{name} is of a kind that is not kept as evidence. Send one of: {TAKEN}; "
                       "or a picture or PDF of it.")


def _named_jpeg(name: str) -> str:
    return name if name.lower().endswith((".jpg", ".jpeg")) else f"{PurePath(name).stem}.jpg"


def _check_other(data: bytes, name: str, kind: str) -> None:
    if kind in OFFICE:
        _check_office(data, name, kind)
    elif kind in TEXTS:
        _check_text(data, name)
    else:
        offset, signatures = SIGNATURES[kind]
        if not data.startswith(signatures, offset):
            raise _misnamed(name, kind)


def _check_office(data: bytes, name: str, kind: str) -> None:
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _misnamed(name, kind)
    inside = members(data)
    if OFFICE[kind] and OFFICE[kind] not in inside:
        raise _misnamed(name, kind)
    if any(member.lower().endswith("vbaproject.bin") for member in inside):
        raise InvalidInput(f"{name} holds macros, which run when somebody opens it. Save it without and send it again.")


def _check_text(data: bytes, name: str) -> None:
    text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", errors="replace")
    if NOT_IN_TEXT.search(text):
        raise _misnamed(name, "text")
    if MARKUP.search(data[:4096]):
        raise InvalidInput(f"{name} holds a web page, not text. Send a picture or PDF of what it shows.")


def _misnamed(name: str, kind: str) -> InvalidInput:
    return InvalidInput(f"{name} does not hold what its name says ({kind}). Open it, save it again under the right "
                        "name, and send that.")
