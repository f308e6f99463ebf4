"""The look's files: what was vendored is what is listed, the sprite is complete, and every status has its picture."""

import hashlib
import json
import re
from enum import StrEnum
from pathlib import Path

import pytest

from compliance.web import look, sprite, states

PACKAGE = Path(look.__file__).parents[1]
VENDOR = json.loads((look.STATIC / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))
LISTED = {entry["path"]: entry["sha256"] for package in VENDOR["packages"] for entry in package["files"]}


@pytest.mark.parametrize("path", LISTED)
def test_a_vendored_file_is_the_one_that_was_taken(path: str) -> None:
    assert hashlib.sha256((PACKAGE / path).read_bytes()).hexdigest() == LISTED[path]


def test_every_vendored_file_is_listed() -> None:
    kept = [PACKAGE / "web/static/vendor", PACKAGE / "web/icons", PACKAGE / "web/fonts",
            PACKAGE / "audits/field/static/vendor"]
    found = {path.relative_to(PACKAGE).as_posix() for folder in kept for path in folder.iterdir() if path.is_file()}
    assert found - {"web/static/vendor/VENDOR.json"} == set(LISTED)


@pytest.mark.parametrize("package", VENDOR["packages"], ids=lambda package: package["name"])
def test_a_vendored_package_names_its_version_licence_and_integrity(package: dict[str, str]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
    assert package["licence"] in {"MIT", "ISC", "BSD-0-Clause", "OFL-1.1"}
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"])


def test_the_sprite_is_built_from_the_icons() -> None:
    assert sprite.SPRITE.read_text(encoding="utf-8") == sprite.sprite(), "run: python -m compliance.web.sprite"


def test_every_icon_a_template_or_status_names_is_in_the_sprite() -> None:
    have = {path.stem for path in sprite.ICONS.glob("*.svg")}
    used = {status.icon for status in states.LOOKS.values()}
    for template in PACKAGE.rglob("templates/**/*.html"):
        used |= set(re.findall(r"\bicon\('([a-z0-9-]+)'", template.read_text(encoding="utf-8")))
    assert used <= have, f"missing in compliance/web/icons: {sorted(used - have)}"


def test_an_unknown_icon_fails_instead_of_leaving_an_empty_place() -> None:
    with pytest.raises(LookupError, match="unicorn"):
        look.icon_href("unicorn")


def test_our_styles_fetch_nothing_the_content_policy_refuses() -> None:
    for sheet in look.STATIC.glob("*.css"):
        assert not re.search(r"url\(|@import|expression\(", sheet.read_text(encoding="utf-8")), sheet.name


def test_a_status_looks_the_same_as_enum_and_as_value() -> None:
    class Status(StrEnum):
        IN_REMEDIATION = "in_remediation"

    assert states.look_of(Status.IN_REMEDIATION) == states.look_of("in_remediation")
    assert states.look_of("in_remediation").word == "In remediation"


def test_a_status_nobody_described_is_shown_neutral() -> None:
    assert states.look_of("being_painted") == states.Look("Being painted", "circle", "")


def test_tones_are_the_four_the_stylesheet_knows() -> None:
    assert {status.tone for status in states.LOOKS.values()} == {"", "ok", "warn", "bad", "busy"}
