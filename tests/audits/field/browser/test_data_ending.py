"""How work on a tablet ends: settled, signed, confirmed, kept for a while, and emptied only when nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest

from compliance import clock, db
from compliance.accounts.models import Person
from compliance.audits.field.commands.devices import ask_wipe as ask_for_wipe
from compliance.audits.field.queries.devices import tablets_of
from tests.audits.field.proof import records
from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet
from tests.audits.field.proof.world import reading
from tests.builders.accounts import actor_of
from tests.builders.saving import saving

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]
SIGN = """async ([work, day]) => {
  const canvas = new OffscreenCanvas(40, 20);
  canvas.getContext("2d").fillRect(5, 5, 20, 3);
  const png = await canvas.convertToBlob({ type: "image/png" });
  const signature = { png, strokes: [], name: "Hana Watanabe", role: "Lead auditor", statement: "All of it is true." };
  const closing = { meeting_on: day, acknowledged_by: "Ana Cruz", conclusion: "It works." };
  try { await window.plumbline.field.sign(work, { closing, signature }); return []; }
  catch (error) { return error.reasons ?? [error.message]; }
}"""
OLD = """([work, days]) => window.plumbline.field.store.transact(["work"], "readwrite", async (tx) => tx.store.put({
  ...(await tx.store.get(work)), confirmed_at: new Date(Date.now() - days * 86_400_000).toISOString() }))"""
# What WebKit's embedded browser lacks, and what any browser may lack one day.
WITHOUT = """for (const [owner, name] of [[Navigator.prototype, "locks"], [Navigator.prototype, "storage"],
  [globalThis, "BroadcastChannel"], [globalThis, "OffscreenCanvas"]]) Object.defineProperty(
  owner, name, { value: undefined, configurable: true, writable: true });"""


def answer_all(scene: Scene, tablet: Tablet) -> None:
    for clause in scene.world.clauses:
        assert tablet.save(scene.reference, clause, "conformity", "conformity") == ""


def sign(scene: Scene, tablet: Tablet) -> list[str]:
    reasons: list[str] = tablet.page.evaluate(SIGN, [scene.reference, str(clock.today("Asia/Manila"))])
    return reasons


def card(scene: Scene, tablet: Tablet) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in tablet.ask("work") if each["reference"] == scene.reference)
    return found


def test_a_signed_work_is_confirmed_only_with_the_servers_receipt_and_goes_after_its_days(
    scene: Scene, tablet: Tablet
) -> None:
    first, *rest = scene.world.clauses
    tablet.offline()
    answer_all(scene, tablet)
    tablet.add_photo(scene.reference, first, "floor.jpg", a_picture("floor", (320, 240)))
    tablet.save(scene.reference, rest[0], "conformity", None)
    assert sign(scene, tablet) == [f"{rest[0]} has no answer yet."]
    tablet.save(scene.reference, rest[0], "conformity", "conformity")
    assert sign(scene, tablet) == []
    assert card(scene, tablet)["state"] == "signed"
    assert "signed and read only" in tablet.save(scene.reference, first, "note", "Too late")
    tablet.online()
    tablet.drain()
    told = tablet.work(scene.reference)
    assert (told["receipt"]["answers"], told["receipt"]["photos"]) == (len(scene.world.clauses), 1)
    assert card(scene, tablet)["state"] == "confirmed"
    kinds = [each.kind for each in records.operations(scene.server, scene.reference)]
    assert kinds[-2:] == ["signature", "signoff"]
    for days, left in ((13, 1), (15, 0)):
        tablet.page.evaluate(OLD, [scene.reference, days])
        tablet.sync()
        assert len(tablet.stored("work")) == left
    assert tablet.stored("ops") == tablet.stored("media") == []


def test_a_signature_the_server_refuses_gives_the_work_back(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    answer_all(scene, tablet)
    tablet.drain()
    tablet.offline()
    with reading():
        tomorrow = clock.today("Asia/Manila") + timedelta(days=2)
    assert tablet.page.evaluate(SIGN, [scene.reference, str(tomorrow)]) == []
    tablet.online()
    tablet.drain()
    told = tablet.work(scene.reference)
    assert "closing meeting lies ahead" in told["note"]
    assert told["readonly"] == ""
    assert [line["field"] for line in tablet.ask("attention")] == ["signoff"]
    assert tablet.save(scene.reference, clause, "note", "Goes on") == ""
    [line] = tablet.ask("attention")
    tablet.ask("act", line["id"], "dismiss")
    assert sign(scene, tablet) == []
    tablet.drain()
    assert tablet.work(scene.reference)["receipt"]["answers"] == len(scene.world.clauses)


def test_two_sides_stay_until_somebody_chooses_and_nobody_signs_before(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    other = scene.tablet(scene.world.colleague)
    for each, words in ((tablet, "Hers"), (other, "His")):
        each.offline()
        each.save(scene.reference, clause, "note", words)
        each.online()
        each.drain()
    tablet.sync()
    here, there = ({field: value for field, value in each.work(scene.reference)["conflicts"][0].items()
                    if field in {"mine", "theirs", "mayChoose"}} for each in (tablet, other))
    assert (here["mine"]["value"], here["theirs"]["value"], here["mayChoose"]) == ("Hers", "His", "both")
    assert (there["mine"]["value"], there["theirs"]["value"], there["mayChoose"]) == ("His", "Hers", "theirs")
    assert other.answer(scene.reference, clause, "note")["state"] == "conflict"
    assert any("Conflict" in reason for reason in sign(scene, tablet))
    tablet.ask("choose", scene.reference, clause, "note", "theirs")
    assert tablet.answer(scene.reference, clause, "note")["state"] == "saved"
    for each in (tablet, other):
        each.drain()
        each.sync()
        told = each.answer(scene.reference, clause, "note")
        assert (told["value"], told["state"]) == ("His", "server")
        assert each.ask("attention") == []


def ask_wipe(scene: Scene) -> None:
    with reading(), saving():
        lead = db.session.get_one(Person, scene.world.lead)
        actor = actor_of(lead)
        [(device, _)] = tablets_of(actor, lead)
        ask_for_wipe(actor, device)


def databases(tablet: Tablet) -> list[str]:
    found: list[str] = tablet.page.evaluate("""async () => (await indexedDB.databases()).map(({ name }) => name)""")
    return found


def test_a_tablet_is_emptied_on_contact_but_never_of_what_is_only_here(scene: Scene, tablet: Tablet) -> None:
    mine = f"plumbline-field-{scene.world.lead}"
    tablet.sync()
    ask_wipe(scene)
    tablet.page.route("**/field/api/v1/sync", lambda route: route.fulfill(status=503))
    tablet.save(scene.reference, scene.world.clauses[0], "note", "Only here")
    tablet.sync()
    assert mine in databases(tablet)
    assert tablet.save(scene.reference, scene.world.clauses[1], "note", "And this") == ""
    tablet.page.unroute("**/field/api/v1/sync")
    tablet.page.evaluate("() => { window.plumbline.field.addEventListener('wiped', () => { window.wiped = true; }); }")
    tablet.page.evaluate("() => { window.plumbline.field.syncNow(); }")
    tablet.page.wait_for_function("() => window.wiped")
    assert mine not in databases(tablet)
    assert len(records.operations(scene.server, scene.reference)) == 2
    with reading():
        assert all(row["wiped_at"] for row in records.asked(scene.server, "SELECT wiped_at FROM field_devices"))


def test_a_tablet_out_of_use_is_emptied_once_a_copy_is_safe(scene: Scene, tablet: Tablet) -> None:
    tablet.sync()
    ask_wipe(scene)
    refused = {"status": 403, "headers": {"X-Field-Protocol": "1"}, "body": '{"code": "device_revoked"}'}
    tablet.page.route("**/field/api/v1/sync", lambda route: route.fulfill(**refused))
    tablet.save(scene.reference, scene.world.clauses[0], "note", "Only here")
    tablet.sync()
    assert tablet.ask("status")["title"] == "This tablet was revoked"
    tablet.ask("backup")
    tablet.sync()
    assert [op["value"] for op in tablet.stored("ops")] == ["Only here"]
    tablet.ask("backupKept")
    tablet.page.evaluate("() => { window.plumbline.field.addEventListener('wiped', () => { window.wiped = true; }); }")
    tablet.page.evaluate("() => { window.plumbline.field.syncNow(); }")
    tablet.page.wait_for_function("() => window.wiped")
    assert f"plumbline-field-{scene.world.lead}" not in databases(tablet)


def test_a_browser_without_locks_channels_or_estimates_does_the_same(stage_scene: Staging) -> None:
    with stage_scene() as scene:
        tablet = scene.tablet(scene.world.lead, downloaded=False)
        assert tablet.context
        tablet.context.add_init_script(WITHOUT)
        tablet.reload()
        assert tablet.page.evaluate("() => navigator.locks === undefined && !globalThis.BroadcastChannel")
        tablet.download(scene.reference)
        clause = scene.world.clauses[0]
        tablet.save(scene.reference, clause, "note", "Seen")
        tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (640, 480)))
        other = tablet.context.new_page()
        other.goto("/field/")
        other.wait_for_function("() => window.plumbline?.field")
        other.evaluate("() => { window.plumbline.field.syncNow(); }")
        tablet.drain()
        assert tablet.answer(scene.reference, clause, "note")["state"] == "server"
        assert len(records.operations(scene.server, scene.reference)) == 2
        assert len(records.photographs(scene.server, scene.reference)) == 1
        assert tablet.ask("storage") == {"persisted": None, "usage": None, "quota": None, "private": False}
