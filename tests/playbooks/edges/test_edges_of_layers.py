"""Edge cases 17 to 36 and 40 to 47: what holds when layers, dates and the text above them meet."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from compliance.playbooks import timeline
from compliance.playbooks.document import Clause, Override, Playbook, Verb
from compliance.playbooks.drift import State, drift
from compliance.playbooks.effective import Layer, Rules, ScopeKind
from compliance.playbooks.moving import moved_clauses
from compliance.playbooks.operations import Effect
from compliance.playbooks.refusals import Reason
from compliance.playbooks.resolution import base, resolve
from compliance.playbooks.succession import succession_problems
from compliance.playbooks.weighing import weigh
from tests.playbooks.escalation import (
    APAC,
    CLAIMED,
    MY,
    ON,
    PLAYBOOK,
    a_clause,
    a_layer,
    add,
    an_override,
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


def state_of(operation, new: Playbook, old: Playbook = PLAYBOOK) -> State:
    [item] = drift(an_override("my", operation), base(old, CLAIMED), base(new, CLAIMED))
    return item.state


def market(*operations, rules: Rules = CLAIMED, playbook: Playbook = PLAYBOOK):
    return resolve(playbook, [a_layer("market", "my", *operations)], rules)


def with_clauses(*clauses: Clause, version: str = "3.3.0") -> Playbook:
    return replace(PLAYBOOK, version=version, clauses=clauses)


def test_edge_17_a_missing_target_is_an_orphan_and_resolution_goes_on() -> None:
    here = market(reword("ESC-99", "Text."), put("ack_minutes", "20"))
    assert reasons(here) == [Reason.NO_SUCH_CLAUSE]
    assert here.values["ack_minutes"] == "20"
    gone = with_clauses(*(each for each in PLAYBOOK.clauses if each.id != "ESC-03"))
    assert state_of(reword("ESC-03", "Text."), gone) is State.ORPHAN


def test_edge_18_a_renamed_target_is_followed_and_flagged() -> None:
    renamed = playbook_with("ESC-03", id="ESC-30", formerly=("ESC-03",))
    here = market(extend("ESC-03", "Twice."), playbook=renamed)
    assert clause(here, "ESC-30").text.endswith("Twice.")
    assert reasons(here) == [Reason.RENAMED]
    assert state_of(extend("ESC-03", "Twice."), renamed) is State.RENAMED


RETIRED = playbook_with("ESC-07", retired="3.3.0")
RENAMED = playbook_with("ESC-07", id="ESC-70", formerly=("ESC-07",))
SPLIT = replace(PLAYBOOK, version="3.3.0", clauses=(*PLAYBOOK.clauses, a_clause("ESC-70", formerly=("ESC-07",))))


@pytest.mark.parametrize(("before", "refused"), [([RETIRED], True), ([RENAMED], True), ([SPLIT], False)],
                         ids=["retired", "renamed", "split, and kept by one half"])
def test_edge_19_an_id_is_never_used_for_another_meaning(before: list[Playbook], refused: bool) -> None:
    """Not in the next version, nor after one in which nothing of it is left."""
    again = (*(each for each in before[-1].clauses if each.id != "ESC-07"), a_clause("ESC-07", title="Other"))
    for version, earlier in (("3.4.0", before), ("4.0.0", [*before, replace(before[-1], version="3.9.0")])):
        found = succession_problems([PLAYBOOK, *earlier], with_clauses(*again, version=version))
        assert ["never used again" in problem.remedy for problem in found] == ([True] if refused else [])


def test_edge_20_an_id_the_global_text_takes_is_refused_below() -> None:
    taken = replace(PLAYBOOK, version="3.3.0", clauses=(*PLAYBOOK.clauses, a_clause("ESC-MY-01", title="Global")))
    addition = add(a_clause("ESC-MY-01", title="Local"))
    here = market(addition, playbook=taken)
    assert reasons(here) == [Reason.ID_TAKEN]
    assert clause(here, "ESC-MY-01").title == "Global"
    assert state_of(addition, taken) is State.COLLISION
    assert reasons(market(add(a_clause("ESC-08")))) == [Reason.ID_WITHOUT_SCOPE_CODE]


def test_edge_21_replace_change_and_add_to_all_apply_in_phase_order() -> None:
    here = market(extend("ESC-03", "Last."), change("ESC-03", ("severity", "critical")), reword("ESC-03", "First."))
    assert clause(here, "ESC-03").text == "First.\n\nLast."
    assert clause(here, "ESC-03").severity == "critical"
    assert reasons(here) == []


def test_edge_23_not_applicable_and_change_are_both_kept() -> None:
    here = market(waive("ESC-07"), change("ESC-07", ("severity", "critical")))
    assert (clause(here, "ESC-07").applicable, clause(here, "ESC-07").severity) == (False, "critical")


@pytest.mark.parametrize(("operation", "rules"), [(waive("ESC-07", approved=""), CLAIMED), (waive("ESC-07"), RECORDED)],
                         ids=["nobody named", "named in the file alone"])
def test_edge_24_without_an_approver_the_clause_stays_applicable(operation, rules: Rules) -> None:
    here = market(operation, rules=rules)
    assert clause(here, "ESC-07").applicable
    assert reasons(here) == [Reason.WAIVER_WITHOUT_APPROVAL]


@pytest.mark.parametrize(("on", "applies"), [
    (date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2026, 9, 2), True)], ids=str)
def test_edge_25_on_the_day_of_review_the_clause_is_back(on: date, applies: bool) -> None:
    assert clause(market(waive("ESC-07"), rules=replace(CLAIMED, on=on)), "ESC-07").applicable is applies


@pytest.mark.parametrize(("region", "owner"), [
    ((), "global"), ((change("ESC-07", ("severity", "critical")),), "apac"), ((extend("ESC-07", "More."),), "apac"),
    ((change("ESC-06", ("severity", "critical")),), "global"),
], ids=["untouched", "graver", "longer", "another clause"])
def test_edge_26_a_waiver_of_what_the_region_made_stricter_is_the_regions_to_give(region, owner: str) -> None:
    above = resolve(PLAYBOOK, [a_layer("region", "apac", *region)], CLAIMED)
    [weighed] = weigh(above, ScopeKind.MARKET, an_override("my", waive("ESC-07")), ON)
    assert (weighed.effect, weighed.owner) == (Effect.WAIVE, owner)


def test_edge_26_and_so_is_a_looser_value_the_region_had_set() -> None:
    above = resolve(PLAYBOOK, [a_layer("region", "apac", put("ack_minutes", "20"))], CLAIMED)
    looser = put("ack_minutes", "25", review_by=date(2026, 9, 1))
    [weighed] = weigh(above, ScopeKind.MARKET, an_override("my", looser), ON)
    assert (weighed.effect, weighed.owner) == (Effect.LOOSEN, "apac")


def test_edge_27_a_region_locks_what_a_market_had_replaced() -> None:
    mine = reword("ESC-03", "Our words.")
    old, new = (resolve(PLAYBOOK, [a_layer("region", "apac", *said)], CLAIMED)
                for said in ((), (change("ESC-03", ("locked", "fixed")),)))
    [item] = drift(an_override("my", mine), old, new)
    assert item.state is State.BLOCKED
    here = resolve(PLAYBOOK, [a_layer("region", "apac", change("ESC-03", ("locked", "fixed"))),
                              a_layer("market", "my", mine)], CLAIMED)
    assert clause(here, "ESC-03").text == clause(base(PLAYBOOK, CLAIMED), "ESC-03").text
    assert (here.issues[0].reason, here.issues[0].layer) == (Reason.LOCKED, "my")


def test_edge_28_global_tightens_past_the_market_and_holds_at_once() -> None:
    tighter = playbook_where("ack_minutes", value="15")
    assert state_of(put("ack_minutes", "20"), tighter) is State.INVERTED
    assert market(put("ack_minutes", "20"), rules=RECORDED, playbook=tighter).values["ack_minutes"] == "15"


def test_edge_29_global_loosens_and_the_markets_value_becomes_a_tightening() -> None:
    strict, loose = playbook_where("ack_minutes", value="15"), playbook_where("ack_minutes", value="30")
    mine = put("ack_minutes", "20")
    assert market(mine, rules=RECORDED, playbook=strict).values["ack_minutes"] == "15"
    here = market(mine, rules=RECORDED, playbook=loose)
    assert (here.values["ack_minutes"], reasons(here)) == ("20", [])
    assert state_of(mine, loose, strict) not in {State.INVERTED, State.CONFLICT, State.BLOCKED}


def test_edge_30_bounds_that_shrink_leave_the_value_above() -> None:
    narrow = playbook_where("ack_minutes", range="25..60")
    here = market(put("ack_minutes", "20"), playbook=narrow)
    assert (here.values["ack_minutes"], reasons(here)) == ("30", [Reason.OUT_OF_RANGE])
    assert state_of(put("ack_minutes", "20"), narrow) is State.OUT_OF_RANGE


def test_edge_31_additions_stand_in_file_order_and_after_those_already_there() -> None:
    one, two, other = (add(a_clause(f"ESC-{code}"), after="ESC-03") for code in ("APAC-01", "APAC-02", "MY-01"))
    here = resolve(PLAYBOOK, [a_layer("region", "apac", one, two), a_layer("market", "my", other)], CLAIMED)
    assert ids(here)[2:6] == ["ESC-03", "ESC-APAC-01", "ESC-APAC-02", "ESC-MY-01"]


def test_edge_32_without_its_anchor_an_addition_ends_its_section() -> None:
    addition = add(a_clause("ESC-MY-01", section="Handling"), after="ESC-99")
    here = market(addition)
    assert ids(here)[4:6] == ["ESC-05", "ESC-MY-01"]
    assert reasons(here) == [Reason.ANCHOR_LOST]
    gone = with_clauses(*(each for each in PLAYBOOK.clauses if each.id != "ESC-03"))
    assert state_of(add(a_clause("ESC-MY-01"), after="ESC-03"), gone) is State.ANCHOR_LOST


def test_edge_33_when_the_middle_layer_expires_the_states_are_those_against_what_is_left() -> None:
    """Malaysia counted on 20 minutes of the region; without it, the same 15 minutes tighten 30."""
    above = resolve(PLAYBOOK, [APAC], CLAIMED)
    items = {item.operation.target: item.state for item in drift(MY.override, above, base(PLAYBOOK, CLAIMED))}
    assert items["ESC-MY-01"] is State.ANCHOR_LOST  # it stood after a clause of the region
    assert items["ack_minutes"] is not State.CURRENT
    assert items["record_store"] is State.CURRENT
    assert resolve(PLAYBOOK, [MY], CLAIMED).values["ack_minutes"] == "15"


@dataclass(frozen=True)
class Version:
    name: str
    effective: date
    approved_at: datetime
    until: date | None = None


FIRST = Version("first", date(2026, 1, 1), datetime(2025, 12, 1, tzinfo=UTC), date(2026, 3, 1))


def test_edge_35_of_two_versions_for_one_day_the_one_approved_later_holds() -> None:
    earlier = Version("earlier", date(2026, 1, 1), datetime(2025, 12, 1, tzinfo=UTC))
    later = Version("later", date(2026, 1, 1), datetime(2025, 12, 2, tzinfo=UTC))
    for versions in ([earlier, later], [later, earlier]):
        assert timeline.in_force(versions, date(2026, 1, 1)) is later


def test_edge_36_in_a_gap_the_layer_above_holds_and_the_gap_is_told() -> None:
    second = Version("second", date(2026, 5, 1), datetime(2025, 12, 2, tzinfo=UTC))
    held = [timeline.in_force([FIRST, second], date(2026, month, 1)) for month in (2, 3, 4, 5)]
    assert held == [FIRST, None, None, second]
    assert timeline.gaps([FIRST, second]) == [(date(2026, 3, 1), date(2026, 5, 1))]
    assert timeline.gap_notes([FIRST], date(2026, 3, 1), None) == ()
    [told] = timeline.gap_notes([FIRST], date(2026, 5, 1), None)
    assert told.startswith("from 2026-03-01 until 2026-05-01 no version holds")


def test_edge_40_what_a_higher_layer_left_out_may_be_overridden_without_effect() -> None:
    region = a_layer("region", "apac", waive("ESC-07"))
    here = resolve(PLAYBOOK, [region, a_layer("market", "my", extend("ESC-07", "More."))], CLAIMED)
    assert not clause(here, "ESC-07").applicable
    assert reasons(here) == []
    later = replace(CLAIMED, on=date(2026, 9, 1))
    back = resolve(PLAYBOOK, [region, a_layer("market", "my", extend("ESC-07", "More."))], later)
    assert back.by_id["ESC-07"].clause.applicable
    assert back.by_id["ESC-07"].clause.text.endswith("More.")


def test_edge_45_written_against_a_newer_version_it_resolves_by_what_is_in_force() -> None:
    newer = playbook_where("ack_minutes", value="25")
    early = replace(an_override("my", put("ack_minutes", "20")), written_against=(("global", "3.3.0"),))
    here = resolve(PLAYBOOK, [Layer(ScopeKind.MARKET, "my", early)], RECORDED)
    assert (here.version, here.values["ack_minutes"]) == ("3.2.0", "20")
    [item] = drift(early, base(newer, CLAIMED), base(PLAYBOOK, CLAIMED))
    assert item.moved == ("value",)


def test_edge_46_the_same_words_are_redundant() -> None:
    same = reword("ESC-03", clause(base(PLAYBOOK, CLAIMED), "ESC-03").text)
    assert state_of(same, replace(PLAYBOOK, version="3.3.0")) is State.REDUNDANT


def test_edge_47_a_clause_that_moved_to_another_playbook_is_an_orphan_with_its_new_home() -> None:
    split = playbook_with("ESC-07", retired="3.3.0")
    home = replace(PLAYBOOK, key="wellbeing", prefix="WEL", title="Well-being", clauses=(
        a_clause("WEL-02", title="Breaks", formerly=("escalation-handling/ESC-07",)), a_clause("WEL-03")))
    old, new = base(PLAYBOOK, CLAIMED), base(split, CLAIMED)
    override: Override = an_override("my", extend("ESC-07", "More."), extend("ESC-03", "More."))
    orphan, other = drift(override, old, new, elsewhere=moved_clauses([home, split]))
    assert (orphan.state, orphan.operation.verb) == (State.ORPHAN, Verb.ADD_TO)
    assert orphan.detail == "3.3.0; it is WEL-02 of wellbeing now"
    assert other.state is State.CURRENT
    assert drift(override, old, new)[0].detail == "3.3.0"
