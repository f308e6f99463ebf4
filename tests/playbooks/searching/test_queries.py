"""Searching clauses: in any script, where the actor may look, narrowed by what a clause is and where it holds."""

import pytest

from compliance import db
from compliance.access import Actor, Role
from compliance.errors import NotFound
from compliance.playbooks.searching import queries
from compliance.playbooks.searching.queries import Wanted, search
from tests.builders.accounts import an_actor
from tests.builders.governing import publish
from tests.builders.network import a_market, a_site, a_vendor, an_operation
from tests.builders.playbooks import a_playbook, a_text, a_version, an_override, an_override_text, bring_in
from tests.builders.translations import a_translation

LOCAL = "## New TIN-KUL1-01 Ring the bell\n\n- Severity: minor\n- Weight: 1\n- Evidence: Bell\n\nThe bell is rung.\n"
ARABIC = ("أجب في الوقت", "يُجاب عن كلِّ بلاغٍ خلال {{wait_min}} دقيقة.")
CHINESE = ("关好门", "门始终保持关闭状态。")


def found(actor: Actor, **wanted: str) -> list[str]:
    db.session.remove()
    return [hit.clause.clause_id for hit in queries.search(actor, Wanted(**wanted)).rows]


@pytest.fixture
def reader(app) -> Actor:
    a_site("KUL1")
    a_site("BKK1", a_market("th", "Thailand"), name="Bangkok")
    return an_actor(Role.AUDITOR)


@pytest.mark.parametrize(("q", "ids"), [
    ("listens", ["TIN-01"]), ("LISTENS answered", ["TIN-01"]), ("listens shut", []), ("tin-02", ["TIN-02"]),
    ("stays", ["TIN-02"]), ("100%", []), ("_", []), ("30 minutes", ["TIN-01"]),
    ("بلاغ", ["TIN-01"]), ("البلاغ", []), ("كل بلاغ", ["TIN-01"]), ("دقيقه", ["TIN-01"]),
    ("保持", ["TIN-02"]), ("门", ["TIN-02"]), ("关闭 door", ["TIN-02"]), ("開", []),
])
def test_words_are_found_in_the_text_and_in_its_translations(reader, q, ids):
    book = a_playbook()
    a_translation(book, "TIN-01", "ar", said=ARABIC)
    a_translation(book, "TIN-02", "zh", said=CHINESE)
    assert found(reader, q=q) == ids


def test_a_hit_says_in_which_language_and_is_marked(reader):
    a_translation(a_playbook(), "TIN-01", "ar", said=ARABIC)
    hit, = queries.search(reader, Wanted(q="بلاغ")).rows
    assert (hit.language.code, [text for is_hit, text in hit.text if is_hit]) == ("ar", ["بلاغٍ"])
    assert "30 دقيقة" in hit.plain_text
    source, = queries.search(reader, Wanted(q="listens")).rows
    assert source.language is None


def test_a_value_in_force_is_found_where_it_holds(reader):
    a_playbook()
    an_override()
    hit, = queries.search(reader, Wanted(q="20 minutes", site="KUL1")).rows
    assert (hit.where.site, hit.where.words) == ("KUL1", "KUL1")
    assert found(reader, q="30 minutes") == ["TIN-01"]
    assert found(reader, q="30 minutes", site="KUL1") == []


def test_what_a_vendor_s_people_may_not_read_is_not_found(app):
    site, vendor, other = a_site("KUL1"), a_vendor("AAA"), a_vendor("BBB")
    an_operation(site, vendor)
    an_operation(site, other)
    a_playbook()
    bell = LOCAL.replace("KUL1", "AAA")
    an_override(an_override_text("aaa", body=bell))
    assert found(an_actor(Role.VENDOR_LEAD, site, vendor), q="bell") == ["TIN-AAA-01"]
    assert found(an_actor(Role.VENDOR_LEAD, site, other), q="bell") == []
    assert found(an_actor(Role.AUDITOR), q="bell") == ["TIN-AAA-01"]
    hit, = queries.search(an_actor(Role.AUDITOR), Wanted(q="bell")).rows
    assert (hit.where.site, hit.where.vendor) == ("KUL1", "AAA")


def test_what_holds_at_a_site_alone_is_found_by_those_who_see_the_site(reader):
    a_playbook()
    an_override(an_override_text("kul1", body=LOCAL))
    assert found(reader, q="bell") == ["TIN-KUL1-01"]
    assert found(an_actor(Role.SITE_LEAD, a_market("th", "Thailand")), q="bell") == []
    assert found(reader, q="bell", site="BKK1") == []


