"""What an export says: valid by the published schemas, the same bytes each time, and each operation in its place."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from compliance.playbooks.document import Section
from compliance.playbooks.effective import Rules, Trust
from compliance.playbooks.oscal.bundles import archive, as_bytes
from compliance.playbooks.oscal.controls import group_ids
from compliance.playbooks.oscal.documents import documents
from compliance.playbooks.oscal.vocabulary import all_own, own_props, with_inserts
from tests.playbooks.escalation import (
    APAC,
    CLAIMED,
    MY,
    PLAYBOOK,
    a_layer,
    change,
    playbook_with,
    put,
    reword,
    waive,
)
from tests.playbooks.oscal.chains import library_chains, stepped
from tests.playbooks.oscal.published import SCHEMAS, broken
from tests.playbooks.strategies import ON, Chain, chains


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    return documents(*stepped(PLAYBOOK, [APAC, MY], CLAIMED))


def controls(catalog: dict[str, Any]) -> dict[str, dict[str, Any]]:
    held = catalog["catalog"]
    every = [*held.get("controls", ()), *(each for group in held.get("groups", ()) for each in group["controls"])]
    return {each["id"]: each for each in every}


def part(control: dict[str, Any], name: str) -> list[str]:
    return [each["prose"] for each in control["parts"] if each["name"] == name]


def test_the_schemas_are_those_that_were_published() -> None:
    told = dict(re.findall(r"^\| (\S+\.json) \| ([0-9a-f]{64}) \|", (SCHEMAS / "README.md").read_text(), re.MULTILINE))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SCHEMAS.glob("*.json")}
    assert found == told


def test_a_schema_finds_what_is_wrong(example: dict[str, Any]) -> None:
    """Or all that follows would mean nothing."""
    wrong = json.loads(json.dumps(example["catalog.json"]))
    wrong["catalog"]["groups"][0]["controls"][0]["id"] = "1 no token"
    del wrong["catalog"]["metadata"]["title"]
    assert len(broken(wrong)) == 2


def test_every_chain_of_the_library_is_valid() -> None:
    found = library_chains()
    assert len(found) >= 30
    for key, chain, bare, steps in found:
        for name, document in documents(bare, steps).items():
            assert broken(document) == [], (key, chain, name)


@settings(max_examples=60)
@given(chains())
def test_every_made_up_chain_is_valid(chain: Chain) -> None:
    for trust in Trust:
        for name, document in documents(*stepped(chain.playbook, chain.layers, Rules(ON, trust))).items():
            assert broken(document) == [], name


def test_each_layer_is_a_profile_over_the_one_above(example: dict[str, Any]) -> None:
    assert list(example) == ["catalog.json", "catalog-apac.json", "profile-apac.json", "catalog-my.json",
                             "profile-my.json", "resolved.json"]
    hrefs = [[each["href"] for each in example[f"profile-{scope}.json"]["profile"]["imports"]]
             for scope in ("apac", "my")]
    assert hrefs == [["catalog.json", "catalog-apac.json"], ["profile-apac.json", "catalog-my.json"]]


def test_a_value_is_set_with_its_reason(example: dict[str, Any]) -> None:
    said = {each["param-id"]: each for each in example["profile-my.json"]["profile"]["modify"]["set-parameters"]}
    assert {name: each["values"] for name, each in said.items()} == {
        "ack_minutes": ["15"], "record_store": ["country"]}
    assert own_props(said["ack_minutes"])["why"] == "Regulator expects prompt response"


def test_a_clause_left_out_is_excluded_and_its_reason_kept(example: dict[str, Any]) -> None:
    market = example["profile-my.json"]["profile"]
    assert market["imports"][0]["exclude-controls"] == [{"with-ids": ["esc-07"]}]
    [told] = [each for each in market["metadata"]["props"] if each["name"] == "not-applicable"]
    assert (told["value"], told["remarks"]) == ("ESC-07", "KUL-1 has no wellness room until the building work ends.")
    assert "esc-07" not in controls(example["resolved.json"])
    assert "esc-07" in controls(example["catalog.json"])


def test_additions_stand_within_and_what_takes_away_stands_apart(example: dict[str, Any]) -> None:
    alters = example["profile-apac.json"]["profile"]["modify"]["alters"]
    replaced, extended = alters
    assert (replaced["control-id"], replaced["removes"]) == ("esc-03", [{"by-id": "esc-03_smt"}])
    assert "APAC duty desk" in replaced["adds"][0]["parts"][0]["prose"]
    [added] = extended["adds"]
    assert (added["by-id"], added["position"], added["parts"][0]["id"]) == ("esc-02_smt", "ending", "esc-02_smt.apac")
    assert "removes" not in extended


def test_changed_facts_are_properties_and_evidence_is_added(example: dict[str, Any]) -> None:
    [changed] = example["profile-my.json"]["profile"]["modify"]["alters"]
    [added] = changed["adds"]
    assert own_props(added)["severity"] == "critical"
    assert [each["id"] for each in added["parts"]] == ["esc-01_evd-2"]


def test_a_reworded_question_takes_the_old_one_away() -> None:
    layer = a_layer("market", "my", change("ESC-01", ("check", "Was it so?"), ("severity", "critical")))
    alters = documents(*stepped(PLAYBOOK, [layer], CLAIMED))["profile-my.json"]["profile"]["modify"]["alters"]
    assert ["removes" in each for each in alters] == [False, True]
    assert alters[1]["removes"] == [{"by-id": "esc-01_obj"}]


def test_what_did_not_take_effect_is_named_and_not_done() -> None:
    layer = a_layer("market", "my", put("ack_minutes", "500"), reword("ESC-04", "Anything."), waive("ESC-99"))
    said = documents(*stepped(PLAYBOOK, [layer], CLAIMED))["profile-my.json"]["profile"]
    assert "modify" not in said
    assert "exclude-controls" not in said["imports"][0]
    assert all_own(said["metadata"], "not-in-force") == ("Set ack_minutes", "Replace ESC-04", "Not applicable ESC-99")


def test_the_resolved_catalogue_is_what_holds(example: dict[str, Any]) -> None:
    effective = stepped(PLAYBOOK, [APAC, MY], CLAIMED)[1][-1].below
    found = controls(example["resolved.json"])
    applying = [entry for entry in effective.clauses if entry.clause.applicable]
    assert {own["label"] for own in map(labels, found.values())} == {entry.id for entry in applying}
    for entry in applying:
        mine = found[entry.id.lower()]
        assert part(mine, "statement") == [with_inserts(entry.clause.text)]
        assert tuple(part(mine, "evidence")) == entry.clause.evidence
        assert own_props(mine)["severity"] == entry.clause.severity
    assert {each["id"]: each["values"] for each in example["resolved.json"]["catalog"]["params"]} == {
        name: [value] for name, value in effective.values.items()}
    about = own_props(example["resolved.json"]["catalog"]["metadata"])
    assert (about["content-digest"], about["lineage-digest"]) == (effective.content_digest, effective.lineage_digest)


def labels(control: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in control["props"] if "ns" not in each}


def test_the_same_text_gives_the_same_bytes() -> None:
    one, other = (archive("x", documents(*stepped(PLAYBOOK, [APAC, MY], CLAIMED))) for _ in range(2))
    assert one == other
    changed = archive("x", documents(*stepped(playbook_with("ESC-01", weight=9), [APAC, MY], CLAIMED)))
    assert changed != one
    names = zipfile.ZipFile(io.BytesIO(one)).namelist()
    assert names[0] == "x/catalog.json"


def test_what_was_retired_is_named_and_no_control() -> None:
    bare, steps = stepped(playbook_with("ESC-07", retired="3.3.0"), [], CLAIMED)
    made = documents(bare, steps)
    assert "esc-07" not in controls(made["catalog.json"])
    assert all_own(made["catalog.json"]["catalog"]["metadata"], "retired-clause") == ("ESC-07",)
    assert list(made) == ["catalog.json", "resolved.json"]


@pytest.mark.parametrize(("titles", "ids"), [
    (["Intake", "intake!", "Intake at night"], ["intake", "intake-2", "intake-at-night"]),
    (["受付", "٣ خطوات", "!!"], ["受付", "section-٣-خطوات", "section"]),
])
def test_sections_have_ids_in_every_script(titles: list[str], ids: list[str]) -> None:
    assert [*group_ids(titles).values()] == ids
    book = replace(PLAYBOOK, sections=tuple(map(Section, titles)),
                   clauses=tuple(replace(each, section=titles[0]) for each in PLAYBOOK.clauses))
    assert [broken(made) for made in documents(*stepped(book, [], CLAIMED)).values()] == [[], []]


def test_insertion_points_are_written_as_oscal_writes_them() -> None:
    assert with_inserts(r"In {{ack}} or \{{literal}}.") == r"In {{ insert: param, ack }} or \{{literal}}."
    assert json.loads(as_bytes({"a": "é"}))["a"] == "é"
