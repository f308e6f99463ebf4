"""The process a test may kill: the product behind waitress, with the marks that make it die or misbehave.

`python -m tests.audits.field.proof.child` starts one for each line it reads: JSON with its port, its log and its
settings. In its data folder, `die-after-commit` ends the process once the next change is committed and before its
answer leaves; `release` makes the shell another build; `control` names the planted fault of a control run.
"""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from waitress import serve

from compliance.app import create_app
from compliance.audits.field import assets

Answer = Iterable[bytes]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Answer]
CHANGES = ("/field/api/v1/sync", "/field/api/v1/media/")
# The first control run: this client strikes an operation off its list as it is sent, not once the server named it.
DELETES_EARLY = """
const asked = globalThis.fetch;
globalThis.fetch = async function (address, options) {
  if (String(address?.url ?? address).includes("/api/v1/sync") && options?.body) {
    const sent = new Set(JSON.parse(options.body).ops.map((each) => each.op_id));
    for (const { name } of await indexedDB.databases()) {
      if (name === "plumbline-field-device") continue;
      const store = await new Promise((done) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => done(opening.result);
      });
      await new Promise((done) => {
        const deleting = store.transaction("ops", "readwrite");
        deleting.oncomplete = done;
        deleting.objectStore("ops").openCursor().onsuccess = ({ target }) => {
          if (!target.result) return;
          if (sent.has(target.result.value.op_id)) target.result.delete();
          target.result.continue();
        };
      });
      store.close();
    }
  }
  return asked.call(this, address, options);
};
"""


def wait() -> None:
    """Start a server whenever a line asks for one, and tell its number; leave with whoever asks.

    Each is forked from here, where everything is imported already: a run that kills hundreds of servers has no time
    to import the product for each.
    """
    alive: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: alive.difference_update(_ended()))
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serving(**json.loads(line))
            return
        alive.add(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in tuple(alive):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _ended() -> Iterator[int]:
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            yield pid


def serving(port: int, log: str, settings: dict[str, str]) -> None:
    os.environ.update(settings)
    with Path(log).open("ab") as written:
        os.dup2(written.fileno(), sys.stderr.fileno())
    folder = Path(settings["DATA"])
    release, control = (_marked(folder / name) for name in ("release", "control"))
    _salt(f"\n// release {release}\n" if release else "", DELETES_EARLY if control == "deletes-early" else "")
    app = create_app()
    told: Wsgi = app.wsgi_app
    if control == "no-unique":
        told = _forgetful(told)
    app.wsgi_app = _mortal(told, folder / "die-after-commit")  # type: ignore[method-assign]  # as Flask documents
    serve(app, host="127.0.0.1", port=port, threads=8, channel_timeout=60, _quiet=True)


def _marked(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def _salt(release: str, fault: str) -> None:
    """Make the shell another build, as a deployment would."""
    original = assets._asset

    def salted(name: str, path: Path) -> assets.Asset:
        found = original(name, path)
        extra = {"app.js": release, "field.js": fault}.get(name, "")
        return assets.Asset(name, found.kind, found.content + extra.encode(), None) if extra else found

    assets._asset = salted


def _mortal(app: Wsgi, marker: Path) -> Wsgi:
    """Die between the commit and the answer, once, when the marker lies there."""

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        parts = app(environ, start_response)
        changes = environ["REQUEST_METHOD"] != "GET" and environ["PATH_INFO"].startswith(CHANGES)
        if changes and marker.exists():
            marker.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return parts

    return answering


def _forgetful(app: Wsgi) -> Wsgi:
    """The second control run: an operation that comes again is taken for a new one."""

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        if environ["PATH_INFO"] != CHANGES[0]:
            return app(environ, start_response)
        body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        known = {str(each["op_id"]): each for each in body["ops"]}
        renamed = {new: old for old in known if (new := _new_name(old)) != old}
        for new, old in renamed.items():
            known[old]["op_id"] = new
        sent = json.dumps(body).encode()
        environ = {**environ, "wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(sent))}
        return _named_back(app(environ, start_response), renamed)

    return answering


def _new_name(operation: str) -> str:
    with closing(sqlite3.connect(os.environ["DATABASE_URL"].removeprefix("sqlite:///"), timeout=10)) as database:
        known = database.execute("SELECT 1 FROM field_operations WHERE replace(op_id, '-', '') = ?",
                                 [operation.replace("-", "")]).fetchone()
    return str(uuid4()) if known else operation


def _named_back(parts: Answer, renamed: dict[str, str]) -> Answer:
    """The names are of one length, so that the answer's length stays what its head says."""
    told = b"".join(parts)
    for new, old in renamed.items():
        told = told.replace(new.encode(), old.encode())
    return [told]


if __name__ == "__main__":
    wait()
