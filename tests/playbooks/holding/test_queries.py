"""What holds where, as rows: read when something moved, left alone when nothing did, once for two who read at once."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import select

from compliance import db
from compliance.network.models import Site, SiteLifecycle
from compliance.playbooks import effectiveness
from compliance.playbooks.holding.models import HeldClause, HeldContent, HeldPlace, HeldPlaybook, listed, names_in
from compliance.playbooks.holding.queries import Patience, bring_up_to_date
from compliance.playbooks.models import Playbook
from tests.builders.network import a_market, a_site, a_vendor, an_operation
from tests.builders.playbooks import a_playbook, an_override, an_override_text
from tests.builders.saving import saving


def held() -> dict[tuple[str, str], str]:
    """By (site, vendor id or ""): the content that holds there, as the rows have it."""
    db.session.rollback()
    bring_up_to_date()
    rows = db.session.execute(select(Site.code, HeldPlace.vendor_id, HeldPlace.content_digest).join(
        Site, Site.id == HeldPlace.site_id))
    return {(code, str(vendor_id or "")): content for code, vendor_id, content in rows}


@pytest.fixture
def playbook(app) -> Playbook:
    return a_playbook()


def test_the_rows_say_what_resolution_says(playbook, clock):
    clock.at("2026-03-02 09:00")
    vendor = a_vendor("AAA")
    sites = {"KUL1": a_site("KUL1"), "DUB1": a_site("DUB1", a_market("ie", "Ireland"))}
    an_operation(sites["KUL1"], vendor)
    an_override()
    found = held()
    with db.transaction():
        for (code, vendor_id), content in found.items():
            chain = effectiveness.in_force(playbook, sites[code], vendor.id if vendor_id else None, date(2026, 3, 2))
            assert chain.content_digest == content
    assert set(found) == {("KUL1", str(vendor.id)), ("DUB1", "")}
    digests = set(db.session.scalars(select(HeldContent.digest)))
    assert digests == set(db.session.scalars(select(HeldClause.digest)))


def test_a_closed_site_reads_nothing_and_one_before_its_start_reads_for_itself(playbook):
    a_site("KUL1", lifecycle=SiteLifecycle.CLOSED)
    a_site("KUL2", lifecycle=SiteLifecycle.PLANNED)
    assert list(held()) == [("KUL2", "")]


def test_who_runs_a_site_changes_on_its_day(playbook, clock):
    clock.at("2026-03-02 09:00")
    site, old, new = a_site("KUL1"), a_vendor("OLD"), a_vendor("NEW")
    an_operation(site, old, until_on=date(2026, 4, 1))
    an_operation(site, new, from_on=date(2026, 4, 1))
    assert list(held()) == [("KUL1", str(old.id))]
    clock.at("2026-04-01 00:30")
    assert list(held()) == [("KUL1", str(new.id))]


def test_nothing_is_read_again_while_nothing_moves(playbook, queries):
    a_site("KUL1")
    held()
    assert len(queries.during(bring_up_to_date)) == 2
    with saving():
        db.session.scalars(select(Site)).one().name = "Elsewhere"
    assert 2 < len(queries.during(bring_up_to_date)) < 6  # looked at, and nothing read: nobody reads another text
    assert len(queries.during(bring_up_to_date)) == 2


def test_an_operation_to_come_is_read_on_its_day_also_when_it_was_planned_later(playbook, clock):
    clock.at("2026-03-02 09:00")
    site, new = a_site("KUL1"), a_vendor("NEW")
    an_operation(site, None, until_on=date(2026, 4, 1))
    assert list(held()) == [("KUL1", "")]
    an_operation(site, new, from_on=date(2026, 3, 20))
    assert list(held()) == [("KUL1", "")]
    clock.at("2026-03-20 00:30")
    assert set(held()) == {("KUL1", ""), ("KUL1", str(new.id))}


def test_a_clock_put_back_reads_what_held_then(playbook, clock):
    clock.at("2026-03-02 09:00")
    a_site("KUL1")
    assert held()
    clock.at("2023-06-01 09:00")
    assert held() == {}


def test_rows_that_are_lost_are_read_again(playbook):
    a_site("KUL1")
    before = held()
    with saving():
        for row in db.session.scalars(select(HeldPlaybook)):
            db.session.delete(row)
    assert held() == before


def test_two_who_read_at_once_keep_one_reading(playbook, app):
    for number in range(5):
        a_site(f"KUL{number}")
    db.session.remove()

    def read() -> None:
        with app.app_context():
            bring_up_to_date()

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held()) == 5
    assert len(db.session.scalars(select(HeldClause)).all()) == 3


def test_what_nobody_has_patience_for_is_read_by_those_who_come_after(playbook, clock):
    clock.at("2026-03-02 09:00")
    a_site("KUL1")
    a_site("DUB1", a_market("ie", "Ireland"))
    an_override(an_override_text("kul1"))  # two chains of three clauses
    lefts = []
    while not lefts or lefts[-1]:
        lefts.append(bring_up_to_date(Patience(clauses=1)))
        if lefts[-1]:
            assert not db.session.scalars(select(HeldPlace)).all(), "half a playbook must never be found"
    assert lefts == [1, 0]
    assert len(set(held().values())) == 2


def test_playbooks_are_read_one_after_the_other_and_first_the_one_that_is_asked_about(playbook):
    a_site("KUL1")
    other = a_playbook(key="other-rules", prefix="OTH")
    assert bring_up_to_date(Patience(places=1), first=other.id) == 1
    assert set(db.session.scalars(select(HeldPlace.playbook_id))) == {other.id}
    assert bring_up_to_date(Patience(places=1)) == 0


def test_only_what_moved_is_written(playbook):
    for code in ("KUL1", "KUL2"):
        an_operation(a_site(code))
    held()
    rows = {row.site_id: row.id for row in db.session.scalars(select(HeldPlace))}
    site = db.session.scalars(select(Site).where(Site.code == "KUL2")).one()
    an_operation(site, a_vendor("NEW"))
    held()
    db.session.expire_all()
    after = db.session.scalars(select(HeldPlace).where(HeldPlace.id.not_in(rows.values()))).all()
    assert [row.site_id for row in after] == [site.id]
    assert set(rows.values()) <= set(db.session.scalars(select(HeldPlace.id)))


@pytest.mark.parametrize("names", [[], ["Core"], ["Age Support", "Core"]])
def test_a_listing_gives_its_names_back(names):
    assert names_in(listed(names)) == names
