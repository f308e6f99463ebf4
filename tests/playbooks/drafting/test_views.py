"""The pages and the JSON of drafts: a form and the text are one thing, and nothing typed is lost."""

import html
import re

import pytest
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.playbooks import commands as library
from compliance.playbooks.cli import group
from compliance.playbooks.drafting import commands
from compliance.playbooks.drafting.queries import get_draft, working_copy
from compliance.playbooks.importing import Outcome
from compliance.playbooks.models import OverrideVersion, PlaybookVersion
from compliance.playbooks.parsing import parse_override, parse_playbook
from tests.builders.accounts import a_person, actor_of, csrf, sign_in, sign_in_as
from tests.builders.drafting import a_draft, a_lead, a_writer, an_override_draft, said_of, saved
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import a_playbook
from tests.builders.saving import saving

DRAFT = "/playbooks/tiny-rules/versions/1.1.0"
API = f"/api/v1{DRAFT}/draft"
CLAUSE = {"title": "Count the doors", "text": "The lead counts the doors.", "severity": "minor", "weight": "1",
          "evidence": "Door list\nPhotograph", "lock": "floor", "frequency": "monthly"}


def post(client, url, **fields):
    return client.post(url, data={"csrf_token": csrf(client), **fields})


def sent(client, method, url, **body):
    return client.open(url, method=method, json=body, headers={"X-CSRFToken": csrf(client)})


def boxed(page) -> str:
    """What stands in the text box, as a browser reads it: the newline after the tag is not part of it."""
    found = re.search(r'<textarea id="f-source"[^>]*>\n(.*?)</textarea>', page.get_data(as_text=True), re.DOTALL)
    return html.unescape(found[1])


@pytest.fixture
def writer(client):
    person = a_person(Role.AUTHOR, name="Dana Reyes")
    sign_in(client, person)
    return actor_of(person)


def the_draft(kind=PlaybookVersion):
    db.session.expire_all()
    return db.session.scalars(select(kind).where(kind.status == "draft")).one()


def test_what_is_typed_and_saved_is_the_text_byte_for_byte(client, writer):
    draft = a_draft(writer)
    assert boxed(client.get(f"{DRAFT}/edit")) == draft.source
    typed = draft.source.replace("Somebody listens.", "Two people listen. <b>&amp;</b>") + "\n\n"
    answer = post(client, f"{DRAFT}/edit", source=typed.replace("\n", "\r\n"), version=draft.version)
    assert answer.status_code == 302
    assert the_draft().source == typed
    assert boxed(client.get(f"{DRAFT}/edit")) == typed


@pytest.mark.parametrize("ending", ["", "\n", "\n\n"])
def test_the_editor_and_the_file_hold_the_same_bytes(app, client, writer, tmp_path, ending):
    draft = a_draft(writer)
    saved(writer, draft, draft.source.rstrip("\n") + ending)
    source = draft.source
    done = app.test_cli_runner().invoke(group, ["export", str(tmp_path)])
    assert done.exit_code == 0, done.output
    file = tmp_path / "tiny-rules" / "playbook.md"
    assert file.read_bytes() == source.encode()
    with saving():
        report = library.import_texts(writer, [("playbook.md", file.read_bytes())])
    assert [each.outcome for each in report] == [Outcome.UNCHANGED]
    post(client, f"{DRAFT}/edit", source=boxed(client.get(f"{DRAFT}/edit")).replace("\n", "\r\n"),
         version=the_draft().version)
    assert the_draft().source == source


def test_a_draft_saved_over_somebody_elses_shows_both_and_keeps_what_was_typed(client, writer):
    ann = a_writer("Ann Moss")
    draft = a_draft(ann)
    base, opened = draft.source, draft.version
    saved(ann, draft, base.replace("Somebody listens.", "Two people listen."))
    mine = base.replace("The door stays shut.", "The door stays locked.")
    page = post(client, f"{DRAFT}/edit", source=mine, version=opened)
    told = page.get_data(as_text=True)
    assert page.status_code == 409
    assert "Ann Moss saved this draft after you opened it" in told
    assert "Two people listen." in told and "The door stays locked." in told  # noqa: PT018 - both in one page
    assert working_copy(writer, the_draft()).source == mine
    merged = boxed_in(told)
    assert post(client, f"{DRAFT}/edit", source=merged, version=the_draft().version).status_code == 302
    assert the_draft().source == mine.replace("Somebody listens.", "Two people listen.")
    assert working_copy(writer, the_draft()) is None


