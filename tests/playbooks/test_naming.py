"""Keys that texts write, as pages say them."""

from dataclasses import dataclass

import pytest

from compliance.playbooks.naming import chain_said, team


@dataclass(frozen=True)
class Somewhere:
    scope: str
    where: str


@pytest.mark.parametrize(("owner", "said"), [
    ("global-ts-policy", "Global TS policy"), ("to-be-named", "To be named"),
    ("global-account-security", "Global account security"),
    ("Night desk", "Night desk"), ("مكتب", "مكتب"), ("desk", "desk"), ("", ""), ("A-B", "A-B")])
def test_a_team_is_said_in_words_and_what_somebody_typed_stays(owner: str, said: str) -> None:
    assert team(owner) == said


@pytest.mark.parametrize(("owner", "said"), [
    ("in-ts-lead", "India TS lead"), ("ph-ts-lead", "PH TS lead"), ("in-house-desk", "India house desk")])
def test_the_team_of_a_place_is_called_after_it(owner: str, said: str) -> None:
    assert team(owner, Somewhere("in", "India")) == said


def test_a_chain_is_said_as_sources_are_marked() -> None:
    assert chain_said([("global", "3.0.0"), ("apac", 1)]) == "Global 3.0.0, APAC v1"
    assert chain_said([]) == ""
