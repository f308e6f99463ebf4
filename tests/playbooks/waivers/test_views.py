"""The pages and the data of waivers: what they show to whom, what they refuse, and what they cost."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.findings.lifecycle import FindingStatus
from compliance.findings.models import Finding
from compliance.playbooks.waivers.lifecycle import WaiverStatus
from compliance.playbooks.waivers.models import Waiver
from tests.builders.accounts import a_person, post, sign_in
from tests.builders.audits import Stage, a_started, a_version, answered, reviewed, submit
from tests.builders.network import a_site, a_vendor
from tests.builders.waivers import CRITICAL, MAJOR, MINOR, Cast, a_renewal, a_request, a_waiver, fresh, granted
from tests.support.queries import QueryRecorder


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at("2026-03-17 04:00")


@pytest.fixture
def cast(client: FlaskClient) -> Cast:
    return Cast()


def address(cast: Cast, number: int = MINOR) -> str:
    return f"/waivers/new?site={cast.site.code}&playbook={cast.playbook.key}&clause={cast.clause(number)}"


def asked(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"from_on": "2026-03-17", "until_on": "2026-06-15", "rationale": "The new floor is not ready.",
            "risk": "One shift works without the board.", "control": "The shift lead reads the board out.",
            "control_owner": str(cast.lead.id)} | fields


def page(client: FlaskClient, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.text[:1500]
    return answer.text


@pytest.mark.parametrize(("site", "clause", "told"), [
    ("ZZZ9", "TIN-01", "outside what you can see"), ("", "TIN-99", "asks no TIN-99")])
def test_a_clause_that_is_not_there_is_named_again(client: FlaskClient, cast: Cast, site: str, clause: str,
                                                   told: str) -> None:
    sign_in(client, cast.lead)
    url = f"/waivers/new?site={site or cast.site.code}&playbook={cast.playbook.key}&clause={clause}"
    shown = page(client, url, 404)
    assert told in shown
    assert f'value="{clause}"' in shown
    assert "Go on" in shown


def test_a_request_from_the_clause_to_the_yes(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.lead)
    playbook = page(client, f"/playbooks/{cast.playbook.key}/at/{cast.site.code}")
    assert playbook.count("Ask for a waiver") == 2
    assert "Critical: never waived" in playbook
    form = page(client, address(cast, MAJOR))
    assert "a playbook owner, because the clause is major here" in form
    assert "Every shift keeps rule 2." in form
    assert "Not an override" in form
    answer = post(client, address(cast, MAJOR), asked(cast))
    assert answer.headers["Location"] == "/waivers/WVR-2026-0001"
    assert "A playbook owner decides" in page(client, "/waivers/WVR-2026-0001")
    sign_in(client, cast.owner)
    assert "Grant the waiver" in page(client, "/waivers/WVR-2026-0001")
    post(client, "/waivers/WVR-2026-0001/approve", {"version": "1", "reason": "Until the floor is ready."})
    shown = page(client, "/waivers/WVR-2026-0001")
    assert "is waived until 15 Jun 2026" in shown
    assert "Granted it: Until the floor is ready." in shown
    sign_in(client, cast.lead)
    playbook = page(client, f"/playbooks/{cast.playbook.key}/at/{cast.site.code}")
    assert "Waived here until Mon 15 Jun" in playbook
    assert "WVR-2026-0001" in playbook


@pytest.mark.parametrize(("number", "said"), [
    (CRITICAL, "is critical, and a critical clause is never waived"), (MINOR, "is locked: nobody may make it weaker"),
])
def test_what_is_never_waived_is_said_before_anybody_types(client: FlaskClient, cast: Cast, number: int,
                                                           said: str) -> None:
    if number == MINOR:
        a_version(cast.playbook, [("minor", 1)], "- Locked: floor", effective_on=date(2026, 1, 1))
    sign_in(client, cast.lead)
    form = page(client, address(cast, number))
    assert said in form
    assert "<textarea" not in form
    assert post(client, address(cast, number), asked(cast)).status_code == 409
    assert db.session.scalar(select(Waiver)) is None


@pytest.mark.parametrize(("fields", "said", "status"), [
    ({"until_on": "2026-03-10"}, "It has to end after it starts", 422),
    ({"until_on": "2027-03-18"}, "366 days; 365 are the most", 422),
    ({"until_on": "2026-10-01"}, "Say why 180 are not enough", 422),
    ({"until_on": "soon"}, "This is no day", 422),
    ({"from_on": ""}, "Choose the first day", 422),
    ({"from_on": "2026-01-01"}, "covers nothing that has passed", 422),
    ({"control": ""}, "Say what is done instead", 422),
    ({"control_owner": "nobody"}, "Choose somebody of the list", 422),
    ({"digest": "a" * 64}, "reads otherwise on 17 Mar than the text you saw", 409),
])
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(client: FlaskClient, cast: Cast, fields: dict[str, str],
                                                             said: str, status: int) -> None:
    sign_in(client, cast.lead)
    answer = post(client, address(cast), asked(cast, rationale="Kept as typed.", **fields))
    assert answer.status_code == status
    assert said in answer.text
    assert "Kept as typed." in answer.text
    assert db.session.scalar(select(Waiver)) is None


def test_an_overlapping_request_keeps_its_text(client: FlaskClient, cast: Cast) -> None:
    a_waiver(cast)
    sign_in(client, cast.lead)
    answer = post(client, address(cast), asked(cast, rationale="Kept as typed."))
    assert answer.status_code == 409
    assert "WVR-2026-0001 is active for the same clause and place" in answer.text
    assert "Kept as typed." in answer.text


def test_a_stale_yes_is_a_conflict_that_shows_the_clause(client: FlaskClient, cast: Cast) -> None:
    a_request(cast)
    a_version(cast.playbook, [("minor", 1)], "- Guidance: Anew", effective_on=date(2026, 3, 17))
    sign_in(client, cast.region)
    answer = post(client, "/waivers/WVR-2026-0001/approve", {"version": "1", "reason": "Kept as typed."})
    assert answer.status_code == 409
    assert "has changed since this was asked for" in answer.text
    assert "Kept as typed." in answer.text
    assert fresh(db.session.scalars(select(Waiver)).one()).status is WaiverStatus.REQUESTED


def test_ones_own_request_is_left_to_another(client: FlaskClient, cast: Cast) -> None:
    a_request(cast, who="region")
    sign_in(client, cast.region)
    shown = page(client, "/waivers/WVR-2026-0001")
    assert "You asked for it, so somebody else decides" in shown
    assert 'aria-disabled="true"' in shown
    assert post(client, "/waivers/WVR-2026-0001/approve", {"reason": "Yes."}).status_code == 403


@pytest.mark.parametrize(("who", "act", "status"), [
    ("lead", "approve", 403), ("owner", "close", 403), ("lead", "revoke", 403), ("region", "revoke", 302),
    ("lead", "close", 302),
])
def test_who_may_do_what(client: FlaskClient, cast: Cast, who: str, act: str, status: int) -> None:
    a_waiver(cast)
    sign_in(client, getattr(cast, who))
    assert post(client, f"/waivers/WVR-2026-0001/{act}", {"reason": "Because."}).status_code == status


def test_an_end_needs_its_reason(client: FlaskClient, cast: Cast) -> None:
    a_waiver(cast)
    sign_in(client, cast.region)
    answer = post(client, "/waivers/WVR-2026-0001/revoke", {"reason": ""})
    assert answer.status_code == 422
    assert "Say why" in answer.text


def test_a_vendors_people_see_their_own_waivers_alone(client: FlaskClient) -> None:
    ours, theirs = Cast(vendor=a_vendor()), Cast(vendor=a_vendor())
    a_waiver(ours)
    a_waiver(theirs)
    sign_in(client, ours.lead)
    listed = page(client, "/waivers")
    assert "WVR-2026-0001" in listed
    assert "WVR-2026-0002" not in listed
    assert "WVR-2026-0002" not in page(client, "/waivers.csv")
    page(client, "/waivers/WVR-2026-0002", 404)
    assert post(client, "/waivers/WVR-2026-0002/close", {"reason": "Mine."}).status_code == 404
    assert post(client, address(theirs), asked(theirs)).status_code == 404


def test_it_is_found_by_its_reference_and_by_its_clause(client: FlaskClient, cast: Cast) -> None:
    a_waiver(cast)
    for who in ("lead", "owner"):
        sign_in(client, getattr(cast, who))
        for words in ("WVR-2026-0001", cast.clause(MINOR), "reads the board out"):
            assert "/waivers/WVR-2026-0001" in page(client, f"/search?q={words}")
    sign_in(client, a_person(Role.SITE_LEAD, a_site()))
    assert "/waivers/" not in page(client, "/search?q=WVR-2026-0001").partition("<main")[2]


def test_renewing_from_the_reminder(client: FlaskClient, cast: Cast, clock: Any) -> None:
    a_waiver(cast, days=20)
    clock.forward(days=10)
    sign_in(client, cast.lead)
    assert "10 days left" in page(client, "/today")
    form = page(client, "/waivers/WVR-2026-0001/renew")
    assert 'value="2026-04-06"' in form
    assert "The shift lead reads the board out." in form
    answer = post(client, "/waivers/WVR-2026-0001/renew", asked(cast, from_on="2026-04-06", version="2"))
    assert answer.status_code == 302, answer.text
    assert "10 days left" not in page(client, "/today")  # somebody asked for more
    assert "WVR-2026-0002</a> takes it further" in page(client, "/waivers/WVR-2026-0001")


def test_requests_wait_for_those_who_decide_on_them(client: FlaskClient, cast: Cast) -> None:
    a_request(cast, MAJOR)
    first = a_renewal(cast, a_waiver(cast))
    for who, seen in (("region", ["0003"]), ("owner", ["0001", "0003"])):
        sign_in(client, getattr(cast, who))
        home = page(client, "/today")
        assert [number for number in ("0001", "0002", "0003") if f"WVR-2026-{number}" in home] == seen
    sign_in(client, cast.head)
    page(client, "/today", 302)  # nothing is for the head alone
    second = a_renewal(cast, granted(cast, fresh(first)))
    assert second.reference in page(client, "/today")


def test_the_state_of_a_lapsed_one_says_when_and_why(client: FlaskClient, cast: Cast, clock: Any) -> None:
    a_waiver(cast)
    a_version(cast.playbook, [("minor", 3)], effective_on=date(2026, 4, 1))
    sign_in(client, cast.lead)
    assert "It lapses on 1 Apr 2026" in page(client, "/waivers/WVR-2026-0001")
    clock.at("2026-04-02 04:00")
    sign_in(client, cast.lead)
    assert "Lapsed: the clause changed on 1 Apr 2026" in page(client, "/waivers/WVR-2026-0001")
    assert "Waived here" not in page(client, f"/playbooks/{cast.playbook.key}/at/{cast.site.code}")


@pytest.mark.parametrize(("narrowed", "found"), [
    ("", ["0004", "0003", "0002", "0001"]), ("state=active", ["0003", "0001"]), ("state=requested", ["0004"]),
    ("state=expired", []), ("state=lapsed", ["0002"]), ("expiring=1", ["0003"]), ("state=nonsense", []),
    ("vendor=in-house", ["0004", "0003", "0002", "0001"]), ("site=NOWHERE", []),
    ("sort=until&state=active", ["0003", "0001"]),
])
def test_the_list_is_filtered_sorted_and_exported_as_seen(client: FlaskClient, cast: Cast, narrowed: str,
                                                          found: list[str]) -> None:
    changed = Cast(site=cast.site)
    a_waiver(cast)
    a_waiver(changed)
    a_waiver(Cast(site=cast.site), MAJOR, days=20)
    a_request(Cast(site=a_site()), days=100)
    a_version(changed.playbook, [("minor", 3)], effective_on=date(2026, 3, 17))
    sign_in(client, cast.owner)
    order = [row.split('"')[1] for row in page(client, f"/waivers.csv?{narrowed}").splitlines()[1:]]
    listed = page(client, f"/waivers?{narrowed}")
    shown = [f"WVR-2026-{number:04}" for number in range(1, 5) if f"/waivers/WVR-2026-{number:04}" in listed]
    assert order == [f"WVR-2026-{number}" for number in found]
    assert sorted(order) == shown
    with client.get(f"/waivers.xlsx?{narrowed}") as sent:
        book = openpyxl.load_workbook(io.BytesIO(sent.data))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == order


def test_a_list_pages_by_cursor_also_where_texts_decide(client: FlaskClient, cast: Cast) -> None:
    for _ in range(3):
        a_waiver(Cast(site=cast.site))
    sign_in(client, cast.owner)
    body = client.get("/api/v1/waivers?state=active").json
    assert body is not None
    assert [each["reference"][-1] for each in body["waivers"]] == ["3", "2", "1"]
    assert body["next"] is None


def test_the_pages_cost_the_same_however_many(client: FlaskClient, cast: Cast, queries: QueryRecorder) -> None:
    sign_in(client, cast.owner)
    urls = ("/waivers", "/waivers?state=active", f"/sites/{cast.site.code}?tab=local",
            f"/playbooks/{cast.playbook.key}/at/{cast.site.code}")
    a_waiver(cast)

    def costs() -> list[int]:
        for url in urls:
            page(client, url)
        return [len(queries.during(lambda url=url: page(client, url))) for url in urls]  # type: ignore[misc]  # bound

    before = costs()
    a_waiver(cast, MAJOR)
    for _ in range(4):
        a_waiver(Cast(site=cast.site), MAJOR)
    assert costs() == before


def test_the_same_as_data(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.lead)
    where = {"site": cast.site.code, "playbook": cast.playbook.key, "clause": cast.clause(MINOR)}
    made = post(client, "/api/v1/waivers", json=where | asked(cast))
    assert (made.status_code, made.json and made.json["state"]) == (201, "requested")
    refused = post(client, "/api/v1/waivers", json=where | {"clause": cast.clause(CRITICAL)} | asked(cast))
    assert refused.status_code == 409
    assert "never waived" in str(refused.json)
    assert post(client, "/api/v1/waivers", json=where | asked(cast, until_on="2026-03-01")).status_code == 422
    sign_in(client, cast.region)
    granted = post(client, "/api/v1/waivers/WVR-2026-0001/approve", json={"reason": "Yes.", "version": 1})
    assert granted.json is not None
    assert (granted.json["state"], granted.json["version"]) == ("active", 2)
    assert post(client, "/api/v1/waivers/WVR-2026-0001/approve", json={"reason": "Yes."}).status_code == 409
    assert client.get("/api/v1/waivers/WVR-2026-0001").json == granted.json


def test_on_the_checklist_it_is_offered_told_and_its_control_asked(client: FlaskClient, cast: Cast, clock: Any) -> None:
    stage = Stage(site=cast.site)
    a_waiver(cast, MAJOR, days=3)
    audit = a_started(stage, cast.playbook)
    clock.forward(days=4)
    sign_in(client, stage.auditor)
    listed = page(client, f"/audits/{audit.reference}/checklist")
    assert f"in place of {cast.clause(MAJOR)}" in listed
    assert "in force on Tue 17 Mar, now expired" in listed
    card = page(client, f"/audits/{audit.reference}/checklist/{cast.clause(MAJOR)}")
    assert 'value="waived"' in card
    assert "not met, under WVR-2026-0001" in card
    control = page(client, f"/audits/{audit.reference}/checklist/{cast.clause(MAJOR)}-CONTROL")
    assert "The shift lead reads the board out." in control
    assert 'value="waived"' not in control
    other = f"/audits/{audit.reference}/checklist/{cast.clause(MINOR)}"
    assert 'value="waived"' not in page(client, other)
    assert post(client, other, {"conformity": "waived"}).status_code == 422


def test_a_score_with_something_waived_never_stands_alone(client: FlaskClient, cast: Cast) -> None:
    stage = Stage(site=cast.site)
    a_waiver(cast, MAJOR)
    audit = a_started(stage, cast.playbook)
    answered(stage, audit, ["conformity", "waived", "conformity", "conformity"])
    submit(stage, audit)
    said = "counted as not met: 75.0\u00a0%"  # (1 + 0 + 5) of 8
    sign_in(client, stage.reviewer)
    assert said in page(client, f"/audits/{audit.reference}")
    assert said in page(client, f"/audits/{audit.reference}/review")
    reviewed(stage, audit)
    assert said in page(client, f"/network/{cast.site.code}/{cast.playbook.prefix}")
    assert "with waived clauses counted as not met: 75.0" in page(client, "/audits.csv")
    told = client.get(f"/api/v1/audits/{audit.reference}").json
    assert told is not None
    assert told["criteria"][0]["score_with_waived_as_not_met"] == 75


def test_after_its_end_a_finding_is_proposed_by_one_and_issued_by_another(client: FlaskClient, cast: Cast,
                                                                          clock: Any) -> None:
    stage = Stage(site=cast.site)
    a_waiver(cast, MAJOR, days=5)
    clock.forward(days=6)
    other = a_person(Role.REVIEWER)
    for person, status in ((cast.lead, 403), (cast.region, 403), (stage.auditor, 200), (stage.reviewer, 200)):
        sign_in(client, person)
        page(client, "/waivers/WVR-2026-0001/finding", status)
    sign_in(client, stage.reviewer)
    assert "Propose a finding" in page(client, "/waivers/WVR-2026-0001")
    url = "/waivers/WVR-2026-0001/finding"
    assert post(client, url, {"condition": "", "risk": "Kept."}).status_code == 422
    post(client, url, {"condition": "Two of nine logs were empty.", "risk": "A person waits."})
    finding = db.session.scalars(select(Finding)).one()
    assert (finding.status, finding.severity, finding.clause_id) == (FindingStatus.DRAFT, "major", cast.clause(MAJOR))
    assert (finding.source_type, finding.source_reference) == ("waivers", "WVR-2026-0001")
    again = post(client, url, {"condition": "Again.", "risk": "Again."})
    assert again.status_code == 409
    assert post(client, f"{url}/issue").status_code == 403
    sign_in(client, other)
    assert post(client, f"{url}/issue").status_code == 302
    db.session.expire_all()
    assert db.session.scalars(select(Finding.status)).one() is FindingStatus.ISSUED


def test_while_it_holds_no_finding_follows(client: FlaskClient, cast: Cast) -> None:
    stage = Stage(site=cast.site)
    a_waiver(cast)
    sign_in(client, stage.auditor)
    answer = post(client, "/waivers/WVR-2026-0001/finding", {"condition": "Seen.", "risk": "Harm."})
    assert answer.status_code == 409
    assert "a finding follows only once it has ended" in answer.text


def test_a_renewal_that_waits_does_not_say_that_the_clause_is_asked(client: FlaskClient, cast: Cast) -> None:
    first = a_waiver(cast)
    renewal = a_renewal(cast, first)
    sign_in(client, cast.lead)
    shown = page(client, f"/waivers/{renewal.reference}")
    assert "Nothing is waived by this yet" in shown
    assert "is asked as before." not in shown
