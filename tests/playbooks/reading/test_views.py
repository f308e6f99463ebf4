"""The page of a text at a place: whose each sentence is, what changed, what comes, what was known; on paper too."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from compliance import clock
from compliance.access import Role
from tests.builders import adoption
from tests.builders.accounts import actor_of, post, sign_in_as
from tests.builders.network import a_vendor, an_operation
from tests.builders.playbooks import a_playbook, an_override, an_override_text, the_library, three_sites
from tests.support.queries import QueryRecorder

PAGE = "/playbooks/tiny-rules/at/KUL1"
ESC = "/playbooks/escalation-handling"
SENT = f"{PAGE}/acknowledgement"
THREE_SCRIPTS = """## Replace TIN-01 Answer in time

- Why: Local wording

يرد الشخص المناوب خلال {{wait_min}} دقيقة على كل بلاغ.

## Add to TIN-03

- Why: Read on two floors

หัวหน้ากะบันทึกเหตุการณ์ภายใน 30 นาที

值班主管在三十分钟内报告。
"""


STRICTER = """## Parameters

| Parameter | Value | Why |
|---|---|---|
| wait_min | 10 | The contract says so |
"""


@pytest.fixture(autouse=True)
def fixed_clock(app: Flask) -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
        yield


def text_of(client: FlaskClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.get_data(as_text=True)[:1500]
    return " ".join(response.get_data(as_text=True).split())


def paper_of(client: FlaskClient, url: str) -> str:
    response = client.get(url)
    assert (response.status_code, response.content_type) == (200, "application/pdf")
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages).split())


def test_each_sentence_says_whose_it_is_and_why(client: FlaskClient) -> None:
    the_library()
    three_sites()
    sign_in_as(client, Role.REVIEWER)
    page = text_of(client, f"{ESC}/at/BLR1")
    sentences = re.findall(r'<span class="said( local)?" id="(ESC-\S+)">', page)
    sources = set(re.findall(r"data-said=\"([^\"]+)\"", page))
    told = {each for source in sources for each in source.split()}
    assert len(sentences) > 15
    assert {name for _, name in sentences} <= told  # each sentence that can be tapped is in a list of sources
    assert {name for local, name in sentences if local}
    assert '<a href="#ESC-02.1">' in page
    assert re.search(r'Sentences? [0-9][^<]*</a> <q dir="auto">[^<]+</q><br> <a href="/overrides/escalation-handling/'
                     r'in/1">India v1</a>, approved by Miriam Okafor, 1 Nov 2026\. <span', page)
    assert "data-s=" not in page


def test_the_page_asks_eight_statements_and_a_program_less(client: FlaskClient, queries: QueryRecorder) -> None:
    the_library()
    site = three_sites()["BLR1"]
    an_operation(site)
    lead = sign_in_as(client, Role.SITE_LEAD, site)
    text_of(client, f"{ESC}/at/BLR1")
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', client.get(f"{ESC}/at/BLR1").get_data(as_text=True))
    assert post(client, f"{ESC}/at/BLR1/acknowledgement", {"digest": digest[0]}).status_code == 302
    page = text_of(client, f"{ESC}/at/BLR1")
    assert "You acknowledged 3.0.0" in page
    assert lead.name not in page.split("<main")[1]
    assert len(queries.during(lambda: client.get(f"{ESC}/at/BLR1"))) <= 8


def test_a_reader_acknowledges_and_reads_again_what_changed(client: FlaskClient) -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    lead = actor_of(sign_in_as(client, Role.SITE_LEAD, site))
    page = text_of(client, PAGE)
    assert "You have not acknowledged this text yet." in page
    digest = adoption.digest_at(lead)
    assert f'name="digest" value="{digest}"' in page
    assert post(client, SENT, {"digest": digest, "language": "en", "on": "2026-11-01"}).status_code == 302
    page = text_of(client, PAGE)
    assert "You acknowledged 1.0.0" in page
    assert "pl-since" not in page
    an_override(an_override_text("my", effective="2026-11-01"))
    page = text_of(client, PAGE)
    assert "What it asks has changed since you acknowledged it." in page
    assert "1 clause is not what you acknowledged on 1 Nov 2026, 20:00 Kuala Lumpur (1.0.0)" in page
    assert "Longest wait 30 → 20 minutes" in page
    assert "<ins>20</ins>" in page
    refused = post(client, SENT, {"digest": digest, "language": "en", "on": "2026-11-01"})
    text = " ".join(refused.get_data(as_text=True).split())
    assert refused.status_code == 409
    assert "has changed since you opened it" in text
    assert f'name="digest" value="{adoption.digest_at(lead)}"' in text  # the new text, to be read


@pytest.mark.parametrize(("data", "status"), [
    ({}, 422), ({"digest": "x"}, 422), ({"digest": "0" * 64, "language": "<b>"}, 422), ({"digest": "0" * 64}, 409),
    ({"digest": "0" * 64, "on": "yesterday"}, 422), ({"digest": "0" * 64, "on": "2026-10-31"}, 409),
])
def test_a_word_about_no_text_or_an_old_one_is_refused_with_the_page(
        client: FlaskClient, data: dict[str, str], status: int) -> None:
    site = adoption.a_place("KUL1")
    a_playbook()
    sign_in_as(client, Role.SITE_LEAD, site)
    response = post(client, SENT, data)
    assert response.status_code == status
    assert "The door stays shut." in response.get_data(as_text=True)


def test_only_those_of_the_place_see_the_button(client: FlaskClient) -> None:
    adoption.a_place("KUL1")
    a_playbook()
    sign_in_as(client, Role.REVIEWER)
    page = text_of(client, PAGE)
    assert "Read and understood" not in page
    assert "acknowledged" not in page.split("<main")[1]


def test_in_force_today_from_a_day_and_as_it_was_known(client: FlaskClient) -> None:
    adoption.a_place("KUL1")
    adoption.two_versions()
    an_override(an_override_text("my", effective="2026-10-01"))
    sign_in_as(client, Role.REVIEWER)
    today, coming = text_of(client, PAGE), text_of(client, f"{PAGE}?on=2026-12-20")
    assert "In force today. From 15 Dec 2026 another text holds at KUL1." in today
    assert f"{PAGE}?on=2026-12-15" in today
    assert "Coming on Tue 15 Dec, with 1.1.0" in today
    assert "Prospective: this text is approved and not in force yet. It holds at KUL1 from 15 Dec 2026 on" in coming
    assert "A person listens." in coming
    past = text_of(client, f"{PAGE}?on=2026-09-30")
    assert "A text of the past, as it held at KUL1 on 30 Sep 2026." in past
    then = text_of(client, f"{PAGE}?on=2026-10-15&known=2026-10-15", 404)  # it was all approved on 1 November
    assert "No version of Tiny rules is in force" in then
    now = text_of(client, f"{PAGE}?on=2026-10-15&known=2026-11-01")
    assert "What held on 15 Oct 2026 by all that was approved at the end of 1 Nov 2026." in now
    assert '<span class="pl-param">20</span>' in now


def test_the_paper_says_the_same_with_its_digests(client: FlaskClient) -> None:
    vendor = a_vendor("KBC", name="Kestrel Bay CX")
    site = adoption.a_place("KUL1", vendor)
    adoption.two_versions()
    an_override(an_override_text("my", effective="2026-10-01"))
    lead = actor_of(sign_in_as(client, Role.VENDOR_LEAD, site, vendor))
    text = paper_of(client, f"{PAGE}.pdf?vendor=KBC")
    digest = adoption.digest_at(lead)
    assert digest in text.replace(" ", "")
    for said in ("Tiny rules", "KUL1, Kuala Lumpur", "Kestrel Bay CX", "another text holds from 15 Dec 2026",
                 "Malaysia v1", "TIN-02 Keep the door shut", "The door stays shut.", "A desk at night",
                 "30 global, 20 minutes Malaysia", "Approved by Miriam Okafor"):
        assert said in text, said
    assert "A person listens." in paper_of(client, f"{PAGE}.pdf?on=2026-12-20")
    first, second = (client.get(f"{PAGE}.pdf") for _ in range(2))
    assert first.data == second.data
    assert first.headers["Content-Disposition"] == (
        f"attachment; filename=tiny-rules-KUL1-2026-11-01-{digest[:12]}.pdf")


def test_thai_chinese_and_arabic_stand_on_page_and_paper(client: FlaskClient) -> None:
    adoption.a_place("KUL1")
    a_playbook()
    an_override(an_override_text("my", body=THREE_SCRIPTS, effective="2026-10-01"))
    sign_in_as(client, Role.REVIEWER)
    page, text = text_of(client, PAGE), paper_of(client, f"{PAGE}.pdf")
    for said in ("يرد الشخص المناوب خلال", "หัวหน้ากะบันทึกเหตุการณ์ภายใน 30 นาที", "值班主管在三十分钟内报告"):
        assert said in page
        # Arabic comes out of a PDF letter by letter in the order it is drawn, Thai with its marks apart.
        assert set(said) - set(" 0123456789") <= set(text), said
    assert "值班主管在三十分钟内报告" in text.replace(" ", "")


def test_what_was_typed_to_compare_stays_when_it_is_not_there(client: FlaskClient) -> None:
    adoption.a_place("KUL1")
    adoption.two_versions()
    sign_in_as(client, Role.REVIEWER)
    answer = client.get("/playbooks/tiny-rules/compare?left=KUL1&right=ZZZ9&right_on=2026-12-15")
    assert answer.status_code == 404
    for told in ('value="KUL1"', 'value="ZZZ9"', 'value="2026-12-15"', "Check what you typed."):
        assert told in answer.text


def test_two_sites_two_days_and_global_side_by_side(client: FlaskClient) -> None:
    adoption.a_place("KUL1")
    adoption.two_versions()
    an_override(an_override_text("my", effective="2026-10-01"))
    sign_in_as(client, Role.REVIEWER)
    url = "/playbooks/tiny-rules/compare?"
    assert "<s>30</s> <b>20</b>" in text_of(client, f"{url}left=global&right=KUL1")
    assert "Both ask the same" in text_of(client, f"{url}left=global&left_on=2026-09-01&right=KUL1&right_on=2026-09-01")
    vendor = a_vendor("SPP", name="Sundara")
    adoption.a_place("DVO1", vendor)
    an_override(an_override_text("spp", effective="2026-10-01", body=STRICTER))
    assert "DVO1, Sundara" in text_of(client, f"{url}left=global&right=DVO1/SPP")
    assert "<s>20</s> <b>10</b>" in text_of(client, f"{url}left=KUL1&right=DVO1/SPP")
    later = text_of(client, f"{url}left=KUL1&right=KUL1&right_on=2026-12-15")
    assert "KUL1 and KUL1 on 15 Dec 2026" in later
    assert "<ins>A person</ins>" in later or "A person" in later
    assert "reworded" in later.casefold()
    assert date(2026, 12, 15).isoformat() in later