def boxed_in(told: str) -> str:
    found = re.search(r'<textarea[^>]*id="f-source"[^>]*>\n(.*?)</textarea>', told, re.DOTALL)
    return html.unescape(found[1])


def test_what_was_kept_is_there_again_and_can_be_dropped(client, writer):
    draft = a_draft(writer)
    kept = sent(client, "PUT", f"{API}/working-copy", source="Half a sentence", version=draft.version)
    assert kept.status_code == 200
    page = client.get(f"{DRAFT}/edit")
    assert boxed(page) == "Half a sentence"
    assert "and did not save it" in page.get_data(as_text=True)
    post(client, f"{DRAFT}/working-copy/drop")
    assert boxed(client.get(f"{DRAFT}/edit")) == draft.source


def test_a_text_too_long_to_keep_is_refused_and_stays_in_the_box(client, writer):
    draft = a_draft(writer)
    many = draft.source + "".join(f"\n### TIN-A{at // 1000}-{at % 1000:04d} X\n" for at in range(10_000))
    page = post(client, f"{DRAFT}/edit", source=many, version=draft.version)
    assert page.status_code == 422
    assert "the limit is 1,000" in page.get_data(as_text=True)
    assert boxed(page) == many


def test_a_merge_that_nobody_settled_is_refused_and_stays_in_the_box(client, writer):
    draft = a_draft(writer)
    torn = draft.source.replace("The door stays shut.", "<<<<<<< saved\nOne.\n=======\nTwo.\n>>>>>>> yours")
    page = post(client, f"{DRAFT}/edit", source=torn, version=draft.version)
    assert page.status_code == 422
    assert "nobody has settled which holds" in page.get_data(as_text=True)
    assert boxed(page) == torn


def test_a_new_clause_by_a_form_is_the_text_a_person_would_write(client, writer):
    draft = a_draft(writer)
    before = draft.source
    assert client.get(f"{DRAFT}/clauses/new").status_code == 200
    answer = post(client, f"{DRAFT}/clauses/new", **CLAUSE, section="Work")
    assert answer.status_code == 302
    read = parse_playbook(the_draft().source)
    assert [clause.id for clause in read.clauses] == ["TIN-01", "TIN-02", "TIN-03", "TIN-04"]
    assert read.clauses[3].evidence == ("Door list", "Photograph")
    assert the_draft().source.startswith(before.rstrip("\n"))
    assert the_draft().clauses == 4


@pytest.mark.parametrize(("said", "told"), [
    ({"title": ""}, "This is needed."), ({"id": "TIN-01"}, "TIN-01 is in this text already"),
    ({"id": "XYZ-01"}, "begins with no id"), ({"text": "Within {{no_such}} minutes."}, "No parameter is called"),
    ({"text": "### TIN-09 Smuggled"}, "holds the heading"), ({"weight": "0"}, "Write a number from 1 to 100")])
def test_a_clause_that_would_break_the_text_is_refused_and_kept_in_the_form(client, writer, said, told):
    draft = a_draft(writer)
    page = post(client, f"{DRAFT}/clauses/new", **CLAUSE | {"section": "Work"} | said)
    assert page.status_code in {409, 422}
    assert told in html.unescape(page.get_data(as_text=True))
    assert "Photograph" in page.get_data(as_text=True)
    assert the_draft().source == draft.source


def test_a_clause_is_changed_by_a_form(client, writer):
    a_draft(writer)
    page = client.get(f"{DRAFT}/clauses/TIN-02/change").get_data(as_text=True)
    assert "Keep the door shut" in page
    assert post(client, f"{DRAFT}/clauses/TIN-02/change", **CLAUSE).status_code == 302
    changed = parse_playbook(the_draft().source).clauses[1]
    assert (changed.id, changed.title, changed.lock, changed.frequency) == (
        "TIN-02", "Count the doors", "floor", "monthly")
    assert client.get(f"{DRAFT}/clauses/TIN-77/change").status_code == 404


