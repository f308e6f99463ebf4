"""The edge cases that live in records and pages: reviews, moves, what is coming, drafts, sizes and claims."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Role
from compliance.errors import NotFound
from compliance.network.schemas import SiteSettingsSchema
from compliance.playbooks.effectiveness import clauses_of, in_force
from compliance.playbooks.importing import Outcome
from compliance.playbooks.models import Playbook, PlaybookVersion, ResolvedChain, VersionStatus
from tests.builders.accounts import sign_in_as
from tests.builders.governing import publish
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import (
    a_playbook,
    a_text,
    a_version,
    an_override,
    an_override_text,
    an_override_version,
    bring_in,
)
from tests.builders.saving import saving

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = date(2026, 11, 1)
WAIVED = "## Not applicable TIN-03\n\n- Approved: m.okafor 2026-10-01\n- Review by: 2026-12-01\n\nNo notebook yet.\n"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(NOW):
        yield


@pytest.fixture(autouse=True)
def network(app) -> None:
    a_market()


def applies(chain: ResolvedChain, clause_id: str) -> bool:
    return bool(next(clause for clause in clauses_of(chain) if clause.id == clause_id).applicable)


def test_edge_25_a_waiver_ends_on_its_day_and_a_pinned_chain_keeps_it() -> None:
    playbook, site = a_playbook(), a_site()
    an_override(an_override_text("my", 1, "2026-10-01", body=WAIVED), approvals=["not applicable TIN-03"])
    with saving():
        pinned = in_force(playbook, site, None, TODAY)
        later = in_force(playbook, site, None, date(2026, 12, 1))
    assert pinned.next_change_on == date(2026, 12, 1)
    assert (applies(pinned, "TIN-03"), applies(later, "TIN-03")) == (False, True)
    again = db.session.get_one(ResolvedChain, pinned.key)
    assert not applies(again, "TIN-03")


def test_edge_34_a_site_that_moves_market_is_another_site_and_carries_nothing_along() -> None:
    """No form or command moves a site: it is closed, keeping its chains, and opened anew under the other market."""
    playbook, site = a_playbook(), a_site("KUL1")
    an_override(an_override_text("my", body=setting("20")))
    an_override(an_override_text("kul1", body=setting("10"), against="global: 1.0.0\n  my: 1"))
    assert not {"market", "parent", "path"} & set(SiteSettingsSchema().fields)
    moved = a_site("KUL9", a_market("ie", "Ireland", a_region("emea", "EMEA")))
    with saving():
        before, after = (in_force(playbook, each, None, TODAY) for each in (site, moved))
    assert [row["scope"] for row in before.chain] == ["global", "my", "kul1"]
    assert [row["scope"] for row in after.chain] == ["global"]
    assert (before.parameters["wait_min"]["value"], after.parameters["wait_min"]["value"]) == ("10", "30")


def setting(value: str) -> str:
    return f"## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| wait_min | {value} | A desk |\n"


def test_edge_36_a_gap_is_told_to_whoever_brings_the_text_in() -> None:
    a_playbook()
    first = an_override_text("my").replace("effective: 2024-06-01\n", "effective: 2024-06-01\nuntil: 2025-01-01\n")
    an_override(first)
    done = bring_in(an_override_text("my", 2, "2027-01-01"))
    assert done.outcome is Outcome.ADDED
    assert any("from 2025-01-01 until 2027-01-01 no version holds" in note for note in done.notes)
    assert not any("no version holds" in note for note in bring_in(an_override_text("my", 3, "2025-01-01")).notes)


def test_edge_37_the_page_offers_what_is_coming_beside_what_holds(client: FlaskClient) -> None:
    a_site("KUL1")
    a_playbook()
    coming = bring_in(a_text(version="2.0.0", effective="2027-01-01", wait="15"))
    publish(a_version(coming.digest))
    sign_in_as(client, Role.REVIEWER)
    today, then = (client.get(f"/playbooks/tiny-rules/at/KUL1?on={on}").text for on in ("2026-11-01", "2027-01-01"))
    assert "Coming on Fri 1 Jan" in today
    assert '<span class="pl-param">30</span>' in today
    assert '<span class="pl-param">15</span>' in then


def test_edge_38_a_draft_binds_nobody_and_shows_no_digest_to_pin(client: FlaskClient) -> None:
    playbook, site = a_playbook(), a_site("KUL1")
    draft = a_version(bring_in(a_text(version="2.0.0", effective="2024-02-01", wait="15")).digest)
    digest = draft.digest
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = client.get("/playbooks/tiny-rules/versions/2.0.0").text
    assert "binds nobody, and no audit can use it" in page
    assert digest not in page
    assert "Digest" not in page
    with saving():
        assert in_force(db.session.merge(playbook), db.session.merge(site), None, TODAY).version == "1.0.0"


def test_edge_42_an_id_beside_a_right_to_left_title_is_isolated(client: FlaskClient) -> None:
    a_site("KUL1")
    playbook = a_playbook(text="Listen.")
    arabic = a_text(version="2.0.0", effective="2024-02-01").replace("Answer in time", "الرد في الوقت المناسب")
    publish(a_version(bring_in(arabic).digest))
    sign_in_as(client, Role.REVIEWER)
    page = client.get(f"/playbooks/{playbook_key(playbook)}/at/KUL1").text
    assert "الرد في الوقت المناسب" in page
    assert page.count("<bdi>TIN-01</bdi>") >= 2


def playbook_key(playbook: Playbook) -> str:
    return db.session.merge(playbook).key


def test_edge_43_a_file_that_is_too_large_is_refused_and_nothing_is_stored() -> None:
    clauses = "".join(f"\n### TIN-{n:04} Do it\n\n- Severity: minor\n- Weight: 1\n- Evidence: Log\n\nDo it.\n"
                      for n in range(10, 1_100))
    done = bring_in(a_text() + clauses)
    assert done.outcome is Outcome.REFUSED
    assert "the limit is 1,000" in done.lines[0]
    assert "Split it" in done.lines[0]
    assert db.session.scalars(select(PlaybookVersion)).all() == []


def test_edge_44_an_empty_override_is_approved_like_any_other() -> None:
    playbook, site = a_playbook(), a_site()
    version = an_override(an_override_text("my", body="We looked at it. Nothing differs here.\n"))
    with saving():
        chain = in_force(db.session.merge(playbook), site, None, TODAY)
        bare = in_force(playbook, site, None, date(2024, 5, 1))
    assert db.session.merge(version).status is VersionStatus.APPROVED
    assert [(row["scope"], row["approver"], row["operations"]) for row in chain.chain][1:] == [
        ("my", "Miriam Okafor", 0)]
    assert chain.content_digest == bare.content_digest
    assert chain.lineage_digest != bare.lineage_digest


def test_edge_47_the_page_of_an_orphan_leads_to_its_new_home(client: FlaskClient) -> None:
    a_playbook()
    an_override(an_override_text("my", body="## Add to TIN-03\n\n- Why: x\n\nTwice.\n"))
    moved = a_text(key="other-rules", prefix="OTH", title="Other rules").replace(
        "- Evidence: Notebook", "- Evidence: Notebook\n- Formerly: tiny-rules/TIN-03")
    retired = a_text(version="2.0.0", effective="2026-10-01").replace(
        "### TIN-03 Write it down\n\n", "### TIN-03 Write it down\n\n- Retired: 2.0.0\n")
    for text in (moved, retired):
        publish(a_version(bring_in(text).digest))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = client.get("/overrides/tiny-rules/my/1").text
    assert "The clause moved" in page
    assert 'href="/playbooks/other-rules#OTH-03"' in page
    assert "it is OTH-03 of other-rules now" in client.get("/drift/tiny-rules/my/1").text


def test_edge_48_what_a_file_says_of_its_approval_is_a_claim() -> None:
    site = a_site()
    source = a_text().replace("---\n", "---\napproved: m.okafor 2024-01-01\n", 1)
    version = a_version(bring_in(source).digest)
    assert (version.claimed, version.status) == ("m.okafor 2024-01-01", VersionStatus.DRAFT)
    assert (version.approved_by, version.approved_at) == ("", None)
    local = an_override_version(bring_in(an_override_text("my").replace(
        "---\n", "---\napproved: j.tan 2024-05-01\n", 1)).digest)
    assert (local.claimed, local.approved_at) == ("j.tan 2024-05-01", None)
    with pytest.raises(NotFound), saving():
        in_force(version.playbook, site, None, TODAY)