@pytest.mark.parametrize(("wanted", "ids"), [
    ({"severity": "critical"}, ["TIN-02"]), ({"playbook": "tin", "severity": "minor"}, ["TIN-03"]),
    ({"law": "data act"}, ["TIN-03"]), ({"law": "nothing"}, []),
    ({"lob": "Moderation"}, ["TIN-01", "TIN-02", "TIN-03"]),
    ({"lob": "Core"}, ["TIN-01", "TIN-02"]), ({"site": "KUL1"}, ["TIN-01", "TIN-02"]),
    ({"site": "BKK1"}, ["TIN-01", "TIN-02", "TIN-03"]), ({"lob": "core"}, ["TIN-01", "TIN-02"]),
])
def test_filters(app, wanted, ids):
    an_operation(a_site("KUL1"), lob="Core")
    an_operation(a_site("BKK1"), lob="Moderation")
    text = a_text().replace("- Evidence: Notebook", "- Evidence: Notebook\n- Law: Data Act, art. 5\n"
                                                    "- Applies to: Moderation")
    publish(a_version(bring_in(text).digest))
    assert found(an_actor(Role.AUDITOR), **wanted) == ids


def test_a_clause_for_some_lines_of_business_holds_where_they_are_run(app):
    an_operation(a_site("KUL1"), lob="Core")
    an_operation(a_site("BKK1"), lob="Moderation")
    publish(a_version(bring_in(a_text().replace(
        "- Evidence: Notebook", "- Evidence: Notebook\n- Applies to: Moderation")).digest))
    hit, = queries.search(an_actor(Role.AUDITOR), Wanted(q="written")).rows
    assert (hit.where.sites, hit.where.site) == (1, "BKK1")


@pytest.mark.parametrize("wanted", [{"site": "NONE1"}, {"playbook": "none"}])
def test_what_is_out_of_sight_is_not_found(reader, wanted):
    a_playbook()
    with pytest.raises(NotFound):
        found(reader, **wanted)


def test_a_new_text_a_new_override_and_a_new_site_are_found_at_once(reader):
    book = a_playbook()
    assert found(reader, q="hears") == []
    publish(a_version(bring_in(a_text(version="2.0.0", effective="2024-02-01", text="Somebody hears.")).digest))
    assert (found(reader, q="hears"), found(reader, q="listens")) == (["TIN-01"], [])
    an_override(an_override_text("apac", against="global: 2.0.0"))
    assert found(reader, q="20 minutes") == ["TIN-01"]
    before = queries.search(reader, Wanted(q="hears")).rows
    a_site("SIN1", a_market("sg", "Singapore"))
    after = queries.search(reader, Wanted(q="hears")).rows
    assert sum(hit.where.sites for hit in after) == sum(hit.where.sites for hit in before) + 1
    assert book.prefix == "TIN"


def test_a_text_to_come_is_found_from_its_day_on(reader, clock):
    clock.at("2024-01-15 09:00")
    a_playbook()
    publish(a_version(bring_in(a_text(version="1.0.1", effective="2024-03-01", text="Somebody hears.")).digest))
    assert found(reader, q="hears") == []
    clock.at("2024-03-01 00:30")
    assert found(reader, q="hears") == ["TIN-01"]


def test_pages_follow_each_other_without_a_gap(reader):
    a_playbook()
    first = queries.search(reader, Wanted(playbook="TIN"), limit=2)
    rest = queries.search(reader, Wanted(playbook="TIN"), cursor=first.next, limit=2)
    assert [hit.clause.clause_id for hit in [*first.rows, *rest.rows]] == ["TIN-01", "TIN-02", "TIN-03"]
    assert (len(first.rows), rest.next) == (2, "")
    assert [hit.clause.clause_id for hit in queries.every(reader, Wanted(playbook="TIN"))] == [
        "TIN-01", "TIN-02", "TIN-03"]


def test_statements_do_not_grow_with_what_is_found(reader, queries):
    a_playbook()
    search(reader, Wanted(q="listens"))
    one = len(queries.during(lambda: search(reader, Wanted(q="listens"))))
    a_playbook(key="other-rules", prefix="OTH", title="Other rules")
    search(reader, Wanted(q="s"))
    assert len(queries.during(lambda: search(reader, Wanted(q="s")))) == one <= 8
