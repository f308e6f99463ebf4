"""Story 4 (domain.md §6): an auditor walks Manila in airplane mode, and nothing of it is lost."""

import pytest
from playwright.sync_api import expect

from compliance import clock
from tests.audits.field.proof import records, walking
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]
FAILED = 4  # clauses that are not met, the knock-out among them
CLAUSES = 40


def test_a_whole_audit_in_airplane_mode(stage_scene: Staging) -> None:
    with stage_scene(clauses=CLAUSES, knock_outs=1, started=False) as scene:
        tablet = scene.tablet(scene.world.lead, downloaded=False)
        start(scene, tablet)
        words = tablet.work(scene.reference)["items"]
        tablet.offline()
        walk(scene, tablet)
        scene.world.publish("3.1.0")
        expect(tablet.page.locator("#waiting")).to_contain_text("waiting")
        tablet.online()
        tablet.drain()
        arrived(scene, tablet)
        assert tablet.work(scene.reference)["items"] == words
        blocked_until_shown(scene, tablet)
        capped(scene, tablet)
        signed(scene, tablet)


def start(scene: Scene, tablet: Tablet) -> None:
    walking.go(tablet.page, "work")
    tablet.page.get_by_role("button", name="Start and download").click()
    expect(tablet.page.locator(".pl-field-work")).to_contain_text("Ready offline")
    scene.world.know_clauses()


def walk(scene: Scene, tablet: Tablet) -> None:
    """Every clause by its card; the first ones are not met, and the very first lacks what shows it."""
    page = tablet.page
    walking.go(page, scene.reference, scene.world.clauses[0])
    for at, clause in enumerate(scene.world.clauses):
        expect(page.locator("main bdi", has_text=clause).first).to_be_visible()
        if at < FAILED:
            walking.fail(page, clause, evidence=at > 0)
        else:
            walking.tap(page, "conformity")
        if at + 1 < CLAUSES:
            expect(page.locator("#sections")).to_contain_text(f"{at + 1} of {CLAUSES}")
            page.locator("[data-key=after]").click()


def arrived(scene: Scene, tablet: Tablet) -> None:
    """All of it, each once, and the tablet says so."""
    record = records.answers(scene.server, scene.reference)
    told = {item: fields["conformity"]["value"] for item, fields in tablet.work(scene.reference)["answers"].items()}
    assert {item: value for (item, name), value in record.items() if name == "conformity"} == told
    assert len(told) == CLAUSES
    assert len(records.photographs(scene.server, scene.reference)) == FAILED - 1
    sent = [each.told for each in records.operations(scene.server, scene.reference)]
    assert len(sent) == len(set(sent))
    expect(tablet.page.locator("#waiting")).to_contain_text("All on server")


def blocked_until_shown(scene: Scene, tablet: Tablet) -> None:
    """A nonconformity without evidence stands against handing the work over."""
    knock_out = scene.world.clauses[0]
    today = clock.today("Asia/Manila").isoformat()
    walking.close_meeting(tablet.page, scene.reference, today)
    expect(tablet.page.locator("main")).to_contain_text(f"{knock_out} is a nonconformity: attach what shows it.")
    expect(tablet.page.get_by_role("button", name="Sign and finish")).to_have_attribute("aria-disabled", "true")
    walking.go(tablet.page, scene.reference, knock_out)
    walking.take(tablet.page, "what shows it.jpg")
    tablet.drain()


def capped(scene: Scene, tablet: Tablet) -> None:
    """A knock-out caps the rating at D; the score itself stays what it was."""
    walking.go(tablet.page, scene.reference, "finish")
    results = tablet.page.locator("main")
    expect(results.locator(".pl-rating[data-r=D]")).to_be_visible()
    score = tablet.work(scene.reference)["work"]["results"][0]["score"]
    assert score > 70, "the raw score of a floor that fails four of forty clauses"
    expect(results).to_contain_text(f"{score:.1f} %")


def signed(scene: Scene, tablet: Tablet) -> None:
    walking.sign(tablet.page)
    expect(tablet.page.locator(".pl-field-receipt")).to_be_visible()
    tablet.drain()
    receipt = tablet.page.locator(".pl-field-receipt")
    expect(receipt).to_contain_text("Confirmed by server")
    expect(receipt).to_contain_text(f"{CLAUSES} of {CLAUSES} answers")
    row = records.asked(scene.server, "SELECT status, submitted_at FROM audits WHERE reference = ?", scene.reference)[0]
    assert row["status"] == "submitted"
    assert row["submitted_at"]
