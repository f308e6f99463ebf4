"""The protocol as the tablet speaks it: cut in half, refused, answered by a stranger, restored; nothing gets lost."""

import json
from typing import Any

import pytest
from playwright.sync_api import Request, Route, expect

from tests.audits.field.proof import records
from tests.audits.field.proof.stage import Scene
from tests.audits.field.proof.tablet import Tablet

pytestmark = [pytest.mark.slow, pytest.mark.browser]
NOTHING = {"server_now": "2026-01-01T00:00:00+00:00", "epoch": "", "changes": [], "work": [], "device": {}}
OURS = {"X-Field-Protocol": "1", "Content-Type": "application/problem+json"}
SYNC = "**/field/api/v1/sync"


def sent(request: Request) -> list[dict[str, Any]]:
    ops: list[dict[str, Any]] = json.loads(request.post_data or "")["ops"]
    return ops


def answer_all(scene: Scene, tablet: Tablet) -> None:
    tablet.offline()
    for clause in scene.world.clauses:
        assert tablet.save(scene.reference, clause, "note", f"Seen at {clause}") == ""


def notes(scene: Scene) -> dict[str, Any]:
    return {item: value for (item, name), value in records.answers(scene.server, scene.reference).items()
            if name == "note"}


def everything(scene: Scene) -> dict[str, str]:
    return {clause: f"Seen at {clause}" for clause in scene.world.clauses}


def states(scene: Scene, tablet: Tablet) -> set[str]:
    return {field["state"] for fields in tablet.work(scene.reference)["answers"].values() for field in fields.values()}


def test_what_was_answered_offline_goes_when_the_network_is_back(scene: Scene, tablet: Tablet) -> None:
    answer_all(scene, tablet)
    tablet.page.wait_for_function("() => window.plumbline.field.status().words === 'Offline: 12 answers waiting'")
    tablet.online()
    tablet.drain()
    assert notes(scene) == everything(scene)
    assert states(scene, tablet) == {"server"}
    assert tablet.ask("status")["title"] == "All on server"


@pytest.mark.parametrize(("status", "code"), [(413, "too_large"), (422, "malformed"), (500, "internal")])
def test_a_batch_that_is_refused_whole_is_cut_until_it_passes(
    scene: Scene, tablet: Tablet, status: int, code: str
) -> None:
    answer_all(scene, tablet)
    sizes: list[int] = []

    def meet(route: Route, request: Request) -> None:
        sizes.append(len(sent(request)))
        if sizes[-1] > 4:
            route.fulfill(status=status, headers=OURS, body=json.dumps({"code": code, "status": status}))
        else:
            route.continue_()

    tablet.page.route(SYNC, meet)
    tablet.online()
    tablet.drain()
    assert max(sizes) == 12
    assert notes(scene) == everything(scene)


def test_one_operation_the_server_chokes_on_does_not_hold_up_the_rest(scene: Scene, tablet: Tablet) -> None:
    poison = scene.world.clauses[4]
    answer_all(scene, tablet)

    def meet(route: Route, request: Request) -> None:
        if any(op["item"] == poison for op in sent(request)):
            route.fulfill(status=500, headers=OURS, body='{"code": "internal", "status": 500}')
        else:
            route.continue_()

    tablet.page.route(SYNC, meet)
    tablet.online()
    tablet.sync()
    rest = {clause: note for clause, note in everything(scene).items() if clause != poison}
    assert notes(scene) == rest
    assert tablet.answer(scene.reference, poison, "note")["state"] == "saved"
    tablet.page.unroute(SYNC)
    tablet.drain()
    assert notes(scene) == everything(scene)


def test_an_operation_nobody_can_read_stays_with_its_reason(scene: Scene, tablet: Tablet) -> None:
    odd = scene.world.clauses[3]
    answer_all(scene, tablet)

    def meet(route: Route, request: Request) -> None:
        if any(op["item"] == odd for op in sent(request)):
            route.fulfill(status=422, headers=OURS, body='{"code": "malformed", "detail": "No such thing."}')
        else:
            route.continue_()

    tablet.page.route(SYNC, meet)
    tablet.online()
    tablet.sync()
    told = tablet.answer(scene.reference, odd, "note")
    assert (told["state"], told["error"], told["value"]) == ("attention", "No such thing.", f"Seen at {odd}")
    [line] = tablet.ask("attention")
    tablet.page.unroute(SYNC)
    tablet.ask("act", line["id"], "again")
    tablet.drain()
    assert notes(scene) == everything(scene)
    assert tablet.ask("attention") == []


