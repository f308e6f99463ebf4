"""The board, the work page, a translator's file, and a clause in the language of its reader."""

import io

import pytest

from compliance import db
from compliance.access import Role
from compliance.playbooks.models import Playbook
from tests.builders.accounts import post, sign_in_as
from tests.builders.governing import publish
from tests.builders.network import a_market, a_site
from tests.builders.playbooks import a_playbook, a_text, a_version, bring_in
from tests.builders.translations import THAI, a_line, a_proposal, a_translation

BOARD = "/playbooks/tiny-rules/translations"
ARABIC = ("أجب في الوقت المحدد", "يستمع شخص ما. يُجاب عن كل واحد خلال {{wait_min}} دقيقة.")


@pytest.fixture
def playbook(app) -> Playbook:
    a_site("BKK1", a_market("th", "Thailand"), languages=["th", "en"])
    a_site("CAI1", a_market("eg", "Egypt"), languages=["ar", "en"])
    return a_playbook()


def work(playbook: Playbook, clause: str = "TIN-01", language: str = "th") -> str:
    return f"{BOARD}/{language}/{clause}/{a_line(playbook, clause, language).wording.short}"


def test_the_board_counts_each_language_somebody_speaks(client, playbook):
    a_translation(playbook)
    a_proposal(playbook, "TIN-02", said=("ปิดประตู", "ประตูปิดไว้"))
    sign_in_as(client, Role.AUTHOR)
    rows = {row["language"]: row for row in client.get(f"/api/v1{BOARD}").get_json()["languages"]}
    assert {name: rows["th"][name] for name in ("total", "approved", "proposed", "stale", "missing")} == {
        "total": 3, "approved": 1, "proposed": 1, "stale": 0, "missing": 1}
    assert (rows["ar"]["missing"], rows["ar"]["direction"], rows["ar"]["sites"]) == (3, "rtl", ["CAI1"])
    page = client.get(BOARD).text
    assert "ไทย" in page
    every = client.get(f"{BOARD}/th")
    assert every.status_code == 200
    assert every.text.count("TIN-0") >= 3
    assert "1 of 3" in client.get(f"{BOARD}/th?state=missing").text
    assert "العربية" in page


def test_a_text_is_translated_and_approved_in_the_browser(client, playbook):
    url = work(playbook)
    sign_in_as(client, Role.AUTHOR)
    assert "Propose the translation" in client.get(url).text
    assert post(client, url, {"title": THAI[0], "text": THAI[1]}).status_code == 302
    own = client.get(url).text
    assert "somebody else who translates into Thai approves it" in own
    assert post(client, f"{url}/approve").status_code == 409
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    version = a_line(playbook).proposed.version
    assert post(client, f"{url}/approve", {"version": version}).status_code == 302
    assert a_line(playbook).approved.text == THAI[1]


def test_a_refused_translation_says_what_to_do_and_keeps_what_was_typed(client, playbook):
    sign_in_as(client, Role.AUTHOR)
    answer = post(client, work(playbook), {"title": THAI[0], "text": "มีคนรับฟัง ภายใน ๓๐ นาที"})
    assert answer.status_code == 422
    assert "“{{wait_min}}” is missing" in answer.text
    assert "The number 30 does not stand in the source" in answer.text
    assert "มีคนรับฟัง ภายใน ๓๐ นาที</textarea>" in answer.text


def test_a_translation_of_a_superseded_text_is_refused_with_the_text_that_holds_now(client, playbook):
    url = work(playbook)
    publish(a_version(bring_in(a_text(version="2.0.0", effective="2024-02-01", text="Somebody hears.")).digest))
    sign_in_as(client, Role.AUTHOR)
    answer = post(client, url, {"title": THAI[0], "text": THAI[1]})
    assert answer.status_code == 409
    assert "holds nowhere any more" in answer.text
    assert f"{THAI[1]}</textarea>" in answer.text
    assert "Somebody hears." in answer.text


def test_checks_say_the_same_as_sending_and_keep_nothing(client, playbook):
    url = f"{work(playbook)}/checks"
    sign_in_as(client, Role.AUTHOR)
    found = post(client, url, {"title": THAI[0], "text": "ภายใน"}).get_json()["faults"]
    assert [each["field"] for each in found] == ["text"]
    assert post(client, url, {"title": THAI[0], "text": THAI[1]}).get_json() == {"faults": []}
    assert a_line(playbook).proposed is None


def test_what_changed_is_shown_beside_the_translation_of_before(client, playbook):
    a_translation(playbook)
    publish(a_version(bring_in(a_text(version="2.0.0", effective="2024-02-01", text="Somebody hears.")).digest))
    sign_in_as(client, Role.AUTHOR)
    page = client.get(work(playbook)).text
    assert "<del>" in page
    assert "<ins>" in page
    assert page.count("มีคนรับฟัง") == 2  # shown, and in the field to start from


