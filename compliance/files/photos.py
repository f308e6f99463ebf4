"""Photos decoded within limits and encoded anew: upright, at most 2560 pixels long, without metadata."""

import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from compliance.errors import InvalidInput
from compliance.files import store

MOST_PIXELS = 40_000_000
LONG_SIDE = 2560
THUMB_SIDE = 320
QUALITY = 85
TOO_MANY = f"{{}} has more than {MOST_PIXELS // 10**6} million pixels. Send a smaller copy."
NO_PHOTO = "{} holds no photo. Send a JPEG, PNG or WEBP, or the file under its own name."
CUT_SHORT = "{} is damaged or was cut short on the way. Send it again."

# Pillow only warns from the limit on, and raises at twice of it. The header is checked before anything is decoded.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class TooManyPixels(InvalidInput):
    """A picture too large to be decoded; another copy of it can be kept."""


@dataclass(frozen=True, slots=True)
class Photo:
    data: bytes
    width: int
    height: int
    taken_at: datetime | None


def made_anew(data: bytes, name: str, named_as: str) -> Photo:
    """A photo as JPEG, from JPEG, PNG or WEBP (`named_as`). Raises InvalidInput for another thing and a larger one."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            held = "JPEG" if image.format == "MPO" else image.format  # a camera's JPEG with a preview behind it
            if held != named_as:
                raise InvalidInput(f"{name} is named as {named_as} but holds {held}. Rename it and send it again.")
            return _upright(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise TooManyPixels(TOO_MANY.format(name)) from error
    except UnidentifiedImageError as error:
        raise InvalidInput(NO_PHOTO.format(name)) from error
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for broken data of each format
        raise InvalidInput(CUT_SHORT.format(name)) from error


def _upright(image: Image.Image) -> Photo:
    taken_at = _taken_at(image)
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is then decoded at half or quarter size, which is enough
    image.load()
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    clean = _on_white(turned)
    return Photo(_encoded(clean), clean.width, clean.height, taken_at)


def _on_white(image: Image.Image) -> Image.Image:
    """A new picture: saving the decoded one would carry its comment over."""
    clean = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        clean.paste(layer, mask=layer)
    else:
        clean.paste(image.convert("RGB"))
    return clean


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, progressive=True)
    return out.getvalue()


def _taken_at(image: Image.Image) -> datetime | None:
    """DateTimeOriginal; with its offset when the camera wrote one."""
    said = image.getexif().get_ifd(ExifTags.IFD.Exif)
    day, offset = said.get(ExifTags.Base.DateTimeOriginal), said.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        local = datetime.strptime(str(day)[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - EXIF keeps the wall clock
        return datetime.fromisoformat(f"{local.isoformat()}{str(offset).strip()}") if offset else local
    except ValueError:
        return None


@lru_cache(maxsize=512)
def thumbnail(digest: str) -> bytes:
    """A small copy of a stored photo; kept in memory, since the bytes of a digest never change."""
    with Image.open(io.BytesIO(store.get(digest)), formats=["JPEG"]) as image:
        image.draft("RGB", (THUMB_SIDE, THUMB_SIDE))
        image.thumbnail((THUMB_SIDE, THUMB_SIDE))
        return _encoded(_on_white(image))
