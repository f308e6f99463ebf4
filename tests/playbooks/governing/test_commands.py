"""The life of a version told by people: who may take which step, on which text, and what every refusal leaves."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import SYSTEM, Actor, Role
from compliance.errors import Conflict, Forbidden, InvalidInput, RuleViolation
from compliance.findings.lineages import known_lineage
from compliance.findings.repeats import Kinship
from compliance.journal import JournalEntry
from compliance.playbooks.drafting.commands import resolve_comment
from compliance.playbooks.governing import commands
from compliance.playbooks.governing.cases import lineages_of, sign_offs_of
from compliance.playbooks.governing.fates import Confirmed
from compliance.playbooks.governing.life import Fate
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from tests.builders.accounts import an_actor
from tests.builders.drafting import said_of, saved
from tests.builders.governing import a_lawyer, an_owner, in_review, publish, submit
from tests.builders.playbooks import a_playbook, a_text, a_version, bring_in

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AHEAD = "2026-09-01"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(NOW):
        yield


def a_draft(actor: Actor = SYSTEM, **said: Any) -> PlaybookVersion:
    """2.0.0 after 1.0.0, in other words, from September on."""
    if db.session.scalar(select(func.count(PlaybookVersion.id))) == 0:
        a_playbook()
    valid = {"version": "2.0.0", "effective": AHEAD, "text": "A person listens."}
    return a_version(bring_in(a_text(**valid | said), actor=actor).digest)


def take(command: Any, actor: Actor, *given: Any, **said: Any) -> Any:
    with db.transaction():
        return command(actor, *given, **said)


def approve(version: PlaybookVersion, actor: Actor | None = None, digest: str = "") -> None:
    take(commands.approve_version, actor or an_owner(), version, digest=digest or version.digest, decision="Read it")


REFUSED_IN_REVIEW = [
    ({"change": ""}, "does not say how much it changes"),
    ({"version": "1.0.1"}, "more than editorial: TIN-01 is stricter"),
    ({"version": "1.1.0", "change": "major"}, "A major change after 1.0.0 is 2.0.0, not 1.1.0"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED_IN_REVIEW)
def test_a_draft_is_not_reviewed_before_it_is_whole(said: dict[str, str], why: str) -> None:
    version = a_draft(wait="20", **said)
    with pytest.raises(RuleViolation) as refused:
        take(commands.submit_version, an_actor(Role.AUTHOR), version)
    assert any(why in reason for reason in refused.value.reasons)
    assert version.status is VersionStatus.DRAFT


@pytest.mark.parametrize("fact", ["Severity: minor", "Weight: 5", "Evidence: Notebook"])
def test_a_missing_fact_is_told_with_its_line(fact: str) -> None:
    version = a_draft()
    with db.transaction():
        version.source = version.source.replace(f"- {fact}\n", "")
    with pytest.raises(RuleViolation, match=rf"Line \d+: .*no {fact.split(':', maxsplit=1)[0].lower()}") as refused:
        take(commands.submit_version, an_actor(Role.AUTHOR), version)
    assert "Add" in refused.value.reasons[0]


@pytest.mark.parametrize("day", [date(2026, 9, 1), date(2027, 9, 2)], ids=["too soon", "more than twelve months"])
def test_it_is_read_through_again_within_twelve_months(day: date) -> None:
    with pytest.raises(RuleViolation, match="read through again by 1 Sep 2027"):
        take(commands.submit_version, an_actor(Role.AUTHOR), a_draft(), review_on=day)


def test_the_whole_way_is_in_the_journal() -> None:
    author, owner, lawyer = an_actor(Role.AUTHOR), an_owner(), a_lawyer()
    version = a_draft(author)
    take(commands.submit_version, author, version)
    take(commands.consent, lawyer, version, digest=version.digest, reason="Nothing against it")
    approve(version, owner)
    assert (version.status, version.approved_by, version.approved_at) == (VersionStatus.APPROVED, "Miriam Okafor", NOW)
    assert version.review_on == date(2027, 9, 1)
    events = db.session.scalars(select(JournalEntry.event).order_by(JournalEntry.seq)).all()
    assert events[-4:] == [f"playbook_version.{each}" for each in ("imported", "submitted", "consented", "approved")]


def test_nobody_approves_a_text_they_wrote() -> None:
    owner = an_owner()
    version = in_review(a_draft(owner))
    with pytest.raises(RuleViolation, match="You wrote on this text"):
        approve(version, owner)
    approve(version)


def test_a_changed_text_is_not_approved_by_who_read_the_old_one() -> None:
    """The page was opened, the text went back, changed and came again: what was read is not what stands now."""
    version = in_review(a_draft())
    seen = version.digest
    take(commands.return_version, an_owner(), version, reason="Say who listens")
    with db.transaction():
        version.source = version.source.replace("A person listens.", "A named person listens.")
        version.digest = "f" * 64
    take(commands.submit_version, an_actor(Role.AUTHOR), version)
    with pytest.raises(Conflict, match="The text changed under you"):
        approve(version, digest=seen)
    assert (version.status, sign_offs_of(version)) == (VersionStatus.IN_REVIEW, [])
    with pytest.raises(RuleViolation, match="legal consent to exactly this text"):
        approve(version)


def test_a_major_change_needs_a_lawyer_who_is_somebody_else() -> None:
    both = an_actor(Role.LEGAL_REVIEWER)
    version = submit(a_draft())
    with pytest.raises(RuleViolation, match="Ask a legal reviewer"):
        approve(version)
    take(commands.consent, both, version, digest=version.digest)
    owner = Actor(both.id, both.name, (*both.grants, *an_owner().grants))
    with pytest.raises(RuleViolation, match="Legal consent is yours"):
        approve(version, owner)
    with pytest.raises(RuleViolation, match="given already"):
        take(commands.consent, both, version, digest=version.digest)
    approve(version)


def test_consent_can_be_taken_back_until_it_was_used() -> None:
    lawyer, version = a_lawyer(), submit(a_draft())
    given = take(commands.consent, lawyer, version, digest=version.digest)
    with pytest.raises(Forbidden):
        take(commands.end_sign_off, a_lawyer(), given, reason="Not mine")
    take(commands.end_sign_off, lawyer, given, reason="Read again")
    with pytest.raises(RuleViolation, match="legal consent"):
        approve(version)
    kept = take(commands.consent, lawyer, version, digest=version.digest)
    approve(version)
    with pytest.raises(RuleViolation, match="stays on record"):
        take(commands.end_sign_off, lawyer, kept, reason="Too late")


@pytest.mark.parametrize(("number", "first", "short"), [
    ("2.0.0", date(2026, 7, 1), "30 days of notice"), ("1.1.0", date(2026, 6, 15), "14 days of notice"),
    ("1.0.1", date(2026, 6, 1), "a day that is not over")])
def test_notice_is_kept(number: str, first: date, short: str) -> None:
    late = in_review(a_draft(version=number, effective=(first - timedelta(days=1)).isoformat()))
    with pytest.raises(RuleViolation, match=short):
        approve(late)
    take(commands.decline_version, an_owner(), late, reason="Too soon")
    higher = {"2.0.0": "3.0.0", "1.1.0": "1.2.0", "1.0.1": "1.0.2"}[number]
    approve(in_review(a_draft(version=higher, effective=first.isoformat())))


SPLIT = ("\n### TIN-04 Say it too\n\n- Severity: minor\n- Weight: 1\n- Evidence: Notebook\n- Formerly: TIN-03\n\n"
         "What happened is said.\n")


def a_split() -> PlaybookVersion:
    a_playbook()
    return a_version(bring_in(a_text(version="1.1.0", effective=AHEAD) + SPLIT).digest)


def test_a_split_clause_needs_somebodys_word_and_findings_follow_it() -> None:
    version = submit(a_split())
    with pytest.raises(RuleViolation, match="what became of TIN-03"):
        approve(version)
    with pytest.raises(InvalidInput, match="TIN-04 follows TIN-03"):
        take(commands.confirm_lineage, an_actor(Role.AUTHOR), version,
             said=[Confirmed("TIN-03", Fate.RENAMED, ("TIN-03",))])
    take(commands.confirm_lineage, an_actor(Role.AUTHOR), version,
         said=[Confirmed("TIN-03", Fate.SPLIT, ("TIN-03", "TIN-04"))])
    approve(version)
    [row] = lineages_of(version)
    assert (row.fate, row.successors) == (Fate.SPLIT, ["TIN-03", "TIN-04"])
    kinship = known_lineage().kinship(("tiny-rules", "TIN-04"), ("tiny-rules", "TIN-03"))
    assert kinship is Kinship.SAME


def test_findings_follow_a_successor_only_people_named() -> None:
    """The text retires TIN-03 and says no more; a person says that TIN-01 holds it now."""
    a_playbook()
    text = a_text(version="1.1.0", effective=AHEAD).replace("- Weight: 1", "- Weight: 1\n- Retired: 1.1.0")
    version = submit(a_version(bring_in(text).digest))
    take(commands.confirm_lineage, SYSTEM, version, said=[Confirmed("TIN-03", Fate.MERGED, ("TIN-01",))])
    assert known_lineage().kinship(("tiny-rules", "TIN-01"), ("tiny-rules", "TIN-03")) is Kinship.NONE
    approve(version)
    assert known_lineage().kinship(("tiny-rules", "TIN-01"), ("tiny-rules", "TIN-03")) is Kinship.SAME


def test_only_clauses_that_need_a_word_get_one() -> None:
    with pytest.raises(Conflict, match="other clauses need a word"):
        take(commands.confirm_lineage, SYSTEM, submit(a_split()), said=[Confirmed("TIN-01", Fate.RETIRED, ())])


def test_changes_asked_for_have_a_reason_and_the_author_reads_it() -> None:
    version = submit(a_draft())
    with pytest.raises(InvalidInput):
        take(commands.return_version, an_owner(), version, reason=" ")
    take(commands.return_version, an_owner(), version, reason="Say who listens")
    assert (version.status, version.decision, version.returned_at) == (VersionStatus.DRAFT, "Say who listens", NOW)
    take(commands.submit_version, SYSTEM, version)
    assert (version.decision, version.returned_at) == ("", None)


def test_an_author_takes_the_own_text_back_and_no_other() -> None:
    author = an_actor(Role.AUTHOR)
    version = submit(a_draft(author))
    with pytest.raises(Forbidden, match="Only somebody who wrote"):
        take(commands.recall_version, an_actor(Role.AUTHOR), version)
    take(commands.recall_version, author, version)
    assert version.status is VersionStatus.DRAFT


def test_a_declined_text_stays_declined() -> None:
    version = submit(a_draft())
    take(commands.decline_version, an_owner(), version, reason="Not now")
    for command, more in ((commands.submit_version, {}), (commands.approve_version, {"digest": version.digest})):
        with pytest.raises(RuleViolation, match="is declined"):
            take(command, an_owner(), version, **more)


def test_a_published_text_is_withdrawn_before_its_day_and_never_after() -> None:
    version = publish(a_draft())
    take(commands.withdraw_version, an_owner(), version, reason="Found a mistake")
    assert (version.status, version.approved_at, version.decision) == (VersionStatus.DRAFT, None, "Found a mistake")
    take(commands.submit_version, SYSTEM, version)
    approve(version)
    # The day begins on Kiritimati at ten in the morning of the day before, UTC.
    with clock.fixed_at(datetime(2026, 8, 31, 10, 0, tzinfo=UTC)), pytest.raises(RuleViolation, match="binds them"):
        take(commands.withdraw_version, an_owner(), version, reason="Too late")
    with clock.fixed_at(datetime(2026, 8, 31, 9, 59, tzinfo=UTC)):
        take(commands.withdraw_version, an_owner(), version, reason="Just in time")


def in_a_hurry() -> PlaybookVersion:
    return in_review(a_draft(effective="2026-06-02"))


def test_an_emergency_takes_two_owners_who_wrote_none_of_it() -> None:
    first, second, version = an_owner(), an_owner(), in_a_hurry()
    proposal = take(commands.propose_emergency, first, version, digest=version.digest, reason="People are at risk")
    assert version.status is VersionStatus.IN_REVIEW
    with pytest.raises(RuleViolation, match="You proposed this"):
        take(commands.confirm_emergency, first, proposal, digest=version.digest)
    with pytest.raises(Forbidden):
        take(commands.confirm_emergency, an_actor(Role.AUTHOR), proposal, digest=version.digest)
    take(commands.confirm_emergency, second, proposal, digest=version.digest)
    assert (version.status, version.emergency, version.approved_by_id) == (VersionStatus.APPROVED, True, second.id)
    assert (proposal.person_id, proposal.second_id, proposal.reason) == (first.id, second.id, "People are at risk")


def test_an_author_is_neither_the_first_nor_the_second_in_an_emergency() -> None:
    author, other = an_owner(), an_owner()
    version = in_review(a_draft(author, effective="2026-06-02"))
    with pytest.raises(RuleViolation, match="You wrote on this text"):
        take(commands.propose_emergency, author, version, digest=version.digest, reason="Now")
    proposal = take(commands.propose_emergency, other, version, digest=version.digest, reason="Now")
    with pytest.raises(RuleViolation, match="You wrote on this text"):
        take(commands.confirm_emergency, author, proposal, digest=version.digest)


def test_an_emergency_cuts_the_notice_and_nothing_else() -> None:
    version = submit(a_draft(effective="2026-06-02"))
    with pytest.raises(RuleViolation, match="legal consent"):
        take(commands.propose_emergency, an_owner(), version, digest=version.digest, reason="Now")
    enough = in_review(a_draft(version="3.0.0"))
    with pytest.raises(RuleViolation, match="long enough"):
        take(commands.propose_emergency, an_owner(), enough, digest=enough.digest, reason="Now")
    over = in_review(a_draft(version="4.0.0", effective="2026-05-31"))
    with pytest.raises(RuleViolation, match="which is over"):
        take(commands.propose_emergency, an_owner(), over, digest=over.digest, reason="Now")


def test_a_proposal_that_was_turned_down_is_confirmed_by_nobody() -> None:
    version = in_a_hurry()
    proposal = take(commands.propose_emergency, an_owner(), version, digest=version.digest, reason="Now")
    with pytest.raises(RuleViolation, match="proposed this already"):
        take(commands.propose_emergency, an_owner(), version, digest=version.digest, reason="Me too")
    take(commands.end_sign_off, an_owner(), proposal, reason="It can wait")
    with pytest.raises(RuleViolation, match="ended this proposal"):
        take(commands.confirm_emergency, an_owner(), proposal, digest=version.digest)


def test_taking_over_is_for_what_was_in_force_before() -> None:
    with pytest.raises(RuleViolation, match="has not been in force yet"):
        take(commands.take_over_version, an_owner(), a_draft(), decision="Old")


def test_authors_and_administrators_publish_nothing() -> None:
    version = in_review(a_draft())
    for role in (Role.AUTHOR, Role.ADMINISTRATOR, Role.GLOBAL_HEAD, Role.LEGAL_REVIEWER):
        with pytest.raises(Forbidden):
            approve(version, an_actor(role))


def test_an_open_comment_stands_in_the_way_and_a_second_author_is_an_author() -> None:
    writer, owner = an_owner(), an_owner()
    version = a_draft()
    saved(writer, version, version.source.replace("A person listens.", "Somebody awake listens."))
    in_review(version)
    said = said_of(owner, version, "Awake is not enough.")
    with pytest.raises(RuleViolation, match="1 review comment not resolved"):
        approve(version, owner)
    take(resolve_comment, owner, said)
    with pytest.raises(RuleViolation, match="You wrote on this text"):
        approve(version, writer)
    approve(version, owner)
