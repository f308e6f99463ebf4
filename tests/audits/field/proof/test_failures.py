"""What goes wrong with the line, the tablet and the server, row by row of the table of failures."""

import pytest
from playwright.sync_api import expect

from tests.audits.field.proof import records
from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser]
FIND_UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  await registration.update();
  while (!registration.waiting) await new Promise((done) => setTimeout(done, 50));
}"""
OVERTAKE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  const overtaken = registration.waiting;
  await registration.update();
  await new Promise((done) => setTimeout(done, 1000));
  overtaken.postMessage({ type: "SKIP_WAITING" });
}"""
UPDATE_AMID_REQUESTS = """() => {
  window.plumbline.field.applyUpdate();
  const until = performance.now() + 150;
  const ask = () => {
    fetch("/field/api/v1/session").catch(() => {});
    if (performance.now() < until) setTimeout(ask, 3);
  };
  ask();
}"""
SYNC, MEDIA, API = "POST /field/api/v1/sync", "PUT /field/api/v1/media", "/field/api/"


@pytest.fixture
def tablet(scene: Scene) -> Tablet:
    """The lead auditor's, with the audit ready offline."""
    return scene.tablet(scene.world.lead)


def answer_some(scene: Scene, tablet: Tablet, many: int = 3, first: int = 0) -> dict[str, str]:
    said = {clause: f"Seen at {clause}" for clause in scene.world.clauses[first:first + many]}
    for clause, value in said.items():
        assert tablet.save(scene.reference, clause, "note", value) == ""
    return said


def notes(scene: Scene) -> dict[str, str]:
    return {item: value for (item, name), value in records.answers(scene.server, scene.reference).items()
            if name == "note"}


def states(scene: Scene, tablet: Tablet) -> set[str]:
    return {field["state"] for fields in tablet.work(scene.reference)["answers"].values() for field in fields.values()}


# Drop mid-sync / mid-photo


def test_drop_mid_sync(scene: Scene, tablet: Tablet) -> None:
    tablet.proxy.strike("drop", SYNC, times=-1)
    said = answer_some(scene, tablet)
    tablet.sync()
    tablet.sync()
    assert tablet.proxy.struck["drop"] >= 2
    assert states(scene, tablet) == {"saved"}
    assert notes(scene) == said
    tablet.proxy.heal()
    tablet.drain()
    assert states(scene, tablet) == {"server"}
    assert len(records.operations(scene.server, scene.reference)) == len(said)


def test_drop_mid_photo(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.proxy.strike("cut", MEDIA, times=-1, after=2000)
    made = tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (640, 480)))
    tablet.sync()
    tablet.sync()
    assert tablet.proxy.struck["cut"] >= 1
    assert tablet.work(scene.reference)["photos"][clause][0]["state"] in {"saved", "sending"}
    assert records.photographs(scene.server, scene.reference) == []
    tablet.proxy.heal()
    tablet.drain()
    digest = next(row["sha256"] for row in tablet.stored("media") if row["media_id"] == made["media_id"])
    assert [(each.clause, each.sent) for each in records.photographs(scene.server, scene.reference)] == [
        (clause, digest)]


# Tab killed, battery out


@pytest.mark.parametrize("how", ["crash", "battery"])
def test_tab_killed_or_battery_out(scene: Scene, tablet: Tablet, how: str) -> None:
    clause = scene.world.clauses[4]
    tablet.page.goto(f"/field/#/{scene.reference}/{clause}")
    expect(tablet.page.locator("#f-note")).to_be_visible()
    tablet.proxy.strike("delay", SYNC, seconds=4)
    said = answer_some(scene, tablet, 5)
    assert tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (1600, 1200)))["ok"]
    tablet.page.evaluate("() => { void window.plumbline.field.syncNow(); }")
    tablet.page.wait_for_timeout(1500)
    assert "sending" in {row["state"] for row in tablet.stored("ops")}
    if how == "crash":
        tablet.crash()
    else:
        tablet.pull_battery()
        tablet.switch_on()
        tablet.sign_in()  # its cookie may not have reached the disk
        tablet.open()
    expect(tablet.page.locator("#f-note")).to_have_value(said[clause])
    assert tablet.page.url.endswith(f"#/{scene.reference}/{clause}")
    assert {item: tablet.value(scene.reference, item, "note") for item in said} == said
    tablet.drain()
    assert notes(scene) == said
    assert len(records.photographs(scene.server, scene.reference)) == 1
    told = [each.told for each in records.operations(scene.server, scene.reference)]
    assert len(told) == len(set(told)) == len(said) + 1


# Server 500 / 502 HTML / captive portal 200


@pytest.mark.parametrize("kind", ["broken", "gateway", "portal"])
def test_another_answers_in_the_servers_place(scene: Scene, tablet: Tablet, kind: str) -> None:
    tablet.proxy.strike(kind, API, times=-1)
    said = answer_some(scene, tablet)
    expect(tablet.page.locator("#bar")).to_contain_text("ill keep trying")
    assert states(scene, tablet) == {"saved"}
    assert tablet.waiting() == len(said)
    assert notes(scene) == {}
    tablet.proxy.heal()
    tablet.drain()
    assert notes(scene) == said
    expect(tablet.page.locator("#bar")).not_to_contain_text("keep trying")


