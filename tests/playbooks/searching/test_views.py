"""The page of a search across clauses, its JSON, its files, and the clauses of the search over everything."""

import pytest

from compliance.access import Role
from compliance.playbooks.holding import queries as reading
from tests.builders.accounts import sign_in_as
from tests.builders.network import a_market, a_site
from tests.builders.playbooks import a_playbook
from tests.builders.translations import a_translation

THAI = ("ตอบให้ทันเวลา", "มีคนรับฟัง ตอบแต่ละรายภายใน {{wait_min}} นาที")


@pytest.fixture(autouse=True)
def reader(client) -> None:
    a_site("BKK1", a_market("th", "Thailand"), name="Bangkok")
    a_translation(a_playbook(), said=THAI)
    sign_in_as(client, Role.AUDITOR)


def test_a_clause_is_found_in_thai_and_leads_to_where_it_is_read(client):
    page = client.get("/playbooks/clauses?q=ภายใน").text
    assert "<mark>ภายใน</mark>" in page
    assert 'lang="th" dir="ltr"' in page
    assert 'href="/playbooks/tiny-rules/at/BKK1#TIN-01"' in page


def test_the_search_over_everything_has_it_too(client):
    page = client.get("/search?q=นาที").text
    assert "<mark>นาที</mark>" in page
    assert "TIN-01" in page


def test_nothing_is_searched_before_something_is_asked(client):
    assert "Type what you look for" in client.get("/playbooks/clauses").text
    assert "No clause that holds in your sight" in client.get("/playbooks/clauses?q=zzzz").text


def test_markup_that_is_looked_for_is_text(client):
    page = client.get("/playbooks/clauses?q=%3Cscript%3E").text
    assert "<script>&" not in page
    assert "&lt;script&gt;" in page


def test_json_gives_the_same_with_a_cursor(client):
    told = client.get("/api/v1/clauses?q=นาที").get_json()
    assert [(each["clause"], each["language"], each["hits"], each["sites"]) for each in told["clauses"]] == [
        ("TIN-01", "th", ["นาที"], 1)]
    assert client.get("/api/v1/clauses?color=red").status_code == 422
    assert client.get("/api/v1/clauses?after=xx").status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_is_exported_as_seen(client, kind):
    with client.get(f"/playbooks/clauses?severity=major&format={kind}") as answer:
        assert answer.status_code == 200
        data = answer.data
    if kind == "csv":
        lines = data.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert "TIN-01" in lines[1]


@pytest.mark.parametrize("query", ["site=NONE1", "playbook=none"])
def test_what_is_out_of_sight_is_not_found(client, query):
    assert client.get(f"/playbooks/clauses?{query}").status_code == 404


def test_a_search_says_when_a_playbook_has_moved_and_is_not_read_again_yet(client, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    for key, prefix in (("other-rules", "OTH"), ("more-rules", "MOR")):
        a_playbook(key=key, prefix=prefix)
    pages = [client.get("/playbooks/clauses?q=listens").text for _ in range(4)]
    assert "1 playbook moved a moment ago" in pages[0]
    assert "moved a moment ago" not in pages[-1]