@pytest.mark.parametrize(("value", "status"), [("20", 302), ("90", 409), ("soon", 409)])
def test_a_value_is_changed_by_a_form_within_its_range(client, writer, value, status):
    a_draft(writer)
    fields = {"name": "wait_min", "value": value, "unit": "minutes", "stricter": "lower", "range": "5..60",
              "meaning": "Longest wait"}
    assert client.get(f"{DRAFT}/parameters/change?name=wait_min").status_code == 200
    assert post(client, f"{DRAFT}/parameters/change?name=wait_min", **fields).status_code == status
    assert parse_playbook(the_draft().source).parameters[0].value == (value if status == 302 else "30")


def test_lint_tells_the_line_and_what_to_do(client, writer):
    draft = a_draft(writer)
    broken = draft.source.replace("- Severity: major", "- Severity: grave")
    told = sent(client, "POST", f"{API}/lint", source=broken).get_json()
    line = broken.split("\n").index("- Severity: grave") + 1
    assert [each["line"] for each in told["problems"] if not each["warning"]] == [line]
    assert told["problems"][0]["remedy"]
    assert [part["key"] for part in told["outline"]] == ["parameters", "section work", "TIN-01", "TIN-02", "TIN-03"]
    assert told["values"] == [{"name": "wait_min", "value": "30", "line": 17}]


@pytest.mark.parametrize(("old", "new", "told"), [
    ("version: 1.1.0", "version: 1.0.0", "this is the draft of 1.1.0"),
    ("### TIN-03 Write it down", "### TIN-04 Write it down", "TIN-03 of version 1.0.0 is gone")])
def test_lint_knows_the_place_of_the_text(client, writer, old, new, told):
    draft = a_draft(writer)
    problems = sent(client, "POST", f"{API}/lint", source=draft.source.replace(old, new)).get_json()["problems"]
    assert any(told in each["message"] for each in problems)


def test_a_preview_shows_the_draft_at_a_site_and_is_labelled(client, writer):
    site = a_site("KUL1", a_market("my", "Malaysia", a_region("apac", "Asia Pacific")))
    draft = a_draft(writer)
    text = draft.source.replace("Somebody listens.", "Two people listen.")
    told = sent(client, "POST", f"{API}/preview", source=text, site=site.code).get_json()
    assert told["in_force"] is False
    assert "Preview, not in force" in told["html"] and "Two people listen." in told["html"]  # noqa: PT018
    assert [each["change"] for each in told["clauses"]] == ["changed", "", ""]
    assert not re.search("digest|[0-9a-f]{32}", told["html"], re.IGNORECASE)
    page = client.get(f"{DRAFT}/preview?site={site.code}").get_data(as_text=True)
    assert "Preview, not in force" in page


@pytest.mark.parametrize(("site", "typed", "said"), [
    ("ZZZ9", "", "outside what you can see"),
    ("KUL1", "Nothing but words.", "no preview while the text cannot be read")])
def test_a_preview_that_cannot_be_made_says_why(client, writer, site, typed, said):
    a_site("KUL1", a_market("my"))
    draft = a_draft(writer)
    told = sent(client, "POST", f"{API}/preview", source=typed or draft.source, site=site).get_json()
    assert said in html.unescape(told["html"])


def test_an_override_is_previewed_as_if_it_had_been_approved(client):
    lead = a_lead()
    site = a_site("KUL1", a_market("my", "Malaysia", a_region("apac", "Asia Pacific")))
    sign_in(client, db.session.get_one(type(a_person()), lead.id))
    draft = an_override_draft(lead)
    text = f"{draft.source}\n## Parameters\n\n| Parameter | Value | Why |\n|---|---|---|\n| wait_min | 20 | A desk |\n"
    told = sent(client, "POST", "/api/v1/playbooks/tiny-rules/overrides/apac/1/draft/preview", source=text,
                site=site.code).get_json()
    assert "20" in told["html"]
    assert [each["change"] for each in told["clauses"]] == ["changed", "", ""]


WAYS = [
    ({"way": "value", "parameter": "wait_min", "value": "15"}, "TIN-01", ("set", "wait_min")),
    ({"way": "words", "words": "It is written down within a day."}, "TIN-03", ("replace", "TIN-03")),
    ({"way": "add", "paragraph": "The log is in English."}, "TIN-03", ("add to", "TIN-03")),
    ({"way": "facts", "severity": "major"}, "TIN-03", ("change", "TIN-03")),
    ({"way": "nothing", "review_by": "2027-06-01"}, "TIN-03", ("not applicable", "TIN-03")),
    ({"way": "clause", "title": "Ring the bell", "text": "The bell is rung.", "severity": "minor", "weight": "1",
      "evidence": "Bell log"}, "TIN-01", ("new", "TIN-APAC-01")),
]


