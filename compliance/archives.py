"""ZIP files and the Office formats made of them, looked at before anything is unpacked."""

import io
import zipfile
from pathlib import PurePosixPath

from compliance.errors import InvalidInput

MOST_MEMBERS = 5000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100  # text compresses about 10 times, an empty spreadsheet 30; a bomb 1000 and more
RATIO_MATTERS_FROM = 1024 * 1024
ENCRYPTED = 0x1
SYMLINK = 0o120000


def members(data: bytes) -> frozenset[str]:
    """The names inside a ZIP. Raises InvalidInput when it is damaged, locked, or unpacks to more than it should.

    The sizes are the declared ones: `zipfile` reads no further than declared, so a lie only cuts a member short.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InvalidInput("The archive is damaged. Make it again and send it once more.") from error
    _check_amount(inside)
    for member in inside:
        _check_member(member)
    return frozenset(member.filename for member in inside)


def _check_amount(inside: list[zipfile.ZipInfo]) -> None:
    if not inside:
        raise InvalidInput("The archive is empty. Put the files into it and send it once more.")
    unpacked, packed = sum(member.file_size for member in inside), sum(member.compress_size for member in inside)
    if len(inside) > MOST_MEMBERS:
        raise InvalidInput(f"The archive holds more than {MOST_MEMBERS} files. Send it in parts.")
    if unpacked > MOST_UNPACKED:
        raise InvalidInput(f"The archive unpacks to more than {MOST_UNPACKED // 1024**2} MB. Send it in parts.")
    if unpacked > RATIO_MATTERS_FROM and unpacked > packed * MOST_RATIO:
        raise InvalidInput(f"The archive unpacks to more than {MOST_RATIO} times its size, as no real file does.")


def _check_member(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename.split("/", maxsplit=1)[0]:
        raise InvalidInput("The archive would unpack outside its own folder. Make it again from one folder.")
    if (member.external_attr >> 16) & 0o170000 == SYMLINK:
        raise InvalidInput("The archive holds links instead of files. Make it again from the files themselves.")
    if member.flag_bits & ENCRYPTED:
        raise InvalidInput("The archive has a password, so nobody could check it. Send it without one.")
