"""Taking texts in and deciding on them: whole or not at all, never by oneself, never in silence."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import SYSTEM, Role
from compliance.errors import Conflict, Forbidden
from compliance.journal import JournalEntry
from compliance.playbooks import commands
from compliance.playbooks.importing import Outcome
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from tests.builders.accounts import an_actor
from tests.builders.governing import publish
from tests.builders.network import a_market, a_region, a_site, a_vendor
from tests.builders.playbooks import (
    LIBRARY,
    a_playbook,
    a_text,
    a_version,
    an_override,
    an_override_text,
    an_override_version,
    bring_in,
    the_library,
    the_markets,
)

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_clock() -> Any:
    with clock.fixed_at(NOW):
        yield


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_library_comes_in_as_drafts_and_a_second_time_changes_nothing() -> None:
    the_markets()
    first, second = [_import_library() for _ in range(2)]
    assert {done.outcome for done in first} == {Outcome.ADDED}
    assert {done.outcome for done in second} == {Outcome.UNCHANGED}
    assert len(first) == len(list(LIBRARY.rglob("*.md"))) - 1, "every file but the README"
    assert {row.status for row in db.session.scalars(select(PlaybookVersion))} == {VersionStatus.DRAFT}
    assert {row.status for row in db.session.scalars(select(OverrideVersion))} == {VersionStatus.DRAFT}


def _import_library() -> Any:
    with db.transaction():
        return commands.import_library(SYSTEM, LIBRARY)


def test_a_claim_of_approval_stays_a_claim() -> None:
    source = (LIBRARY / "escalation-handling" / "playbook.md").read_text()
    version = a_version(bring_in(source).digest)
    assert version.claimed == "m.okafor 2026-07-10"
    assert (version.status, version.approved_at, version.approved_by) == (VersionStatus.DRAFT, None, "")


def test_the_source_is_kept_byte_for_byte() -> None:
    source = a_text().replace("\n", "\r\n")
    assert a_version(bring_in(source).digest).source == source


def test_a_changed_text_under_an_old_number_is_refused() -> None:
    bring_in(a_text())
    done = bring_in(a_text(wait="25"), "tiny.md")
    assert done.outcome is Outcome.REFUSED
    [line] = done.lines
    assert line == ("tiny.md:3: Tiny rules 1.0.0 is already here with another text. "
                    "A text never changes under its number. Raise the version.")
    assert count(PlaybookVersion) == 1


BAD = [
    ("a duplicate id", a_text().replace("TIN-03 Write", "TIN-02 Write"), "TIN-02 stands twice"),
    ("a mistyped fact", a_text().replace("- Weight: 5", "- Wieght: 5"), "Did you mean"),
    ("an unknown name", a_text(text="Wait {{wiat_min}}."), "Did you mean {{wait_min}}?"),
    ("a broken card", a_text().replace("title: Tiny rules", "title: [Tiny"), "card"),
    ("a clause of 2 MB", a_text(text="a " * 1_000_000), "16 KB"),
    ("2,000 brackets", a_text(text="[" * 2000), "limit"),
    ("no UTF-8", b"\xff\xfe---", "UTF-8"),
]


@pytest.mark.parametrize(("markdown", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_text_is_refused_with_line_and_remedy_and_leaves_nothing(markdown: str | bytes, said: str) -> None:
    data = markdown if isinstance(markdown, bytes) else markdown.encode()
    with db.transaction():
        bad, good = commands.import_texts(SYSTEM, [
            ("bad.md", data), ("good.md", a_text(key="good-rules", prefix="GOO").encode())])
    assert (bad.path, bad.outcome, good.outcome) == ("bad.md", Outcome.REFUSED, Outcome.ADDED)
    assert any(said in line for line in bad.lines), bad.lines
    assert all(line.startswith("bad.md:") and line.split(":")[1].isdigit() for line in bad.lines)
    assert [row.key for row in db.session.scalars(select(Playbook))] == ["good-rules"]
    assert count(PlaybookVersion) == 1


@pytest.mark.parametrize(("markdown", "said"), [
    (an_override_text(playbook="no-such-rules"), "text.md:2: There is no playbook “no-such-rules” here"),
    (an_override_text("atlantis"), "text.md:3: You see no region, market, vendor or site called “atlantis”"),
])
def test_an_override_of_nothing_or_nowhere_is_refused(markdown: str, said: str) -> None:
    a_playbook()
    a_region()
    done = bring_in(markdown)
    assert done.lines[0].startswith(said)
    assert count(Override) == 0


@pytest.mark.parametrize(("markdown", "said"), [
    (a_text(version="1.1.0").replace("TIN-03", "TIN-04"), "TIN-03 of version 1.0.0 is gone"),
    (a_text(version="1.1.0", prefix="TIX"), "The prefix is TIX, and was TIN before"),
    (a_text(key="other-rules"), "The prefix TIN belongs to tiny-rules"),
])
def test_ids_and_prefixes_keep_their_meaning(markdown: str, said: str) -> None:
    a_playbook()
    assert said in bring_in(markdown).lines[0]


def test_an_override_that_does_not_say_is_pinned_to_what_holds() -> None:
    a_playbook()
    a_region()
    done = bring_in(an_override_text(against=""))
    assert done.lines[1] == "text.md: taken to be written against global 1.0.0"
    assert an_override_version(done.digest).written_against == {"global": "1.0.0"}


def test_a_regional_lead_may_ask_for_an_override_of_the_region_and_no_other() -> None:
    a_playbook()
    lead = an_actor(Role.REGIONAL_LEAD, a_region())
    a_region("emea", "EMEA")
    assert bring_in(an_override_text(), actor=lead).outcome is Outcome.ADDED
    assert bring_in(an_override_text("emea"), actor=lead).outcome is Outcome.REFUSED
    assert bring_in(a_text(version="2.0.0"), actor=lead).outcome is Outcome.REFUSED


def test_a_vendor_lead_may_bring_in_nothing() -> None:
    lead = an_actor(Role.VENDOR_LEAD, vendor=a_vendor())
    with pytest.raises(Forbidden):
        bring_in(a_text(), actor=lead)


def test_the_database_itself_keeps_a_second_text_for_a_day_out() -> None:
    a_playbook()
    rival = a_version(bring_in(a_text(version="1.0.1")).digest)
    with pytest.raises(Conflict), db.transaction():
        rival.status = VersionStatus.APPROVED


def test_a_new_version_above_makes_an_override_stale_from_its_day_on() -> None:
    a_playbook()
    a_region()
    version = an_override(an_override_text(body="## Add to TIN-01\n\n- Why: Nights\n\nAlso at night.\n"))
    assert version.stale_from is None
    reworded = a_version(bring_in(a_text(version="2.0.0", effective="2026-09-01", text="A person listens.")).digest)
    publish(reworded)
    assert version.stale_from == date(2026, 9, 1)
    assert version.drift == [{"from": "2026-09-01", "against": "2.0.0", "items": [
        {"operation": "add to TIN-01", "clause": "TIN-01", "state": "review", "moved": ["text"]}]}]


def test_a_new_version_that_leaves_the_clause_alone_makes_nothing_stale() -> None:
    a_playbook()
    a_region()
    version = an_override(an_override_text(body="## Add to TIN-02\n\n- Why: Nights\n\nAlso at night.\n"))
    publish(a_version(bring_in(a_text(version="2.0.0", effective="2026-09-01", wait="25")).digest))
    assert (version.stale_from, version.drift) == (None, [])


def test_an_override_of_a_site_stands_below_its_market() -> None:
    a_playbook()
    a_site("KUL7", a_market())
    an_override(an_override_text("my", 1))
    done = bring_in(an_override_text("kul7", against=""))
    assert an_override_version(done.digest).written_against == {"global": "1.0.0", "my": "1"}


def test_each_step_is_in_the_journal() -> None:
    a_playbook()
    a_region()
    an_override()
    events = list(db.session.scalars(select(JournalEntry.event).order_by(JournalEntry.seq)))
    assert events == ["playbook.added", "playbook_version.imported", "playbook_version.taken_over",
                      "override_version.imported", "override_version.approved"]


def test_the_whole_library_is_approved_by_one_owner() -> None:
    the_library()
    assert {row.status for row in db.session.scalars(select(OverrideVersion))} == {VersionStatus.APPROVED}
    waiting = db.session.scalars(
        select(OverrideVersion).join(OverrideVersion.override).where(OverrideVersion.stale_from.is_not(None))).all()
    assert [row.stale_from for row in waiting] == [date(2026, 8, 15)], "the addition of India alone"
