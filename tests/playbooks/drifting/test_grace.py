"""Thirty days after the text above moved the override gives way, unless a law, a stricter rule or a person keeps it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from compliance import clock, db
from compliance.access import Role
from compliance.network.models import Site
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.drift import State
from compliance.playbooks.drifting import commands
from compliance.playbooks.effective import Effective
from compliance.playbooks.effectiveness import clauses_of, in_force, resolve_chosen
from compliance.playbooks.models import OverrideVersion
from tests.builders.accounts import an_actor
from tests.builders.drifting import ADD, REPLACE, SET, TEXT, WAYS, a_rule, moves, rows_of, swap
from tests.builders.network import a_market, a_region, a_site, a_vendor
from tests.builders.playbooks import a_playbook

pytestmark = pytest.mark.usefixtures("app")
MOVED, OVER = date(2026, 6, 1), date(2026, 7, 1)
OURS, THEIRS = "What happened is written down in the case tool.", "What really happened is written down."
REVIEW = WAYS[State.REVIEW].move


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 4, 20, 12, tzinfo=UTC)):
        yield


def said(version: OverrideVersion, site: Site, on: date, clause: str = "TIN-03") -> str:
    return effective(version, site, on).by_id[clause].clause.text


def effective(version: OverrideVersion, site: Site, on: date) -> Effective:
    chosen = choosing.choose(version.override.playbook, site, None, on)
    assert chosen is not None
    return resolve_chosen(chosen)


def reasons(version: OverrideVersion, site: Site, on: date) -> list[str]:
    return [str(issue.reason) for issue in effective(version, site, on).issues]


def test_it_holds_for_thirty_days_and_then_the_text_above_does() -> None:
    version, site = a_rule(REPLACE), a_site()
    moves(REVIEW, effective="2026-06-01")
    days = (MOVED - timedelta(1), MOVED, OVER - timedelta(1), OVER, OVER + timedelta(400))
    assert [said(version, site, day) for day in days] == [OURS, OURS, OURS, THEIRS, THEIRS]
    assert [reasons(version, site, day) for day in days] == [[], ["stale"], ["stale"], ["grace-over"], ["grace-over"]]
    [row] = rows_of(version)
    assert (row.from_on, row.over_on) == (MOVED, OVER)


def test_the_page_foretells_the_day_and_keeps_each_side_of_it() -> None:
    version, site = a_rule(REPLACE), a_site()
    moves(REVIEW, effective="2026-06-01")
    with clock.fixed_at(datetime(2026, 6, 10, tzinfo=UTC)):
        before = in_force(version.override.playbook, site, None, date(2026, 6, 10))
        after = in_force(version.override.playbook, site, None, OVER)
    assert (before.next_change_on, after.next_change_on) == (OVER, None)
    assert [[each.text for each in clauses_of(chain) if each.id == "TIN-03"] for chain in (before, after)] == [
        [OURS], [THEIRS]]


def test_a_law_keeps_it_in_force() -> None:
    version, site = a_rule(REPLACE), a_site()
    with db.transaction():
        db.session.execute(update(OverrideVersion).values(legal_basis=True))
    moves(REVIEW, effective="2026-06-01")
    assert (said(version, site, OVER), reasons(version, site, OVER)) == (OURS, ["stale"])
    assert [row.over_on for row in rows_of(version)] == [None]


def test_a_stricter_rule_is_never_lost_by_waiting() -> None:
    version, site = a_rule(SET), a_site()
    moves(swap(("| 30 |", "| 25 |")), effective="2026-06-01")
    assert effective(version, site, OVER + timedelta(100)).values["wait_min"] == "20"
    assert [(row.state, row.over_on) for row in rows_of(version)] == [(State.REVIEW, None)]


def test_a_vendors_addition_is_never_lost_by_waiting() -> None:
    a_playbook()
    vendor, site = a_vendor("KBC"), a_site()
    version = a_rule(ADD, "kbc")
    moves(swap((TEXT, "Everything is written down.\n")), effective="2026-06-01")
    chain = in_force(version.override.playbook, site, vendor.id, OVER)
    assert "Also at night." in next(each.text for each in clauses_of(chain) if each.id == "TIN-03")


def test_where_a_clause_must_rebase_the_text_above_holds_from_its_first_day() -> None:
    version, site = a_rule(REPLACE), a_site()
    moves(lambda text: REVIEW(text).replace("- Severity: minor\n", "- Severity: minor\n- Must rebase: yes\n"),
          effective="2026-06-01")
    assert said(version, site, MOVED - timedelta(1)) == OURS
    assert (said(version, site, MOVED), reasons(version, site, MOVED)) == (THEIRS, ["waiting-for-review"])
    assert reasons(version, site, OVER) == ["grace-over"]
    assert [row.over_on for row in rows_of(version)] == [MOVED]


def test_a_stricter_value_is_kept_also_where_its_clause_must_rebase() -> None:
    """20 minutes here, 30 above, 25 from June on: nobody is asked for less because all are asked for more."""
    version, site = a_rule(SET), a_site()
    moves(swap(("| 30 |", "| 25 |"), ("- Severity: major\n", "- Severity: major\n- Must rebase: yes\n")),
          effective="2026-06-01")
    assert effective(version, site, MOVED).by_id["TIN-01"].clause.must_rebase
    for day in (MOVED, OVER + timedelta(100)):
        assert (effective(version, site, day).values["wait_min"], reasons(version, site, day)) == ("20", ["stale"])
    assert [(row.state, row.over_on) for row in rows_of(version)] == [(State.REVIEW, None)]


def test_a_text_approved_after_its_own_day_gives_thirty_days_from_its_approval() -> None:
    version, site = a_rule(REPLACE), a_site()
    with clock.fixed_at(datetime(2026, 6, 20, 9, tzinfo=UTC)):
        moves(REVIEW, effective="2026-06-01")
    days = (OVER, date(2026, 7, 19), date(2026, 7, 20))
    assert [said(version, site, day) for day in days] == [OURS, OURS, THEIRS]


def test_the_wait_goes_on_over_other_changes_and_begins_anew_after_a_way_back() -> None:
    version, site = a_rule(REPLACE), a_site()
    with clock.fixed_at(datetime(2026, 8, 15, tzinfo=UTC)):
        moves(REVIEW, effective="2026-06-01", number="1.0.1")
        moves(lambda text: REVIEW(text).replace("The door stays shut.", "Every door stays shut."),
              effective="2026-06-20", number="1.0.2")
        moves(lambda text: text, effective="2026-07-10", number="1.0.3")
        moves(REVIEW, effective="2026-08-01", number="1.0.4")
    # All approved on 15 August, so what waits waits thirty days from then: until 14 September.
    assert [said(version, site, date(2026, *day)) for day in ((7, 12), (9, 13), (9, 14))] == [OURS, OURS, THEIRS]
    assert [(row.from_on, row.until_on, row.over_on) for row in rows_of(version)] == [
        (date(2026, 6, 1), date(2026, 7, 10), date(2026, 9, 14)), (date(2026, 8, 1), None, date(2026, 9, 14))]


def test_an_unrelated_change_above_does_not_lengthen_the_wait() -> None:
    version, site = a_rule(REPLACE), a_site()
    moves(REVIEW, effective="2026-06-01", number="2.0.0")
    moves(lambda text: REVIEW(text).replace("The door stays shut.", "Every door stays shut."),
          effective="2026-06-20", number="3.0.0")
    assert [said(version, site, day) for day in (OVER - timedelta(1), OVER)] == [OURS, THEIRS]


def test_what_gives_way_above_moves_what_is_below() -> None:
    """The region's words end on their day; the addition of the market has then lost what it was added to."""
    region, site = a_rule(REPLACE, "apac"), a_site()
    market = a_rule(ADD, "my", against="global: 1.0.0\n  apac: 1")
    moves(REVIEW, effective="2026-06-01")
    texts = [said(region, site, day) for day in (MOVED, OVER, OVER + timedelta(29), OVER + timedelta(30))]
    assert texts == [f"{OURS}\n\nAlso at night.", f"{THEIRS}\n\nAlso at night.", f"{THEIRS}\n\nAlso at night.", THEIRS]
    assert [(row.state, row.from_on, row.over_on) for row in rows_of(market)] == [
        (State.REVIEW, OVER, OVER + timedelta(30))]


