"""The files of the tablet's shell, and the build that names all of them together."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
WEB = Path(__file__).parents[2] / "web" / "static"
WORKER = "sw.js"
# What the pages of the product look like is what the shell looks like: the same files, under its own build.
SHARED = {
    "bootstrap-reboot.min.css": WEB / "vendor" / "bootstrap-reboot.min.css",
    "tokens.css": WEB / "tokens.css",
    "plumbline.css": WEB / "plumbline.css",
    "icons.svg": WEB / "icons.svg",
    "mark.svg": WEB / "mark.svg",
}
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
         ".png": "image/png"}
PACKED = frozenset({".js", ".css", ".svg"})  # a PNG is packed already
MODULE = re.compile(rb"^(?:import|export)\b|\bexport ?\{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the shell as it is served; `packed` is it gzipped, None where that saves nothing."""

    name: str
    kind: str
    content: bytes
    packed: bytes | None

    @property
    def is_module(self) -> bool:
        return self.name.endswith(".js") and bool(MODULE.search(self.content))


@dataclass(frozen=True, slots=True)
class Build:
    """Every file of one version of the shell, by name; `digest` changes when a byte of any of them does."""

    digest: str
    assets: dict[str, Asset]
    worker: str

    @property
    def base(self) -> str:
        return f"/field/app/{self.digest}/"

    @property
    def addresses(self) -> list[str]:
        return [self.base + name for name in self.assets]


def gather(page: str) -> Build:
    """The shell as it stands on the disk; `page` is its one page as written, whatever build it will name."""
    assets = {name: _asset(name, path) for name, path in sorted(files().items())}
    worker = (STATIC / WORKER).read_text(encoding="utf-8")
    told = hashlib.sha256(worker.encode() + b"\0" + page.encode())
    for name, asset in assets.items():
        told.update(b"\0" + name.encode() + b"\0" + asset.content)
    return Build(told.hexdigest()[:16], assets, worker)


def files() -> dict[str, Path]:
    """Where each file of the shell lies, by its name in the shell's address."""
    own = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*")
           if path.suffix in TYPES and path.name != WORKER}
    return own | SHARED


def written(name: str, kind: str, text: str) -> Asset:
    """What the server writes itself, packed like the files it goes with."""
    content = text.encode()
    return Asset(name, kind, content, gzip.compress(content, mtime=0))


def _asset(name: str, path: Path) -> Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0) if path.suffix in PACKED else None
    return Asset(name, TYPES[path.suffix], content, packed)
