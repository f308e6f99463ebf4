"""What a tap leaves on the tablet: one operation a field, in a chain, on the disk before it is called saved."""

import pytest

from tests.audits.field.proof import records
from tests.audits.field.proof.pictures import a_picture
from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SYNC = "POST /field/api/v1/sync"
# Words that do not compress, or a database packs hundreds of them into nothing.
LONG = """async ([work, item]) => {
  const words = Array.from({ length: 4000 }, () => Math.random()).join("");
  try { await window.plumbline.field.save(work, item, "note", words); return ""; }
  catch (error) { return `${error.name} ${error.reason}`; }
}"""
KEY = """async ([store, key]) => (await window.plumbline.field.store.read(
  [store], (tx) => tx.store.getKey(key))) ?? null"""


def log(tablet: Tablet) -> list[tuple[str, object, str]]:
    """(field, value, state) of what the tablet would send or has sent, in its order."""
    return [(op["field"], op["value"], op["state"]) for op in tablet.stored("ops")]


def test_what_is_not_sent_yet_is_one_operation_with_the_first_parent(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.save(scene.reference, clause, "note", "first")
    tablet.drain()
    [sent] = tablet.stored("ops")
    tablet.offline()
    for word in ("second", "third", "fourth"):
        assert tablet.save(scene.reference, clause, "note", word) == ""
    assert log(tablet) == [("note", "first", "acked"), ("note", "fourth", "queued")]
    assert tablet.stored("ops")[1]["parent"] == sent["op_id"]


def test_what_was_tried_is_never_changed(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    tablet.proxy.strike("drop", SYNC)
    tablet.save(scene.reference, clause, "note", "tried")
    tablet.sync()
    tablet.offline()
    tablet.save(scene.reference, clause, "note", "after")
    tried, after = tablet.stored("ops")
    assert (tried["value"], after["value"], after["parent"]) == ("tried", "after", tried["op_id"])
    tablet.online()
    tablet.drain()
    assert [(each.value, each.verdict) for each in records.operations(scene.server, scene.reference)] == [
        ("tried", "applied"), ("after", "applied")]
    assert tablet.answer(scene.reference, clause, "note")["state"] == "server"


def test_fields_of_one_clause_do_not_replace_each_other(scene: Scene, tablet: Tablet) -> None:
    first, second = scene.world.clauses[:2]
    tablet.offline()
    tablet.save(scene.reference, first, "conformity", "nonconformity")
    tablet.save(scene.reference, first, "note", "Seen")
    tablet.save(scene.reference, second, "note", "Seen too")
    tablet.save(scene.reference, first, "conformity", "partial")
    assert log(tablet) == [
        ("conformity", "partial", "queued"), ("note", "Seen", "queued"), ("note", "Seen too", "queued")]


def test_a_tab_that_dies_keeps_what_was_saved_and_where_one_was(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[2]
    tablet.offline()
    assert tablet.save(scene.reference, clause, "note", "On the disk") == ""
    tablet.ask("remember", scene.reference, clause)
    tablet.crash()
    assert tablet.answer(scene.reference, clause, "note")["value"] == "On the disk"
    assert tablet.answer(scene.reference, clause, "note")["state"] == "saved"
    assert tablet.work(scene.reference)["place"] == clause


def test_many_taps_at_once_are_all_kept(scene: Scene, tablet: Tablet) -> None:
    tablet.offline()
    tablet.page.evaluate("""([work, clauses]) => Promise.all(clauses.flatMap((clause) => [1, 2, 3].map((time) =>
        window.plumbline.field.save(work, clause, "note", `${clause} ${time}`))))""",
        [scene.reference, scene.world.clauses])
    assert log(tablet) == [("note", f"{clause} 3", "queued") for clause in scene.world.clauses]


def test_a_full_tablet_gives_up_what_the_server_has_then_its_ballast_and_then_says_so(
    scene: Scene, tablet: Tablet
) -> None:
    clause, *others = scene.world.clauses
    photo = tablet.add_photo(scene.reference, clause, "floor.jpg", a_picture("floor", (1600, 1200)))["media_id"]
    tablet.drain()
    tablet.offline()
    tablet.full(tablet.page.evaluate("() => navigator.storage.estimate().then(({ usage }) => usage + 20_000)"))
    given_up, told = [], ""
    for other in others * 3:
        told = tablet.page.evaluate(LONG, [scene.reference, other])
        left = (tablet.page.evaluate(KEY, ["bytes", photo]), tablet.page.evaluate(KEY, ["meta", "ballast"]))
        given_up += [left] if left not in given_up else []
        if told:
            break
    assert told == "NotSaved full"
    assert [left for left in given_up if left != (photo, "ballast")] == [(None, "ballast"), (None, None)]
    assert tablet.page.evaluate(KEY, ["thumbs", photo]) == photo
    assert [each["state"] for each in tablet.work(scene.reference)["photos"][clause]] == ["server"]
    [lost] = [(item, fields["note"]) for item, fields in tablet.work(scene.reference)["answers"].items()
              if fields["note"]["state"] == "lost"]
    assert len(lost[1]["value"]) > 50_000
    [line] = [each for each in tablet.ask("attention") if each["kind"] == "lost"]
    tablet.full(None)
    tablet.ask("act", line["id"], "again")
    assert tablet.answer(scene.reference, lost[0], "note")["state"] == "saved"
    assert tablet.ask("attention") == []


def test_a_work_that_is_not_here_or_is_handed_over_takes_nothing(scene: Scene, tablet: Tablet) -> None:
    clause = scene.world.clauses[0]
    assert "not on this tablet" in tablet.save("AUD-1999-0001", clause, "note", "x")
    scene.world.cancel()
    tablet.sync()
    assert "cancelled" in tablet.save(scene.reference, clause, "note", "x")
    assert tablet.stored("ops") == []


def test_two_tabs_see_each_other_and_send_once(scene: Scene, tablet: Tablet) -> None:
    first, second = scene.world.clauses[:2]
    assert tablet.context
    other = tablet.context.new_page()
    other.goto("/field/")
    other.wait_for_function("() => window.plumbline?.field")
    tablet.save(scene.reference, first, "note", "from one")
    other.evaluate("([work, clause]) => window.plumbline.field.save(work, clause, 'note', 'from two')",
                   [scene.reference, second])
    other.evaluate("() => window.plumbline.field.syncNow()")
    tablet.drain()
    assert {each.value for each in records.operations(scene.server, scene.reference)} == {"from one", "from two"}
    assert len(records.operations(scene.server, scene.reference)) == 2
    seen = other.evaluate("(work) => window.plumbline.field.open(work)", scene.reference)["answers"]
    assert {fields["note"]["state"] for fields in seen.values()} == {"server"}
