"""Asking for waivers, deciding on them and ending them: who may, and what stands against it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from compliance import db
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.journal import Event, JournalEntry
from compliance.playbooks.models import ClauseText
from compliance.playbooks.waivers import commands
from compliance.playbooks.waivers.lifecycle import State, WaiverStatus
from compliance.playbooks.waivers.models import Waiver
from compliance.playbooks.waivers.queries import line_of
from compliance.playbooks.waivers.subjects import Subject
from tests.builders.audits import a_text, a_version
from tests.builders.network import a_site, a_vendor
from tests.builders.saving import saving
from tests.builders.waivers import (
    CLAUSES,
    CRITICAL,
    MAJOR,
    MINOR,
    Cast,
    a_renewal,
    a_request,
    a_waiver,
    asked,
    fresh,
    granted,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at("2026-03-17 04:00")


def state(waiver: Waiver) -> State:
    return line_of(fresh(waiver)).state


def test_a_request_is_bound_to_the_words_that_hold_there() -> None:
    cast = Cast()
    waiver = a_request(cast, MAJOR)
    assert (waiver.reference, waiver.status, waiver.severity, waiver.weight) == (
        "WVR-2026-0001", WaiverStatus.REQUESTED, "major", 2)
    assert waiver.clause_digest == cast.subject(MAJOR).clause_on(waiver.from_on).clause.digest
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.event == Event.WAIVER_REQUESTED)).one()
    assert entry.told["fields"]["digest"] == waiver.clause_digest


def test_a_critical_clause_is_never_waived() -> None:
    cast = Cast()
    with pytest.raises(RuleViolation, match="is critical, and a critical clause is never waived"):
        a_request(cast, CRITICAL)
    assert db.session.scalar(select(Waiver)) is None


def test_a_locked_clause_is_never_waived() -> None:
    cast = Cast()
    a_version(cast.playbook, [("minor", 1)], "- Locked: floor", effective_on=date(2026, 1, 1))
    with pytest.raises(RuleViolation, match="is locked: nobody may make it weaker here"):
        a_request(cast)


@pytest.mark.parametrize(("fields", "field", "said"), [
    ({"days": 0}, "until_on", "has to end after it starts"),
    ({"days": -4}, "until_on", "has to end after it starts"),
    ({"days": 366, "longer": "The lease."}, "until_on", "366 days; 365 are the most"),
    ({"days": 200}, "longer", "200 days. Say why 180 are not enough"),
    ({"ahead": -1}, "from_on", "covers nothing that has passed"),
    ({"control": " "}, "control", "what is done instead"),
    ({"control": "[" * 200}, "control", "Shorten"),
    ({"rationale": ""}, "rationale", "why the clause cannot be met"),
    ({"risk": ""}, "risk", "what may happen meanwhile"),
])
def test_a_request_says_what_it_has_to(fields: dict[str, Any], field: str, said: str) -> None:
    cast = Cast()
    with pytest.raises(InvalidInput) as refused:
        a_request(cast, **fields)
    assert said in " ".join(refused.value.fields[field])
    assert db.session.scalar(select(Waiver)) is None


@pytest.mark.parametrize("ahead", [0, 30, 89])
def test_two_waivers_of_one_clause_and_place_do_not_overlap(ahead: int) -> None:
    cast = Cast()
    first = a_waiver(cast)
    with pytest.raises(RuleViolation, match=f"{first.reference} is active for the same clause and place until 15 Jun"):
        a_request(cast, ahead=ahead)
    a_request(cast, MAJOR)  # another clause is another matter


def test_another_auditee_at_the_site_is_another_place() -> None:
    ours = Cast()
    theirs = Cast(vendor=a_vendor(), site=ours.site, playbook=ours.playbook)
    a_waiver(ours)
    assert {a_waiver(theirs).vendor_id, theirs.site.id} == {theirs.vendor and theirs.vendor.id, ours.site.id}


@pytest.mark.parametrize("ahead", [90, 120, 179])
def test_what_follows_soon_is_a_renewal_and_counted(ahead: int) -> None:
    cast = Cast()
    first = a_waiver(cast)
    with pytest.raises(RuleViolation, match=f"renew {first.reference}"):
        a_request(cast, ahead=ahead)
    assert a_request(cast, ahead=180).renewal == 0


def test_what_comes_just_before_is_no_way_round_the_count() -> None:
    cast = Cast()
    later = a_request(cast, ahead=100)
    with pytest.raises(RuleViolation, match=f"renew {later.reference}"):
        a_request(cast, days=99)


def test_nobody_asks_for_a_place_they_do_not_answer_for() -> None:
    cast, other = Cast(), Cast(site=a_site())
    for who in ("owner", "head"):
        with pytest.raises(Forbidden, match="may not ask for a waiver"):
            a_request(cast, who=who)
    with pytest.raises(Forbidden), saving():
        commands.request_waiver(other.actor("lead"), cast.subject(), asked(cast.site), control_owner=other.lead)


@pytest.mark.parametrize("clause", ["ZZZ-01", ""])
def test_a_clause_that_is_not_asked_there_is_not_found(clause: str) -> None:
    cast = Cast()
    with pytest.raises(NotFound), saving():
        commands.request_waiver(cast.actor("region"), Subject(cast.site, None, cast.playbook, clause),
                                asked(cast.site), control_owner=cast.lead)


def test_somebody_who_runs_nothing_there_needs_no_waiver() -> None:
    cast = Cast()
    with pytest.raises(NotFound), saving():
        commands.request_waiver(cast.actor("region"), Subject(cast.site, a_vendor(), cast.playbook, cast.clause(1)),
                                asked(cast.site), control_owner=cast.lead)


def test_a_text_that_changed_under_the_reader_is_shown_first() -> None:
    cast = Cast()
    seen = cast.subject().clause_on(date(2026, 3, 17)).clause.digest
    a_version(cast.playbook, [("minor", 4)], effective_on=date(2026, 4, 1))
    with pytest.raises(Conflict, match="reads otherwise on 2 Apr") as refused, saving():
        commands.request_waiver(cast.actor("lead"), cast.subject(), asked(cast.site, ahead=16), control_owner=cast.lead,
                                seen=seen)
    assert "2026-04-02" in str(refused.value.theirs)


def approve(cast: Cast, who: str, waiver: Waiver) -> None:
    with saving():
        commands.approve_waiver(cast.actor(who), waiver, decision="Yes.")


def decline(cast: Cast, who: str, waiver: Waiver) -> None:
    with saving():
        commands.decline_waiver(cast.actor(who), waiver, reason="No.")


Decides = Callable[[Cast, str, Waiver], None]


@pytest.mark.parametrize(("decide", "into"), [(approve, State.ACTIVE), (decline, State.DECLINED)])
@pytest.mark.parametrize(("number", "who", "why"), [
    (MINOR, "region", ""), (MINOR, "owner", ""), (MINOR, "head", ""),
    (MAJOR, "owner", ""), (MAJOR, "head", ""), (MAJOR, "region", "is major here, so a playbook owner decides"),
    (MINOR, "lead", "may not decide on a waiver"),
])
def test_who_may_say_yes_and_no(decide: Decides, into: State, number: int, who: str, why: str) -> None:
    cast = Cast()
    waiver = a_request(cast, number)
    if why:
        with pytest.raises(Forbidden, match=why):
            decide(cast, who, waiver)
    else:
        decide(cast, who, waiver)
    assert state(waiver) is (State.REQUESTED if why else into)


def test_nobody_decides_on_their_own_request() -> None:
    cast = Cast()
    waiver = a_request(cast, who="region")
    for decide in (approve, decline):
        with pytest.raises(Forbidden, match="You asked for it, so somebody else decides"):
            decide(cast, "region", waiver)
    granted(cast, waiver, "owner")


def test_a_second_renewal_is_for_the_global_head() -> None:
    cast = Cast()
    first = a_renewal(cast, a_waiver(cast))
    granted(cast, first)
    second = a_renewal(cast, first)
    assert (first.renewal, second.renewal, second.renews_id) == (1, 2, first.id)
    for who in ("region", "owner"):
        with pytest.raises(Forbidden, match="renewal 2, and from the second on the global head decides"):
            granted(cast, second, who)
    granted(cast, second, "head")
    assert state(second) is State.APPROVED


def test_a_waiver_is_renewed_once_at_a_time() -> None:
    cast = Cast()
    waiver = a_waiver(cast)
    renewal = a_renewal(cast, waiver)
    with pytest.raises(RuleViolation, match=f"{renewal.reference} is requested for the same clause and place"):
        a_renewal(cast, waiver)
    with saving():
        commands.decline_waiver(cast.actor("region"), renewal, reason="The floor is ready by then.")
    assert a_renewal(cast, waiver).renewal == 1


def test_what_was_declined_cannot_be_renewed() -> None:
    cast = Cast()
    waiver = a_request(cast)
    with saving():
        commands.decline_waiver(cast.actor("region"), waiver, reason="No.")
    with pytest.raises(RuleViolation, match="is declined, so there is nothing to renew"):
        a_renewal(cast, waiver)


def test_a_yes_to_a_clause_that_changed_meanwhile_is_refused() -> None:
    cast = Cast()
    waiver = a_request(cast)
    a_version(cast.playbook, [("minor", 2)], effective_on=date(2026, 3, 16))
    with pytest.raises(Conflict, match="has changed since this was asked for") as refused:
        granted(cast, fresh(waiver))
    assert list(refused.value.theirs) == [f"{waiver.clause_id} on 2026-03-17"]
    assert fresh(waiver).status is WaiverStatus.REQUESTED


def test_a_yes_on_a_page_that_is_no_longer_true_is_refused() -> None:
    cast = Cast()
    waiver = a_request(cast)
    seen = waiver.version
    granted(cast, waiver)
    with pytest.raises(Conflict, match="Somebody else changed this"), saving():
        commands.decline_waiver(cast.actor("owner"), fresh(waiver), reason="No.", version=seen)


def test_a_yes_counts_from_the_day_it_is_said(clock: Any) -> None:
    cast = Cast()
    waiver = a_request(cast, days=10)
    clock.forward(days=4)
    granted(cast, fresh(waiver))
    line = line_of(fresh(waiver))
    assert line.on(date(2026, 3, 20)) is State.APPROVED
    assert line.on(date(2026, 3, 21)) is State.ACTIVE


def test_a_yes_too_late_is_refused(clock: Any) -> None:
    cast = Cast()
    waiver = a_request(cast, days=3)
    clock.forward(days=3)
    with pytest.raises(RuleViolation, match="Its last day has passed"):
        granted(cast, fresh(waiver))


def test_the_control_becomes_a_clause_under_its_own_digest() -> None:
    waiver = a_waiver(Cast(), MAJOR)
    text = db.session.get_one(ClauseText, waiver.control_digest)
    assert text.content["text"] == "The shift lead reads the board out."
    assert (text.content["severity"], text.content["weight"]) == ("major", 2)
    assert "<p>" in text.html


def test_markup_in_a_control_is_text() -> None:
    waiver = a_waiver(Cast(), control="<script>go()</script> {{x}} **now**")
    html = db.session.get_one(ClauseText, waiver.control_digest).html
    assert "<script" not in html
    assert "<strong>now</strong>" in html


Ends = Callable[..., None]


@pytest.mark.parametrize(("end", "who", "into"), [
    (commands.revoke_waiver, "region", State.REVOKED), (commands.close_waiver, "lead", State.CLOSED),
])
def test_ending_one_early_counts_from_today(clock: Any, end: Ends, who: str, into: State) -> None:
    cast = Cast()
    waiver = a_waiver(cast)
    clock.forward(days=5)
    with pytest.raises(InvalidInput, match="Say why"), saving():
        end(cast.actor(who), fresh(waiver), reason=" ")
    with saving():
        end(cast.actor(who), fresh(waiver), reason="The floor is ready.")
    line = line_of(fresh(waiver))
    assert (line.on(date(2026, 3, 21)), line.on(date(2026, 3, 22))) == (State.ACTIVE, into)
    with pytest.raises(RuleViolation), saving():
        end(cast.actor(who), fresh(waiver), reason="Again.")


def test_a_request_can_be_taken_back_but_not_revoked() -> None:
    cast = Cast()
    waiver = a_request(cast)
    with pytest.raises(RuleViolation, match="not revoked"), saving():
        commands.revoke_waiver(cast.actor("region"), waiver, reason="No.")
    with saving():
        commands.close_waiver(cast.actor("lead"), waiver, reason="Not needed.")
    assert state(waiver) is State.CLOSED


def test_what_has_run_out_cannot_be_ended(clock: Any) -> None:
    cast = Cast()
    waiver = a_waiver(cast, days=5)
    clock.forward(days=5)
    assert state(waiver) is State.EXPIRED
    with pytest.raises(RuleViolation, match="is expired already"), saving():
        commands.revoke_waiver(cast.actor("region"), fresh(waiver), reason="Over.")


def test_it_lapses_on_the_day_the_clause_reads_otherwise(clock: Any) -> None:
    cast = Cast()
    waiver = a_waiver(cast)
    a_version(cast.playbook, [("minor", 3), ("major", 2)], effective_on=date(2026, 4, 1))
    ahead = line_of(fresh(waiver))
    assert (ahead.state, ahead.lapses_on) == (State.ACTIVE, date(2026, 4, 1))
    clock.at("2026-03-31 16:00")  # the first of April at the site
    lapsed = line_of(fresh(waiver))
    assert (lapsed.state, lapsed.lapsed_on, lapsed.on(date(2026, 3, 31))) == (
        State.LAPSED, date(2026, 4, 1), State.ACTIVE)
    assert a_request(cast).clause_digest != waiver.clause_digest  # asked for anew, against the new words


def reflowed(cast: Cast) -> None:
    """The next version breaks every line elsewhere, and says the same."""
    text = a_text(cast.playbook.prefix, CLAUSES, version="2.0.0").replace("shift keeps", "shift\nkeeps")
    a_version(cast.playbook, CLAUSES, effective_on=date(2026, 3, 18), source=text)


def test_edge_16_a_reflow_ends_no_waiver_and_stands_against_none(clock: Any) -> None:
    cast = Cast()
    waiver, waiting = a_waiver(cast), a_request(cast, MAJOR)
    reflowed(cast)
    clock.forward(days=3)
    assert cast.subject().clause_on(date(2026, 3, 18)).clause.digest != waiver.clause_digest
    line = line_of(fresh(waiver))
    assert (line.lapsed_on, line.state) == (None, State.ACTIVE)
    granted(cast, fresh(waiting))
    assert line_of(fresh(waiting)).state is State.ACTIVE


def test_a_version_that_leaves_the_clause_as_it_was_ends_nothing() -> None:
    cast = Cast()
    waiver = a_waiver(cast)
    a_version(cast.playbook, [("minor", 1), ("major", 5)], effective_on=date(2026, 3, 18))
    assert line_of(fresh(waiver)).lapsed_on is None

