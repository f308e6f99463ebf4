"""The tablet's shell: one page for everybody, files that never change under an address, and a list that misses none."""

import gzip
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from compliance.access import Role
from compliance.audits.field import assets
from tests.builders.accounts import sign_in_as

IMPORTS = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\./[^"']+)["']|\bimport\(["'](\./[^"']+)["']\)""", re.M)
SHARED_STYLES = {"bootstrap-reboot.min.css": "vendor/bootstrap-reboot.min.css", "tokens.css": "tokens.css",
                 "plumbline.css": "plumbline.css", "icons.svg": "icons.svg"}


def listed(client: FlaskClient) -> list[str]:
    """The addresses the worker keeps, as the worker names them."""
    worker = client.get("/field/sw.js").text
    found = re.search(r"^const ASSETS = (.*);$", worker, re.MULTILINE)
    assert found
    addresses: list[str] = json.loads(found[1])
    return addresses


def base(client: FlaskClient) -> str:
    return next(each for each in listed(client) if each.endswith("/tokens.css")).removesuffix("tokens.css")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_shell_is_the_same_for_everybody_and_everywhere(client: FlaskClient) -> None:
    page = client.get("/field/").data
    assert client.get("/field/anything/below").data == page
    sign_in_as(client, Role.AUDITOR)
    assert client.get("/field/").data == page
    assert b"csrf" not in page


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("address", ["/field/api/v1/nothing", "/field/app/0000000000000000/app.js", "/field/app/x"])
def test_the_shell_stands_in_for_nothing_else(client: FlaskClient, address: str) -> None:
    sign_in_as(client, Role.AUDITOR)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_file_of_the_folder_is_kept_by_the_worker(client: FlaskClient) -> None:
    folder = assets.STATIC
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*")
               if path.is_file() and path.suffix != ".LICENSE" and path.name != "sw.js"}
    start = base(client)
    kept = {address.removeprefix(start) for address in listed(client)}
    assert on_disk | set(SHARED_STYLES) | {"mark.svg"} == kept


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_kept_file_is_served_for_ever(client: FlaskClient) -> None:
    for address in listed(client):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("name", SHARED_STYLES)
def test_shared_files_are_those_of_the_pages(client: FlaskClient, name: str) -> None:
    page_file = client.get(f"/static/{SHARED_STYLES[name]}")
    assert client.get(base(client) + name).data == page_file.data
    page_file.close()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_file_is_packed_for_whoever_unpacks(client: FlaskClient) -> None:
    plain = client.get(base(client) + "plumbline.css")
    packed = client.get(base(client) + "plumbline.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_whole_shell_travels_in_150_kilobytes(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    addresses = ["/field/", "/field/sw.js", "/field/app.webmanifest", *listed(client)]
    assert sum(len(client.get(address, headers=packed).data) for address in addresses) < 150_000


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_names_the_files_is_asked_for_anew(client: FlaskClient) -> None:
    for address in ("/field/", "/field/sw.js", "/field/app.webmanifest"):
        assert client.get(address).headers["Cache-Control"] == "no-cache"


def test_whatever_a_module_imports_is_kept() -> None:
    kept = assets.files()
    for name, path in kept.items():
        if path.suffix == ".js":
            for found in IMPORTS.finditer(path.read_text(encoding="utf-8")):
                wanted = (Path(name).parent / (found[1] or found[2])).as_posix()
                assert wanted in kept, f"{name} imports {wanted}"


def test_a_changed_byte_anywhere_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.gather("<html>")
    changed = tmp_path / "tokens.css"
    changed.write_bytes(assets.SHARED["tokens.css"].read_bytes() + b" ")
    assert assets.gather("<html>").digest == before.digest
    assert assets.gather("<html >").digest != before.digest
    monkeypatch.setitem(assets.SHARED, "tokens.css", changed)
    assert assets.gather("<html>").digest != before.digest


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_worker_is_told_the_build_its_files_lie_under(client: FlaskClient) -> None:
    worker = client.get("/field/sw.js")
    assert worker.content_type.startswith("text/javascript")
    found = re.search(r'^const BUILD = "([0-9a-f]{16})";$', worker.text, re.MULTILINE)
    assert found
    assert all(address.startswith(f"/field/app/{found[1]}/") for address in listed(client))
    assert f'data-build="{found[1]}"' in client.get("/field/").text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_manifest_installs_the_shell(client: FlaskClient) -> None:
    answer = client.get("/field/app.webmanifest")
    told = json.loads(answer.data)
    assert answer.content_type == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/field/", "/field/", "standalone")
    for icon in told["icons"]:
        picture = client.get(icon["src"]).data
        size = "x".join(str(int.from_bytes(picture[at:at + 4])) for at in (16, 20))  # where a PNG says how large it is
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert size == icon["sizes"]
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


def test_the_vendored_libraries_are_modules() -> None:
    for name in ("idb-8.0.4.js", "signature_pad-5.1.4.min.js"):
        assert assets.gather("").assets[f"vendor/{name}"].is_module
