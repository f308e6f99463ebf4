"""How evidence leaves the product: names, types and headers that run nothing, and nobody else's."""

import io
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image

from compliance.access import Permission, Role
from compliance.files import intake, store
from compliance.files.models import Evidence
from tests.builders.accounts import an_actor, sign_in_as
from tests.builders.files import an_evidence, an_upload
from tests.files.test_commands import a_record


def shown(client: FlaskClient, name: str, data: bytes = b"") -> Evidence:
    """Evidence at a site whose lead is signed in."""
    sign_in_as(client, Role.SITE_LEAD)
    upload = intake.accept(data, name) if data else an_upload(name, size=(2000, 1000))
    return an_evidence(an_actor(Role.SITE_LEAD), a_record(), Permission.WORK_ON_ACTION, upload)


def test_a_photo_is_shown(client: FlaskClient) -> None:
    response = client.get(f"/evidence/{shown(client, '证据.jpeg').id}")
    assert response.content_type == "image/jpeg"
    assert response.headers["Content-Disposition"] == "inline; filename=.jpeg; filename*=UTF-8''%E8%AF%81%E6%8D%AE.jpeg"


@pytest.mark.parametrize(("name", "data"), [
    ("plan.pdf", b"%PDF-1.7 <script>alert(1)</script>"), ("list.csv", b"a;b\n"), ('a"b;c.txt', b"quotes"),
])
def test_everything_else_is_for_saving(client: FlaskClient, name: str, data: bytes) -> None:
    response = client.get(f"/evidence/{shown(client, name, data).id}")
    assert response.content_type == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.data == data


@pytest.mark.parametrize("path", ["", "/thumb"])
def test_nothing_in_it_may_run(client: FlaskClient, path: str) -> None:
    response = client.get(f"/evidence/{shown(client, 'floor.jpg').id}{path}")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_a_thumbnail_is_small(client: FlaskClient) -> None:
    response = client.get(f"/evidence/{shown(client, 'floor.jpg').id}/thumb")
    with Image.open(io.BytesIO(response.data)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 160))


def test_only_photos_have_thumbnails(client: FlaskClient) -> None:
    assert client.get(f"/evidence/{shown(client, 'plan.pdf', b'%PDF-1.7').id}/thumb").status_code == 404


@pytest.mark.parametrize("path", ["", "/thumb"])
def test_what_is_out_of_sight_cannot_be_told_from_what_is_not_there(client: FlaskClient, path: str) -> None:
    hidden = an_evidence(an_actor(Role.AUDITOR), a_record(), Permission.CONDUCT_AUDIT, working=True)
    sign_in_as(client, Role.SITE_LEAD)
    there, nowhere = (client.get(f"/evidence/{which}{path}") for which in (hidden.id, UUID(int=7)))
    assert there.status_code == nowhere.status_code == 404
    assert without_tokens(there.text) == without_tokens(nowhere.text)


def test_nobody_gets_evidence_without_signing_in(client: FlaskClient) -> None:
    evidence = an_evidence(an_actor(Role.AUDITOR), a_record(), Permission.CONDUCT_AUDIT)
    assert client.get(f"/evidence/{evidence.id}").headers["Location"] == "/sign-in"


def test_bytes_that_are_gone_are_named_as_such(client: FlaskClient) -> None:
    evidence = shown(client, "gone.txt", b"soon gone")
    store._path(evidence.sha256).unlink()
    response = client.get(f"/evidence/{evidence.id}")
    assert response.status_code == 404
    assert "a backup has them" in response.text


def without_tokens(page: str) -> str:
    """The page without what differs in every answer."""
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line)