# 401


def test_signed_out(scene: Scene, tablet: Tablet) -> None:
    scene.world.end_sessions(tablet.person)
    said = answer_some(scene, tablet)
    tablet.sync()
    expect(tablet.page.locator("#waiting")).to_contain_text("Sign in to send 3 answers")
    assert "/sign-in" not in tablet.page.url
    said |= answer_some(scene, tablet, 2, first=5)
    assert tablet.waiting() == len(said)
    tablet.page.get_by_role("link", name="Sign in", exact=True).first.click()
    expect(tablet.page.get_by_role("heading", name="Sign in")).to_be_visible()
    tablet.page.goto(f"/enter/{scene.world.link_of(tablet.person)}")
    tablet.page.get_by_role("button", name="Sign in as").click()
    tablet.page.wait_for_url(lambda address: "/enter/" not in address)
    tablet.open()
    tablet.drain()
    assert notes(scene) == said


# Quota full


def test_quota_full(scene: Scene, tablet: Tablet) -> None:
    clause, second, third, *_ = scene.world.clauses
    late = "Written when the tablet was full. " + "Long. " * 200
    tablet.page.goto(f"/field/#/{scene.reference}/{clause}")
    note, problem = tablet.page.locator("#f-note"), tablet.page.locator("#notices")
    note.fill("Written while there was room.")
    expect(tablet.page.locator(".pl-field-saved")).to_contain_text("On server")
    tablet.full()
    note.fill(late)
    note.blur()
    expect(tablet.page.locator(".pl-field-saved")).to_contain_text("NOT SAVED")
    expect(problem).to_contain_text("NOT SAVED")
    expect(note).to_have_value(late)
    refused = tablet.add_photo(scene.reference, second, "floor.jpg", a_picture("floor"))
    assert "NotSaved" in refused["why"]
    assert tablet.save(scene.reference, third, "note", late) != ""
    expect(problem).to_contain_text("2 answers, 1 photo could not be written")
    assert notes(scene) == {clause: "Written while there was room."}
    tablet.full(None)
    if problem.get_by_role("button", name="Try again").is_visible():  # a sync in between tries by itself
        problem.get_by_role("button", name="Try again").click()
    expect(problem).not_to_contain_text("NOT SAVED")
    tablet.drain()
    assert notes(scene) == {clause: late.strip(), third: late.strip()}
    assert len(records.photographs(scene.server, scene.reference)) <= 1


# App updated midway


def test_app_updated_midway(scene: Scene, tablet: Tablet) -> None:
    before = tablet.build
    said = answer_some(scene, tablet, 2)
    scene.server.deploy(1)
    tablet.reload()
    assert tablet.build == before
    said |= answer_some(scene, tablet, 2, first=2)
    tablet.drain()
    assert notes(scene) == said
    tablet.page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/field/')).update()")
    update = tablet.page.locator("#notices").get_by_role("button", name="Update now")
    expect(update).to_be_visible()
    said |= answer_some(scene, tablet, 2, first=4)
    with tablet.page.expect_navigation():
        update.click()
    tablet.ready()
    assert tablet.build != before
    assert {item: tablet.value(scene.reference, item, "note") for item in said} == said
    tablet.drain()
    assert notes(scene) == said


def test_an_update_is_not_held_up_by_requests(scene: Scene, tablet: Tablet) -> None:
    """A worker that is handed a request as it ends is started again; Chromium then forgets that it was to end."""
    before = tablet.build
    said = answer_some(scene, tablet)
    scene.server.deploy(1)
    tablet.page.evaluate(FIND_UPDATE)
    with tablet.page.expect_navigation():
        tablet.page.evaluate(UPDATE_AMID_REQUESTS)
    tablet.ready()
    assert tablet.build != before
    tablet.drain()
    assert notes(scene) == said


def test_an_update_overtaken_by_the_next_opens_without_network(scene: Scene, tablet: Tablet) -> None:
    """The worker that takes over clears away old files, but not those the next one is fetching at that moment."""
    scene.server.deploy(1)
    tablet.page.evaluate(FIND_UPDATE)
    scene.server.deploy(2)
    tablet.proxy.bits_per_second = 300_000
    with tablet.page.expect_navigation(timeout=90_000):
        tablet.page.evaluate(OVERTAKE)
    tablet.page.wait_for_function("async () => (await navigator.serviceWorker.getRegistration('/field/')).waiting")
    tablet.proxy.heal()
    tablet.ready()
    said = answer_some(scene, tablet, 1)
    scene.server.kill()
    tablet.crash()
    assert {item: tablet.value(scene.reference, item, "note") for item in said} == said


def test_too_old_an_app_keeps_everything(scene: Scene, tablet: Tablet) -> None:
    tablet.proxy.strike("too-old", API, times=-1)
    said = answer_some(scene, tablet)
    tablet.sync()
    assert tablet.waiting() == len(said)
    assert states(scene, tablet) == {"saved"}
    copy = tablet.page.evaluate("async () => (await window.plumbline.field.backup()).text()")
    assert all(value in copy for value in said.values())
    tablet.proxy.heal()
    tablet.drain()
    assert notes(scene) == said
