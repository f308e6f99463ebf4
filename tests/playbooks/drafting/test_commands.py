"""Drafts are begun, saved, kept and spoken of; nothing typed is lost and nobody writes over anybody."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from compliance import db
from compliance.access import Role
from compliance.errors import Conflict, Forbidden, InvalidInput, NotFound, RuleViolation
from compliance.journal import JournalEntry
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.models import DraftSave, WorkingCopy
from compliance.playbooks.drafting.queries import authors_of, comments_on, drafts_of, open_comments, working_copy
from compliance.playbooks.models import Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.parsing import parse_override
from tests.builders.accounts import an_actor
from tests.builders.drafting import SOON, a_draft, a_lead, a_writer, an_override_draft, said_of, saved
from tests.builders.network import a_market, a_region
from tests.builders.playbooks import a_playbook, a_text, an_override, an_override_text, bring_in
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def events() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.event).order_by(JournalEntry.seq)))


def test_a_new_version_begins_from_the_newest_text_with_another_card():
    writer = a_writer()
    draft = a_draft(writer)
    card, body = draft.source.split("\n---\n", 1)
    before, same = a_text().split("\n---\n", 1)
    assert body == same
    kept = [line for line in before.split("\n") if not line.startswith(("version", "effective", "change", "note"))]
    assert [line for line in card.split("\n") if line in kept] == kept
    assert [line for line in card.split("\n") if line not in kept] == [
        "version: 1.1.0", "effective: 2027-03-01", "change: minor"]
    assert (draft.status, draft.effective_on, draft.clauses) == (VersionStatus.DRAFT, SOON, 3)
    assert authors_of(draft) == {writer.id}
    assert events()[-1] == "draft.started"


@pytest.mark.parametrize(("said", "field"), [
    ({"number": "1.0.0"}, "number"), ({"number": "one"}, "number"), ({"change": "huge"}, "change")])
def test_a_version_that_cannot_be_begun(said, field):
    playbook = a_playbook()
    with pytest.raises(InvalidInput) as refused, saving():
        commands.start_version(a_writer(), playbook,
                               **{"number": "1.1.0", "change": "minor", "effective_on": SOON} | said)
    assert list(refused.value.fields) == [field]


def test_a_new_playbook_begins_with_its_card():
    writer = a_writer()
    with saving():
        draft = commands.start_playbook(writer, key="night-shifts", prefix="NIG", title="Night: shifts", owner="global",
                                        effective_on=SOON)
    assert 'title: "Night: shifts"' in draft.source
    assert (draft.number, draft.clauses, draft.playbook.prefix) == ("1.0.0", 0, "NIG")


@pytest.mark.parametrize(("said", "field"), [
    ({"key": "tiny-rules"}, "key"), ({"prefix": "TIN"}, "prefix"), ({"key": "Night Shifts"}, "key"),
    ({"prefix": "nig"}, "prefix"), ({"key": "import"}, "key")])
def test_a_playbook_that_cannot_be_begun(said, field):
    a_playbook()
    with pytest.raises(InvalidInput) as refused, saving():
        commands.start_playbook(a_writer(), **{"key": "night-shifts", "prefix": "NIG", "title": "Night", "owner": "us",
                                               "effective_on": SOON} | said)
    assert field in refused.value.fields


def test_an_override_begins_empty_and_written_against_what_is_above():
    draft = an_override_draft()
    text = parse_override(draft.source)
    assert (text.version, text.operations, text.written_against) == (1, (), (("global", "1.0.0"),))
    assert draft.written_against == {"global": "1.0.0"}


def test_an_override_goes_on_from_its_last_text():
    a_region("apac", "Asia Pacific")
    playbook = a_playbook()
    with saving():
        before = an_override(an_override_text())
    draft = an_override_draft(playbook=playbook)
    assert draft.number == 2
    assert parse_override(draft.source).operations == parse_override(before.source).operations


def test_two_drafts_of_one_override_are_one_too_many():
    lead, playbook = a_lead(), a_playbook()
    an_override_draft(lead, playbook)
    with pytest.raises(RuleViolation, match="being written already"):
        an_override_draft(lead, playbook)


@pytest.mark.parametrize("scope", ["emea", "nowhere"])
def test_an_override_of_another_place_is_not_for_a_regional_lead(scope):
    a_market("ie", "Ireland", a_region("emea", "EMEA"))
    with pytest.raises((Forbidden, NotFound)):
        an_override_draft(a_lead(), a_playbook(), scope)


def test_what_is_saved_becomes_the_text_and_what_it_says_of_itself():
    writer, second = a_writer(), a_writer("Femi Ade")
    draft = a_draft(writer)
    source = draft.source.replace("effective: 2027-03-01", "effective: 2027-04-01").replace("Tiny rules", "Small rules")
    saved(second, draft, source.replace("\n", "\r\n"))
    assert (draft.source, draft.effective_on, draft.title) == (source, date(2027, 4, 1), "Small rules")
    assert authors_of(draft) == {writer.id, second.id}
    assert events()[-1] == "draft.saved"


@pytest.mark.parametrize("broken", ["Nothing but words.", "---\nplaybook: tiny-rules\n---\n", ""])
def test_a_text_need_not_be_readable_to_be_saved(broken):
    draft = saved(a_writer(), a_draft(), broken)
    assert (draft.source, draft.title, draft.clauses) == (broken, "Tiny rules", 3)


@pytest.mark.parametrize(("old", "new"), [
    ("version: 1.1.0", "version: 1.0.0"), ("version: 1.1.0", '"version" : "1.0.0"  # the one in force'),
    ("version: 1.1.0", "version: next"), ("version: 1.1.0", "version: 0.9.0"),
    ("playbook: tiny-rules", "playbook: other-rules")])
def test_the_text_of_another_draft_is_refused(old, new):
    draft = a_draft()
    with pytest.raises(InvalidInput, match="text of another draft") as refused:
        saved(a_writer(), draft, draft.source.replace(old, new))
    assert f"Write “{old}”" in refused.value.fields["source"][0]


def test_a_draft_goes_on_under_the_number_its_card_asks_for():
    draft = a_draft()
    first = draft.id
    saved(a_writer(), draft, draft.source.replace("version: 1.1.0", "version: 2.0.0"))
    assert (draft.id, draft.number) == (first, "2.0.0")
    last = db.session.scalars(select(JournalEntry.body).order_by(JournalEntry.seq.desc())).first()
    assert b'"renumbered_from":"1.1.0"' in last.replace(b" ", b"")


@pytest.mark.parametrize(("change", "number"), [("editorial", "1.0.1"), ("minor", "1.1.0"), ("major", "2.0.0")])
def test_a_version_begun_without_a_number_takes_the_one_of_its_kind(change, number):
    with saving():
        draft = commands.start_version(a_writer(), a_playbook(), effective_on=SOON, change=change)
    assert draft.number == number


@pytest.mark.parametrize(("old", "new"), [
    ("scope: apac", "scope: my"), ("version: 1", "version: 2"), ("overrides: tiny-rules", "overrides: other-rules")])
def test_the_override_of_another_scope_is_refused(old, new):
    lead, playbook = a_lead(), a_playbook()
    draft = an_override_draft(lead, playbook)
    with pytest.raises(InvalidInput, match="text of another draft"):
        saved(lead, draft, draft.source.replace(old, new))


def test_saving_the_same_text_changes_nothing():
    draft = a_draft()
    before = (draft.version, len(events()))
    saved(a_writer(), draft, draft.source)
    assert (draft.version, len(events())) == before


def test_a_draft_saved_over_somebody_elses_is_a_conflict_that_shows_both():
    ann, ben = a_writer("Ann Moss"), a_writer("Ben Ito")
    draft = a_draft(ann)
    opened, base = draft.version, draft.source
    theirs = saved(ann, draft, base.replace("Somebody listens.", "Two people listen.")).source
    mine = base.replace("The door stays shut.", "The door stays locked.")
    with pytest.raises(commands.DraftConflict) as clash:
        saved(ben, draft, mine, seen=opened)
    told = clash.value
    assert (told.who, told.saved, told.mine, told.base, told.clashes) == ("Ann Moss", theirs, mine, base, 0)
    assert told.merged == theirs.replace("The door stays shut.", "The door stays locked.")
    assert draft.source == theirs
    assert saved(ben, draft, told.merged, seen=told.now).source == told.merged


def test_both_changed_one_line_and_the_marks_must_be_settled():
    ann, ben = a_writer("Ann Moss"), a_writer("Ben Ito")
    draft = a_draft(ann)
    opened, base = draft.version, draft.source
    saved(ann, draft, base.replace("The door stays shut.", "The door is shut."))
    with pytest.raises(commands.DraftConflict) as clash:
        saved(ben, draft, base.replace("The door stays shut.", "The door stays locked."), seen=opened)
    assert clash.value.clashes == 1
    with pytest.raises(InvalidInput, match="nobody has settled"):
        saved(ben, draft, clash.value.merged, seen=clash.value.now)


def test_a_text_that_was_brought_in_is_the_base_of_the_first_merge():
    a_playbook()
    done = bring_in(a_text(version="1.1.0", effective="2027-03-01"))
    draft = db.session.scalars(select(PlaybookVersion).where(PlaybookVersion.digest == done.digest).options(
        joinedload(PlaybookVersion.playbook))).one()
    base, opened = draft.source, draft.version
    saved(a_writer(), draft, base + "\nMore.\n")
    with pytest.raises(commands.DraftConflict) as clash:
        saved(a_writer(), draft, base.replace("30", "20"), seen=opened)
    assert clash.value.base == base


def test_ten_thousand_clauses_are_refused_before_they_are_read():
    draft = a_draft()
    many = draft.source + "".join(f"\n### TIN-A{at // 1000}-{at % 1000:04d} X\n" for at in range(10_000))
    with pytest.raises(InvalidInput, match=r"the limit is 1,000.*Split it"):
        saved(a_writer(), draft, many)


@pytest.mark.parametrize("status", [VersionStatus.IN_REVIEW, VersionStatus.APPROVED, VersionStatus.DECLINED])
def test_a_text_that_left_its_writers_stands_still(status):
    draft = a_draft()
    with saving():
        draft.status = status
    with pytest.raises(RuleViolation, match="stands still"):
        saved(a_writer(), draft, "Other words.")


@pytest.mark.parametrize("role", [Role.REGIONAL_LEAD, Role.AUDITOR, Role.LEGAL_REVIEWER, Role.ADMINISTRATOR])
def test_only_writers_save_a_playbook(role):
    draft = a_draft()
    with pytest.raises(Forbidden):
        saved(an_actor(role), draft, "Other words.")


def test_what_is_typed_is_kept_for_one_person_alone():
    writer, other = a_writer(), a_writer("Femi Ade")
    draft = a_draft(writer)
    told = len(events())
    with saving():
        commands.keep_copy(writer, draft, source="Half a\r\nsentence", seen=draft.version)
        commands.keep_copy(writer, draft, source="A whole\r\nsentence", seen=draft.version)
    assert working_copy(writer, draft).source == "A whole\nsentence"
    assert working_copy(other, draft) is None
    assert len(events()) == told
    with pytest.raises(Forbidden), saving():
        commands.drop_copy(other, working_copy(writer, draft))
    saved(writer, draft, "A whole sentence.")
    assert db.session.scalars(select(WorkingCopy)).all() == []


def test_a_draft_thrown_away_leaves_its_number_and_a_line_in_the_journal():
    writer = a_writer()
    draft = saved(writer, a_draft(writer), "Words.")
    said_of(writer, draft, anchor="")
    with saving():
        commands.discard_draft(writer, draft, seen=draft.version)
    assert db.session.scalars(select(DraftSave)).all() == []
    assert events()[-1] == "draft.discarded"
    assert a_draft(writer, db.session.scalars(select(Playbook)).one()).number == "1.1.0"


def test_a_playbook_begun_with_a_draft_ends_with_it():
    writer = a_writer()
    with saving():
        draft = commands.start_playbook(writer, key="night", prefix="NIG", title="Night", owner="us", effective_on=SOON)
    with saving():
        commands.discard_draft(writer, draft)
    assert db.session.scalars(select(Playbook)).all() == []


def test_a_draft_somebody_changed_is_not_thrown_away_unseen():
    draft = a_draft()
    with pytest.raises(Conflict), saving():
        commands.discard_draft(a_writer(), draft, seen=draft.version - 1)


def test_a_comment_lives_until_it_is_settled():
    writer, reader = a_writer(), an_actor(Role.LEGAL_REVIEWER, name="Lea Brandt")
    draft = a_draft(writer)
    made = said_of(reader, draft)
    assert open_comments(draft) == 1
    with saving():
        commands.answer_comment(writer, made, said="It is shorter now.")
        commands.resolve_comment(writer, made)
    assert open_comments(draft) == 0
    with saving():
        commands.reopen_comment(reader, made)
        commands.resolve_comment(reader, made)
    told = ("made", "answered", "resolved", "reopened", "resolved")
    assert events()[-5:] == [f"draft_comment.{what}" for what in told]
    with pytest.raises(RuleViolation, match="settled already"), saving():
        commands.resolve_comment(reader, made)


def test_a_comment_is_not_settled_by_a_third():
    draft = a_draft()
    made = said_of(an_actor(Role.LEGAL_REVIEWER), draft)
    with pytest.raises(Forbidden, match="settled by who made it"), saving():
        commands.resolve_comment(an_actor(Role.PLAYBOOK_OWNER), made)


def test_a_comment_says_when_its_clause_moved_on():
    writer = a_writer()
    draft = a_draft(writer)
    said_of(writer, draft)
    said_of(writer, draft, anchor="")
    saved(writer, draft, draft.source.replace("Why it is there.", "Another introduction.\n"))
    assert [each.moved for each in comments_on(draft)] == [False, False]
    saved(writer, draft, draft.source.replace("Somebody listens.", "Two people listen."))
    assert [each.moved for each in comments_on(draft)] == [True, False]
    saved(writer, draft, draft.source.replace("### TIN-01 ", "### TIN-04 "))
    assert [(each.moved, each.line) for each in comments_on(draft)] == [(True, 0), (False, 0)]


@pytest.mark.parametrize("said", ["", "  ", "x" * 4001])
def test_a_comment_has_words(said):
    draft = a_draft()
    with pytest.raises(InvalidInput):
        said_of(a_writer(), draft, said)


def test_a_comment_on_a_clause_that_is_not_there_is_refused():
    draft = a_draft()
    with pytest.raises(InvalidInput, match="no “TIN-09”"):
        said_of(a_writer(), draft, anchor="TIN-09")


def test_nobody_comments_on_what_is_published():
    draft = a_draft()
    with saving():
        draft.status = VersionStatus.APPROVED
    with pytest.raises(RuleViolation, match="next version"):
        said_of(a_writer(), draft)


def test_the_list_of_drafts_costs_the_same_however_many(queries):
    writer, playbook = a_writer(), a_playbook()
    a_draft(writer, playbook)
    assert len(queries.during(lambda: drafts_of(writer, playbook, overrides=True))) == 2
    one = len(queries.during(lambda: drafts_of(writer, playbook, overrides=False)))
    for number in range(2, 7):
        draft = a_draft(writer, playbook, f"1.{number}.0")
        said_of(writer, draft)
        with saving():
            commands.keep_copy(writer, draft, source="typed", seen=draft.version)
    lines = drafts_of(writer, playbook, overrides=False)
    assert {line.typing == [writer.name] for line in lines[1:]} == {True}
    assert [line.open for line in lines] == [0, 1, 1, 1, 1, 1]
    assert len(queries.during(lambda: drafts_of(writer, playbook, overrides=False))) == one == 2
