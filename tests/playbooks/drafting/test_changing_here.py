"""“Change this for my region”: what holds there, what its lock allows, and what a rule would do while it is typed."""

import html
import re

import pytest
from sqlalchemy import select

from compliance import db
from compliance.access import Role
from compliance.playbooks.models import OverrideVersion
from tests.builders.accounts import a_person, csrf, sign_in_as
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import a_playbook, an_override


def post(client, url, **fields):
    return client.post(url, data={"csrf_token": csrf(client), **fields})


@pytest.mark.parametrize(("clause", "open_ways", "shut"), [
    ("TIN-01", {"value", "words", "add", "facts", "nothing", "clause"}, set()),
    ("TIN-02", {"add", "facts", "clause"}, {"Other words", "It does not apply here"}),
    ("TIN-03", {"words", "add", "facts", "nothing", "clause"}, set()),
])
def test_only_what_the_lock_allows_is_offered_and_the_rest_says_why(client, clause, open_ways, shut):
    sign_in_as(client, Role.REGIONAL_LEAD, a_region("apac", "Asia Pacific"))
    a_playbook()
    page = html.unescape(client.get(f"/playbooks/tiny-rules/clauses/{clause}/change?scope=apac").get_data(as_text=True))
    assert set(re.findall(r'name="way" value="(\w+)"', page)) == open_ways
    shown = page.partition("Not possible here")[2].partition("</ul>")[0]
    assert set(re.findall(r"<b>(.*?)</b>", shown)) == shut
    assert shown.count("Locked by global. It may be made stricter, never weaker.") == len(shut)


def test_the_value_in_force_at_the_place_is_shown_beside_the_one_above(client):
    """20 minutes in Asia Pacific; its market and a site are told so, the region also what stands above its own rule."""
    a_site("KUL1", a_market("my", "Malaysia", a_region("apac", "Asia Pacific")))
    a_playbook()
    an_override()
    sign_in_as(client, Role.PLAYBOOK_OWNER)
    for query, told in (("scope=apac", "20 minutes now (30 minutes above it)"), ("scope=my", "20 minutes now;"),
                        ("scope=kul1", "20 minutes now;"), ("", "30 minutes now;")):
        page = client.get(f"/playbooks/tiny-rules/clauses/TIN-01/change?{query}").get_data(as_text=True)
        assert told in page, query
        assert ('<b class="pl-param">20</b>' in page or ">20<" in page) is bool(query), query


@pytest.mark.parametrize(("said", "clause", "told"), [
    ({"way": "value", "parameter": "wait_min", "value": "15"}, "TIN-01",
     ["Stricter: 30 becomes 15 minutes", "It asks for more, so the lead of this place decides."]),
    ({"way": "value", "parameter": "wait_min", "value": "45", "review_by": "2027-06-01"}, "TIN-01",
     ["Looser: 30 becomes 45 minutes", "It asks for less", "Has to consent: Delphine"]),
    ({"way": "value", "parameter": "wait_min", "value": "90"}, "TIN-01", ["outside the range"]),
    ({"way": "words", "words": "It is written down."}, "TIN-03", ["Other words", "the owner of that layer decides"]),
    ({"way": "add", "paragraph": "Also by night."}, "TIN-02", ["Adds", "Locked by global."]),
    ({"way": "words", "words": "The door may be open."}, "TIN-02", ["locked"]),
    ({"way": "value", "parameter": "wait_min"}, "TIN-01", ["Something that this needs is not said yet."]),
], ids=["stricter", "looser", "never", "words", "add", "locked", "too little"])
def test_the_form_says_what_it_would_do_before_anything_is_written(client, clock, said, clause, told):
    clock.at("2026-11-02 09:00")
    sign_in_as(client, Role.REGIONAL_LEAD, a_region("apac", "Asia Pacific"))
    a_person(Role.LEGAL_REVIEWER, None, name="Delphine")
    a_playbook()
    answer = post(client, f"/playbooks/tiny-rules/clauses/{clause}/change/effect", scope="apac",
                  effective_on="2027-03-01", **said)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert [each for each in told if each not in page] == []
    assert db.session.scalars(select(OverrideVersion)).all() == []


def test_nothing_is_said_of_a_place_out_of_sight(client):
    sign_in_as(client, Role.REGIONAL_LEAD, a_region("apac", "Asia Pacific"))
    a_region("emea")
    a_playbook()
    said = {"way": "value", "parameter": "wait_min", "value": "15"}
    url = "/playbooks/tiny-rules/clauses/TIN-01/change/effect"
    assert post(client, url, scope="emea", **said).status_code == 404
    assert post(client, url, scope="", **said).get_data(as_text=True).strip() == ""
    assert post(client, url, scope="apac", way="").get_data(as_text=True).strip() == ""
