"""Digests: what is asked moves them, who asked and why does not."""

from dataclasses import fields, replace
from datetime import date
from hashlib import sha256

import pytest

from compliance.playbooks.digests import OBLIGATION_FIELDS, clause_digest, digest, leaf_digest, lineage_digest
from compliance.playbooks.document import Clause, Lock, Section, Severity
from compliance.playbooks.effective import Approver
from compliance.playbooks.resolution import apply_layer, resolve
from tests.playbooks.escalation import APAC, CLAIMED, CLAUSES, MY, PARAMETERS, PLAYBOOK, put

OTHER_OBLIGATION = {
    "id": "ESC-99",
    "title": "Another title",
    "section": "Closing",
    "text": "Another text.",
    "severity": Severity.MINOR,
    "weight": 4,
    "evidence": ("Another log",),
    "check": "Another question?",
    "guidance": "Another hint.",
    "law": "Another act",
    "frequency": "yearly",
    "applies_to": ("Age Support",),
    "lock": Lock.FLOOR,
    "applicable": False,
}
OTHER_PROVENANCE = {"line": 99, "formerly": ("ESC-9",), "must_rebase": True, "retired": "4.0.0"}


def test_every_field_of_a_clause_is_obligation_or_provenance():
    assert {field.name for field in fields(Clause)} == OTHER_OBLIGATION.keys() | OTHER_PROVENANCE.keys()
    assert set(OBLIGATION_FIELDS) == OTHER_OBLIGATION.keys()


@pytest.mark.parametrize(("name", "other"), OTHER_OBLIGATION.items())
def test_every_obligation_field_moves_the_digest(name, other):
    clause = CLAUSES[0]
    assert leaf_digest(replace(clause, **{name: other})) != leaf_digest(clause)


@pytest.mark.parametrize(("name", "other"), OTHER_PROVENANCE.items())
def test_no_provenance_field_moves_the_digest(name, other):
    clause = CLAUSES[0]
    assert leaf_digest(replace(clause, **{name: other})) == leaf_digest(clause)


def test_the_forms_are_those_of_the_rules():
    assert digest(["é", {"b": 1, "a": [True]}]) == sha256('["é",{"a":[true],"b":1}]'.encode()).hexdigest()
    leaf = leaf_digest(CLAUSES[0])
    assert clause_digest(CLAUSES[0], [("a", "1")]) == sha256(f'["{leaf}",[["a","1"]]]'.encode()).hexdigest()
    assert lineage_digest([("global", "1.0.0")]) == sha256(b'[["global","1.0.0"]]').hexdigest()


def test_the_content_digest_is_over_key_title_and_clauses_in_order():
    effective = resolve(PLAYBOOK, [], CLAIMED)
    listed = ",".join(f'["{entry.id}","{entry.digest}"]' for entry in effective.clauses)
    expected = f'["escalation-handling","Escalation handling",[{listed}]]'
    assert effective.content_digest == sha256(expected.encode()).hexdigest()


@pytest.mark.parametrize(
    "playbook",
    [
        replace(PLAYBOOK, title="Another"),
        replace(PLAYBOOK, key="another"),
        replace(PLAYBOOK, clauses=CLAUSES[::-1]),
        replace(PLAYBOOK, clauses=CLAUSES[1:]),
        replace(PLAYBOOK, parameters=(replace(PARAMETERS[0], value="25"), *PARAMETERS[1:])),
    ],
)
def test_what_is_asked_moves_the_content_digest(playbook):
    assert resolve(playbook, [], CLAIMED).content_digest != resolve(PLAYBOOK, [], CLAIMED).content_digest


@pytest.mark.parametrize(
    "playbook",
    [
        replace(PLAYBOOK, version="3.2.1"),
        replace(PLAYBOOK, owner="somebody", approved="", effective=date(2020, 1, 1), intro="Other.", note="Why."),
        replace(PLAYBOOK, sections=(Section("Intake", "Guidance."), *PLAYBOOK.sections[1:])),
        replace(PLAYBOOK, parameters=(replace(PARAMETERS[0], meaning="Other words"), *PARAMETERS[1:])),
    ],
)
def test_who_made_it_so_does_not(playbook):
    assert resolve(playbook, [], CLAIMED).content_digest == resolve(PLAYBOOK, [], CLAIMED).content_digest


def test_approvers_reasons_and_scopes_move_the_lineage_alone():
    layer = replace(APAC, override=replace(APAC.override, operations=(put("ack_minutes", "20"),)))
    other = replace(
        layer,
        scope="emea",
        approver=Approver("somebody.else", date(2026, 3, 3)),
        override=replace(layer.override, scope="emea", operations=(put("ack_minutes", "20", why="Other"),), version=9),
    )
    one, two = resolve(PLAYBOOK, [layer], CLAIMED), resolve(PLAYBOOK, [other], CLAIMED)
    assert one.content_digest == two.content_digest
    assert one.lineage_digest != two.lineage_digest


def test_a_parameter_that_moves_leaves_no_stale_digest_behind():
    """The clauses that use it get the digest they would have had if it had always been so; the others keep theirs."""
    above = resolve(PLAYBOOK, [], CLAIMED)
    assert above.content_digest  # digests of the parent are taken and remembered before the parameter moves
    layer = replace(APAC, override=replace(APAC.override, operations=(put("ack_minutes", "20"),)))
    moved = apply_layer(above, layer, CLAIMED)
    always = resolve(replace(PLAYBOOK, parameters=(replace(PARAMETERS[0], value="20"), *PARAMETERS[1:])), [], CLAIMED)
    assert {e.id: e.digest for e in moved.clauses} == {e.id: e.digest for e in always.clauses}
    assert [e.id for e in moved.clauses if e.digest != above.by_id[e.id].digest] == ["ESC-01"]


def test_remembered_digests_are_those_taken_cold():
    warm = resolve(PLAYBOOK, [APAC, MY], CLAIMED).content_digest
    leaf_digest.cache_clear()
    assert resolve(PLAYBOOK, [APAC, MY], CLAIMED).content_digest == warm
