"""The inbox and the page of one override: what is listed for whom, that nothing typed is lost, and the JSON beside."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from compliance import clock, db
from compliance.access import Role
from compliance.playbooks.drift import State
from compliance.playbooks.models import OperationDrift, OverrideVersion
from tests.builders.accounts import post, sign_in_as
from tests.builders.drifting import REPLACE, WAYS, a_rule, drifted, moves, rows_of
from tests.builders.network import a_market, a_region, a_site, a_vendor
from tests.support.queries import QueryRecorder

TODAY, ITEM, API = "2026-06-01", "/drift/tiny-rules/my/1", "/api/v1/drift"
MARKETS = ("in", "ph", "jp", "id", "sg", "au")


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def page(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def numbers() -> list[int]:
    return sorted(db.session.scalars(select(OverrideVersion.number)))


def test_the_inbox_has_what_waits_what_is_cleared_and_what_was_accepted(client: FlaskClient) -> None:
    drifted(State.REVIEW, TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    waiting = page(client, "/drift")
    assert "Replace TIN-03" in waiting
    assert "1 operation waits for a person" in waiting
    assert "1 Jul" in waiting, "the day on which the text above takes over"
    assert "There is nothing to clear." in page(client, "/drift?view=clear")
    answer = client.post(f"{ITEM}/accept", data={}, headers={})
    assert answer.status_code == 400, "without a token"
    seen = re.search(r'name="seen" value="(\w+)"', page(client, ITEM))
    assert seen is not None
    post(client, f"{ITEM}/accept", {"operation": "replace TIN-03", "seen": seen[1], "why": "The tool says so."})
    assert "Every override rests on the text above it." in page(client, "/drift")
    assert "Miriam" not in page(client, "/drift?view=accepted")
    assert "Replace TIN-03" in page(client, "/drift?view=accepted")


def test_what_waits_already_is_not_asked_again_for_a_text_to_come(client: FlaskClient) -> None:
    drifted(State.REVIEW, TODAY)
    moves(WAYS[State.CONFLICT].move, number="3.0.0", effective="2026-09-01")
    assert db.session.scalar(select(func.count()).select_from(OperationDrift)) == 2
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    listed = client.get(API).get_json()
    assert [each["operation"] for each in listed["items"]] == ["replace TIN-03"]
    assert listed["counts"]["decide"] == {"review": 1}


def test_many_are_chosen_and_cleared_with_one_button(client: FlaskClient) -> None:
    for scope in MARKETS[:3]:
        a_market(scope, scope.upper(), a_region())
        a_rule(REPLACE, scope)
    moves(WAYS[State.RENAMED].move, effective=TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    listed = page(client, "/drift?view=clear")
    names = re.findall(r'name="versions" value="([^"]+)"', listed)
    assert names == [f"tiny-rules/{scope}/1" for scope in MARKETS[:3]]
    answer = post(client, "/drift/clear", {"versions": names[:2]}, follow_redirects=True)
    assert "Cleared 2 overrides" in answer.get_data(as_text=True)
    assert numbers() == [1, 1, 1, 2, 2]


def test_nobody_is_offered_to_clear_what_is_anothers(client: FlaskClient) -> None:
    drifted(State.RENAMED, TODAY)
    sign_in_as(client, Role.REGIONAL_LEAD, a_region("emea"))
    listed = page(client, "/drift?view=clear")
    assert re.search(r'name="versions" value="tiny-rules/my/1"[^>]* disabled>', listed)
    assert "none of these is yours to clear" in listed


def test_what_cannot_be_cleared_stays_chosen_and_says_why(client: FlaskClient) -> None:
    drifted(State.REVIEW, TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    answer = post(client, "/drift/clear", {"versions": ["tiny-rules/my/1"]})
    assert (answer.status_code, "waits for a person: Replace TIN-03" in answer.get_data(as_text=True)) == (409, True)


@pytest.mark.parametrize("name", ["tiny-rules/zz/1", "tiny-rules/my", "nothing", "tiny-rules/my/9"])
def test_what_is_not_there_cannot_be_cleared(client: FlaskClient, name: str) -> None:
    drifted(State.RENAMED, TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert post(client, "/drift/clear", {"versions": [name]}).status_code == 404


def test_the_page_shows_both_changes_the_merge_and_what_may_be_chosen(client: FlaskClient) -> None:
    drifted(State.REVIEW, TODAY)
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    shown = page(client, ITEM)
    assert [bool(re.search(rf"<ins> ?{words}</ins>", shown)) for words in ("really", "in the case tool")] == [True] * 2
    assert "What really happened is written down in the case tool." in shown
    assert "joined word by word" in shown
    assert not re.search(r'name="choice_0" value="\w+" checked', shown), "nothing is chosen for anybody"
    assert "Unless somebody decides, the text above holds from Wed 1 Jul" in shown


def test_a_choice_becomes_a_draft_and_shows_what_it_would_do(client: FlaskClient) -> None:
    drifted(State.REVIEW, TODAY)
    a_site("KUL1")
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    answer = post(client, ITEM, {"choice_0": "merged", "read_0": "1", "note": "After 2.0.0"}, follow_redirects=True)
    shown = answer.get_data(as_text=True)
    assert answer.request.path == "/drift/tiny-rules/my/2/effect"
    assert "Version 2 is saved as a draft" in shown
    assert "1 clause at KUL1 would read otherwise" in shown
    assert re.search(r"<ins> ?really</ins>", shown)
    assert "Open version 2" in page(client, ITEM)


@pytest.mark.parametrize(("sent", "status", "said"), [
    ({}, 422, "Choose what becomes of it."),
    ({"choice_0": "merged"}, 422, "Read it, and say that you did"),
    ({"choice_0": "edit", "text_0": "# Typed for an hour"}, 422, "holds the heading"),
    ({"choice_0": "edit", "text_0": "Typed for {{an}} hour."}, 409, "an"),
    ({"choice_0": "edit", "text_0": "Typed.", "version": "77"}, 409, "Somebody else changed this"),
])
def test_nothing_typed_is_lost(client: FlaskClient, sent: dict[str, str], status: int, said: str) -> None:
    drifted(State.CONFLICT if sent.get("choice_0") == "edit" else State.REVIEW, TODAY)
    sign_in_as(client, Role.REGIONAL_LEAD, a_region())
    answer = post(client, ITEM, {"note": "Kept words", **sent})
    shown = answer.get_data(as_text=True)
    assert (answer.status_code, said in shown) == (status, True), shown[:2000]
    assert all(word in shown for word in ("Kept words", sent.get("text_0", "").replace("{{", "{{")))
    assert numbers() == [1]


@pytest.mark.parametrize(("role", "reads", "writes", "accepts", "clears"), [
    (Role.REGIONAL_LEAD, 200, 422, 422, 422), (Role.SITE_LEAD, 200, 422, 403, 403),
    (Role.PLAYBOOK_OWNER, 200, 403, 422, 422), (Role.AUDITOR, 200, 403, 403, 403), (Role.AUTHOR, 200, 403, 403, 403),
    (Role.ADMINISTRATOR, 200, 403, 403, 403)])
def test_who_may_do_what(client: FlaskClient, role: Role, reads: int, writes: int, accepts: int, clears: int) -> None:
    drifted(State.REVIEW, TODAY)
    sign_in_as(client, role, a_region())
    assert [client.get(url).status_code for url in ("/drift", ITEM)] == [reads, reads]
    asked = [post(client, url, {}).status_code for url in (ITEM, f"{ITEM}/accept", "/drift/clear")]
    assert asked == [writes, accepts, clears]


def test_a_vendors_rule_is_out_of_sight_of_other_vendors(client: FlaskClient) -> None:
    vendor = a_vendor("KBC")
    a_rule(REPLACE.replace("Replace TIN-03", "Add to TIN-03"), "kbc")
    moves(WAYS[State.REVIEW].move, effective=TODAY)
    sign_in_as(client, Role.VENDOR_LEAD, None, a_vendor("OTH"))
    assert "Every override rests on the text above it." in page(client, "/drift")
    assert client.get("/drift/tiny-rules/kbc/1").status_code == 404
    sign_in_as(client, Role.VENDOR_LEAD, None, vendor)
    assert "Add to TIN-03" in page(client, "/drift")


@pytest.mark.parametrize(("query", "found"), [
    ("", True), ("?scope=my", True), ("?scope=apac", True), ("?scope=ie", False), ("?playbook=tiny-rules", True),
    ("?playbook=other", False), ("?state=review", True), ("?state=orphan", False)])
def test_the_inbox_is_filtered(client: FlaskClient, query: str, found: bool) -> None:
    drifted(State.REVIEW, TODAY)
    a_market("ie", "Ireland", a_region("emea", "EMEA"))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert ("Replace TIN-03" in page(client, f"/drift{query}").split("<tbody>")[-1]) is found


@pytest.mark.parametrize("url", ["/drift?view=all", "/drift?state=odd", "/drift/tiny-rules/my/7", "/drift/no/my/1",
                                 "/drift?after=junk", f"{API}?limit=x", f"{API}?colour=red", f"{API}?view=all"])
def test_what_is_not_there_is_said(client: FlaskClient, url: str) -> None:
    drifted(State.REVIEW, TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert client.get(url).status_code in {404, 422}


@pytest.mark.parametrize("view", ["decide", "clear", "accepted"])
def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(
        client: FlaskClient, queries: QueryRecorder, view: str) -> None:
    a_rule(REPLACE)
    for scope in MARKETS:
        a_market(scope, scope.upper(), a_region())
    moves(WAYS[State.RENAMED if view == "clear" else State.REVIEW].move, effective=TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page(client, f"/drift?view={view}")
    few = len(queries.during(lambda: client.get(f"/drift?view={view}")))
    for scope in MARKETS:
        a_rule(REPLACE, scope)
    assert len(queries.during(lambda: client.get(f"/drift?view={view}"))) == few <= 13


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_lists_are_exported_as_seen(client: FlaskClient, kind: str) -> None:
    drifted(State.REVIEW, TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    for view in ("decide", "clear", "accepted"):
        answer = client.get(f"/drift?view={view}&format={kind}")
        assert answer.status_code == 200
        if kind == "csv":
            assert ("replace TIN-03" in answer.get_data(as_text=True)) is (view == "decide")
        answer.close()


def test_programs_read_and_settle_the_same(client: FlaskClient) -> None:
    version = drifted(State.REVIEW, TODAY)
    sign_in_as(client, Role.REGIONAL_LEAD)
    listed: dict[str, Any] = client.get(API).get_json()
    assert listed["counts"] == {"decide": {"review": 1}, "clear": 0, "accepted": 0}
    assert [(each["operation"], each["state"], each["text_above_from"]) for each in listed["items"]] == [
        ("replace TIN-03", "review", "2026-07-01")]
    [operation] = client.get(f"{API}/tiny-rules/my/1").get_json()["operations"]
    [face] = operation["faces"]
    assert face["merge"] == {"verdict": "proposal", "text": "What really happened is written down in the case tool."}
    assert (operation["options"], operation["read"]) == (["ours", "merged", "edit", "theirs"], True)
    refused = post(client, f"{API}/tiny-rules/my/1/rebase", json={"choices": {"replace TIN-03": {"choice": "merged"}}})
    assert (refused.status_code, "Read it" in refused.get_json()["detail"]) == (422, True)
    made = post(client, f"{API}/tiny-rules/my/1/rebase",
                json={"choices": {"replace TIN-03": {"choice": "merged", "read": True}}, "note": "Both"})
    assert (made.status_code, made.get_json()["number"], made.get_json()["status"]) == (201, 2, "draft")
    assert "What really happened is written down in the case tool." in made.get_json()["source"]
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    body = {"operation": "replace TIN-03", "seen": rows_of(version)[0].seen, "why": "Ours."}
    assert post(client, f"{API}/tiny-rules/my/1/accept", json=body).status_code == 200
    assert client.get(API).get_json()["counts"] == {"decide": {}, "clear": 0, "accepted": 1}


def test_programs_clear_together(client: FlaskClient) -> None:
    drifted(State.RENAMED, TODAY)
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    listed = client.get(f"{API}?view=clear").get_json()["overrides"]
    assert listed == [{"override": "tiny-rules/my/1", "operations": [{"operation": "replace TIN-03",
                                                                      "state": "renamed"}]}]
    answer = post(client, f"{API}/clear", json={"versions": ["tiny-rules/my/1"]})
    assert (answer.status_code, answer.get_json()) == (201, {"cleared": ["tiny-rules/my/2"]})