@pytest.mark.parametrize(("said", "clause", "expected"), WAYS, ids=[each[0]["way"] for each in WAYS])
def test_change_this_for_my_region_writes_the_operation(client, clock, said, clause, expected):
    clock.at("2026-11-02 09:00")
    sign_in_as(client, Role.REGIONAL_LEAD, a_region("apac", "Asia Pacific"))
    a_playbook()
    url = f"/playbooks/tiny-rules/clauses/{clause}/change"
    assert client.get(url).status_code == 200
    answer = post(client, url, scope="apac", why="The desk sits there", effective_on="2027-03-01", **said)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert answer.location == "/playbooks/tiny-rules/overrides/apac/1/edit"
    text = parse_override(the_draft(OverrideVersion).source)
    assert [(each.verb, each.target) for each in text.operations] == [expected]


@pytest.mark.parametrize(("said", "clause", "told"), [
    ({"way": "value", "parameter": "wait_min", "value": "90"}, "TIN-01", "outside the range"),
    ({"way": "value", "parameter": "wait_min", "value": "45"}, "TIN-01", "Review by"),
    ({"way": "words", "words": "The door may be open."}, "TIN-02", "locked"),
    ({"way": "value"}, "TIN-01", "This is needed for what you chose."),
    ({"way": "facts"}, "TIN-03", "Nothing would differ."),
    ({"way": ""}, "TIN-03", "Say what shall differ."),
    ({"way": "add", "paragraph": "More.", "why": ""}, "TIN-03", "Say why"),
])
def test_what_can_never_hold_is_refused_before_it_is_written(client, said, clause, told):
    sign_in_as(client, Role.REGIONAL_LEAD, a_region("apac", "Asia Pacific"))
    a_playbook()
    page = post(client, f"/playbooks/tiny-rules/clauses/{clause}/change",
                **{"scope": "apac", "why": "The desk", "effective_on": "2027-03-01"} | said)
    assert page.status_code in {409, 422}
    assert told in html.unescape(page.get_data(as_text=True))
    assert db.session.scalars(select(OverrideVersion)).all() == []


def test_a_playbook_and_a_version_are_begun_by_forms(client, writer):
    a_playbook()
    assert client.get("/playbooks/new").status_code == 200
    answer = post(client, "/playbooks/new", title="Night shifts", key="night-shifts", prefix="NIG", owner="us",
                  effective_on="2027-03-01")
    assert answer.location == "/playbooks/night-shifts/versions/1.0.0/edit"
    assert client.get(answer.location).status_code == 200
    assert "is half written" in client.get("/playbooks/night-shifts/versions/1.0.0").get_data(as_text=True)
    assert "1.1.0" in client.get("/playbooks/tiny-rules/versions/new").get_data(as_text=True)
    answer = post(client, "/playbooks/tiny-rules/versions/new", number="2.0.0", change="major",
                  effective_on="2027-03-01")
    assert answer.location == "/playbooks/tiny-rules/versions/2.0.0/edit"
    text = db.session.scalar(select(PlaybookVersion.source).where(PlaybookVersion.number == "2.0.0"))
    answer = post(client, answer.location, version="1", source=text.replace("version: 2.0.0", "version: 1.1.0"))
    assert answer.location == "/playbooks/tiny-rules/versions/1.1.0/edit"


def test_a_comment_is_made_answered_and_settled_on_the_page(client, writer):
    draft = a_draft(writer)
    said_of(a_writer("Femi Ade"), draft, "Who listens?")
    page = client.get(f"{DRAFT}/edit").get_data(as_text=True)
    assert "Who listens?" in page
    path = re.search(rf'{DRAFT}/comments/[0-9a-f-]+', page)[0]
    assert post(client, f"{path}/answer", said="The shift lead.").status_code == 302
    assert post(client, f"{path}/resolve", **{"from": "editor"}).location == f"{DRAFT}/edit#comments"
    page = client.get(f"{DRAFT}/comments").get_data(as_text=True)
    assert "The shift lead." in page and "Settled by Dana Reyes" in page  # noqa: PT018
    assert post(client, f"{DRAFT}/comments", said="And at night?", anchor="TIN-02").status_code == 302
    told = client.get(f"{API}/comments").get_json()["comments"]
    assert [(each["anchor"], each["state"]) for each in told] == [("TIN-02", "open"), ("TIN-01", "resolved")]
    assert post(client, f"{DRAFT}/comments", said="").status_code == 422


