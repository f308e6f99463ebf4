"""Asking for an override and deciding on it: by whom, on which text, in which order, and never by whoever asked."""

from typing import Any

import pytest
from sqlalchemy import select

from compliance import db, journal
from compliance.access import SYSTEM, Actor, Role
from compliance.errors import Conflict, Forbidden, InvalidInput, PlumblineError, RuleViolation
from compliance.journal import JournalEntry
from compliance.playbooks.localising import commands
from compliance.playbooks.localising.models import Act, RequestStep
from compliance.playbooks.models import OverrideVersion, VersionStatus
from compliance.playbooks.operations import Effect
from tests.builders.accounts import a_person, an_actor
from tests.builders.localising import asked, consented, version_of
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import (
    an_override,
    an_override_text,
    an_override_version,
    an_owner,
    bring_in,
)

pytestmark = pytest.mark.usefixtures("playbook")
S = VersionStatus
TIGHTER = "## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| wait_min | 20 | The desk is staffed |\n"
LOOSER = ("## Parameters\n\n| Parameter | Value | Why | Approved | Review by |\n|---|---|---|---|---|\n"
          "| wait_min | 45 | Storms | m.okafor 2026-05-01 | {review} |\n").format
LOOSE = LOOSER(review="2027-06-01")
WAIVED = "## Not applicable {}\n\n- Review by: 2027-01-01\n- Why: Building work\n- Approved: a.b 2026-05-01\n"
REWORDED = "## Replace TIN-03 Remember it\n\n- Why: Paper is short\n\nIt is remembered.\n"


def a_draft(body: str = TIGHTER, scope: str = "apac", number: int = 1, effective: str = "2026-06-01",
            actor: Actor = SYSTEM) -> OverrideVersion:
    a_market()
    done = bring_in(an_override_text(scope, number, effective, body=body), actor=actor)
    assert done.digest, done.lines
    return an_override_version(done.digest)


def decide(version: OverrideVersion, actor: Actor | None = None, **said: Any) -> None:
    with db.transaction():
        commands.approve_override(actor or an_owner(), version,
                                  **{"decision": "Read it", "digest": version.digest} | said)


def a_lead(node: Any = None) -> Actor:
    return an_actor(Role.REGIONAL_LEAD, node or a_region())


def acts(version: OverrideVersion) -> list[str]:
    return list(db.session.scalars(select(RequestStep.act).where(
        RequestStep.override_version_id == version.id).order_by(RequestStep.at, RequestStep.id)))


@pytest.mark.parametrize(("body", "review"), [
    (TIGHTER, S.REGIONAL_REVIEW), ("## Add to TIN-03\n\n- Why: Nights\n\nAlso at night.\n", S.REGIONAL_REVIEW),
    (REWORDED, S.GLOBAL_REVIEW), (LOOSE, S.GLOBAL_REVIEW), (WAIVED.format("TIN-03"), S.GLOBAL_REVIEW),
    ("", S.REGIONAL_REVIEW),
], ids=["tighten", "add", "reword", "loosen", "not applicable", "nothing differs"])
def test_what_it_does_says_where_it_goes_first(body: str, review: VersionStatus) -> None:
    version = asked(a_draft(body))
    assert (version.status, acts(version)) == (review, [Act.ASKED])


def test_a_region_s_own_words_are_for_the_region_and_what_it_made_too() -> None:
    made = ("## New TIN-APAC-01 Hand over\n\n- Severity: minor\n- Weight: 1\n- Evidence: Sheet\n- Section: Work\n"
            "- Why: Nights\n\nCases are handed over.\n\n" + REWORDED)
    an_override(an_override_text(body=made))
    reworded = asked(a_draft("## Replace TIN-03 Keep it\n\n- Why: Shelves\n\nIt is kept.\n", "my"))
    assert reworded.status is S.REGIONAL_REVIEW
    waived = asked(a_draft(WAIVED.format("TIN-APAC-01"), "my", 2, "2026-07-01"))
    assert waived.status is S.REGIONAL_REVIEW
    market = an_actor(Role.REGIONAL_LEAD, a_market())
    with pytest.raises(RuleViolation, match=r"Replace TIN-03 changes what apac says\. Its owner decides"):
        decide(reworded, market)
    decide(reworded, a_lead())
    assert reworded.status is S.APPROVED


