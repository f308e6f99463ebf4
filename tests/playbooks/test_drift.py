"""Where an override stands when the text above it moves: an enumerated table, the worked example, and the laws."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.playbooks.document import Clause, Lock, Operation, Override, Parameter, Playbook, Severity
from compliance.playbooks.drift import MECHANICAL, State, drift, rebase, waiting
from compliance.playbooks.effective import Effective, Layer, ScopeKind, operation_key
from compliance.playbooks.merging import Verdict
from compliance.playbooks.resolution import apply_layer, resolve
from tests.playbooks.escalation import (
    APAC,
    APAC_DUTY,
    CLAIMED,
    DUTY,
    MY,
    PLAYBOOK,
    a_clause,
    add,
    an_override,
    change,
    extend,
    put,
    reword,
    waive,
)
from tests.playbooks.strategies import layers, playbooks

Edit = Callable[[Playbook], Playbook]


def clause(clause_id: str, **fields: object) -> Edit:
    """A new global version in which one clause reads otherwise."""

    def edit(playbook: Playbook) -> Playbook:
        return replace(
            playbook, clauses=tuple(replace(c, **fields) if c.id == clause_id else c for c in playbook.clauses)
        )

    return edit


def parameter(name: str, **fields: object) -> Edit:
    def edit(playbook: Playbook) -> Playbook:
        return replace(
            playbook, parameters=tuple(replace(p, **fields) if p.name == name else p for p in playbook.parameters)
        )

    return edit


def without(name: str) -> Edit:
    """A new global version that has lost a clause, or a parameter with the clause that uses it."""

    def edit(playbook: Playbook) -> Playbook:
        kept = tuple(c for c in playbook.clauses if c.id != name and f"{{{{{name}}}}}" not in c.text + c.check)
        return replace(playbook, clauses=kept, parameters=tuple(p for p in playbook.parameters if p.name != name))

    return edit


def grown(*clauses: Clause) -> Edit:
    return lambda playbook: replace(playbook, clauses=(*playbook.clauses, *clauses))


def grown_by(added: Parameter) -> Edit:
    return lambda playbook: replace(playbook, parameters=(*playbook.parameters, added))


def both(*edits: Edit) -> Edit:
    def edit(playbook: Playbook) -> Playbook:
        for each in edits:
            playbook = each(playbook)
        return playbook

    return edit


def above(edit: Edit = lambda playbook: playbook) -> Effective:
    edited = edit(PLAYBOOK)
    return resolve(edited if edited is PLAYBOOK else replace(edited, version="3.3.0"), [], CLAIMED)


def states(override: Override, old: Effective, new: Effective) -> dict[str, State]:
    return {operation_key(item.operation): item.state for item in drift(override, old, new)}


NEW_DUTY = DUTY.replace("five minutes", "three minutes")
ELSEWHERE = clause("ESC-06", text="Otherwise.")
FLOOR, FIXED = {"lock": Lock.FLOOR}, {"lock": Lock.FIXED}
LOCAL = a_clause("ESC-MY-01", text="Log it.")
TIMED = a_clause("ESC-MY-01", text="Log it within {{ack_minutes}} minutes.")
NEW_PARAMETER = grown_by(replace(PLAYBOOK.parameters[0], name="new_minutes"))
RENAME = clause("ESC-03", id="ESC-13", formerly=("ESC-03",))
SOFTER = change("ESC-03", ("severity", "minor"), approved="m.okafor 2026-02-18")

TABLE: dict[State, list[tuple[Operation, Edit]]] = {
    State.CURRENT: [
        (put("ack_minutes", "20"), clause("ESC-01", text="Otherwise, within {{ack_minutes}} minutes.")),
        (reword("ESC-03", APAC_DUTY), ELSEWHERE),
        (extend("ESC-02", "In their language."), ELSEWHERE),
        (change("ESC-01", ("weight", "5")), ELSEWHERE),
        (waive("ESC-07"), ELSEWHERE),
        (add(LOCAL, after="ESC-03"), clause("ESC-03", text="Otherwise.")),
    ],
    State.CLEAN: [
        (put("ack_minutes", "20"), parameter("ack_minutes", range="10..60")),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", guidance="Ask twice.")),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", text=DUTY.replace(". ", ".\n"))),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", title="Call the manager")),
        (extend("ESC-02", "In their language."), clause("ESC-02", weight=4)),
        (change("ESC-01", ("weight", "5")), parameter("ack_minutes", value="25")),
        (change("ESC-01", ("weight", "5")), clause("ESC-01", severity=Severity.CRITICAL)),
        (add(TIMED, after="ESC-03"), parameter("ack_minutes", value="25")),
    ],
    State.REVIEW: [
        (put("ack_minutes", "20"), parameter("ack_minutes", value="25")),
        (put("ack_minutes", "20"), parameter("ack_minutes", value="45")),
        (put("ack_minutes", "20"), parameter("ack_minutes", unit="hours")),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", text=NEW_DUTY)),
        (reword("ESC-03", DUTY, title="Call the desk"), clause("ESC-03", title="Call the duty manager")),
        (extend("ESC-02", "In their language."), clause("ESC-02", text="Otherwise.")),
        (change("ESC-01", ("weight", "5")), clause("ESC-01", weight=4)),
        (change("ESC-01", ("evidence", "Clock")), clause("ESC-01", evidence=("Export", "Roster"))),
        (change("ESC-01", ("locked", "fixed")), clause("ESC-01", **FLOOR)),
        (SOFTER, clause("ESC-03", guidance="Ask twice.")),
        (SOFTER, clause("ESC-03", severity=Severity.CRITICAL)),
        (put("ack_minutes", "40", approved="m.okafor 2026-02-18"), parameter("ack_minutes", value="25")),
        (put("ack_minutes", "40", approved="m.okafor 2026-02-18"), clause("ESC-01", weight=1)),
        (waive("ESC-07"), clause("ESC-07", text="Otherwise.")),
        (waive("ESC-03"), RENAME),
        (reword("ESC-08", "New text."), grown(a_clause("ESC-08"))),
        (put("new_minutes", "20"), NEW_PARAMETER),
    ],
    State.CONFLICT: [
        (reword("ESC-03", DUTY.replace("five", "two")), clause("ESC-03", text=NEW_DUTY)),
        (reword("ESC-03", "Wholly other words."), clause("ESC-03", text="The manager hears of it.")),
        (change("ESC-01", ("check", "Was it done?")), clause("ESC-01", check="Were all of them acknowledged?")),
        (reword("ESC-03", "In {{p0_minutes}} minutes."), without("p0_minutes")),
        (add(a_clause("ESC-MY-01", text="In {{p0_minutes}}.")), without("p0_minutes")),
    ],
    State.REDUNDANT: [
        (put("ack_minutes", "15.0"), parameter("ack_minutes", value="15")),
        (put("ack_minutes", "15"), parameter("ack_minutes", value="15", **FIXED)),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", text=APAC_DUTY, **FIXED)),
        (reword("ESC-03", DUTY), ELSEWHERE),
        (
            change("ESC-01", ("weight", "4"), ("evidence", "Log")),
            clause("ESC-01", weight=4, evidence=("Log", "Export")),
        ),
        (waive("ESC-07"), clause("ESC-07", applicable=False)),
        (add(LOCAL, after="ESC-03"), grown(replace(LOCAL, section="Closing"))),
    ],
    State.INVERTED: [
        (put("ack_minutes", "20"), parameter("ack_minutes", value="15")),
        (put("qa_sample_pct", "10"), parameter("qa_sample_pct", value="20")),
        (put("record_store", "region"), parameter("record_store", value="country")),
        (put("ack_minutes", "20"), parameter("ack_minutes", stricter="higher")),
        (change("ESC-03", ("severity", "major"), ("weight", "3")), clause("ESC-03", severity=Severity.CRITICAL)),
        (change("ESC-06", ("weight", "3")), clause("ESC-06", weight=4)),
    ],
    State.OUT_OF_RANGE: [
        (put("ack_minutes", "20"), parameter("ack_minutes", range="5..15", value="10")),
        (put("record_store", "any"), parameter("record_store", stricter="site > region", value="region")),
    ],
    State.ORPHAN: [
        (put("ack_minutes", "20"), without("ack_minutes")),
        (reword("ESC-03", APAC_DUTY), without("ESC-03")),
        (extend("ESC-03", "More."), clause("ESC-03", retired="3.3.0")),
        (waive("ESC-07"), without("ESC-07")),
        (change("ESC-03", ("weight", "5")), without("ESC-03")),
    ],
    State.RENAMED: [
        (reword("ESC-03", APAC_DUTY), RENAME),
        (extend("ESC-03", "More."), both(clause("ESC-03", weight=4), RENAME)),
        (change("ESC-03", ("weight", "5")), RENAME),
        (add(LOCAL, after="ESC-03"), RENAME),
        (add(LOCAL, before="ESC-03"), RENAME),
    ],
    State.BLOCKED: [
        (put("ack_minutes", "20"), parameter("ack_minutes", **FIXED)),
        (put("ack_minutes", "20", facts=(("locked", "floor"),)), parameter("ack_minutes", **FIXED)),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", **FLOOR)),
        (reword("ESC-03", APAC_DUTY), clause("ESC-03", text=NEW_DUTY, **FIXED)),
        (extend("ESC-03", "More."), clause("ESC-03", **FIXED)),
        (waive("ESC-07"), clause("ESC-07", **FLOOR)),
        (change("ESC-03", ("guidance", "Ask.")), clause("ESC-03", **FIXED)),
        (change("ESC-03", ("locked", "floor")), clause("ESC-03", **FIXED)),
        (SOFTER, clause("ESC-03", **FLOOR)),
    ],
    State.COLLISION: [
        (add(LOCAL), grown(a_clause("ESC-MY-01", text="Something else."))),
        (add(LOCAL), grown(a_clause("ESC-MY-01", retired="3.3.0"))),
        (add(LOCAL), grown(a_clause("ESC-08", formerly=("ESC-MY-01",)))),
    ],
    State.ANCHOR_LOST: [
        (add(LOCAL, after="ESC-03"), without("ESC-03")),
        (add(LOCAL, before="ESC-03"), clause("ESC-03", retired="3.3.0")),
    ],
}
ROWS = [(state, operation, edit) for state, rows in TABLE.items() for operation, edit in rows]


def test_the_table_holds_every_state() -> None:
    assert set(TABLE) == set(State)


@pytest.mark.parametrize(("state", "operation", "edit"), ROWS)
def test_the_twelve_states(state: State, operation: Operation, edit: Edit) -> None:
    (item,) = drift(an_override("my", operation), above(), above(edit))
    assert item.state is state
    assert item.mechanical == (state in {State.CURRENT, State.CLEAN, State.RENAMED, State.REDUNDANT})


@pytest.mark.parametrize(("state", "operation", "edit"), ROWS)
def test_what_is_mechanical_changes_nothing_that_holds(state: State, operation: Operation, edit: Edit) -> None:
    override, new = an_override("my", operation), above(edit)
    rebased = rebase(override, above(), new)
    assert below(new, rebased) == below(new, override)
    assert (rebased.written_against == new.chain) == (state in MECHANICAL)


def below(parent: Effective, override: Override) -> str:
    return apply_layer(parent, Layer(ScopeKind.SITE, override.scope, override), CLAIMED).content_digest


def test_a_new_global_version_reaches_apac_and_malaysia() -> None:
    """The worked example: the acknowledgement time halves, five minutes become three, a hint is reworded."""
    edit = both(
        parameter("ack_minutes", value="15"),
        clause("ESC-03", text=NEW_DUTY),
        clause("ESC-02", guidance="Sample every shift."),
    )
    old, new = above(), above(edit)
    region = {operation_key(item.operation): item for item in drift(APAC.override, old, new)}
    assert {key: item.state for key, item in region.items()} == {
        "set ack_minutes": State.INVERTED,
        "replace ESC-03": State.REVIEW,
        "add to ESC-02": State.CLEAN,
        "new ESC-APAC-01": State.CURRENT,
    }
    ((field, merged),) = region["replace ESC-03"].merges
    assert (field, merged.verdict) == ("text", Verdict.PROPOSAL)
    assert merged.text == APAC_DUTY.replace("five minutes", "three minutes")
    assert region["add to ESC-02"].moved == ("guidance",)
    assert states(MY.override, apply_layer(old, APAC, CLAIMED), apply_layer(new, APAC, CLAIMED)) == {
        "set ack_minutes": State.REDUNDANT,
        "set record_store": State.CURRENT,
        "change ESC-01": State.CLEAN,
        "new ESC-MY-01": State.CURRENT,
        "not applicable ESC-07": State.CURRENT,
    }
    assert waiting(region.values()) == {"set ack_minutes", "replace ESC-03"}


def test_what_was_decided_is_taken_and_the_rest_waits() -> None:
    keep, word = put("ack_minutes", "20"), reword("ESC-03", APAC_DUTY)
    override = an_override("apac", keep, word, written_against=(("global", "3.2.0"),))
    old, new = above(), above(both(parameter("ack_minutes", value="25"), clause("ESC-03", text=NEW_DUTY)))
    assert rebase(override, old, new) is override
    half = rebase(override, old, new, {"replace ESC-03": None})
    assert (half.operations, half.written_against) == ((keep,), override.written_against)
    merged = replace(word, text=APAC_DUTY.replace("five", "three"))
    whole = rebase(override, old, new, {"replace ESC-03": merged, "set ack_minutes": keep})
    assert (whole.operations, whole.written_against) == ((keep, merged), (("global", "3.3.0"),))
    assert rebase(whole, new, new) is whole


def test_what_was_kept_comes_back_on_the_next_change() -> None:
    override = an_override("apac", put("ack_minutes", "20"))
    old, new = above(), above(parameter("ack_minutes", value="25"))
    kept = rebase(override, old, new, {"set ack_minutes": override.operations[0]})
    assert states(kept, new, new) == {"set ack_minutes": State.CURRENT}
    assert states(kept, new, above(parameter("ack_minutes", value="22"))) == {"set ack_minutes": State.REVIEW}


def test_two_operations_that_have_come_to_mean_one_clause_are_a_conflict() -> None:
    override = an_override("my", reword("ESC-03", "One."), reword("ESC-05", "Two."), extend("ESC-05", "More."))
    merged = both(without("ESC-05"), clause("ESC-03", id="ESC-13", formerly=("ESC-03", "ESC-05")))
    assert list(states(override, above(), above(merged)).values()) == [State.CONFLICT, State.CONFLICT, State.REVIEW]


def test_a_value_without_direction_is_blocked_by_a_lock_raised_since() -> None:
    plain = parameter("record_store", stricter="")
    old, new = above(plain), above(both(plain, parameter("record_store", **FLOOR)))
    assert states(an_override("my", put("record_store", "any")), old, new) == {"set record_store": State.BLOCKED}


def test_an_override_that_runs_ahead_of_the_rename_finds_its_clause() -> None:
    override = an_override("my", reword("ESC-13", APAC_DUTY))
    assert states(override, above(), above(RENAME)) == {"replace ESC-13": State.CURRENT}


def test_a_fact_in_words_is_merged_like_a_text() -> None:
    hints = ("Ask the lead in person.", "Always ask the lead in person.")
    old, new = (above(clause("ESC-03", guidance=hint)) for hint in hints)
    (item,) = drift(an_override("my", change("ESC-03", ("guidance", "Ask the lead by phone."))), old, new)
    ((field, merged),) = item.merges
    assert (item.state, field, merged.text) == (State.REVIEW, "guidance", "Always ask the lead by phone.")


def test_an_orphan_says_when_its_clause_was_retired() -> None:
    (item,) = drift(an_override("my", extend("ESC-03", "More.")), above(), above(clause("ESC-03", retired="3.3.0")))
    assert item.detail == "3.3.0"


edits = st.lists(
    st.sampled_from(
        [edit for _, _, edit in ROWS] + [clause("ESC-05", title="Keep"), parameter("p0_minutes", value="10")]
    ),
    max_size=3,
).map(lambda chosen: both(*chosen))
overrides = st.lists(st.sampled_from([operation for _, operation, _ in ROWS]), max_size=5, unique_by=operation_key).map(
    lambda chosen: an_override("my", *chosen)
)


@given(overrides, edits)
def test_law_10_onto_the_same_parent_an_override_is_itself(override: Override, edit: Edit) -> None:
    parent = above(edit)
    assert rebase(override, parent, above(edit)) is override
    assert rebase(override, parent, parent) is override


@given(overrides, edits, edits)
def test_law_11_a_mechanical_rebase_keeps_what_holds(override: Override, first: Edit, second: Edit) -> None:
    old, new = above(first), above(both(first, second))
    assert below(new, rebase(override, old, new)) == below(new, override)


@given(playbooks(), playbooks(), st.data())
def test_law_11_a_mechanical_rebase_keeps_what_holds_below_any_two_playbooks(
    first: Playbook, second: Playbook, data: st.DataObject
) -> None:
    ids = tuple(dict.fromkeys(c.id for c in (*first.clauses, *second.clauses)))
    layer = data.draw(layers(ScopeKind.SITE, ids))
    old, new = resolve(first, [], CLAIMED), resolve(second, [], CLAIMED)
    rebased = rebase(layer.override, old, new)
    assert below(new, rebased) == below(new, layer.override)
    assert rebase(layer.override, new, new) is layer.override


@given(overrides, edits, edits)
def test_law_12_what_stays_current_may_go_in_two_steps(override: Override, first: Edit, second: Edit) -> None:
    start, middle, end = above(), above(first), above(both(first, second))
    kept = tuple(
        one.operation
        for one, two in zip(drift(override, start, middle), drift(override, middle, end), strict=True)
        if one.state is two.state is State.CURRENT
    )
    current = replace(override, operations=kept)
    there = rebase(rebase(current, start, middle), middle, end)
    assert {item.state for item in drift(current, start, end)} <= {State.CURRENT}
    assert there == rebase(current, start, end)