def test_the_pages_of_a_playbook_show_who_is_writing(client, writer):
    draft = a_draft(writer)
    with saving():
        commands.keep_copy(writer, draft, source="typed", seen=draft.version)
    page = client.get("/playbooks/tiny-rules?view=versions").get_data(as_text=True)
    assert "Being written" in page and "Dana Reyes" in page and f"{DRAFT}/edit" in page  # noqa: PT018
    assert f"{DRAFT}/edit" in client.get(DRAFT).get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.SITE_LEAD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_drafts_are_out_of_sight_for_those_who_do_not_write(client, role):
    sign_in_as(client, role)
    a_draft()
    for path in ("edit", "comments", "preview"):
        assert client.get(f"{DRAFT}/{path}").status_code == 404
    assert sent(client, "PUT", API, source="x", version=1).status_code == 404
    assert sent(client, "POST", f"{API}/lint", source="x").status_code == 404


@pytest.mark.parametrize("role", [Role.LEGAL_REVIEWER, Role.REGIONAL_LEAD])
def test_those_who_read_drafts_comment_and_do_not_write(client, role):
    sign_in_as(client, role)
    a_draft()
    assert client.get(f"{DRAFT}/comments").status_code == 200
    assert post(client, f"{DRAFT}/comments", said="Too long.").status_code == 302
    assert client.get(f"{DRAFT}/edit").status_code == 403
    assert sent(client, "PUT", API, source="x", version=1).status_code == 403


def test_json_saves_and_refuses_like_the_form(client, writer):
    draft = a_draft(writer)
    base, opened = draft.source, draft.version
    told = sent(client, "PUT", API, source=base + "\nMore.\n", version=opened)
    assert (told.status_code, told.get_json()["version"]) == (200, opened + 1)
    clash = sent(client, "PUT", API, source=base.replace("30", "25"), version=opened)
    assert clash.status_code == 409
    assert clash.get_json()["theirs"] == base + "\nMore.\n"
    assert "25" in clash.get_json()["merged"]
    assert sent(client, "PUT", API, source=base).status_code == 422
    assert client.get(API).get_json()["source"] == base + "\nMore.\n"


def test_a_draft_is_thrown_away_from_its_page(client, writer):
    draft = a_draft(writer)
    answer = post(client, f"{DRAFT}/discard", version=draft.version)
    assert answer.location == "/playbooks/tiny-rules?view=versions"
    assert client.get(f"{DRAFT}/edit").status_code == 404


def test_the_editor_costs_the_same_however_long_the_text_and_its_comments(client, writer, queries):
    draft = a_draft(writer)
    said_of(writer, draft)
    few = len(queries.during(lambda: client.get(f"{DRAFT}/edit")))
    for at in range(5):
        said_of(writer, draft, f"Comment {at}")
    saved(writer, draft, draft.source + "".join(
        f"\n### TIN-1{at} More\n\n- Severity: minor\n- Weight: 1\n- Evidence: Log\n\nMore.\n" for at in range(5)))
    assert len(queries.during(lambda: client.get(f"{DRAFT}/edit"))) == few


@pytest.mark.parametrize(("path", "status", "told"), [
    ("preview?site=KUL1", 409, "published and no draft"), ("edit", 200, "This text stands still")])
def test_what_is_published_is_no_draft(client, writer, path, status, told):
    a_playbook()
    page = client.get(f"/playbooks/tiny-rules/versions/1.0.0/{path}")
    assert (page.status_code, told in page.get_data(as_text=True)) == (status, True)
    api = "/api/v1/playbooks/tiny-rules/versions/1.0.0/draft"
    assert sent(client, "PUT", api, source="x", version=2).status_code == 409
    assert sent(client, "POST", f"{api}/lint", source="x").status_code == 409


def test_the_page_of_a_draft_shows_the_text_as_it_was_saved_last(client, writer):
    source = a_draft(writer).source
    for words in ("One person listens.", "Two people listen."):
        saved(writer, get_draft(writer, "tiny-rules", "1.1.0"), source.replace("Somebody listens.", words))
        page = client.get(DRAFT)
        assert page.status_code == 200
        assert words in page.get_data(as_text=True)