def test_a_file_goes_out_and_comes_back_and_each_refused_entry_is_named(client, playbook):
    a_translation(playbook)
    sign_in_as(client, Role.AUTHOR)
    data = client.get(f"{BOARD}/th/export.po").data.decode()
    assert THAI[0] in data
    filled = data.replace('msgid "Keep the door shut"\nmsgstr ""', 'msgid "Keep the door shut"\nmsgstr "ปิดประตู"')
    filled = filled.replace('msgid "The door stays shut."\nmsgstr ""', 'msgid "The door stays shut."\nmsgstr "๕"')
    filled = filled.replace('msgid "Write it down"\nmsgstr ""', 'msgid "Write it down"\nmsgstr "จดไว้"')
    filled = filled.replace('msgid "What happened is written down."\nmsgstr ""',
                            'msgid "What happened is written down."\nmsgstr "จดสิ่งที่เกิดขึ้น"')
    answer = post(client, f"{BOARD}/th/import", {"file": (io.BytesIO(filled.encode()), "th.po")},
                  content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "The number 5 does not stand in the source" in answer.text
    assert a_line(playbook, "TIN-03").proposed.text == "จดสิ่งที่เกิดขึ้น"
    assert a_line(playbook, "TIN-02").proposed is None
    assert post(client, f"{BOARD}/th/import", {}).status_code == 422


def test_a_clause_is_read_in_the_language_of_its_reader_with_its_values(client, playbook):
    a_translation(playbook, language="ar", said=ARABIC)
    sign_in_as(client, Role.AUDITOR)
    page = client.get("/playbooks/tiny-rules/at/CAI1").text
    assert "دقيقة" not in page
    url = "/playbooks/tiny-rules/at/CAI1"
    assert post(client, "/reading-language", {"language": "ar", "back": url}).headers["Location"] == url
    page = client.get(url).text
    assert 'class="pl-rule" lang="ar" dir="rtl"' in page
    assert '<span class="pl-param">30</span> دقيقة' in page
    assert page.count("Not translated into Arabic yet: the original holds.") == 2
    assert page.count("The original text, which is the obligation") == 1


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "", "x"])
def test_the_choice_of_a_language_leads_nowhere_else(client, playbook, back):
    sign_in_as(client, Role.AUDITOR)
    answer = post(client, "/reading-language", {"language": "th", "back": back})
    assert answer.headers["Location"] == "/playbooks"


def test_a_proposal_is_for_those_who_translate(client, playbook):
    a_proposal(playbook)
    url = work(playbook)
    sign_in_as(client, Role.AUDITOR)
    assert THAI[0] not in client.get(url).text
    assert THAI[0] not in client.get(f"{BOARD}/th").text
    assert b"\\u0e15" not in client.get(f"/api/v1{BOARD}/th").data
    assert post(client, url, {"title": "x", "text": "y"}).status_code == 403
    assert post(client, f"{url}/approve").status_code == 403


def test_markup_in_a_translation_is_text(client, playbook):
    a_translation(playbook, said=("<b>x</b>", "<script>alert()</script> {{wait_min}} **ตอบ**"))
    sign_in_as(client, Role.AUDITOR)
    post(client, "/reading-language", {"language": "th", "back": ""})
    page = client.get("/playbooks/tiny-rules/at/BKK1").text
    assert "<script>alert" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<strong>ตอบ</strong>" in page


def test_the_list_is_exported_as_seen(client, playbook):
    a_translation(playbook)
    sign_in_as(client, Role.AUTHOR)
    lines = client.get(f"{BOARD}/th?state=approved&format=csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert THAI[0] in lines[1]


def test_statements_do_not_grow_with_what_is_translated(client, playbook, queries):
    sign_in_as(client, Role.AUTHOR)
    urls = (BOARD, f"{BOARD}/th", f"/api/v1{BOARD}/th", "/playbooks/tiny-rules/at/BKK1")
    for url in urls:
        client.get(url)
    before = [len(queries.during(lambda: client.get(url))) for url in urls]  # noqa: B023 - called at once
    for number, clause in enumerate(("TIN-01", "TIN-02", "TIN-03")):
        a_translation(playbook, clause, said=(f"ก{'ข' * number}", "{{wait_min}} ค" if clause == "TIN-01" else "ค"))
    after = [len(queries.during(lambda: client.get(url))) for url in urls]  # noqa: B023 - called at once
    assert before == after
    assert max(after) <= 11
    post(client, "/reading-language", {"language": "th", "back": ""})
    assert len(queries.during(lambda: client.get(urls[-1]))) <= 8
    db.session.remove()
