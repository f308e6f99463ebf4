"""What goes wrong between people, records and tablets, row by row of the table of failures."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from tests.audits.field.proof import records, walking
from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.stage import Scene, Staging
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def tablet(scene: Scene) -> Tablet:
    """The lead auditor's, with the audit ready offline."""
    return scene.tablet(scene.world.lead)


@pytest.fixture
def other(scene: Scene) -> Tablet:
    """The second auditor's."""
    return scene.tablet(scene.world.colleague)


def log(scene: Scene) -> list[records.Operation]:
    return records.operations(scene.server, scene.reference)


def record(scene: Scene, clause: str, field: str = "note") -> object:
    return records.answers(scene.server, scene.reference).get((clause, field))


# Other user signs in


def test_other_user_signs_in(scene: Scene, tablet: Tablet) -> None:
    mine, theirs = scene.world.clauses[:2]
    lead, colleague = scene.world.lead, scene.world.colleague
    tablet.offline()
    assert tablet.save(scene.reference, mine, "note", "The lead's.") == ""
    tablet.sign_in(colleague)
    tablet.online()
    tablet.reload()
    tablet.sync()
    assert log(scene) == []
    tablet.page.goto("/field/#/who")
    expect(tablet.page.locator(f"[data-key='person {lead}']")).to_contain_text("1 answer unsent on this tablet")
    tablet.page.locator(f"[data-key='person {colleague}']").click()
    tablet.page.wait_for_function("(id) => window.plumbline.field?.user.id === id", arg=str(colleague))
    tablet.download(scene.reference)
    assert tablet.value(scene.reference, mine, "note") is None
    assert tablet.save(scene.reference, theirs, "note", "Maria's.") == ""
    tablet.drain()
    assert [(each.item, each.value) for each in log(scene)] == [(theirs, "Maria's.")]
    tablet.page.goto("about:blank")  # an answer under way would put the colleague's cookie back
    tablet.sign_in(lead)
    tablet.page.goto("/field/#/who")
    tablet.page.locator(f"[data-key='person {lead}']").click()
    tablet.page.wait_for_function("(id) => window.plumbline.field?.user.id === id", arg=str(lead))
    tablet.drain()
    assert record(scene, mine) == "The lead's."


# Conflict


@pytest.mark.parametrize(("button", "stands"), [("keep", "Two logs empty."), ("take", "All logs full.")])
def test_conflict(scene: Scene, tablet: Tablet, other: Tablet, button: str, stands: str) -> None:
    clause = scene.world.clauses[0]
    other.save(scene.reference, clause, "note", "All logs full.")
    tablet.offline()
    tablet.save(scene.reference, clause, "note", "Two logs empty.")
    other.drain()
    tablet.online()
    tablet.sync()
    assert record(scene, clause) == "All logs full."
    tablet.page.goto(f"/field/#/{scene.reference}/{clause}")
    expect(tablet.page.locator(".pl-field-saved")).to_contain_text("Conflict")
    tablet.page.goto(f"/field/#/{scene.reference}/{clause}/conflict")
    choice = tablet.page.locator(".pl-field-choice")
    for said in ("All logs full.", "Two logs empty.", "Maria Santos"):
        expect(choice).to_contain_text(said)
    choice.locator(f"[data-p={button}]").click()
    expect(choice).to_have_count(0)
    tablet.drain()
    other.sync()
    assert record(scene, clause) == stands
    assert {value.value for value in log(scene)} == {"All logs full.", "Two logs empty."}
    for each in (tablet, other):
        assert each.work(scene.reference)["conflicts"] == []
        assert each.value(scene.reference, clause, "note") == stands


