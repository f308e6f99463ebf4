"""Content-addressed bytes in a local folder: written and synced before any row names them."""

import hashlib
import os
import tempfile
from pathlib import Path

_root: list[Path] = []


def keep_in(folder: Path) -> None:
    """Where the bytes live; called once by the application."""
    folder.mkdir(parents=True, exist_ok=True)
    _root[:] = [folder]


def put(data: bytes) -> str:
    """Store bytes and return their SHA-256; storing the same bytes again changes nothing."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(path, data)
    return digest


def get(digest: str) -> bytes:
    """The bytes of a digest. Raises FileNotFoundError when they are gone, ValueError when they no longer match."""
    data = _path(digest).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"The stored bytes of {digest} were changed.")
    return data


def has(digest: str) -> bool:
    """Whether the bytes of a digest are on the disk."""
    return _path(digest).exists()


def _path(digest: str) -> Path:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("Not a digest.")
    return _root[0] / digest[:2] / digest[2:4] / digest


def _write_synced(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
