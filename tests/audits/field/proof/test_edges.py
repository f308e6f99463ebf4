"""Edge cases 12, 13, 25 and 27 (domain.md §7), in a browser against a real server."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from compliance import clock
from tests.audits.field.proof import records, walking
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ARABIC = "سجلان من تسعة فارغان، والباب الخلفي مفتوح."
THAI = "บันทึกสองในเก้าว่างเปล่า"
JAPANESE = "九件のうち二件の記録が空でした。"


def record(scene: Scene, clause: str, field: str = "note") -> object:
    return records.answers(scene.server, scene.reference).get((clause, field))


# 12: the audit spans a change of version


def test_12_an_audit_that_spans_a_change_of_version_keeps_its_criteria(scene: Scene) -> None:
    tablet = scene.tablet(scene.world.lead)
    clause = scene.world.clauses[0]
    walking.go(tablet.page, scene.reference, clause)
    expect(tablet.page.locator("main")).to_contain_text("Every shift keeps rule 1.")
    scene.world.publish("2.0.0")
    tablet.download(scene.reference)
    walking.go(tablet.page, scene.reference)
    expect(tablet.page.locator("main")).to_contain_text("2.0.0")
    walking.go(tablet.page, scene.reference, clause)
    expect(tablet.page.locator("main")).to_contain_text("Every shift keeps rule 1.")
    expect(tablet.page.locator("main")).not_to_contain_text("Every person keeps")
    walking.tap(tablet.page, "conformity")
    tablet.drain()
    assert tablet.work(scene.reference)["work"]["playbooks"][0]["version"] == "1.0.0"
    row = records.asked(scene.server, "SELECT version FROM audit_criteria")[0]
    assert row["version"] == "1.0.0"


# 13: a waiver runs out in the middle of it


def test_13_a_waiver_that_runs_out_meanwhile_still_holds_and_both_are_shown(stage_scene: Staging) -> None:
    with stage_scene(waived=2) as scene:
        clause = scene.world.clauses[1]
        tablet = scene.tablet(scene.world.lead)
        scene.world.let_waivers_run_out()
        tablet.offline()
        walking.go(tablet.page, scene.reference, clause)
        expect(tablet.page.locator(".pl-field-told")).to_contain_text("WVR-")
        walking.tap(tablet.page, "waived")
        tablet.online()
        tablet.drain()
        assert record(scene, clause, "conformity") == "waived"
        tablet.download(scene.reference)
        walking.go(tablet.page, scene.reference, clause)
        waiver = tablet.work(scene.reference)["items"][clause]["waiver"]
        assert waiver["state"] != "in_force"
        expect(tablet.page.locator(".pl-field-told")).to_contain_text("WVR-")


# 25: evidence in the language of the place


@pytest.mark.parametrize(("text", "direction"), [(ARABIC, "rtl"), (THAI, "ltr"), (JAPANESE, "ltr")])
def test_25_evidence_in_the_language_of_the_place_arrives_as_it_was_written(
        scene: Scene, text: str, direction: str) -> None:
    tablet = scene.tablet(scene.world.lead)
    clause = scene.world.clauses[0]
    tablet.offline()
    walking.go(tablet.page, scene.reference, clause)
    walking.tap(tablet.page, "nonconformity")
    walking.write(tablet.page, "note", text)
    assert tablet.page.locator("#f-note").evaluate("(field) => getComputedStyle(field).direction") == direction
    walking.write(tablet.page, "finding_title", "Two of nine logs are empty")
    walking.write(tablet.page, "finding_risk", walking.RISK)
    made = tablet.add_photo(scene.reference, clause, f"{text[:10]}.jpg", walking.photo("x")["buffer"])
    tablet.ask("caption", scene.reference, clause, made["media_id"], text)
    tablet.online()
    tablet.drain()
    assert record(scene, clause) == text
    assert record(scene, clause, "finding_title") == "Two of nine logs are empty"
    assert [row["caption"] for row in records.asked(scene.server, "SELECT caption FROM evidence")] == [text]


# 27: handed in after the day it was due; two auditors on one clause


def test_27_both_clocks_are_kept_of_an_audit_handed_in_late(stage_scene: Staging) -> None:
    """Finished on the floor before the deadline, sent two days later."""
    with stage_scene(clauses=2) as scene:
        tablet = scene.tablet(scene.world.lead)
        scene.world.let_days_pass(3)
        tablet.offline()
        tablet.move_clock(-48)
        finish(scene, tablet)
        expect(tablet.page.locator(".pl-field-receipt")).to_contain_text("Signed, waiting to send")
        tablet.move_clock(0)
        tablet.online()
        tablet.drain()
        expect(tablet.page.locator(".pl-field-receipt")).to_contain_text("Confirmed by server")
        row = records.asked(scene.server, "SELECT * FROM audits")[0]
        assert row["status"] == "submitted"
        signed, submitted = (datetime.fromisoformat(row[name]) for name in ("signed_at", "submitted_at"))
        assert timedelta(hours=47) < submitted - signed < timedelta(hours=49)
        sent = [each for each in records.operations(scene.server, scene.reference) if each.kind == "set"]
        received = records.asked(scene.server, "SELECT received_at FROM field_operations")[0]["received_at"]
        assert all(datetime.fromisoformat(received) - datetime.fromisoformat(each.client_at) > timedelta(hours=47)
                   for each in sent)


def test_27_a_clock_that_is_wrong_is_told_and_marked(stage_scene: Staging) -> None:
    with stage_scene(clauses=2) as scene:
        tablet = scene.tablet(scene.world.lead)
        tablet.move_clock(48)
        tablet.save(scene.reference, scene.world.clauses[0], "note", "By a wrong clock.")
        tablet.drain()
        expect(tablet.page.locator("#notices")).to_contain_text("The tablet's clock is 2 days ahead")
        row = records.asked(scene.server, "SELECT skew_ms, rev FROM field_operations")[0]
        assert abs(row["skew_ms"] - 48 * 3_600_000) < 60_000


def finish(scene: Scene, tablet: Tablet) -> None:
    for clause in scene.world.clauses:
        walking.go(tablet.page, scene.reference, clause)
        walking.tap(tablet.page, "conformity")
    day = (clock.today("Asia/Manila") - timedelta(days=2)).isoformat()
    walking.close_meeting(tablet.page, scene.reference, day)
    walking.sign(tablet.page)


def test_27_two_auditors_on_one_clause_and_the_lead_resolves(stage_scene: Staging) -> None:
    with stage_scene(clauses=2) as scene:
        lead, colleague = scene.tablet(scene.world.lead), scene.tablet(scene.world.colleague)
        clause = scene.world.clauses[0]
        for tablet, answer in ((lead, "conformity"), (colleague, "not_assessed")):
            tablet.offline()
            walking.go(tablet.page, scene.reference, clause)
            walking.tap(tablet.page, answer)
        for tablet in (lead, colleague, lead):
            tablet.online()
            tablet.sync()
        walking.go(lead.page, scene.reference, "finish")
        expect(lead.page.locator("main")).to_contain_text("has two answers: choose one")
        expect(lead.page.get_by_role("button", name="Sign and finish")).to_have_attribute("aria-disabled", "true")
        walking.go(lead.page, scene.reference, clause, "conflict")
        lead.page.locator(".pl-field-choice [data-p=take]").click()
        lead.drain()
        assert record(scene, clause, "conformity") in {"conformity", "not_assessed"}
        walking.go(lead.page, scene.reference, "finish")
        expect(lead.page.locator("main")).not_to_contain_text("has two answers")
