"""Resolution: the worked example, the edge cases of the rules by their number, and the order of what is added."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from compliance.playbooks.document import Lock, Parameter, Severity
from compliance.playbooks.effective import Approval, Approver, Effective, Layer, Rules
from compliance.playbooks.operations import basis_digest
from compliance.playbooks.refusals import Reason
from compliance.playbooks.resolution import apply_layer, in_scope, resolve
from tests.playbooks.escalation import (
    APAC,
    CLAIMED,
    CLAUSES,
    MY,
    ON,
    PARAMETERS,
    PLAYBOOK,
    a_clause,
    a_layer,
    add,
    change,
    clause,
    extend,
    ids,
    playbook_where,
    playbook_with,
    put,
    reasons,
    reword,
    waive,
)

RECORDED = Rules(ON)
BARE = resolve(PLAYBOOK, [], CLAIMED)


class TestWorkedExample:
    malaysia = resolve(PLAYBOOK, [APAC, MY], CLAIMED)

    def test_nothing_is_refused(self):
        assert self.malaysia.issues == ()
        assert self.malaysia.chain == (("global", "3.2.0"), ("apac", "3"), ("my", "2"))

    def test_nine_clauses_stand_in_reading_order_one_not_applicable(self):
        assert ids(self.malaysia) == [
            "ESC-01",
            "ESC-02",
            "ESC-03",
            "ESC-APAC-01",
            "ESC-MY-01",
            "ESC-04",
            "ESC-05",
            "ESC-06",
            "ESC-07",
        ]
        assert [entry.id for entry in self.malaysia.clauses if not entry.clause.applicable] == ["ESC-07"]

    @pytest.mark.parametrize(
        ("layers", "minutes", "said_by"), [([], "30", "global"), ([APAC], "20", "apac"), ([APAC, MY], "15", "my")]
    )
    def test_each_layer_is_stricter_than_the_last(self, layers, minutes, said_by):
        parameter = resolve(PLAYBOOK, layers, CLAIMED).parameters["ack_minutes"]
        assert (parameter.value, parameter.origin.layer) == (minutes, said_by)

    def test_the_trail_of_a_parameter_says_who_why_and_when(self):
        trail = self.malaysia.parameters["ack_minutes"].trail
        assert [(value, o.layer, o.approver) for value, o in trail] == [
            ("30", "global", "m.okafor"),
            ("20", "apac", "j.tan"),
            ("15", "my", "a.rahman"),
        ]
        assert trail[1][1].why == "The Singapore desk is staffed around the clock"
        assert trail[1][1].approved_on == date(2026, 1, 22)
        assert trail[1][1].claimed

    def test_a_change_adds_evidence_and_raises_severity(self):
        changed = self.malaysia.by_id["ESC-01"]
        assert changed.clause.severity is Severity.CRITICAL
        assert len(changed.clause.evidence) == 2
        assert changed.uses == (("ack_minutes", "15"),)
        assert {name: o.layer for name, o in changed.origins.items() if o.layer != "global"} == {
            "severity": "my",
            "evidence": "my",
        }

    def test_what_is_left_out_says_who_why_and_until_when(self):
        origin = self.malaysia.by_id["ESC-07"].origins["applicable"]
        assert (origin.layer, origin.approver, origin.review_by) == ("my", "m.okafor", date(2026, 9, 1))
        assert "wellness room" in origin.why

    def test_an_addition_keeps_what_stood_there(self):
        assert clause(self.malaysia, "ESC-02").text == (
            CLAUSES[1].text + "\n\nThe call is made in the language of the person at risk."
        )


def test_17_a_missing_target_is_reported_and_the_rest_goes_on():
    effective = resolve(PLAYBOOK, [a_layer("region", "apac", reword("ESC-99", "X."), reword("ESC-03", "Y."))], CLAIMED)
    assert [(i.operation, i.clause, i.reason, i.layer) for i in effective.issues] == [
        ("Replace ESC-99", "ESC-99", Reason.NO_SUCH_CLAUSE, "apac")
    ]
    assert clause(effective, "ESC-03").text == "Y."


def test_17_a_retired_target_says_when_it_was_retired():
    playbook = playbook_with("ESC-06", retired="3.3.0")
    effective = resolve(playbook, [a_layer("region", "apac", reword("ESC-06", "X."))], CLAIMED)
    assert "ESC-06" not in ids(effective)
    assert "retired in 3.3.0" in effective.issues[0].sentence


def test_18_a_renamed_target_is_followed_and_flagged():
    playbook = playbook_with("ESC-03", id="ESC-13", formerly=("ESC-03", "other-playbook/ESC-01"))
    effective = resolve(playbook, [a_layer("region", "apac", reword("ESC-03", "Ours."))], CLAIMED)
    assert clause(effective, "ESC-13").text == "Ours."
    assert [(i.clause, i.reason, i.refused) for i in effective.issues] == [("ESC-13", Reason.RENAMED, False)]


def test_18_a_clause_named_by_both_its_ids_is_changed_once():
    playbook = playbook_with("ESC-03", id="ESC-13", formerly=("ESC-03",))
    layer = a_layer("region", "apac", reword("ESC-03", "Old name."), reword("ESC-13", "New name."))
    effective = resolve(playbook, [layer], CLAIMED)
    assert clause(effective, "ESC-13").text == "New name."
    assert reasons(effective) == [Reason.TWICE]


def test_18_after_a_split_the_id_stays_with_the_clause_that_kept_it():
    split = replace(PLAYBOOK, clauses=(*CLAUSES, a_clause("ESC-09", formerly=("ESC-03",), text="The other half.")))
    effective = resolve(split, [a_layer("region", "apac", reword("ESC-03", "Ours."))], CLAIMED)
    assert effective.aliases == {}
    assert [clause(effective, name).text for name in ("ESC-03", "ESC-09")] == ["Ours.", "The other half."]
    assert effective.issues == ()


@pytest.mark.parametrize("fields", [{"retired": "3.0.0"}, {"id": "ESC-16", "formerly": ("ESC-06",)}])
def test_19_an_id_is_never_free_again(fields):
    layer = a_layer("region", "06", add(a_clause("ESC-06")))
    assert reasons(resolve(playbook_with("ESC-06", **fields), [layer], CLAIMED)) == [Reason.ID_TAKEN]


def test_20_an_id_used_above_is_taken():
    taken = replace(PLAYBOOK, clauses=(*CLAUSES, a_clause("ESC-MY-01", section="Closing", text="Global.")))
    effective = resolve(taken, [a_layer("market", "my", add(a_clause("ESC-MY-01", text="Local.")))], CLAIMED)
    assert reasons(effective) == [Reason.ID_TAKEN]
    assert clause(effective, "ESC-MY-01").text == "Global."


@pytest.mark.parametrize("new_id", ["ESC-08", "ESC-APAC-01", "ESC-MYS-01", "OTH-MY-01"])
def test_20_a_local_clause_carries_its_own_scope_code(new_id):
    effective = resolve(PLAYBOOK, [a_layer("market", "my", add(a_clause(new_id)))], CLAIMED)
    assert reasons(effective) == [Reason.ID_WITHOUT_SCOPE_CODE]
    assert new_id not in ids(effective)


def test_21_replace_add_and_change_of_one_clause_all_apply_whatever_their_order():
    operations = (change("ESC-03", ("weight", "5")), extend("ESC-03", "And more."), reword("ESC-03", "Ours."))
    effective = resolve(PLAYBOOK, [a_layer("region", "apac", *operations)], CLAIMED)
    assert clause(effective, "ESC-03").text == "Ours.\n\nAnd more."
    assert clause(effective, "ESC-03").weight == 5
    assert effective.issues == ()


def test_23_a_clause_left_out_keeps_its_changed_facts():
    layer = a_layer("market", "my", waive("ESC-07"), change("ESC-07", ("severity", "critical")))
    left_out = clause(resolve(PLAYBOOK, [layer], CLAIMED), "ESC-07")
    assert (left_out.applicable, left_out.severity) == (False, Severity.CRITICAL)


def test_24_a_waiver_nobody_approved_waives_nothing():
    effective = resolve(PLAYBOOK, [a_layer("market", "my", waive("ESC-07", approved=""))], CLAIMED)
    assert clause(effective, "ESC-07").applicable
    assert reasons(effective) == [Reason.WAIVER_WITHOUT_APPROVAL]


def test_48_a_claim_in_the_file_is_no_approval_where_records_count():
    effective = resolve(PLAYBOOK, [a_layer("market", "my", waive("ESC-07"))], RECORDED)
    assert clause(effective, "ESC-07").applicable
    assert reasons(effective) == [Reason.WAIVER_WITHOUT_APPROVAL]


@pytest.mark.parametrize("missing", [{"text": "", "why": ""}, {"review_by": None}])
def test_24_a_waiver_that_says_too_little_waives_nothing(missing):
    effective = resolve(PLAYBOOK, [a_layer("market", "my", waive("ESC-07", **missing))], CLAIMED)
    assert clause(effective, "ESC-07").applicable
    assert reasons(effective) == [Reason.INCOMPLETE]


@pytest.mark.parametrize(("days", "applicable"), [(-1, False), (0, True), (1, True)])
def test_25_a_waiver_ends_on_the_day_it_is_to_be_reviewed(days, applicable):
    rules = replace(CLAIMED, on=date(2026, 9, 1) + timedelta(days=days))
    effective = resolve(PLAYBOOK, [a_layer("market", "my", waive("ESC-07"))], rules)
    assert clause(effective, "ESC-07").applicable is applicable
    assert reasons(effective) == ([Reason.PAST_REVIEW_BY] if applicable else [])


def test_26_a_waiver_rests_on_the_clause_as_the_region_made_it():
    stricter = a_layer("region", "apac", change("ESC-07", ("severity", "critical")))
    asked = waive("ESC-07")
    on_global = approved(asked, BARE)
    on_region = approved(asked, resolve(PLAYBOOK, [stricter], RECORDED))
    lapsed = resolve(PLAYBOOK, [stricter, a_layer("market", "my", asked, approvals=(on_global,))], RECORDED)
    granted = resolve(PLAYBOOK, [stricter, a_layer("market", "my", asked, approvals=(on_region,))], RECORDED)
    assert (clause(lapsed, "ESC-07").applicable, reasons(lapsed)) == (True, [Reason.APPROVAL_LAPSED])
    assert (clause(granted, "ESC-07").applicable, reasons(granted)) == (False, [])
    assert granted.by_id["ESC-07"].origins["applicable"].approver == "apac.lead"


def approved(operation, parent: Effective) -> Approval:
    return Approval(f"{operation.verb} {operation.target}", basis_digest(parent, operation), "apac.lead", ON)


def test_27_what_the_region_locks_the_market_no_longer_replaces():
    region = a_layer("region", "apac", reword("ESC-03", "Region."), change("ESC-03", ("locked", "floor")))
    effective = resolve(PLAYBOOK, [region, a_layer("market", "my", reword("ESC-03", "Market."))], CLAIMED)
    assert clause(effective, "ESC-03").text == "Region."
    assert [(i.reason, i.layer) for i in effective.issues] == [(Reason.LOCKED, "my")]


def test_28_a_tightening_overtaken_from_above_gives_way_at_once():
    effective = resolve(playbook_where("ack_minutes", value="15"), [APAC], CLAIMED)
    assert effective.parameters["ack_minutes"].value == "15"
    assert [(i.operation, i.reason) for i in effective.issues] == [("Set ack_minutes", Reason.LOOSER_WITHOUT_APPROVAL)]


def test_29_a_tightening_stays_when_the_value_above_is_loosened():
    effective = resolve(playbook_where("ack_minutes", value="45"), [APAC], CLAIMED)
    assert effective.parameters["ack_minutes"].value == "20"
    assert effective.issues == ()


def test_30_bounds_that_shrink_around_a_local_value_refuse_it():
    effective = resolve(playbook_where("ack_minutes", range="25..60"), [APAC], CLAIMED)
    assert effective.parameters["ack_minutes"].value == "30"
    assert reasons(effective) == [Reason.OUT_OF_RANGE]


def test_33_when_a_middle_layer_ends_the_lower_one_is_judged_against_what_is_left():
    site = a_layer("site", "kul1", put("ack_minutes", "25"))
    with_region = resolve(PLAYBOOK, [APAC, site], CLAIMED)
    without = resolve(PLAYBOOK, [site], CLAIMED)
    assert (with_region.parameters["ack_minutes"].value, reasons(with_region)) == (
        "20",
        [Reason.LOOSER_WITHOUT_APPROVAL],
    )
    assert (without.parameters["ack_minutes"].value, reasons(without)) == ("25", [])


def test_40_an_override_of_what_is_left_out_above_has_no_effect_on_that():
    region = a_layer("region", "apac", waive("ESC-07"))
    effective = resolve(PLAYBOOK, [region, a_layer("market", "my", reword("ESC-07", "Ours."))], CLAIMED)
    assert clause(effective, "ESC-07").text == "Ours."
    assert not clause(effective, "ESC-07").applicable
    assert effective.issues == ()


def test_44_an_empty_override_says_only_that_somebody_looked():
    effective = resolve(PLAYBOOK, [a_layer("region", "apac")], CLAIMED)
    assert effective.content_digest == BARE.content_digest
    assert effective.lineage_digest != BARE.lineage_digest
    assert effective.issues == ()


def test_45_an_override_written_against_a_newer_text_resolves_by_what_is_in_force():
    early = replace(APAC, override=replace(APAC.override, written_against=(("global", "9.0.0"),)))
    assert resolve(PLAYBOOK, [early], CLAIMED).content_digest == resolve(PLAYBOOK, [APAC], CLAIMED).content_digest


def test_46_text_the_parent_has_already_leaves_the_parents_name_on_it():
    effective = resolve(PLAYBOOK, [a_layer("region", "apac", reword("ESC-03", CLAUSES[2].text))], CLAIMED)
    assert effective.by_id["ESC-03"].origins["text"].layer == "global"
    assert effective.content_digest == BARE.content_digest
    assert effective.issues == ()


@pytest.mark.parametrize(
    "wrong",
    [
        [MY, APAC],
        [APAC, replace(APAC, scope="emea", override=replace(APAC.override, scope="emea"))],
        [replace(APAC, scope="emea")],
        [replace(APAC, override=replace(APAC.override, playbook="another"))],
    ],
)
def test_layers_that_are_no_chain_are_a_fault_of_the_caller(wrong):
    with pytest.raises(ValueError, match="cannot"):
        resolve(PLAYBOOK, wrong, CLAIMED)


def test_the_recorded_approver_stands_before_the_files_claim():
    layer = replace(APAC, approver=Approver("r.ng", date(2026, 1, 25)))
    effective = resolve(PLAYBOOK, [layer], RECORDED, Approver("g.lead", date(2026, 1, 9)))
    origins = effective.by_id["ESC-03"].origins
    assert (origins["text"].approver, origins["text"].claimed) == ("r.ng", False)
    assert origins["severity"].approver == "g.lead"
    assert resolve(PLAYBOOK, [APAC], RECORDED).by_id["ESC-03"].origins["text"].approver == ""


class TestMustRebase:
    """ESC-02 says `Must rebase: yes`, ESC-03 does not."""

    def layer(self, *waiting: str) -> Layer:
        return replace(APAC, waiting=frozenset(waiting))

    def test_the_parents_text_holds_where_it_must_be_rebased(self):
        effective = resolve(PLAYBOOK, [self.layer("add to ESC-02")], CLAIMED)
        assert clause(effective, "ESC-02").text == CLAUSES[1].text
        assert [(i.reason, i.refused) for i in effective.issues_of("ESC-02")] == [(Reason.WAITING_FOR_REVIEW, True)]

    def test_elsewhere_the_override_holds_and_is_flagged(self):
        effective = resolve(PLAYBOOK, [self.layer("replace ESC-03")], CLAIMED)
        assert clause(effective, "ESC-03").text != CLAUSES[2].text
        assert [(i.reason, i.refused) for i in effective.issues_of("ESC-03")] == [(Reason.STALE, False)]

    def test_a_stricter_value_goes_on_where_its_clause_must_be_rebased(self):
        """The value above would ask for less here, and nobody would have decided that."""
        waiting = frozenset({"set p0_minutes", "set ack_minutes"})
        layer = a_layer("region", "apac", put("p0_minutes", "10"), put("ack_minutes", "10"), waiting=waiting)
        effective = resolve(PLAYBOOK, [layer], CLAIMED)
        assert [effective.parameters[name].value for name in ("p0_minutes", "ack_minutes")] == ["10", "10"]
        assert reasons(effective) == [Reason.STALE, Reason.STALE]

    def test_a_graver_clause_goes_on_and_other_words_yield(self):
        waiting = frozenset({"change ESC-02", "add to ESC-02"})
        layer = a_layer("region", "apac", change("ESC-02", ("weight", "8")), extend("ESC-02", "Also by night."),
                        waiting=waiting)
        effective = resolve(PLAYBOOK, [layer], CLAIMED)
        assert (clause(effective, "ESC-02").weight, clause(effective, "ESC-02").text) == (8, CLAUSES[1].text)
        assert sorted(reasons(effective)) == sorted([Reason.STALE, Reason.WAITING_FOR_REVIEW])

    def test_a_value_without_a_direction_yields(self):
        """Nobody can say which of two is stricter, and any doubt goes to the text above."""
        free = Parameter("where", "desk", "place")
        book = replace(PLAYBOOK, parameters=(*PARAMETERS, free), clauses=(
            a_clause("ESC-20", text="Kept at the {{where}}.", must_rebase=True), *CLAUSES))
        layer = a_layer("region", "apac", put("where", "door"), waiting=frozenset({"set where"}))
        effective = resolve(book, [layer], CLAIMED)
        assert (effective.values["where"], reasons(effective)) == ("desk", [Reason.WAITING_FOR_REVIEW])


def test_lines_of_business_decide_which_clauses_a_site_gets():
    tagged = playbook_with("ESC-06", applies_to=("Account Security", "Age Support"))
    effective = resolve(tagged, [], CLAIMED)
    assert "ESC-06" in ids(in_scope(effective, ["age support"]))
    assert "ESC-06" not in ids(in_scope(effective, ["Ads"]))
    assert in_scope(effective, ["Account Security"]) is effective


def test_a_shared_chain_is_resolved_once_and_carried_on():
    region = apply_layer(resolve(PLAYBOOK, [], CLAIMED), APAC, CLAIMED)
    assert apply_layer(region, MY, CLAIMED) == resolve(PLAYBOOK, [APAC, MY], CLAIMED)


def test_a_lock_on_a_parameter_holds_below():
    region = a_layer("region", "apac", put("record_store", "region", facts=(("locked", "fixed"),)))
    effective = resolve(PLAYBOOK, [region, a_layer("market", "my", put("record_store", "country"))], CLAIMED)
    assert effective.parameters["record_store"].lock is Lock.FIXED
    assert effective.parameters["record_store"].value == "region"
    assert reasons(effective) == [Reason.LOCKED]
