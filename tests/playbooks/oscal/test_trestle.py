"""Another tool reads our exports and resolves the same clauses, texts and values from them: compliance-trestle."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from trestle.core.profile_resolver import ProfileResolver
from trestle.oscal.catalog import Catalog
from trestle.oscal.profile import Profile

from compliance.playbooks.document import Verb
from compliance.playbooks.effective import Effective, Rules, Trust
from compliance.playbooks.oscal.bundles import as_bytes
from compliance.playbooks.oscal.documents import Step, documents
from compliance.playbooks.oscal.vocabulary import own_props, with_inserts
from tests.playbooks.escalation import APAC, CLAIMED, MY, PLAYBOOK
from tests.playbooks.oscal.chains import library_chains, stepped
from tests.playbooks.strategies import ON, Chain, chains

# An alteration that takes something away is passed over by this resolver, with a warning (its modify.py says so).
PASSED_OVER = frozenset({Verb.REPLACE})


def resolved_by_trestle(folder: Path, bare: Effective, steps: list[Step]) -> dict[str, Any]:
    """The catalogue it makes of the last profile, after reading every file with its own models."""
    (folder / ".trestle").mkdir(parents=True, exist_ok=True)
    for name, document in documents(bare, steps).items():
        (folder / name).write_bytes(as_bytes(document))
        model = Profile if name.startswith("profile") else Catalog
        assert model.oscal_read(folder / name) is not None
    last = str(folder / f"profile-{steps[-1].scope}.json")
    found = ProfileResolver.get_resolved_profile_catalog(folder, last)
    catalog: dict[str, Any] = json.loads(found.oscal_serialize_json())["catalog"]
    return catalog


def controls(holder: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield from holder.get("controls", ())
    for group in holder.get("groups", ()):
        yield from controls(group)


def statement(control: dict[str, Any]) -> str:
    [said] = [part for part in control["parts"] if part["name"] == "statement"]
    return "\n\n".join([said["prose"], *(item["prose"] for item in said.get("parts", ()))])


def agree(catalog: dict[str, Any], steps: list[Step]) -> None:
    """The same clauses, words (but of what it passed over) and values."""
    effective = steps[-1].below
    found = {control["id"]: control for control in controls(catalog)}
    assert set(found) == {entry.id.lower() for entry in effective.clauses if entry.clause.applicable}
    assert {each["id"]: each["values"] for each in catalog.get("params", ())} == {
        name: [value] for name, value in effective.values.items()}
    passed_over = {operation.target for step in steps for operation in step.applied if operation.verb in PASSED_OVER}
    for control_id, control in found.items():
        entry = effective.by_id[control_id.upper()]
        if entry.id not in passed_over:
            assert statement(control) == with_inserts(entry.clause.text)
            assert control["title"] == with_inserts(entry.clause.title)
        assert own_props(control)["severity"] == entry.clause.severity


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The names in an import are relative to where it runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_it_resolves_every_chain_of_the_library_as_we_do(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, chain, bare, steps in library_chains():
        folder = workspace / "-".join((key, *chain))
        folder.mkdir()
        monkeypatch.chdir(folder)
        agree(resolved_by_trestle(folder, bare, steps), steps)


def test_it_sets_adds_and_leaves_out_as_we_do(workspace: Path) -> None:
    bare, steps = stepped(PLAYBOOK, [APAC, MY], CLAIMED)
    catalog = resolved_by_trestle(workspace, bare, steps)
    agree(catalog, steps)
    found = {control["id"]: control for control in controls(catalog)}
    assert "esc-07" not in found
    assert {"esc-apac-01", "esc-my-01"} < set(found)
    assert statement(found["esc-02"]).endswith("The call is made in the language of the person at risk.")
    assert [each["values"] for each in catalog["params"] if each["id"] == "ack_minutes"] == [["15"]]


def test_what_it_passes_over_is_what_takes_something_away(workspace: Path) -> None:
    bare, steps = stepped(PLAYBOOK, [APAC], CLAIMED)
    found = {control["id"]: control for control in controls(resolved_by_trestle(workspace, bare, steps))}
    assert "global duty manager" in statement(found["esc-03"])
    assert "APAC duty desk" in steps[-1].below.by_id["ESC-03"].clause.text


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chains())
def test_it_resolves_made_up_chains_as_we_do(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, chain: Chain
) -> None:
    folder = tmp_path_factory.mktemp("chain")
    monkeypatch.chdir(folder)
    bare, steps = stepped(chain.playbook, chain.layers, Rules(ON, Trust.CLAIMED))
    agree(resolved_by_trestle(folder, bare, steps), steps)