def test_a_lead_decides_on_what_is_tighter_at_their_place_and_no_other() -> None:
    version = asked(a_draft())
    with pytest.raises(Forbidden):
        decide(version, a_lead(a_region("emea")))
    with pytest.raises(Forbidden):
        decide(version, an_actor(Role.AUDITOR))
    decide(version, a_lead())
    assert (version.status, version.effect, version.decision) == (S.APPROVED, Effect.TIGHTEN, "Read it")
    assert acts(version) == [Act.ASKED, Act.APPROVED]


def test_both_reviews_pass_what_does_both() -> None:
    version = asked(a_draft(TIGHTER + "\n" + REWORDED))
    assert version.status is S.REGIONAL_REVIEW
    lead, owner = a_lead(), an_owner()
    decide(version, lead)
    assert (version.status, version.approved_at) == (S.GLOBAL_REVIEW, None)
    with pytest.raises(Forbidden):
        decide(version, lead)
    decide(version, owner)
    assert (version.status, version.approved_by) == (S.APPROVED, owner.name)
    told = [(step.stage, step.person) for step in db.session.scalars(select(RequestStep).where(
        RequestStep.act == Act.APPROVED).order_by(RequestStep.id))]
    assert told == [(S.REGIONAL_REVIEW, lead.name), (S.GLOBAL_REVIEW, owner.name)]


def test_a_global_owner_decides_on_everything_below_at_once() -> None:
    version = asked(a_draft(TIGHTER + "\n" + REWORDED))
    decide(version)
    assert version.status is S.APPROVED


def test_whoever_asked_decides_nothing_whatever_they_hold() -> None:
    owner = an_owner()
    asker = a_lead()
    version = asked(a_draft(actor=owner), asker)
    for person in (owner, asker):
        for command, said in ((commands.approve_override, {"decision": "Fine", "digest": version.digest}),
                              (commands.decline_override, {"reason": "No"}),
                              (commands.return_request, {"questions": "Why?"})):
            with pytest.raises(RuleViolation, match="You asked for this"), db.transaction():
                command(person, version, **said)
    assert (version.status, acts(version)) == (S.REGIONAL_REVIEW, [Act.ASKED])


def test_the_refusal_of_one_s_own_request_names_who_can() -> None:
    asker = a_lead()
    version = asked(a_draft(actor=asker), asker)
    other = an_actor(Role.REGIONAL_LEAD, a_region(), name="Noor Aziz")
    with pytest.raises(RuleViolation, match=r"you cannot decide on it\. .*Noor Aziz.* can\."):
        decide(version, asker)
    decide(version, other)


def test_a_loosening_waits_for_legal_and_is_agreed_to_by_name() -> None:
    version = asked(a_draft(LOOSE))
    owner = an_owner()
    with pytest.raises(RuleViolation, match="Legal has not said yes to this text"):
        decide(version, owner, approvals=["set wait_min"])
    consented(version)
    with pytest.raises(RuleViolation, match="Set wait_min asks for less than the layer above"):
        decide(version, owner)
    decide(version, owner, approvals=["set wait_min"])
    [given] = version.approvals
    assert (given["operation"], given["approver"], given["approved_on"]) == ("set wait_min", owner.name, "2026-06-01")
    assert len(given["basis"]) == 64


def test_a_no_of_legal_stands_until_it_says_otherwise() -> None:
    version = asked(a_draft(LOOSE))
    counsel = an_actor(Role.LEGAL_REVIEWER)
    consented(version, counsel, given=False)
    with pytest.raises(RuleViolation, match="Legal said no: Counsel read it"):
        decide(version, approvals=["set wait_min"])
    consented(version, counsel)
    decide(version, approvals=["set wait_min"])
    assert version.status is S.APPROVED


def test_legal_is_neither_who_asked_nor_who_decides() -> None:
    both = a_person(Role.LEGAL_REVIEWER, name="Ada Both")
    asker = an_actor(Role.REGIONAL_LEAD, a_region())
    version = asked(a_draft(LOOSE, actor=asker), asker)
    many = Actor(asker.id, asker.name, (*asker.grants, *an_actor(Role.LEGAL_REVIEWER).grants))
    with pytest.raises(RuleViolation, match="You asked for this, so you cannot speak for Legal"):
        consented(version, many)
    owner = an_owner()
    counsel = Actor(both.id, both.name, (*owner.grants, *an_actor(Role.LEGAL_REVIEWER).grants))
    consented(version, counsel)
    with pytest.raises(RuleViolation, match="You spoke for Legal"):
        decide(version, counsel, approvals=["set wait_min"])


