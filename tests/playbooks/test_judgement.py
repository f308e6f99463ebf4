"""Which operation may be applied: one table for each kind of refusal."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.playbooks.document import Lock, Operation, Parameter, Verb
from compliance.playbooks.effective import Approval, Approver, Layer, Rules, ScopeKind
from compliance.playbooks.judgement import claimed_approver, refusal
from compliance.playbooks.operations import Effect, basis_digest, effect_of
from compliance.playbooks.refusals import FLAGS, SENTENCES, Reason
from compliance.playbooks.resolution import resolve
from tests.playbooks.escalation import (
    CLAIMED,
    ON,
    PARAMETERS,
    PLAYBOOK,
    a_clause,
    a_layer,
    add,
    change,
    extend,
    put,
    reword,
    waive,
)

WITH_LOCKS = replace(
    PLAYBOOK,
    parameters=(
        *PARAMETERS,
        Parameter("desk", "Global desk"),
        Parameter("guarded", "Desk A", lock=Lock.FLOOR),
        Parameter("sealed", "7", stricter="lower", lock=Lock.FIXED),
    ),
)
PARENT = resolve(WITH_LOCKS, [], CLAIMED)
RECORDED = Rules(ON)


def reason(operation: Operation, kind: str = "market", rules: Rules = RECORDED, **layer: object) -> Reason | None:
    scope = layer.pop("scope", "my")
    found = refusal(PARENT, a_layer(kind, scope, operation, **layer), operation, rules)
    return found.reason if found else None


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (put("ack_minutes", "20"), None),
        (put("ack_minutes", "030.0"), None),
        (put("ack_minutes", "31"), "looser-without-approval"),
        (put("ack_minutes", "4"), "out-of-range"),
        (put("ack_minutes", "20 min"), "not-a-value"),
        (put("qa_sample_pct", "6"), None),
        (put("qa_sample_pct", "4"), "looser-without-approval"),
        (put("record_store", "country"), None),
        (put("record_store", "any"), "looser-without-approval"),
        (put("record_store", "moon"), "not-a-value"),
        (put("nothing", "1"), "no-such-parameter"),
        (put("desk", "Dublin desk"), None),
        (put("guarded", "Desk B"), "looser-without-approval"),
        (put("guarded", "Desk A"), None),
        (put("sealed", "6"), "locked"),
        (put("sealed", "7"), None),
        (put("sealed", "7", facts=(("locked", "floor"),)), "unlocking"),
        (put("ack_minutes", "20", facts=(("locked", "bolted"),)), "not-a-value"),
    ],
)
def test_setting_a_value(operation, expected):
    assert reason(operation) == expected


@pytest.mark.parametrize(
    ("target", "replaced", "extended", "raised", "left_out"),
    [
        ("ESC-03", None, None, None, None),  # open
        ("ESC-02", "locked", None, None, "locked"),  # floor
        ("ESC-04", "locked", "locked", "locked", "locked"),  # fixed
    ],
)
def test_what_a_lock_lets_through(target, replaced, extended, raised, left_out):
    assert reason(reword(target, "Ours.")) == replaced
    assert reason(extend(target, "More.")) == extended
    assert reason(change(target, ("evidence", "A new log"))) == raised
    assert reason(waive(target), rules=CLAIMED) == left_out


@pytest.mark.parametrize(
    ("target", "facts", "expected"),
    [
        ("ESC-03", [("severity", "critical"), ("weight", "3")], None),
        ("ESC-03", [("severity", "minor")], "looser-without-approval"),
        ("ESC-03", [("weight", "1")], "looser-without-approval"),
        ("ESC-03", [("severity", "critical"), ("weight", "1")], "looser-without-approval"),
        ("ESC-03", [("guidance", "Ask.")], None),
        ("ESC-03", [("locked", "fixed")], None),
        ("ESC-03", [("severity", "grave")], "not-a-value"),
        ("ESC-03", [("weight", "-1")], "not-a-value"),
        ("ESC-03", [("weight", "٣")], "not-a-value"),
        ("ESC-03", [("locked", "shut")], "not-a-value"),
        ("ESC-03", [("applies to", "Ads")], "not-changeable"),
        ("ESC-03", [("frequency", "yearly")], "not-changeable"),
        ("ESC-03", [("check", "Within {{nothing}} minutes?")], "no-such-parameter"),
        ("ESC-03", [], "incomplete"),
        ("ESC-02", [("severity", "critical"), ("weight", "6")], None),
        ("ESC-02", [("severity", "minor")], "locked"),
        ("ESC-02", [("weight", "4")], "locked"),
        ("ESC-02", [("check", "Was it tried?")], "locked"),
        ("ESC-02", [("guidance", "Look at nights.")], None),
        ("ESC-02", [("locked", "open")], "unlocking"),
        ("ESC-02", [("locked", "fixed")], None),
        ("ESC-99", [("weight", "4")], "no-such-clause"),
    ],
)
def test_changing_facts(target, facts, expected):
    assert reason(change(target, *facts)) == expected


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (reword("ESC-03", "  "), "incomplete"),
        (reword("ESC-03", "Within {{nothing}}."), "no-such-parameter"),
        (reword("ESC-03", r"Within \{{nothing}}."), None),
        (reword("ESC-03", "Ours.", title="In {{nothing}}"), "no-such-parameter"),
        (extend("ESC-03", ""), "incomplete"),
        (extend("ESC-03", "{{nothing}}"), "no-such-parameter"),
        (add(a_clause("ESC-MY-01", evidence=("{{nothing}} logs",))), "no-such-parameter"),
        (add(a_clause("ESC-MY-01", text="")), "incomplete"),
        (Operation(Verb.NEW, "ESC-MY-01"), "incomplete"),
        (add(a_clause("ESC-MY-01")), None),
    ],
)
def test_texts_are_there_and_name_only_parameters_that_are(operation, expected):
    assert reason(operation) == expected


@pytest.mark.parametrize(
    ("operation", "allowed"),
    [
        (put("ack_minutes", "20"), True),
        (put("ack_minutes", "40"), False),
        (put("desk", "Vendor desk"), False),
        (reword("ESC-03", "Ours."), False),
        (extend("ESC-03", "More."), True),
        (waive("ESC-07"), False),
        (change("ESC-03", ("severity", "critical"), ("evidence", "Log"), ("locked", "floor")), True),
        (change("ESC-03", ("severity", "minor")), False),
        (change("ESC-03", ("check", "Otherwise?")), False),
        (add(a_clause("ESC-ACME-01")), True),
    ],
)
def test_a_vendor_may_only_tighten_and_add(operation, allowed):
    expected = None if allowed else Reason.VENDOR_MAY_ONLY_TIGHTEN_AND_ADD
    claimed = replace(operation, approved="m.okafor 2026-02-18")
    assert reason(claimed, "vendor", CLAIMED, scope="acme") == expected


@pytest.mark.parametrize(
    "operation", [put("ack_minutes", "40"), change("ESC-03", ("severity", "minor")), waive("ESC-07")]
)
def test_an_approval_holds_for_what_it_was_given_for(operation):
    key, basis = f"{operation.verb} {operation.target}", basis_digest(PARENT, operation)
    assert reason(operation, approvals=(Approval(key, basis, "o.wner"),)) is None
    assert reason(operation, approvals=(Approval(key, "0" * 64, "o.wner"),)) is Reason.APPROVAL_LAPSED
    assert reason(operation, approvals=(Approval("set other", basis, "o.wner"),)) in {
        Reason.LOOSER_WITHOUT_APPROVAL,
        Reason.WAIVER_WITHOUT_APPROVAL,
    }


@pytest.mark.parametrize(
    ("value", "review_by", "expected"),
    [
        ("40", date(2026, 4, 2), None),
        ("40", date(2026, 4, 1), "past-review-by"),
        ("20", date(2026, 4, 1), None),  # a tightening does not lapse
    ],
)
def test_a_looser_value_lasts_until_it_is_to_be_reviewed(value, review_by, expected):
    operation = put("ack_minutes", value, approved="m.okafor 2026-02-18", review_by=review_by)
    assert reason(operation, rules=CLAIMED) == expected


def test_an_approval_of_a_looser_value_lapses_when_a_clause_that_uses_it_is_reworded():
    operation = put("ack_minutes", "40")
    approval = Approval("set ack_minutes", basis_digest(PARENT, operation), "o.wner")
    layer = Layer(ScopeKind.MARKET, "my", a_layer("market", "my", operation).override, approvals=(approval,))
    reworded = resolve(
        WITH_LOCKS, [a_layer("region", "apac", extend("ESC-01", "By phone, {{ack_minutes}} at most."))], RECORDED
    )
    elsewhere = resolve(WITH_LOCKS, [a_layer("region", "apac", extend("ESC-03", "By phone."))], RECORDED)
    assert refusal(PARENT, layer, operation, RECORDED) is None
    assert refusal(elsewhere, layer, operation, RECORDED) is None
    assert refusal(reworded, layer, operation, RECORDED).reason is Reason.APPROVAL_LAPSED


@pytest.mark.parametrize(
    ("operation", "effect"),
    [
        (put("ack_minutes", "20"), "tighten"),
        (put("ack_minutes", "40"), "loosen"),
        (put("ack_minutes", "30"), "none"),
        (put("ack_minutes", "x"), "none"),
        (put("nothing", "1"), "none"),
        (put("desk", "Other"), "reword"),
        (put("guarded", "Other"), "loosen"),
        (reword("ESC-03", "Ours."), "reword"),
        (reword("ESC-03", PLAYBOOK.clauses[2].text), "none"),
        (reword("ESC-99", "Ours."), "none"),
        (extend("ESC-03", "More."), "add"),
        (change("ESC-03", ("severity", "critical")), "tighten"),
        (change("ESC-03", ("weight", "1"), ("severity", "critical")), "loosen"),
        (change("ESC-03", ("law", "Act")), "reword"),
        (change("ESC-03", ("evidence", "Notification log")), "none"),
        (change("ESC-03", ("weight", "x")), "none"),
        (waive("ESC-07"), "waive"),
        (add(a_clause("ESC-MY-01")), "add"),
    ],
)
def test_the_effect_of_an_operation_decides_who_approves(operation, effect):
    assert effect_of(PARENT, operation) is Effect(effect)


@pytest.mark.parametrize(
    ("claim", "approver"),
    [
        ("m.okafor 2026-01-08", Approver("m.okafor", date(2026, 1, 8), claimed=True)),
        ("Mary Okafor 2026-01-08", Approver("Mary Okafor", date(2026, 1, 8), claimed=True)),
        ("m.okafor", Approver("m.okafor", None, claimed=True)),
        ("m.okafor 2026-02-30", Approver("m.okafor 2026-02-30", None, claimed=True)),
        (" ", None),
    ],
)
def test_a_claim_is_read_as_name_and_day(claim, approver):
    assert claimed_approver(claim) == approver


def test_every_reason_has_its_sentence():
    assert SENTENCES.keys() == set(Reason)
    assert set(Reason) > FLAGS
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
