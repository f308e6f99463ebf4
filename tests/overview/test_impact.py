"""What a version would touch, worked out by hand for a small network and compared with what the product says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance import clock
from compliance.access import SYSTEM, Actor, Role
from compliance.errors import Forbidden
from compliance.overview.queries.impact import Impact, impact
from compliance.playbooks import effectiveness
from compliance.playbooks.drift import State
from compliance.playbooks.models import PlaybookVersion
from tests.builders.accounts import a_person, an_actor, sign_in_as
from tests.builders.audits import Stage, a_scheduled
from tests.builders.findings import a_finding
from tests.builders.governing import in_review, publish
from tests.builders.network import a_market, a_region, a_site, an_operation
from tests.builders.playbooks import a_playbook, a_text, a_version, an_override, an_override_text, bring_in
from tests.builders.translations import a_translation
from tests.builders.waivers import Cast, a_waiver
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
NEW = "/playbooks/tiny-rules/versions/2.0.0"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def a_draft(**said: Any) -> PlaybookVersion:
    """From 1 September everybody waits 15 minutes at most, and what happened is written down otherwise."""
    text = a_text(**{"version": "2.0.0", "effective": "2026-09-01", "wait": "15"} | said)
    return a_version(bring_in(text.replace("What happened is written down.", "Whatever happens is noted.")).digest)


def two_sites() -> None:
    """KUL7 in Malaysia, where the wait is 20 minutes by an override; TYO7 in Japan reads the global text."""
    for code, market in (("KUL7", "my"), ("TYO7", "jp")):
        an_operation(a_site(code, a_market(market, {"my": "Malaysia", "jp": "Japan"}[market], a_region())))


def test_sites_clauses_and_overrides_are_counted_where_they_change() -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my"))
    found = impact(SYSTEM, a_draft())
    assert [(each.code, [(touched.clause, list(touched.kinds)) for touched in each.touched]) for each in found.reached
            ] == [(code, [("TIN-01", ["tightened"]), ("TIN-03", ["reworded"])]) for code in ("KUL7", "TYO7")]
    assert dict(found.touched) == {"TIN-01": 2, "TIN-03": 2}
    assert {state: n for state, n in found.states.items() if n} == {State.INVERTED: 1}
    assert len(found.states) == 12
    [turned] = found.inverted
    assert (turned.parameter, turned.local, turned.old, turned.new) == ("wait_min", "20", "30", "15")


def test_a_value_that_was_looser_before_is_not_turned_again() -> None:
    """Twenty minutes gave way to the fifteen of the text in force; the next text still says fifteen."""
    a_playbook()
    two_sites()
    an_override(an_override_text("my"))
    [turned] = impact(SYSTEM, publish(a_draft())).inverted
    assert turned.local == "20"
    with clock.fixed_at(datetime(2026, 9, 2, 12, tzinfo=UTC)):
        again = impact(SYSTEM, a_draft(version="3.0.0", effective="2026-12-01"))
    assert again.states[State.INVERTED] == 1
    assert again.inverted == []


def test_a_place_whose_own_value_goes_on_is_not_reached() -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my", body=(
        "## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| wait_min | 10 | A desk at night |\n")))
    text = a_text(version="2.0.0", effective="2026-09-01", wait="15")
    found = impact(SYSTEM, a_version(bring_in(text).digest))
    assert [each.code for each in found.reached] == ["TYO7"]
    assert {state for state, n in found.states.items() if n} == {State.REVIEW}


def test_audits_findings_waivers_and_translations_on_what_moves() -> None:
    tiny = a_playbook()
    cast = Cast(playbook=tiny)
    waiver = a_waiver(cast, 3, 120)
    stage = Stage(site=cast.site)
    after = a_scheduled(stage, tiny, planned_from=date(2026, 9, 1))
    a_scheduled(stage, tiny, planned_from=date(2026, 8, 31))
    finding = a_finding(cast.site, playbook=tiny, clause_id="TIN-01")
    a_finding(cast.site, playbook=tiny, clause_id="TIN-02")
    a_translation(tiny, "TIN-03", said=("เขียน", "สิ่งที่เกิดขึ้นถูกเขียนไว้"))
    found = impact(SYSTEM, a_draft())
    assert [each.reference for each in found.audits] == [after.reference]
    assert [each.reference for each in found.waivers] == [waiver.reference]
    assert [each.reference for each in found.findings] == [finding.reference]
    assert [(each.clause_id, each.language) for each in found.stale_words] == [("TIN-03", "th")]


def test_what_only_says_it_otherwise_elsewhere_touches_nobody() -> None:
    a_playbook()
    two_sites()
    an_override()
    same = a_version(bring_in(a_text(version="2.0.0", effective="2026-09-01")).digest)
    found = impact(SYSTEM, same)
    assert (found.reached, dict(found.touched)) == ([], {})
    assert {state for state, n in found.states.items() if n} == {State.CURRENT}


def test_a_version_that_another_follows_at_once_binds_nobody() -> None:
    a_playbook()
    two_sites()
    publish(a_draft(version="3.0.0", effective="2026-07-15"))
    late = a_version(bring_in(a_text(version="2.0.0", effective="2025-01-01", wait="15")).digest)
    with clock.fixed_at(datetime(2026, 8, 1, tzinfo=UTC)):
        found = impact(SYSTEM, late)
    assert (found.takes_effect, found.reached, found.whole) == (False, [], True)


def test_it_is_worked_out_in_steps_that_come_to_the_same() -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my"))
    version = a_draft()
    whole = impact(SYSTEM, version)
    assert whole.total == 3, "two chains and an override"
    shown = [(found.done, found.sites, found.overrides) for found in (impact(SYSTEM, version, n) for n in (1, 2, 3))]
    assert shown == [(1, 1, 0), (2, 2, 0), (3, 2, 1)]
    assert not impact(SYSTEM, version, 2).whole


def test_a_regional_lead_sees_the_own_region_and_an_auditor_nothing() -> None:
    a_playbook()
    two_sites()
    an_operation(a_site("DUB7", a_market("ie", "Ireland", a_region("emea", "EMEA"))))
    version = a_draft()
    found = impact(an_actor(Role.REGIONAL_LEAD, a_region("emea", "EMEA")), version)
    assert [each.code for each in found.reached] == ["DUB7"]
    with pytest.raises(Forbidden):
        impact(an_actor(Role.AUDITOR), version)


def test_the_page_tells_it_and_the_json_all_of_it(client: FlaskClient) -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my"))
    in_review(a_draft())
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = " ".join(client.get(f"{NEW}/impact").get_data(as_text=True).split())
    for said in ("Sites reached", "KUL7", "TYO7", "stricter", "Malaysia",
                 "20 minutes was stricter than 30 and is looser"):
        assert said in page, said
    told = client.get(f"/api/v1{NEW}/impact").get_json()
    assert [each["site"] for each in told["sites"]] == ["KUL7", "TYO7"]
    assert told["overrides"]["to_look_at"] == [{"scope": "my", "version": "1", "operations": [
        {"operation": "set wait_min", "clause": "", "state": "inverted", "gives_way_at_once": False}]}]
    assert len(told["overrides"]["states"]) == 12
    assert told["looked_at"] == {"chains_and_overrides": 3, "auditees": 2}


def test_where_a_clause_must_rebase_the_impact_says_that_the_text_above_holds_at_once(client: FlaskClient) -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my", body="## Replace TIN-03\n\n- Why: A tool\n\nIt stands in the case tool.\n"))
    told = []
    for line in ("", "- Must rebase: yes\n"):
        text = a_text(version=f"2.{len(told)}.0", effective="2026-09-01")
        text = text.replace("What happened is", "Whatever happens is")
        bring_in(text.replace("- Severity: minor\n", f"- Severity: minor\n{line}"))
        sign_in_as(client, Role.PLAYBOOK_OWNER)
        page = f"/playbooks/tiny-rules/versions/2.{len(told)}.0/impact"
        [override] = client.get(f"/api/v1{page}").get_json()["overrides"]["to_look_at"]
        at_once = override["operations"][0]["gives_way_at_once"]
        assert ("the text above holds at once" in client.get(page).get_data(as_text=True)) is at_once
        told.append(at_once)
    assert told == [False, True]


def test_while_it_is_worked_out_the_page_shows_how_far_it_is(client: FlaskClient) -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my"))
    a_draft()
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    part = client.get(f"{NEW}/impact?upto=1&part=1").get_data(as_text=True)
    assert "1 of 3 texts looked at." in part
    assert 'hx-trigger="load"' in part
    assert "upto=121" in part
    assert "<html" not in part


def test_it_costs_the_same_for_few_places_and_many(queries: QueryRecorder) -> None:
    a_playbook()
    two_sites()
    owner: Actor = an_actor(Role.PLAYBOOK_OWNER)
    version = a_draft()
    impact(owner, version)
    few = len(queries.during(lambda: impact(owner, version)))
    for number in range(10, 30):
        an_operation(a_site(f"KUL{number}", a_market("my", "Malaysia", a_region())))
    a_person()
    assert len(queries.during(lambda: impact(owner, version))) == few <= 14


def test_overrides_nobody_has_read_yet_are_read_together(queries: QueryRecorder) -> None:
    a_playbook()
    two_sites()
    an_override(an_override_text("my"))
    owner, version = an_actor(Role.PLAYBOOK_OWNER), a_draft()
    found: list[Impact] = []

    def statements() -> int:
        effectiveness._overrides.clear()
        return len(queries.during(lambda: found.append(impact(owner, version))))

    few = statements()
    for number in range(10, 30):
        an_operation(a_site(f"KUL{number}", a_market("my", "Malaysia", a_region())))
        an_override(an_override_text(f"kul{number}"))
    assert statements() <= few
    assert [each.overrides for each in found] == [1, 21]
