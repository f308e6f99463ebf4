"""The pages of playbooks and overrides: what they show to whom, what they refuse, and what they cost."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from compliance import clock, db
from compliance.access import Role
from compliance.playbooks.models import OverrideVersion, PlaybookVersion, VersionStatus
from tests.builders.accounts import actor_of, post, sign_in_as
from tests.builders.governing import publish
from tests.builders.network import a_market, a_region, a_site, a_vendor, an_operation
from tests.builders.playbooks import (
    LIBRARY,
    a_playbook,
    a_text,
    a_version,
    an_override,
    an_override_text,
    an_override_version,
    bring_in,
    the_library,
    three_sites,
)
from tests.support.queries import QueryRecorder

ESC = "/playbooks/escalation-handling"
TINY = "/playbooks/tiny-rules"
LOOSER = ("## Parameters\n\n| Parameter | Value | Why | Review by |\n|---|---|---|---|\n"
          "| wait_min | 45 | Storms | 2027-06-01 |\n")


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return response.get_data(as_text=True)


def test_the_effective_page_says_30_20_and_15_who_said_so_and_why(client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    for code, minutes, version in (("DUB1", "30", ""), ("KUL1", "20", "Asia Pacific v1"), ("BLR1", "15", "India v1")):
        for on in ("2025-06-01", ""):
            page = text_of(client, f"{ESC}/at/{code}?on={on}")
            assert f'<span class="pl-param">{minutes}</span> minutes of its' in page
            assert version in page
    assert "<s>30</s> global, <s>20</s> Asia Pacific, <b>15 minutes</b> India" in page
    assert "Leaves the order desk its two hours even when a contact has to be translated first." in page
    assert "Approved by Miriam Okafor, 1 Nov 2026." in page
    assert "India is stale" in page


def test_the_prefix_names_the_same_page_as_the_key(client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    assert "ESC-02" in text_of(client, "/playbooks/ESC/at/KUL1")


def test_sources_mark_local_sentences_and_on_request_all(client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    mark = '<a class="pl-src" data-layer="region" href="/overrides/escalation-handling/apac/1">APAC v1</a>'
    few, all_of_them = text_of(client, f"{ESC}/at/KUL1"), text_of(client, f"{ESC}/at/KUL1?sources=1")
    assert mark in few
    everybodys = '<a class="pl-src" data-layer="global" href="/playbooks/escalation-handling/versions/3.0.0">'
    assert everybodys not in few
    assert all_of_them.count(everybodys) >= 9
    assert "data-s=" not in few + all_of_them


def test_what_changed_and_what_is_coming_name_the_text_that_brings_it(client: FlaskClient) -> None:
    a_playbook()
    site = a_site()
    an_override(an_override_text("my", effective="2026-10-01"))
    publish(a_version(bring_in(a_text(
            version="2.0.0", effective="2026-12-15", text="A person listens.")).digest))
    sign_in_as(client, Role.REVIEWER)
    page = " ".join(text_of(client, f"{TINY}/at/{site.code}").split())
    assert "Changed here on Thu 1 Oct, with Malaysia v1" in page
    assert "<s>30</s> <b>20 minutes</b>" in page
    assert "Coming on Tue 15 Dec, with 2.0.0" in page
    assert "<b>TIN-01</b> reworded" in page


def test_a_grace_that_ran_out_without_a_word_hides_no_news(client: FlaskClient) -> None:
    the_library()  # Asia Pacific is written against 2.3.0; thirty days after 3.0.0 was known nothing reads otherwise
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    page = " ".join(text_of(client, f"{ESC}/at/KUL1?on=2026-12-05").split())
    assert "Changed here on Sat 15 Aug, with 3.0.0" in page
    assert "<b>ESC-09</b> new, formerly part of ESC-03" in page


def test_the_page_asks_at_most_eight_statements_with_session_and_grants(
    client: FlaskClient, queries: QueryRecorder,
) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    text_of(client, f"{ESC}/at/BLR1")
    assert len(queries.during(lambda: client.get(f"{ESC}/at/BLR1"))) <= 8


def test_lists_ask_no_more_when_they_grow(client: FlaskClient, queries: QueryRecorder) -> None:
    the_library()
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    urls = ("/playbooks", "/overrides", f"{ESC}?view=overrides", f"{ESC}?view=versions")

    def asked() -> dict[str, int]:
        return {url: len(queries.during(lambda: client.get(url))) for url in urls}  # noqa: B023 - called at once

    asked()
    few = asked()
    for number in range(2, 6):
        bring_in((LIBRARY / "escalation-handling/overrides/us.md").read_text().replace(
            "version: 1", f"version: {number}"))
        bring_in((LIBRARY / "escalation-handling/playbook.md").read_text().replace("version: 3.0.0",
                                                                                   f"version: 3.{number}.0"))
    bring_in(a_text())
    assert asked() == few
    assert max(few.values()) <= 8


PAGES = [
    ("/playbooks", "Moderator wellbeing"),
    ("/playbooks?q=esc", "Escalation handling"),
    (ESC, "Imminent harm is acknowledged first"),
    ("/playbooks/ESC", "Imminent harm is acknowledged first"),
    (f"{ESC}?view=versions", "2.3.0"),
    (f"{ESC}?view=overrides", "India"),
    (f"{ESC}?view=sites", "BLR1"),
    (f"{ESC}/versions/2.3.0", "Superseded"),
    (f"{ESC}/compare", "Escalation handling: 2.3.0 and 3.0.0"),
    (f"{ESC}/compare?left=DUB1&right=BLR1", "<s>30</s> <b>15</b>"),
    (f"{ESC}/compare?left=BLR1&left_on=2025-06-01&right=BLR1", "BLR1 on 1 Jun 2025 and BLR1"),
    (f"{ESC}/compare?left=3.0.0&right=3.0.0", "Both ask the same, word for word."),
    ("/overrides?stale=1", "Escalation handling, India"),
    ("/overrides?effect=loosen", "Business continuity, Philippines"),
    ("/overrides?playbook=data-access&state=effective", "Data access and the restricted floor, Ireland"),
    ("/overrides?state=declined", "No override is like that."),
    ("/overrides/escalation-handling/in/1", "The text above changed on 15 Aug 2026"),
    ("/overrides/business-continuity/ph/1", "Leave given by"),
]


def test_each_page_shows_its_thing(client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert [url for url, said in PAGES if said not in text_of(client, url)] == []


@pytest.mark.parametrize(("url", "place"), [
    ("/playbooks/clauses", "Playbooks"), (f"{TINY}/translations", "Playbooks"), (f"{TINY}/versions/new", "Playbooks"),
    ("/playbooks/waiting", "Playbooks"), ("/drift", "Overrides"), ("/overrides", "Overrides"),
])
def test_the_navigation_marks_where_a_page_stands(client: FlaskClient, url: str, place: str) -> None:
    a_playbook()
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    navigation = text_of(client, url).partition('id="nav"')[2].partition("</nav>")[0]
    [entry] = re.findall(r'<a [^>]*aria-current="page".*?</a>', navigation, re.DOTALL)
    assert place in entry


@pytest.mark.parametrize(("url", "status"), [
    ("/playbooks/no-such", 404), (f"{TINY}/at/NIX1", 404), (f"{TINY}/at/KUL5?vendor=nobody", 404),
    (f"{TINY}/at/KUL5?on=2020-01-01", 404), (f"{TINY}/at/KUL5?on=yesterday", 422), (f"{TINY}/versions/9.9", 404),
    ("/overrides?state=odd", 404), ("/overrides?after=odd", 422), ("/overrides/tiny-rules/my/1", 404),
    ("/overrides/tiny-rules/my/x", 404), (f"{TINY}/compare?left=9.9", 404), (f"{TINY}/compare?left=NIX1", 404),
    ("/api/v1/playbooks/tiny-rules/at/NIX1", 404), ("/api/v1/playbooks/tiny-rules/at/KUL5?when=now", 422),
])
def test_what_is_not_there_is_not_found(client: FlaskClient, url: str, status: int) -> None:
    a_playbook()
    a_site("KUL5")
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    text_of(client, url, status)


def test_the_json_is_that_of_the_command_line(app: Flask, client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.AUDITOR)
    sent = client.get("/api/v1/playbooks/escalation-handling/at/BLR1?on=2025-06-01").json
    db.session.remove()
    printed = app.test_cli_runner().invoke(args=[
        "playbooks", "show", "escalation-handling", "--site", "BLR1", "--on", "2025-06-01", "--format", "json"])
    assert sent == json.loads(printed.output)


def test_drafts_are_for_those_who_write_and_decide(client: FlaskClient) -> None:
    a_playbook()
    a_region()
    bring_in(a_text(version="2.0.0", effective="2027-01-01"))
    bring_in(an_override_text())
    urls = (f"{TINY}/versions/2.0.0", f"{TINY}/versions/2.0.0/text", "/overrides/tiny-rules/apac/1",
            "/overrides/tiny-rules/apac/1/text", f"{TINY}/compare?right=2.0.0")
    for role, status in ((Role.AUTHOR, 200), (Role.SITE_LEAD, 404)):
        sign_in_as(client, role)
        for url in urls:
            assert client.get(url).status_code == status, (role, url)
        assert ("2.0.0" in text_of(client, f"{TINY}?view=versions")) is (status == 200)
        assert ("/overrides/tiny-rules/apac" in text_of(client, "/overrides")) is (status == 200)


def test_who_asked_for_an_override_may_follow_it(client: FlaskClient) -> None:
    a_playbook()
    site = a_site("KUL6")
    person = sign_in_as(client, Role.SITE_LEAD, site)
    bring_in(an_override_text("kul6"), actor=actor_of(person))
    assert "Draft" in text_of(client, "/overrides/tiny-rules/kul6/1")


def test_a_vendor_never_sees_the_override_of_another(client: FlaskClient) -> None:
    a_playbook()
    shared, theirs = a_site("KUL5", a_market()), a_site("KUL6", a_market())
    ours, rival = a_vendor("OUR"), a_vendor("RIV")
    an_operation(shared, ours)
    an_operation(shared, rival)
    an_operation(theirs, rival)
    for scope, words in (("riv", "Canary of the rival"), ("our", "Ours alone"), ("kul6", "Canary of the site")):
        an_override(an_override_text(scope, body=f"## Add to TIN-03\n\n- Why: {words}\n\n{words}.\n"))
    sign_in_as(client, Role.VENDOR_LEAD, vendor=ours)
    for url in ("/overrides", "/overrides?format=csv", f"{TINY}?view=overrides", f"{TINY}/at/KUL5",
                "/api/v1/playbooks/tiny-rules/at/KUL5", "/playbooks"):
        seen = text_of(client, url)
        assert "Canary" not in seen
        assert "RIV" not in seen.upper().replace("DRIVE", "")
    assert "Ours alone." in text_of(client, f"{TINY}/at/KUL5")
    for url in ("/overrides/tiny-rules/riv/1", "/overrides/tiny-rules/kul6/1", f"{TINY}/at/KUL5?vendor=riv",
                f"{TINY}/at/KUL5?vendor=in-house", f"{TINY}/at/KUL6",
                "/api/v1/playbooks/tiny-rules/at/KUL5?vendor=riv"):
        text_of(client, url, 404)


def test_clauses_of_other_lines_of_business_are_named_and_left_out(client: FlaskClient) -> None:
    the_library()
    site = a_site("KUL5")
    an_operation(site, None, "Core")
    sign_in_as(client, Role.AUDITOR)
    page = text_of(client, "/playbooks/account-security/at/KUL5")
    assert "No clause of this playbook concerns KUL5." in page
    wellbeing = text_of(client, "/playbooks/moderator-wellbeing/at/KUL5")
    assert "4 clauses for other lines of business do not concern in-house work" in wellbeing
    assert 'id="WEL-01"' not in wellbeing


def draft_override(body: str = "") -> OverrideVersion:
    a_playbook()
    a_region()
    return an_override_version(bring_in(an_override_text(effective="2026-11-01", body=body)).digest)


OVERRIDE = "/overrides/tiny-rules/apac/1"


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REGIONAL_LEAD, Role.GLOBAL_HEAD, Role.ADMINISTRATOR])
def test_deciding_is_for_owners(client: FlaskClient, role: Role) -> None:
    draft_override()
    bring_in(a_text(version="2.0.0", effective="2027-01-01"))
    sign_in_as(client, role)
    for url in (OVERRIDE, f"{TINY}/versions/2.0.0"):
        for step, said in (("approve", {"decision": "Fine", "digest": "0" * 64}),
                           ("decline", {"reason": "No", "digest": "0" * 64})):
            assert post(client, f"{url}/{step}", said).status_code in {403, 404, 409}
    assert {row.status for row in db.session.scalars(select(OverrideVersion))} == {VersionStatus.DRAFT}


def send(client: FlaskClient, *files: tuple[str, bytes]) -> Any:
    data: Any = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return post(client, "/playbooks/import", data, content_type="multipart/form-data")


def test_bringing_texts_in_tells_line_and_remedy_per_file(client: FlaskClient) -> None:
    sign_in_as(client, Role.AUTHOR)
    response = send(client, ("bad.md", a_text(text="Wait {{wiat_min}}.").encode()),
                    ("good.md", a_text(key="good-rules", prefix="GOO").encode()),
                    ("pixels.md", b"\x89PNG\r\n\x1a\n\xff"))
    assert response.status_code == 422
    shown = " ".join(response.text.split())
    assert "No parameter is called “wiat_min”. Did you mean {{wait_min}}?" in shown
    assert "<b>Line 27:</b>" in shown
    assert "Save it as UTF-8." in shown
    assert [row.number for row in db.session.scalars(select(PlaybookVersion))] == ["1.0.0"]
    again = send(client, ("good.md", a_text(key="good-rules", prefix="GOO").encode()))
    assert (again.status_code, "Unchanged" in again.text) == (200, True)


@pytest.mark.parametrize(("role", "status"), [
    (Role.AUTHOR, 200), (Role.REGIONAL_LEAD, 200), (Role.SITE_LEAD, 200), (Role.VENDOR_LEAD, 403),
    (Role.AUDITOR, 403), (Role.ADMINISTRATOR, 403)])
def test_who_may_bring_texts_in(client: FlaskClient, role: Role, status: int) -> None:
    sign_in_as(client, role)
    text_of(client, "/playbooks/import", status)
    assert send(client, ("tiny.md", a_text().encode())).status_code in ({200, 422} if status == 200 else {403})
    expected = 1 if role is Role.AUTHOR else 0
    assert len(db.session.scalars(select(PlaybookVersion)).all()) == expected


def test_lists_are_exported_as_seen_without_formulas(client: FlaskClient) -> None:
    a_playbook(title="=2+5 Rules")
    a_region()
    an_override()
    sign_in_as(client, Role.REVIEWER)
    assert "'=2+5 Rules" in text_of(client, "/playbooks?format=csv")
    rows = text_of(client, "/overrides?format=csv&effect=tighten").splitlines()
    assert (len(rows), "'=2+5 Rules" in rows[1]) == (2, True)
    with client.get("/overrides?format=xlsx") as response:
        assert response.data[:2] == b"PK"


def test_a_text_is_given_back_byte_for_byte(client: FlaskClient) -> None:
    source = a_text().replace("\n", "\r\n")
    a_version(bring_in(source).digest)
    sign_in_as(client, Role.AUTHOR)
    assert client.get(f"{TINY}/versions/1.0.0/text").data == source.encode()


def test_nothing_an_author_writes_becomes_markup(client: FlaskClient) -> None:
    a_playbook(title="<b>Rules</b>", text='<script>alert("x")</script> [go](javascript:alert(1)) **x**.')
    a_site("KUL5")
    sign_in_as(client, Role.REVIEWER)
    for url in ("/playbooks", TINY, f"{TINY}/at/KUL5", f"{TINY}/at/KUL5?sources=1"):
        page = text_of(client, url)
        assert "<script>alert" not in page
        assert "<b>Rules" not in page
        assert 'href="javascript' not in page