def test_what_was_accepted_holds_until_the_text_moves_again() -> None:
    version, site = a_rule(REPLACE), a_site()
    moves(REVIEW, effective="2026-06-01")
    with clock.fixed_at(datetime(2026, 7, 10, 9, tzinfo=UTC)):
        [row] = rows_of(version)
        with db.transaction():
            commands.acknowledge(an_actor(Role.PLAYBOOK_OWNER), row, why="Our tool says so.", seen=row.seen)
        days = (date(2026, 7, 5), date(2026, 7, 10), date(2027, 1, 1))
        assert [said(version, site, day) for day in days] == [THEIRS, OURS, OURS]
        assert reasons(version, site, date(2027, 1, 1)) == []
        chosen = choosing.choose(version.override.playbook, site, None, date(2026, 8, 1))
        assert chosen is not None
        assert choosing.last_change(chosen, brought=True) == date(2026, 7, 10), "somebody brought that"
        moves(swap((TEXT, "What truly happened is written down.\n")), effective="2026-09-01", number="3.0.0")
    assert [said(version, site, day) for day in (date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1))] == [
        OURS, OURS, "What truly happened is written down."]
    assert [(row.accepted_by != "", row.over_on) for row in rows_of(version)] == [
        (True, None), (False, date(2026, 10, 1))]


