"""Where databases of tests lie: in memory where there is room, since they wait for the disk otherwise."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - folders made in it are private
ROOM = 2 * 1024**3


def scratch_folder(prefix: str) -> Path:
    """A new folder of this run alone; whoever asks for it removes it."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))