def test_legal_is_not_asked_about_what_is_stricter() -> None:
    with pytest.raises(RuleViolation, match="It needs no consent"):
        consented(asked(a_draft()))


def test_a_word_on_a_text_that_changed_under_it_is_refused() -> None:
    version = asked(a_draft(LOOSE))
    for command, said in ((commands.approve_override, {"decision": "Fine"}),
                          (commands.decline_override, {"reason": "No"}), (commands.return_request, {"questions": "?"})):
        with pytest.raises(Conflict, match="The text changed after you opened it"), db.transaction():
            command(an_owner(), version, digest="0" * 64, **said)
    with pytest.raises(Conflict), db.transaction():
        commands.consent(an_actor(Role.LEGAL_REVIEWER), version, given=True, reason="Fine", digest="0" * 64)
    with pytest.raises(Conflict), db.transaction():
        commands.approve_override(
            an_owner(), version, digest=version.digest, decision="Fine", seen=version.version - 1)


def test_consent_is_for_one_text_and_one_asking() -> None:
    version = asked(a_draft(LOOSE))
    consented(version)
    owner = an_owner()
    with db.transaction():
        commands.return_request(owner, version, questions="How often does it storm?")
    assert (version.status, version.decision) == (S.RETURNED, "How often does it storm?")
    asked(version)
    with pytest.raises(RuleViolation, match="Legal has not said yes"):
        decide(version, owner, approvals=["set wait_min"])


def test_a_lead_of_a_site_asks_and_decides_nothing() -> None:
    site = a_site("KUL7", a_market())
    lead = an_actor(Role.SITE_LEAD, site)
    version = asked(a_draft(scope="kul7", actor=lead), lead)
    with pytest.raises(Forbidden):
        decide(version, an_actor(Role.SITE_LEAD, site))
    decide(version, a_lead())
    with pytest.raises(Forbidden):
        asked(a_draft(scope="kul7", number=2, effective="2026-07-01"), an_actor(Role.AUDITOR))


@pytest.mark.parametrize(("number", "effective", "said"), [
    (2, "2026-07-01", "already takes effect"), (3, "2026-06-15", "within the time apac 3 would hold"),
    (1, "2026-08-01", "apac 2 is the newer text"),
], ids=["the same day", "inside a later one", "an older text later"])
def test_two_at_one_level_never_hold_at_once(number: int, effective: str, said: str) -> None:
    an_override(an_override_text("apac", 2, "2026-07-01"))
    version = a_draft("## Add to TIN-03\n\n- Why: Nights\n\nAlso.\n", "apac", 3 if number == 2 else number, effective)
    with pytest.raises(RuleViolation, match=said):
        asked(version)


def test_the_second_of_two_requests_for_a_day_is_refused_when_the_first_was_approved() -> None:
    first, second = asked(a_draft()), asked(a_draft("## Add to TIN-03\n\n- Why: Nights\n\nAlso.\n", number=2))
    decide(first)
    with pytest.raises(RuleViolation, match="apac 1 already takes effect on 1 Jun"):
        decide(second)
    assert second.status is S.REGIONAL_REVIEW


def test_a_declined_override_is_appealed_against_once_and_that_is_final() -> None:
    asker = a_lead()
    version = asked(a_draft(REWORDED, actor=asker), asker)
    head = an_actor(Role.GLOBAL_HEAD)
    with pytest.raises(RuleViolation, match="not declined"):
        appeal(version, asker)
    with db.transaction():
        commands.decline_override(an_owner(), version, reason="The words are the same everywhere")
    with pytest.raises(RuleViolation, match="Whoever asked for it may appeal"):
        appeal(version, an_actor(Role.REGIONAL_LEAD, a_region()))
    appeal(version, asker)
    with pytest.raises(Forbidden):
        hear(version, an_owner())
    hear(version, head, granted=False)
    assert (version.status, version.decision) == (S.DECLINED, "Heard")
    with pytest.raises(RuleViolation, match="that decision is final"):
        appeal(version, asker)