def test_what_was_accepted_later_was_not_known_before() -> None:
    version, site = a_rule(REPLACE), a_site()
    moves(REVIEW, effective="2026-06-01")
    with clock.fixed_at(datetime(2026, 7, 10, 9, tzinfo=UTC)):
        [row] = rows_of(version)
        with db.transaction():
            commands.acknowledge(an_actor(Role.PLAYBOOK_OWNER), row, why="Our tool says so.", seen=row.seen)
    known = [choosing.choose(version.override.playbook, site, None, date(2026, 8, 1), at)
             for at in (datetime(2026, 7, 9, tzinfo=UTC), None)]
    assert [resolve_chosen(each).by_id["TIN-03"].clause.text for each in known if each] == [THEIRS, OURS]


@pytest.mark.slow
def test_every_day_of_a_year_is_found_again_under_its_key() -> None:
    """The calendar as oracle: what is remembered for a day is what a cold resolution of that day says, one key never
    stands for two texts, and nothing changes on a day that was not foretold."""
    region, site = a_rule(REPLACE, "apac"), a_site()
    a_rule(ADD, "my", against="global: 1.0.0\n  apac: 1")
    moves(REVIEW, effective="2026-06-01")
    moves(swap((TEXT, "What truly happened is written down.\n")), effective="2026-07-20", number="3.0.0")
    elsewhere = a_site("DUB9", a_market("ie", "Ireland", a_region("emea", "EMEA")))
    for place in (site, elsewhere):
        texts, foretold = dict[str, str](), date(2026, 5, 1)
        previous = ""
        for day in (date(2026, 5, 1) + timedelta(n) for n in range(200)):
            chosen = choosing.choose(region.override.playbook, place, None, day)
            assert chosen is not None
            warm = resolve_chosen(chosen).content_digest
            effectiveness._memo.clear()
            assert resolve_chosen(chosen).content_digest == warm
            assert texts.setdefault(chosen.key, warm) == warm
            assert warm == previous or day == foretold, day
            previous = warm
            foretold = chosen.next_change_on if day >= foretold and chosen.next_change_on else foretold
