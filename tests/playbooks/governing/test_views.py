"""The pages of a version's life: what blocks the next step, how it is mended, who sees which button, what is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from compliance import clock, db
from compliance.access import Role
from compliance.playbooks.governing import commands
from compliance.playbooks.models import PlaybookVersion, VersionStatus
from tests.builders.accounts import actor_of, csrf, post, sign_in, sign_in_as
from tests.builders.governing import a_lawyer, an_owner, in_review, publish, submit, version_of
from tests.builders.playbooks import a_playbook, a_text, a_version, bring_in
from tests.support.queries import QueryRecorder

TINY = "/playbooks/tiny-rules/versions"


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        yield


def a_draft(**said: Any) -> PlaybookVersion:
    a_playbook()
    valid = {"version": "2.0.0", "effective": "2026-09-01", "text": "A person listens."}
    return a_version(bring_in(a_text(**valid | said)).digest)


def page_of(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return " ".join(response.get_data(as_text=True).split())


def send(client: FlaskClient, url: str, status: int, **data: Any) -> str:
    response = post(client, url, data)
    assert response.status_code == status, response.get_data(as_text=True)[:3000]
    return " ".join(response.get_data(as_text=True).split())


def test_a_draft_says_what_review_needs_and_a_disabled_button_says_why(client: FlaskClient) -> None:
    a_draft(version="1.0.1", wait="20")
    sign_in_as(client, Role.AUTHOR)
    page = page_of(client, f"{TINY}/1.0.1")
    assert "The class fits what differs" in page
    assert "This is more than editorial: TIN-01 is stricter" in page
    assert 'aria-disabled="true"' in page
    assert "What is not met above comes first." in page
    kept = send(client, f"{TINY}/1.0.1/submit", 409, review_on="2027-08-30")
    assert "This is more than editorial" in kept
    assert 'value="2027-08-30"' in kept


def test_the_whole_way_by_its_pages(client: FlaskClient) -> None:
    version = a_draft()
    sign_in_as(client, Role.AUTHOR)
    send(client, f"{TINY}/2.0.0/submit", 302, review_on="2027-08-30")
    sign_in_as(client, Role.LEGAL_REVIEWER)
    assert "Give legal consent" in page_of(client, f"{TINY}/2.0.0/review")
    send(client, f"{TINY}/2.0.0/consent", 302, digest=version.digest, reason="Counsel read it")
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = page_of(client, f"{TINY}/2.0.0/review")
    assert "<del" in page
    assert "Counsel read it" in page
    send(client, f"{TINY}/2.0.0/approve", 302, digest=version.digest, decision="Read with three sites")
    assert "Read with three sites" in page_of(client, f"{TINY}/2.0.0")
    assert version_of("tiny-rules", "2.0.0").status is VersionStatus.APPROVED
    assert "2.0.0 <span class=\"faint nowrap\">from Tue 1 Sep" in page_of(client, "/playbooks")


def test_who_wrote_a_text_sees_why_the_button_is_shut(client: FlaskClient) -> None:
    a_playbook()
    owner = sign_in_as(client, Role.PLAYBOOK_OWNER)
    text = a_text(version="2.0.0", effective="2026-09-01")
    in_review(a_version(bring_in(text, actor=actor_of(owner)).digest))
    page = page_of(client, f"{TINY}/2.0.0/review")
    assert "You wrote on this text, so you cannot approve it. Ask another owner." in page
    assert 'aria-describedby="why-approve"' in page
    assert "/2.0.0/approve" not in page
    refused = send(client, f"{TINY}/2.0.0/approve", 409, digest=version_of("tiny-rules", "2.0.0").digest)
    assert "You wrote on this text" in refused


def test_a_stale_approval_is_refused_and_what_was_typed_is_kept(client: FlaskClient) -> None:
    in_review(a_draft())
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = send(client, f"{TINY}/2.0.0/approve", 409, digest="0" * 64, decision="As I read it on Monday")
    assert "The text changed under you" in page
    assert "As I read it on Monday" in page
    assert version_of("tiny-rules", "2.0.0").status is VersionStatus.IN_REVIEW


SPLIT = ("\n### TIN-04 Say it too\n\n- Severity: minor\n- Weight: 1\n- Evidence: Notebook\n- Formerly: TIN-03\n\n"
         "What happened is said.\n")


def test_what_became_of_a_clause_is_confirmed_on_the_review_page(client: FlaskClient) -> None:
    a_playbook()
    submit(a_version(bring_in(a_text(version="1.1.0", effective="2026-09-01") + SPLIT).digest))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = page_of(client, f"{TINY}/1.1.0/review")
    assert "Nobody has said what became of TIN-03" in page
    assert "The text says: split into TIN-03, TIN-04" in page
    wrong = send(client, f"{TINY}/1.1.0/fate", 422, former="TIN-03", fate="renamed", successors="TIN-09")
    assert "tiny-rules 1.1.0 asks for no TIN-09" in wrong
    assert 'value="TIN-09"' in wrong
    send(client, f"{TINY}/1.1.0/fate", 302, former="TIN-03", fate="split", successors="TIN-03; TIN-04")
    assert "Split into TIN-03, TIN-04" in page_of(client, f"{TINY}/1.1.0/review")


def test_all_fates_at_once_as_the_text_says(client: FlaskClient) -> None:
    a_playbook()
    both = SPLIT + SPLIT.replace("TIN-04", "TIN-05").replace("Formerly: TIN-03", "Formerly: TIN-02")
    submit(a_version(bring_in(a_text(version="1.1.0", effective="2026-09-01") + both).digest))
    sign_in_as(client, Role.AUTHOR)
    assert "Confirm all as the text says" in page_of(client, f"{TINY}/1.1.0/review")
    send(client, f"{TINY}/1.1.0/fates", 302)
    assert "To confirm" not in page_of(client, f"{TINY}/1.1.0/review")


def test_an_emergency_is_offered_when_only_the_notice_is_short(client: FlaskClient) -> None:
    version = in_review(a_draft(effective="2026-06-02"))
    first = sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert "Publish as an emergency" in page_of(client, f"{TINY}/2.0.0/review")
    send(client, f"{TINY}/2.0.0/hurry", 422, digest=version.digest)
    send(client, f"{TINY}/2.0.0/hurry", 302, digest=version.digest, reason="People are at risk")
    assert "You proposed this, so another owner confirms it." in page_of(client, f"{TINY}/2.0.0/review")
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page = page_of(client, f"{TINY}/2.0.0/review")
    assert f"{first.name} asks to publish without notice" in page
    proposal = page.split('name="sign_off" value="')[1].split('"')[0]
    send(client, f"{TINY}/2.0.0/confirm-hurry", 302, digest=version.digest, sign_off=proposal)
    assert "Published as an emergency" in page_of(client, f"{TINY}/2.0.0")


def test_a_playbook_is_ended_from_its_page_by_two(client: FlaskClient) -> None:
    digest = a_playbook_in_force().digest
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert "Review overdue" in page_of(client, f"{TINY}/1.0.0")
    send(client, f"{TINY}/1.0.0/read-again", 302, review_on="2027-05-01", reason="Read with two leads")
    assert "Review overdue" not in page_of(client, f"{TINY}/1.0.0")
    assert "Say why" in send(client, f"{TINY}/1.0.0/retire", 422, until_on="2026-07-01")
    send(client, f"{TINY}/1.0.0/retire", 302, until_on="2026-07-01", reason="The work has ended")
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    proposal = page_of(client, f"{TINY}/1.0.0").split('name="sign_off" value="')[1].split('"')[0]
    send(client, f"{TINY}/1.0.0/confirm-retire", 302, sign_off=proposal, digest=digest)
    assert version_of("tiny-rules", "1.0.0").status is VersionStatus.RETIRED


def a_playbook_in_force() -> PlaybookVersion:
    a_playbook()
    return version_of("tiny-rules", "1.0.0")


@pytest.mark.parametrize(("door", "data", "allowed"), [
    ("submit", {"review_on": "2027-05-01"}, {Role.AUTHOR, Role.PLAYBOOK_OWNER}),
    ("approve", {"digest": "0"}, {Role.PLAYBOOK_OWNER}),
    ("consent", {"digest": "0"}, {Role.LEGAL_REVIEWER}),
    ("return", {"reason": "No"}, {Role.PLAYBOOK_OWNER}),
    ("fates", {}, {Role.AUTHOR, Role.PLAYBOOK_OWNER}),
])
def test_each_step_is_for_its_roles(client: FlaskClient, door: str, data: dict[str, str], allowed: set[Role]) -> None:
    submit(a_draft())
    for role in Role:
        sign_in_as(client, role)
        status = post(client, f"{TINY}/2.0.0/{door}", data).status_code
        unseen = not {role} & {Role.AUTHOR, Role.PLAYBOOK_OWNER, Role.LEGAL_REVIEWER, Role.REGIONAL_LEAD}
        expected = {302, 409} if role in allowed else {404} if unseen else {403}
        assert status in expected, (role, status)
        if status == 302:
            break


def test_what_waits_is_listed_for_each_of_them(client: FlaskClient) -> None:
    author = sign_in_as(client, Role.AUTHOR)
    a_playbook()
    version = a_version(bring_in(a_text(version="2.0.0", effective="2026-09-01"), actor=actor_of(author)).digest)
    submit(version, actor_of(author))
    shown = {}
    for role in (Role.PLAYBOOK_OWNER, Role.LEGAL_REVIEWER):
        sign_in_as(client, role)
        shown[role] = page_of(client, "/playbooks/waiting") + page_of(client, "/today")
    assert "Review it" in shown[Role.PLAYBOOK_OWNER]
    assert "Decide: Tiny rules 2.0.0" in shown[Role.PLAYBOOK_OWNER]
    assert "Give consent: Tiny rules 2.0.0" in shown[Role.LEGAL_REVIEWER]
    with db.transaction():
        commands.return_version(an_owner(), version_of("tiny-rules", "2.0.0"), reason="Say who listens")
    sign_in(client, author)
    page = page_of(client, "/playbooks/waiting") + page_of(client, "/today")
    assert "It came back: Say who listens" in page
    assert "Change: Tiny rules 2.0.0" in page


def test_the_list_asks_no_more_when_it_grows(client: FlaskClient, queries: QueryRecorder) -> None:
    in_review(a_draft())
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    page_of(client, "/playbooks/waiting")
    few = len(queries.during(lambda: client.get("/playbooks/waiting")))
    for number, month in (("3.0.0", 10), ("4.0.0", 11), ("5.0.0", 12)):
        in_review(a_version(bring_in(a_text(version=number, effective=f"2026-{month}-01")).digest))
    assert len(queries.during(lambda: client.get("/playbooks/waiting"))) == few <= 8


def test_the_review_page_costs_the_same_for_few_clauses_and_many(client: FlaskClient, queries: QueryRecorder) -> None:
    in_review(a_draft())
    more = "".join(SPLIT.replace("TIN-04", f"TIN-{n:02}").replace("- Formerly: TIN-03\n", "") for n in range(10, 40))
    in_review(a_version(bring_in(a_text(version="3.0.0", effective="2026-10-01") + more).digest))
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    asked = []
    for number in ("2.0.0", "3.0.0"):
        page_of(client, f"{TINY}/{number}/review")
        asked.append(len(queries.during(lambda: client.get(f"{TINY}/{number}/review"))))  # noqa: B023 - called at once
    assert asked[0] == asked[1] <= 26, asked


def test_a_program_reads_and_takes_the_same_steps(client: FlaskClient) -> None:
    version = submit(a_draft())
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    api = "/api/v1/playbooks/tiny-rules/versions/2.0.0"
    told = client.get(f"{api}/life").get_json()
    assert (told["state"], told["follows"], told["digest"]) == ("in_review", "1.0.0", version.digest)
    assert [each["code"] for each in told["conditions"] if not each["met"]] == ["legal"]
    headers = {"X-CSRFToken": csrf(client)}
    refused = client.post(f"{api}/approve", json={"digest": version.digest}, headers=headers)
    assert (refused.status_code, "legal reviewer" in refused.get_data(as_text=True)) == (409, True)
    with db.transaction():
        commands.consent(a_lawyer(), version, digest=version.digest)
    stale = client.post(f"{api}/approve", json={"digest": "0" * 64}, headers=headers)
    assert stale.status_code == 409
    done = client.post(f"{api}/approve", json={"digest": version.digest}, headers=headers)
    assert (done.status_code, done.get_json()["state"]) == (200, "approved")


def test_a_withdrawn_text_says_why_and_stays_editable(client: FlaskClient) -> None:
    publish(a_draft())
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    assert "Withdraw" in page_of(client, f"{TINY}/2.0.0")
    send(client, f"{TINY}/2.0.0/withdraw", 302, reason="Found a mistake")
    assert "Why it came back:</b> Found a mistake" in page_of(client, f"{TINY}/2.0.0")