def test_an_appeal_that_is_granted_lets_it_hold_and_no_lock_gives_way() -> None:
    asker = a_lead()
    version = asked(a_draft(LOOSE, actor=asker), asker)
    with db.transaction():
        commands.decline_override(an_owner(), version, reason="Storms are rare")
    appeal(version, asker)
    head = an_actor(Role.GLOBAL_HEAD)
    with pytest.raises(RuleViolation, match="Legal has not said yes"):
        hear(version, head, approvals=["set wait_min"])
    consented(version)
    hear(version, head, approvals=["set wait_min"])
    assert (version.status, version.approved_by, len(version.approvals)) == (S.APPROVED, head.name, 1)


def appeal(version: OverrideVersion, actor: Actor) -> None:
    with db.transaction():
        commands.appeal(actor, version, reason="The storms are real")


def hear(version: OverrideVersion, actor: Actor, *, granted: bool = True, **said: Any) -> None:
    with db.transaction():
        commands.hear_appeal(actor, version, digest=version.digest, granted=granted, reason="Heard", **said)


def test_whoever_asked_withdraws_and_may_ask_again() -> None:
    asker = a_lead()
    version = asked(a_draft(actor=asker), asker)
    with pytest.raises(RuleViolation, match="Whoever asked for it may withdraw"), db.transaction():
        commands.withdraw_request(an_actor(Role.REGIONAL_LEAD, a_region()), version)
    with db.transaction():
        commands.withdraw_request(asker, version, reason="Not yet")
    assert version.status is S.WITHDRAWN
    with pytest.raises(RuleViolation, match="was withdrawn"):
        decide(version)
    asked(version, asker)
    assert acts(version) == [Act.ASKED, Act.WITHDRAWN, Act.ASKED]


def test_nothing_is_said_without_a_reason() -> None:
    version = asked(a_draft())
    for command, field in ((commands.approve_override, "decision"), (commands.decline_override, "reason"),
                           (commands.return_request, "questions")):
        read = {"digest": version.digest} if command is commands.approve_override else {}
        with pytest.raises(InvalidInput) as refused, db.transaction():
            command(an_owner(), version, **read, **{field: "  "})
        assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("status", [S.DRAFT, S.RETURNED, S.WITHDRAWN, S.APPROVED, S.DECLINED, S.APPEALED])
def test_only_what_was_asked_for_is_decided_on(status: VersionStatus) -> None:
    version = a_draft()
    with db.transaction():
        version.status = status
    for command, said in ((commands.approve_override, {"decision": "Fine", "digest": version.digest}),
                          (commands.decline_override, {"reason": "No"}),
                          (commands.return_request, {"questions": "Why?"})):
        with pytest.raises(PlumblineError), db.transaction():
            command(an_owner(), version, **said)
    assert version.status is status


def test_what_holds_already_is_taken_over_and_what_is_to_come_is_asked_for() -> None:
    version, later = a_draft(), a_draft("## Add to TIN-03\n\n- Why: Nights\n\nAlso.\n", "my", effective="2026-07-01")
    owner = an_owner()
    with pytest.raises(RuleViolation, match="does not hold yet"), db.transaction():
        commands.take_over_override(owner, later, decision="As it was")
    with db.transaction():
        commands.take_over_override(owner, version, decision="As it was")
    assert (version.status, version.legal_basis, acts(version)) == (S.APPROVED, False, [Act.APPROVED])
    with pytest.raises(Forbidden), db.transaction():
        commands.take_over_override(a_lead(), later, decision="As it was")


def test_every_act_is_in_the_journal_and_the_chain_holds() -> None:
    asker = a_lead()
    version = asked(a_draft(LOOSE, actor=asker), asker)
    with db.transaction():
        commands.return_request(an_owner(), version, questions="Why?")
    consented(asked(version, asker))
    with db.transaction():
        commands.decline_override(an_owner(), version, reason="No")
    appeal(version, asker)
    hear(version, an_actor(Role.GLOBAL_HEAD), approvals=["set wait_min"])
    told = db.session.scalars(select(JournalEntry.event).where(JournalEntry.subject_id == version.id).order_by(
        JournalEntry.seq)).all()
    assert [event.removeprefix("override_version.") for event in told] == [
        "imported", "requested", "returned", "requested", "consented", "declined", "appealed", "approved"]
    assert journal.verify()[1] is None
    assert version_of("apac").id == version.id
