"""The real application in a process of its own, which a test starts, kills, hangs and starts again on its port."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from compliance import db
from compliance.files import store
from tests.support.database import SECRET_KEY, Database

ROOT = Path(__file__).resolve().parents[4]
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@lru_cache(maxsize=1)
def nursery() -> subprocess.Popen[str]:
    """The process every server of this run is forked from: it has imported the product, and goes with the run."""
    child = [sys.executable, "-m", "tests.audits.field.proof.child"]
    started = subprocess.Popen(child, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(started.communicate)
    return started


@dataclass
class Served:
    """A server on its database; the process that tests builds records in the same file."""

    database: Database
    folder: Path
    control: str = ""
    port: int = field(default_factory=free_port)
    pid: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "server.log"
        db.connect(self.database.url)
        store.keep_in(self.folder / "files")
        if self.control:
            (self.folder / "control").write_text(self.control, encoding="utf-8")

    @property
    def is_up(self) -> bool:
        return bool(self.pid) and self._signal(0)

    def start(self) -> None:
        """Serve; a server that runs goes on running."""
        if self.is_up:
            return
        asking, told = nursery().stdin, nursery().stdout
        assert asking is not None
        assert told is not None
        asking.write(json.dumps({"port": self.port, "log": str(self.log), "settings": self._settings()}) + "\n")
        asking.flush()
        self.pid = int(told.readline() or 0)
        self._wait()

    def _settings(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database.url, "DATA": str(self.folder), "TESTING": "1",
                "SECRET_KEY": SECRET_KEY, "FLASK_APP": str(ROOT / "wsgi.py")}

    def command(self, *words: str) -> str:
        """A command of the product on this server's records: `command("field", "renew-epoch")`."""
        done = subprocess.run([sys.executable, "-m", "flask", *words], cwd=ROOT, check=True,
                              env={**os.environ, **self._settings()}, capture_output=True, text=True)
        return done.stdout

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_up:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.02)
        self._not_started()

    def _not_started(self) -> NoReturn:
        raise RuntimeError(f"the server did not start:\n{self.log.read_text(encoding='utf-8')[-2000:]}")

    def _signal(self, number: int) -> bool:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """As a power cut would."""
        if self.pid and self._signal(signal.SIGKILL):
            while self.is_up:
                time.sleep(0.005)
        self.pid = 0

    def kill_after_commit(self) -> None:
        """Let the server die once the next change is committed, before the tablet hears of it."""
        (self.folder / "die-after-commit").touch()

    def spare(self) -> None:
        (self.folder / "die-after-commit").unlink(missing_ok=True)

    def hang(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        if self.pid:
            self._signal(signal.SIGCONT)

    def deploy(self, release: int) -> None:
        """Put another version of the app in place: a new build, a restarted server."""
        (self.folder / "release").write_text(str(release), encoding="utf-8")
        self.kill()
        self.start()

    def close(self) -> None:
        self.kill()
        db.dispose()
