"""The files of an export as bytes: one by one, or all of them in an archive, the same bytes for the same text."""

import io
import json
import zipfile
from collections.abc import Mapping

from compliance.playbooks.oscal.vocabulary import Json

# The earliest an archive can say: the time of export is nothing the text knows.
_THEN = (1980, 1, 1, 0, 0, 0)


def as_bytes(document: Json) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def archive(folder: str, files: Mapping[str, Json]) -> bytes:
    """All files in a folder of their own, since the profiles name each other by file name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, document in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, as_bytes(document))
    return held.getvalue()
