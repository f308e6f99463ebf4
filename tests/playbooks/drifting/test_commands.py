"""Accept it, bring it onto the new text, or clear what changed nothing: by whom, and what comes of it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from compliance import clock, db
from compliance.access import SYSTEM, Role
from compliance.errors import Conflict, Forbidden, InvalidInput, RuleViolation
from compliance.journal import JournalEntry
from compliance.playbooks import choosing
from compliance.playbooks.drift import State
from compliance.playbooks.drifting import commands
from compliance.playbooks.drifting.choices import Choice, Chosen
from compliance.playbooks.drifting.comparing import compared
from compliance.playbooks.effectiveness import resolve_chosen
from compliance.playbooks.localising.commands import approve_override
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.parsing import parse_override
from tests.builders.accounts import a_person, actor_of, an_actor
from tests.builders.drifting import NEW, REPLACE, SET, TEXT, WAYS, a_rule, drifted, moves, rows_of, swap
from tests.builders.localising import asked, version_of
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import an_owner
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-06-01"
OURS, THEIRS = "What happened is written down in the case tool.", "What really happened is written down."
BOTH = "What really happened is written down in the case tool."
KEY = "replace TIN-03"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def at_hand(version: OverrideVersion) -> OverrideVersion:
    return version_of(version.override.scope, version.number)


def told(event: str) -> list[Mapping[str, object]]:
    rows = db.session.scalars(select(JournalEntry).where(JournalEntry.event == event))
    return [row.told["fields"] for row in rows]


def a_stricter_one_in_review() -> OverrideVersion:
    version = a_rule(SET)
    moves(swap(("| 30 |", "| 25 |")), effective=TODAY)
    return version


# Accept it as it is

def test_the_lead_of_the_place_accepts_what_is_stricter_and_it_is_told() -> None:
    version = a_stricter_one_in_review()
    [row] = rows_of(version)
    lead = an_actor(Role.REGIONAL_LEAD, a_region())
    with db.transaction():
        commands.acknowledge(lead, row, why=" Twenty is still less than twenty-five. ", seen=row.seen)
    [after] = rows_of(version)
    assert (after.accepted_by, after.accepted_at) == (lead.name, clock.now())
    assert told("drift.accepted") == [{"playbook": "tiny-rules", "scope": "my", "operation": "set wait_min",
                                       "state": "review", "seen": row.seen,
                                       "why": "Twenty is still less than twenty-five."}]


@pytest.mark.parametrize(("role", "state", "said"), [
    (Role.REGIONAL_LEAD, State.REVIEW, "The owner of that layer decides"),
    (Role.PLAYBOOK_OWNER, State.RENAMED, "Clear it together"),
    (Role.PLAYBOOK_OWNER, State.CLEAN, "Clear it together"),
])
def test_it_is_accepted_by_nobody_who_does_not_decide_and_only_where_something_waits(
        role: Role, state: State, said: str) -> None:
    [row] = rows_of(drifted(state, TODAY))
    with pytest.raises(RuleViolation, match=said), db.transaction():
        commands.acknowledge(an_actor(role), row, why="Fine.", seen=row.seen)


def test_whoever_asked_for_it_does_not_accept_it_and_nobody_twice() -> None:
    version = a_stricter_one_in_review()
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    with saving():
        db.session.execute(update(OverrideVersion).values(requested_by_id=lead.id))
    [row] = rows_of(version)
    with pytest.raises(RuleViolation, match="You asked for this override"), db.transaction():
        commands.acknowledge(actor_of(lead), row, why="Fine.", seen=row.seen)
    with db.transaction():
        commands.acknowledge(an_owner(), row, why="Fine.", seen=row.seen)
    [after] = rows_of(version)
    with pytest.raises(RuleViolation, match="Miriam Okafor accepted this already"), db.transaction():
        commands.acknowledge(an_owner(), after, why="Fine.", seen=row.seen)


@pytest.mark.parametrize(("why", "seen", "error"), [("Fine.", "0" * 64, Conflict), (" ", None, InvalidInput)])
def test_it_is_accepted_as_it_was_seen_and_with_a_reason(why: str, seen: str | None, error: type[Exception]) -> None:
    [row] = rows_of(drifted(State.REVIEW, TODAY))
    with pytest.raises(error), db.transaction():
        commands.acknowledge(an_owner(), row, why=why, seen=seen or row.seen)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SITE_LEAD, Role.AUTHOR, Role.LEGAL_REVIEWER])
def test_others_may_neither_accept_nor_clear(role: Role) -> None:
    version = drifted(State.REVIEW, TODAY)
    [row] = rows_of(version)
    with pytest.raises(Forbidden), db.transaction():
        commands.acknowledge(an_actor(role), row, why="Fine.", seen=row.seen)
    with pytest.raises(Forbidden), db.transaction():
        commands.clear_together(an_actor(role), [at_hand(version)])


def test_leave_to_ask_for_less_is_not_renewed_by_accepting_it() -> None:
    body = ("## Parameters\n\n| Parameter | Value | Why | Review by |\n|---|---|---|---|\n"
            "| wait_min | 45 | Storms | 2026-12-01 |\n")
    version = a_rule(body, effective="2026-05-01", approvals=["set wait_min"])
    moves(swap(("Somebody listens.", "A person listens.")), effective=TODAY)
    [row] = rows_of(version)
    with db.transaction():
        commands.acknowledge(an_owner(), row, why="Still storms.", seen=row.seen)
    assert rows_of(version)[0].accepted_at is not None
    chosen = choosing.choose(version.override.playbook, a_site(), None, date(2026, 6, 2))
    assert chosen is not None
    assert resolve_chosen(chosen).values["wait_min"] == "30"


# Bring it onto the new text

@pytest.mark.parametrize(("chosen", "text"), [
    (Chosen(Choice.OURS), OURS),
    (Chosen(Choice.THEIRS), None),
    (Chosen(Choice.MERGED, read=True), BOTH),
    (Chosen(Choice.EDIT, "It is written down,\r\nin Malay."), "It is written down,\nin Malay."),
])
def test_each_side_can_be_taken_and_the_draft_is_written_against_the_new_text(chosen: Chosen, text: str | None) -> None:
    version = drifted(State.REVIEW, TODAY)
    lead = an_actor(Role.SITE_LEAD, a_market())
    with db.transaction():
        made = commands.rebase(lead, at_hand(version), {KEY: chosen}, note="After 2.0.0")
    written = parse_override(made.source)
    assert [operation.text for operation in written.operations] == ([] if text is None else [text])
    assert (made.number, made.status, made.requested_by_id) == (2, VersionStatus.DRAFT, lead.id)
    assert (made.written_against, written.note, written.effective) == (
        {"global": "2.0.0"}, "After 2.0.0", date(2026, 6, 1))
    assert at_hand(version).status is VersionStatus.APPROVED


def test_asked_for_and_approved_nothing_is_left_to_decide() -> None:
    version, site = drifted(State.REVIEW, TODAY), a_site()
    with db.transaction():
        made = commands.rebase(an_actor(Role.REGIONAL_LEAD), at_hand(version), {KEY: Chosen(Choice.MERGED, read=True)})
    asked(made)
    with db.transaction():
        approve_override(an_owner(), at_hand(made), digest=made.digest, decision="Both are right.")
    assert (compared(at_hand(made)), rows_of(made)) == (None, [])
    chosen = choosing.choose(version.override.playbook, site, None, date(2026, 6, 1))
    assert chosen is not None
    assert resolve_chosen(chosen).by_id["TIN-03"].clause.text == BOTH


@pytest.mark.parametrize(("choices", "said"), [
    ({}, "wait for your choice"),
    ({KEY: Chosen(Choice.MERGED)}, "Read it, and say that you did"),
    ({KEY: Chosen(Choice.EDIT, "  ")}, "write what it shall say"),
    ({KEY: Chosen(Choice.OURS), "replace TIN-09": Chosen(Choice.OURS)}, "no operation “replace TIN-09”"),
    ({KEY: Chosen(Choice.EDIT, "## Replace TIN-01\n\nNothing is written.")}, "holds the heading"),
])
def test_what_cannot_be_a_text_is_refused(choices: Mapping[str, Chosen], said: str) -> None:
    version = drifted(State.REVIEW, TODAY)
    with pytest.raises(InvalidInput, match=said), db.transaction():
        commands.rebase(an_actor(Role.REGIONAL_LEAD), at_hand(version), choices)
    assert db.session.scalars(select(OverrideVersion.number)).all() == [1]


@pytest.mark.parametrize(("text", "said"), [
    ("Within {{no_such}} minutes.", "no_such"), ("Read [it](https://lumora.example/{{wait_min}}).", "address")])
def test_a_merge_that_cannot_be_read_or_hold_is_refused_with_what_to_do(text: str, said: str) -> None:
    version = drifted(State.CONFLICT, TODAY)
    with pytest.raises(RuleViolation, match=said), db.transaction():
        commands.rebase(an_actor(Role.REGIONAL_LEAD), at_hand(version), {KEY: Chosen(Choice.EDIT, text)})


@pytest.mark.parametrize(("state", "choice"), [
    (State.CONFLICT, Choice.MERGED), (State.ORPHAN, Choice.OURS), (State.BLOCKED, Choice.EDIT),
    (State.INVERTED, Choice.OURS), (State.OUT_OF_RANGE, Choice.OURS), (State.COLLISION, Choice.OURS),
    (State.ANCHOR_LOST, Choice.MERGED)])
def test_a_side_that_could_not_hold_cannot_be_taken(state: State, choice: Choice) -> None:
    version = drifted(state, TODAY)
    found = compared(at_hand(version))
    assert found is not None
    [key] = found.by_key
    with pytest.raises(InvalidInput, match="Choose another way"), db.transaction():
        commands.rebase(an_actor(Role.REGIONAL_LEAD), at_hand(version), {key: Chosen(choice, "25", True)})


def test_a_value_can_be_written_anew_and_is_judged_at_once() -> None:
    version = drifted(State.OUT_OF_RANGE, TODAY)
    lead = an_actor(Role.REGIONAL_LEAD)
    with pytest.raises(RuleViolation, match="outside the range"), db.transaction():
        commands.rebase(lead, at_hand(version), {"set wait_min": Chosen(Choice.EDIT, "4")})
    with db.transaction():
        made = commands.rebase(lead, at_hand(version), {"set wait_min": Chosen(Choice.EDIT, " 7 ")})
    assert [operation.value for operation in parse_override(made.source).operations] == ["7"]


def test_a_clause_whose_anchor_is_gone_is_kept_at_the_end_of_its_section() -> None:
    version = drifted(State.ANCHOR_LOST, TODAY)
    with db.transaction():
        made = commands.rebase(an_actor(Role.REGIONAL_LEAD), at_hand(version),
                               {"new TIN-MY-01": Chosen(Choice.OURS)})
    [kept] = parse_override(made.source).operations
    assert (kept.after, kept.clause.section if kept.clause else "") == ("", "Work")


def test_one_draft_at_a_time_and_none_where_nothing_moved() -> None:
    version = drifted(State.REVIEW, TODAY)
    lead = an_actor(Role.REGIONAL_LEAD)
    with db.transaction():
        commands.rebase(lead, at_hand(version), {KEY: Chosen(Choice.OURS)})
    with pytest.raises(RuleViolation, match="Version 2 is being written"), db.transaction():
        commands.rebase(lead, at_hand(version), {KEY: Chosen(Choice.OURS)})
    still = a_rule(SET, "apac")
    with pytest.raises(RuleViolation, match="rests on what stands above it"), db.transaction():
        commands.rebase(lead, at_hand(still), {})


@pytest.mark.parametrize("role", [Role.PLAYBOOK_OWNER, Role.AUDITOR, Role.AUTHOR, Role.VENDOR_MANAGER])
def test_only_who_may_ask_for_overrides_brings_one_in(role: Role) -> None:
    version = drifted(State.REVIEW, TODAY)
    with pytest.raises(Forbidden), db.transaction():
        commands.rebase(an_actor(role), at_hand(version), {KEY: Chosen(Choice.OURS)})


def test_an_override_is_brought_onto_a_text_still_to_come_for_its_first_day() -> None:
    with clock.fixed_at(datetime(2026, 4, 20, 12, tzinfo=UTC)):
        version = drifted(State.REVIEW, TODAY)
        with db.transaction():
            made = commands.rebase(an_actor(Role.REGIONAL_LEAD), at_hand(version), {KEY: Chosen(Choice.OURS)})
    assert (made.effective_on, made.written_against) == (date(2026, 6, 1), {"global": "2.0.0"})


# Clear what changed nothing

def three_to_clear() -> list[OverrideVersion]:
    """India renamed, Malaysia redundant and renamed, the Philippines with other fields of its value moved."""
    found = []
    for scope, body in (("in", REPLACE), ("my", SET + "\n" + REPLACE), ("ph", REPLACE)):
        a_market(scope, scope.upper(), a_region())
        found.append(a_rule(body, scope))
    rename, again = WAYS[State.RENAMED].move, WAYS[State.REDUNDANT].move
    moves(lambda text: again(rename(text)), effective=TODAY)
    return found


def digests(versions: list[OverrideVersion]) -> list[str]:
    found = []
    for version in versions:
        site = a_site(f"{version.override.scope.upper()}1", a_market(version.override.scope))
        chosen = choosing.choose(version.override.playbook, site, None, date(2026, 6, 2))
        assert chosen is not None
        found.append(resolve_chosen(chosen).content_digest)
        with saving():
            db.session.delete(site)
    return found


def test_many_are_cleared_together_and_nothing_reads_otherwise() -> None:
    versions = three_to_clear()
    before = digests(versions)
    owner = an_owner()
    with db.transaction():
        made = commands.clear_together(owner, [at_hand(each) for each in versions])
    assert [(each.number, each.status, each.approved_by) for each in made] == [(2, "approved", owner.name)] * 3
    assert [[f"{o.verb} {o.target}" for o in parse_override(each.source).operations] for each in made] == [
        ["replace TIN-04"]] * 3
    assert digests(versions) == before
    assert [rows_of(each) for each in made] == [[], [], []]
    assert [entry["before"] for entry in told("override_version.carried_over")] == [1, 1, 1]


def test_one_that_has_nothing_to_clear_holds_up_all_of_them() -> None:
    versions = three_to_clear()
    rests = a_rule(NEW.replace("TIN-MY-01", "TIN-APAC-01").replace("TIN-03", "TIN-02"), "apac", against="global: 2.0.0")
    with pytest.raises(RuleViolation, match="There is nothing to clear"), db.transaction():
        commands.clear_together(SYSTEM, [at_hand(each) for each in (*versions, rests)])
    assert {row.number for row in db.session.scalars(select(OverrideVersion))} == {1}


@pytest.mark.parametrize("state", [State.REVIEW, State.CONFLICT, State.ANCHOR_LOST, State.BLOCKED])
def test_what_waits_for_a_person_is_never_one_click(state: State) -> None:
    version = drifted(state, TODAY)
    with pytest.raises(RuleViolation, match="waits for a person"), db.transaction():
        commands.clear_together(an_owner(), [at_hand(version)])


def test_whoever_asked_for_it_does_not_clear_it() -> None:
    version = drifted(State.RENAMED, TODAY)
    lead = a_person(Role.REGIONAL_LEAD, a_region())
    with saving():
        db.session.execute(update(OverrideVersion).values(requested_by_id=lead.id))
    with pytest.raises(RuleViolation, match="You asked for this override"), db.transaction():
        commands.clear_together(actor_of(lead), [at_hand(version)])
    other = an_actor(Role.REGIONAL_LEAD, a_region())
    with db.transaction():
        [made] = commands.clear_together(other, [at_hand(version)])
    assert made.requested_by_id == lead.id


def test_leave_that_still_rests_on_the_same_goes_on() -> None:
    body = ("## Parameters\n\n| Parameter | Value | Why | Review by |\n|---|---|---|---|\n"
            "| wait_min | 45 | Storms | 2026-12-01 |\n\n" + REPLACE)
    version = a_rule(body, effective="2026-05-01", approvals=["set wait_min"])
    moves(WAYS[State.RENAMED].move, effective=TODAY)
    before = at_hand(version).approvals
    with db.transaction():
        [made] = commands.clear_together(an_owner(), [at_hand(version)])
    assert made.approvals == before != []


def test_nothing_chosen_is_nothing_cleared() -> None:
    with pytest.raises(InvalidInput, match="at least one"), db.transaction():
        commands.clear_together(an_owner(), [])


def test_an_acceptance_reaches_those_below_it_alone() -> None:
    """What a region's words give way to is what a market's addition rests on."""
    region = a_rule(REPLACE, "apac")
    market = a_rule("## Add to TIN-03\n\n- Why: Nights\n\nAlso at night.\n", "my", against="global: 1.0.0\n  apac: 1")
    moves(swap((TEXT, f"{THEIRS}\n")), effective=TODAY)
    assert [row.state for row in rows_of(market)] == [State.REVIEW]
    [row] = rows_of(region)
    with db.transaction():
        commands.acknowledge(an_owner(), row, why="Ours is better.", seen=row.seen)
    assert rows_of(market) == []