def test_only_the_lead_puts_a_value_over_a_colleagues(scene: Scene, tablet: Tablet, other: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.save(scene.reference, clause, "note", "The lead's.")
    other.offline()
    other.save(scene.reference, clause, "note", "Maria's.")
    tablet.drain()
    other.online()
    other.sync()
    other.page.goto(f"/field/#/{scene.reference}/{clause}/conflict")
    expect(other.page.locator(".pl-field-choice [data-p=keep]")).to_have_attribute("aria-disabled", "true")
    other.page.locator(".pl-field-choice [data-p=take]").click()
    other.drain()
    assert record(scene, clause) == "The lead's."
    assert other.work(scene.reference)["conflicts"] == []


# Rejected / held


def test_rejected(stage_scene: Staging) -> None:
    with stage_scene(clauses=3, knock_outs=1) as scene:
        tablet = scene.tablet(scene.world.lead)
        wrong, right = scene.world.clauses[:2]
        tablet.offline()
        tablet.save(scene.reference, wrong, "conformity", "partial")
        tablet.save(scene.reference, right, "note", "As it should be.")
        tablet.online()
        tablet.sync()
        assert record(scene, right) == "As it should be."
        assert [(each.item, each.field) for each in log(scene) if each.verdict == "rejected"] == [(wrong, "conformity")]
        tablet.reload()
        walking.go(tablet.page, "attention")
        expect(tablet.page.locator("main")).to_contain_text(wrong)
        assert [each["item"] for each in tablet.ask("attention")] == [wrong]
        assert wrong in tablet.page.evaluate("async () => (await window.plumbline.field.backup()).text()")
        assert tablet.value(scene.reference, wrong, "conformity") == "partial"
        tablet.save(scene.reference, wrong, "conformity", "nonconformity")
        tablet.drain()
        assert record(scene, wrong, "conformity") == "nonconformity"
        assert tablet.ask("attention") == []


# Checklist version changed


def test_checklist_version_changed(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    before = tablet.work(scene.reference)["items"][clause]["html"]
    tablet.offline()
    scene.world.publish()
    tablet.save(scene.reference, clause, "note", "By the old words.")
    tablet.online()
    tablet.drain()
    assert record(scene, clause) == "By the old words."
    tablet.download(scene.reference)
    told = tablet.work(scene.reference)
    assert told["items"][clause]["html"] == before
    tablet.page.goto(f"/field/#/{scene.reference}")
    expect(tablet.page.locator("main")).to_contain_text("2.0.0")
    expect(tablet.page.locator("main")).to_contain_text("This work stays on the criteria fixed on")


# Reassigned / cancelled while offline


@pytest.mark.parametrize("how", ["reassigned", "cancelled"])
def test_reassigned_or_cancelled_while_offline(scene: Scene, other: Tablet, how: str) -> None:
    clause = scene.world.clauses[0]
    other.offline()
    other.save(scene.reference, clause, "note", "Seen before anybody told me.")
    made = other.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor"))
    if how == "reassigned":
        scene.world.take_off()
    else:
        scene.world.cancel()
    other.online()
    other.sync()
    other.sync()
    assert {each.verdict for each in log(scene)} == {"held"}
    assert record(scene, clause) is None
    row = records.media(scene.server, scene.reference)[records.plain(made["media_id"])]
    assert (row["state"], bool(row["kept_sha256"])) == ("held", True)
    assert other.value(scene.reference, clause, "note") == "Seen before anybody told me."
    other.page.goto(f"/field/#/{scene.reference}/{clause}")
    expect(other.page.locator("#f-note")).to_have_value("Seen before anybody told me.")
    expect(other.page.locator("#f-note")).not_to_be_editable()
    other.page.goto("/field/#/attention")
    expect(other.page.locator("main")).to_contain_text(clause)


# Two auditors, one audit


def test_two_auditors_one_audit(scene: Scene, tablet: Tablet, other: Tablet) -> None:
    first, second, both = scene.world.clauses[:3]
    tablet.save(scene.reference, first, "note", "The lead was here.")
    other.save(scene.reference, second, "note", "Maria was here.")
    for each in (tablet, other):
        each.save(scene.reference, both, "conformity", "conformity")
    tablet.drain()
    other.drain()
    tablet.sync()
    for each in (tablet, other):
        assert each.value(scene.reference, first, "note") == "The lead was here."
        assert each.value(scene.reference, second, "note") == "Maria was here."
        assert each.work(scene.reference)["conflicts"] == []
    assert tablet.answer(scene.reference, second, "note")["by"] == "Maria Santos"
    assert "merged" in {each.verdict for each in log(scene)}


# Two tabs


def test_two_tabs(scene: Scene, tablet: Tablet) -> None:
    clause, later = scene.world.clauses[:2]
    assert tablet.context is not None
    second = tablet.context.new_page()
    second.goto(f"/field/#/{scene.reference}/{clause}")
    second.wait_for_function("() => window.plumbline?.field")
    tablet.save(scene.reference, clause, "note", "Typed in the first tab.")
    expect(second.locator("#f-note")).to_have_value("Typed in the first tab.")
    second.evaluate("([work, item]) => window.plumbline.field.save(work, item, 'note', 'Typed in the second.')",
                    [scene.reference, clause])
    tablet.save(scene.reference, later, "note", "And another.")
    for _ in range(3):
        second.evaluate("() => { void window.plumbline.field.syncNow(); }")
        tablet.sync()
    tablet.drain()
    assert record(scene, clause) == "Typed in the second."
    assert tablet.value(scene.reference, clause, "note") == "Typed in the second."
    told = [each.told for each in log(scene)]
    assert len(told) == len(set(told))
    assert {each.verdict for each in log(scene)} == {"applied"}


# Server restored from backup


def test_server_restored_from_backup(scene: Scene, tablet: Tablet) -> None:
    early, late = scene.world.clauses[:2]
    tablet.save(scene.reference, early, "note", "Before the backup.")
    tablet.drain()
    file = Path(scene.server.database.url.removeprefix("sqlite:///"))
    scene.server.kill()
    shutil.copyfile(file, scene.folder / "backup")
    scene.server.start()
    tablet.save(scene.reference, late, "note", "After the backup.")
    made = tablet.add_photo(scene.reference, late, "floor.jpg", a_picture("floor"))
    tablet.drain()
    scene.server.kill()
    shutil.copyfile(scene.folder / "backup", file)
    scene.server.command("field", "renew-epoch")
    scene.server.start()
    assert record(scene, late) is None
    tablet.sync()
    tablet.drain()
    assert (record(scene, early), record(scene, late)) == ("Before the backup.", "After the backup.")
    assert records.media(scene.server, scene.reference)[records.plain(made["media_id"])]["state"] == "stored"
    assert len(records.photographs(scene.server, scene.reference)) == 1
    told = [each.told for each in log(scene)]
    assert len(told) == len(set(told))


# Storage evicted


def test_storage_evicted(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    device = tablet.page.evaluate("() => window.plumbline.field.device.id")
    tablet.save(scene.reference, clause, "note", "It reached the server.")
    tablet.proxy.strike("cut", "PUT /field/api/v1/media", times=-1, after=100)
    tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor"))
    tablet.sync()
    tablet.sync()
    assert record(scene, clause) == "It reached the server."
    tablet.evict()
    tablet.proxy.heal()
    tablet.open()
    assert tablet.page.evaluate("() => window.plumbline.field.device.id") != device
    tablet.download(scene.reference)
    assert tablet.value(scene.reference, clause, "note") == "It reached the server."
    tablet.sync()
    tablet.page.goto("/field/#/attention")
    expect(tablet.page.locator("main")).to_contain_text("1 photo was announced but never received")


# Logout / "remove from tablet"


def test_remove_from_tablet_is_refused_while_something_is_unsent(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.offline()
    tablet.save(scene.reference, clause, "note", "Nowhere else.")
    with pytest.raises(Error):
        tablet.ask("remove", scene.reference, "")
    assert tablet.value(scene.reference, clause, "note") == "Nowhere else."
    tablet.page.goto("/field/#/work")
    tablet.page.get_by_role("button", name="Remove").first.click()
    expect(tablet.page.locator("main")).to_contain_text("backup")
    assert tablet.value(scene.reference, clause, "note") == "Nowhere else."
    tablet.ask("remove", scene.reference, "REMOVE")
    assert tablet.stored("ops") == []


def test_signing_out_destroys_nothing(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.offline()
    tablet.save(scene.reference, clause, "note", "Nowhere else.")
    tablet.online()
    scene.world.end_sessions(tablet.person)
    tablet.reload()
    assert tablet.value(scene.reference, clause, "note") == "Nowhere else."
    tablet.sign_in()
    tablet.drain()
    assert record(scene, clause) == "Nowhere else."