STRANGERS: dict[str, dict[str, Any]] = {
    "a guest network": {"status": 200, "content_type": "text/html", "body": "<h1>Welcome</h1>"},
    "a guest network with JSON": {"status": 200, "content_type": "application/json", "body": '{"results": []}'},
    "a gateway": {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"},
    "a redirect": {"status": 302, "headers": {"Location": "https://example.com/"}},
    "half an answer": {"status": 200, "headers": {"X-Field-Protocol": "1"}, "body": '{"server_now": "2026'},
    "an answer about nothing": {"status": 200, "headers": OURS, "body": json.dumps(NOTHING | {"results": []})},
    "a verdict of tomorrow": {"status": 200, "headers": OURS, "body": "TOMORROW"},
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nothing_is_called_on_server_without_a_verdict_of_the_server(
    scene: Scene, tablet: Tablet, stranger: str
) -> None:
    answer_all(scene, tablet)

    def meet(route: Route, request: Request) -> None:
        given = dict(STRANGERS[stranger])
        if given.get("body") == "TOMORROW":
            given["body"] = json.dumps(NOTHING | {
                "results": [{"op_id": op["op_id"], "status": "pondered"} for op in sent(request)]})
        route.fulfill(**given)

    tablet.page.route(SYNC, meet)
    tablet.online()
    tablet.sync()
    assert states(scene, tablet) == {"saved"}
    assert notes(scene) == {}
    tablet.page.unroute(SYNC)
    tablet.drain()
    assert notes(scene) == everything(scene)


def test_a_lost_answer_is_asked_for_again_and_nothing_is_there_twice(scene: Scene, tablet: Tablet) -> None:
    answer_all(scene, tablet)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    tablet.page.route(SYNC, lose, times=1)
    tablet.online()
    tablet.drain()
    assert len(records.operations(scene.server, scene.reference)) == len(scene.world.clauses)
    assert states(scene, tablet) == {"server"}
    assert {op["receipt"]["verdict"] for op in tablet.stored("ops")} == {"applied"}


def test_a_duplicate_that_does_not_say_of_what_is_not_on_the_server(scene: Scene, tablet: Tablet) -> None:
    tablet.offline()
    tablet.save(scene.reference, scene.world.clauses[0], "note", "Seen")

    def vague(route: Route, request: Request) -> None:
        answer = route.fetch()
        told = answer.json()
        told["results"] = [{"op_id": op["op_id"], "status": "duplicate"} for op in sent(request)]
        route.fulfill(response=answer, body=json.dumps(told))

    tablet.page.route(SYNC, vague, times=1)
    tablet.online()
    tablet.sync()
    assert states(scene, tablet) == {"saved"}


def test_a_restored_server_gets_everything_again(scene: Scene, tablet: Tablet) -> None:
    answer_all(scene, tablet)
    tablet.online()
    tablet.drain()
    scene.server.command("field", "renew-epoch")
    tablet.sync()
    tablet.drain()
    assert states(scene, tablet) == {"server"}
    assert notes(scene) == everything(scene)
    assert len(records.operations(scene.server, scene.reference)) == len(scene.world.clauses)
    assert all(op["attempts"] == 2 for op in tablet.stored("ops"))


def test_nobody_sends_what_another_wrote(scene: Scene, tablet: Tablet) -> None:
    answer_all(scene, tablet)
    tablet.sign_in(scene.world.colleague)
    tablet.online()
    tablet.sync()
    status = tablet.ask("status")
    assert (status["where"], status["title"]) == ("signin", "Somebody else is signed in"), status
    assert notes(scene) == {}
    begun = tablet.page.evaluate("""async () => {
        const { start } = await import(performance.getEntriesByType("resource").map((each) => each.name)
            .find((name) => name.endsWith("/field.js")));
        return start();
    }""")
    assert [(user["unsent"], user["photos"]) for user in begun["users"]] == [(12, 0)]
    tablet.sign_in()
    tablet.drain()
    assert notes(scene) == everything(scene)


def test_signed_out_is_no_reason_to_stop_filling_in(scene: Scene, tablet: Tablet) -> None:
    scene.world.end_sessions(scene.world.lead)
    assert tablet.save(scene.reference, scene.world.clauses[0], "note", "Seen") == ""
    tablet.sync()
    expect(tablet.page.locator("#waiting")).to_contain_text("Sign in to send 1 answer")
    assert states(scene, tablet) == {"saved"}
    tablet.sign_in()
    tablet.drain()
    assert states(scene, tablet) == {"server"}
