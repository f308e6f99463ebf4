"""What holds at a place: 30, 20 and 15 minutes, found again in few statements, and never stale."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from compliance import clock, db
from compliance.errors import NotFound
from compliance.network.models import Site
from compliance.playbooks import choosing, effectiveness
from compliance.playbooks.document import Clause
from compliance.playbooks.effectiveness import clauses_of, in_force
from compliance.playbooks.models import ClauseText, Playbook, ResolvedChain
from compliance.playbooks.queries.comparing import bare
from tests.builders.governing import publish
from tests.builders.network import a_market, a_region, a_site, a_vendor
from tests.builders.playbooks import (
    a_playbook,
    a_text,
    a_version,
    an_override,
    an_override_text,
    bring_in,
    the_library,
    three_sites,
)
from tests.support.queries import QueryRecorder

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EARLIER, TODAY = date(2025, 6, 1), date(2026, 11, 1)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed_at(NOW):
        yield


def the(key: str) -> Playbook:
    return db.session.scalars(select(Playbook).where(Playbook.key == key)).one()


def value(site: Site, on: date = TODAY, name: str = "ack_min", key: str = "escalation-handling",
          vendor_id: UUID | None = None) -> str:
    return str(in_force(the(key), site, vendor_id, on).parameters[name]["value"])


def test_acknowledgement_takes_30_20_and_15_minutes_now_and_before() -> None:
    the_library()
    for code, site in three_sites().items():
        expected = {"DUB1": "30", "KUL1": "20", "BLR1": "15"}[code]
        assert [value(site, on) for on in (EARLIER, TODAY)] == [expected, expected]
        chains = [in_force(the("escalation-handling"), site, None, on) for on in (EARLIER, TODAY)]
        assert [chain.version for chain in chains] == ["2.3.0", "3.0.0"]
        clause = next(clause for clause in clauses_of(chains[1]) if clause.id == "ESC-02")
        assert f'<span class="pl-param">{expected}</span> minutes of its arrival' in clause.html


def test_it_says_who_said_so_and_who_approved_it_and_why() -> None:
    the_library()
    chain = in_force(the("escalation-handling"), three_sites()["BLR1"], None, TODAY)
    assert [(step["value"], step["layer"]) for step in chain.parameters["ack_min"]["trail"]] == [
        ("30", "global"), ("20", "apac"), ("15", "in")]
    last = chain.parameters["ack_min"]["trail"][-1]
    assert (last["approver"], last["why"][:22]) == ("Miriam Okafor", "Leaves the order desk ")
    assert [(row["scope"], row["version"], row["kind"]) for row in chain.chain] == [
        ("global", "3.0.0", "global"), ("apac", "1", "region"), ("in", "1", "market")]


def test_the_addition_of_india_waits_and_the_page_can_say_so() -> None:
    the_library()
    site = three_sites()["BLR1"]
    before, after = (in_force(the("escalation-handling"), site, None, on) for on in (date(2026, 8, 14), TODAY))
    assert [clause.id for clause in clauses_of(before) if clause.waiting] == []
    [waiting] = [clause for clause in clauses_of(after) if clause.waiting]
    assert (waiting.id, [issue["reason"] for issue in waiting.issues]) == ("ESC-02", ["waiting-for-review"])
    assert "government order desk" not in waiting.text


def test_a_warm_page_takes_two_statements(queries: QueryRecorder) -> None:
    a_playbook()
    playbook, site = the("tiny-rules"), a_site()
    clauses_of(in_force(playbook, site, None, TODAY))
    db.session.commit()
    db.session.expunge_all()
    with queries.recorded() as statements:
        clauses_of(in_force(playbook, site, None, TODAY))
    assert len(statements) == 3, "the choice, the chain with its list of clauses, the clauses"


def test_what_is_found_is_what_was_resolved() -> None:
    the_library()
    playbook, site = the("escalation-handling"), three_sites()["BLR1"]
    chosen = choosing.choose(playbook, site, None, TODAY)
    assert chosen is not None
    chain, resolved = in_force(playbook, site, None, TODAY), effectiveness.resolve_chosen(chosen)
    assert (chain.content_digest, chain.lineage_digest) == (resolved.content_digest, resolved.lineage_digest)
    assert [(clause.id, clause.digest) for clause in clauses_of(chain)] == [
        (entry.id, entry.digest) for entry in resolved.clauses]


def test_sites_with_one_chain_share_everything_and_others_what_is_the_same() -> None:
    a_playbook()
    first, second = a_site(), a_site()
    an_override(an_override_text("my"))
    elsewhere = a_site("DUB9", a_market("ie", "Ireland", a_region("emea", "EMEA")))
    chains = [in_force(the("tiny-rules"), site, None, TODAY) for site in (first, second, elsewhere)]
    assert chains[0].key == chains[1].key != chains[2].key
    assert db.session.scalar(select(func.count()).select_from(ResolvedChain)) == 2
    assert db.session.scalar(select(func.count()).select_from(ClauseText)) == 4, "three clauses, one in two values"


def test_it_can_be_asked_inside_a_transaction_too() -> None:
    a_playbook()
    site = a_site()
    with db.transaction():
        chain = in_force(the("tiny-rules"), site, None, TODAY)
        assert len(clauses_of(chain)) == 3
    assert db.session.get(ResolvedChain, chain.key) is not None


@pytest.mark.parametrize("on", [date(2023, 12, 31), date(2023, 1, 1)])
def test_before_the_first_version_nothing_holds(on: date) -> None:
    a_playbook()
    with pytest.raises(NotFound, match="No version of Tiny rules is in force"):
        in_force(the("tiny-rules"), a_site(), None, on)


def test_a_draft_never_holds_and_being_looked_at_does_not_remember_it_as_one() -> None:
    a_playbook()
    site = a_site()
    draft = a_version(bring_in(a_text(version="2.0.0", effective="2026-01-01", wait="25")).digest)
    [preview] = effectiveness.chains_of([bare(draft)])
    assert (preview.chain[0]["approver"], value(site, key="tiny-rules", name="wait_min")) == ("", "30")
    publish(draft)
    [published] = effectiveness.chains_of([bare(draft)])
    assert (published.chain[0]["approver"], published.key != preview.key) == ("Miriam Okafor", True)
    assert value(site, key="tiny-rules", name="wait_min") == "25"


def test_as_it_was_known_before_the_approval() -> None:
    a_playbook()
    site = a_site()
    with clock.fixed_at(NOW + timedelta(days=10)):
        an_override(an_override_text("apac"))
    playbook = the("tiny-rules")
    then, now = (in_force(playbook, site, None, TODAY, known_at) for known_at in (NOW + timedelta(days=9), None))
    assert [chain.parameters["wait_min"]["value"] for chain in (then, now)] == ["30", "20"]


def test_a_vendors_layer_holds_for_that_vendor_alone() -> None:
    a_playbook()
    site, vendor, other = a_site(), a_vendor("KBC"), a_vendor()
    an_override(an_override_text("kbc"))
    found = [value(site, key="tiny-rules", name="wait_min", vendor_id=each)
             for each in (vendor.id, other.id, None)]
    assert found == ["20", "30", "30"]


def test_leave_to_do_less_ends_on_its_day() -> None:
    the_library()
    manila = a_site("MNL1", a_market("ph"))
    days = (date(2026, 5, 31), date(2026, 6, 1), date(2027, 5, 31), date(2027, 6, 1))
    assert [value(manila, on, "account_min", "business-continuity") for on in days] == ["30", "45", "45", "30"]


def test_leave_to_do_less_lapses_when_the_text_it_was_given_for_moves() -> None:
    a_playbook()
    site = a_site()
    body = ("## Parameters\n\n| Parameter | Value | Why | Review by |\n|---|---|---|---|\n"
            "| wait_min | 45 | Storms | 2027-06-01 |\n")
    an_override(an_override_text("my", effective="2026-10-01", body=body), approvals=["set wait_min"])
    days = (TODAY, date(2027, 5, 31), date(2027, 6, 1))
    assert [value(site, on, "wait_min", "tiny-rules") for on in days] == ["45", "45", "30"], "until it is reviewed"
    moved = a_version(bring_in(a_text(version="2.0.0", effective="2026-12-01", text="A person listens.")).digest)
    publish(moved)
    chain = in_force(the("tiny-rules"), site, None, date(2026, 12, 1))
    assert chain.parameters["wait_min"]["value"] == "30"
    assert [issue["reason"] for issue in chain.issues] == ["approval-lapsed"]


@pytest.mark.parametrize(("lobs", "count"), [
    (None, 8), (frozenset({"account security"}), 8), (frozenset({"Core"}), 0)])
def test_lines_of_business_choose_the_clauses(lobs: frozenset[str] | None, count: int) -> None:
    the_library()
    playbook = the("account-security")
    assert len(clauses_of(in_force(playbook, a_site(), None, TODAY), lobs)) == count
    assert effectiveness.applies_at(playbook, lobs or frozenset({"Account Security"}), TODAY) is (count > 0)


@pytest.mark.parametrize("field", ["title", "text", "severity", "weight", "evidence", "check", "guidance", "law",
                                   "frequency", "applies_to", "lock", "applicable"])
def test_a_clause_on_a_page_has_every_field_a_reader_asks_for(field: str) -> None:
    a_playbook()
    clause = clauses_of(in_force(the("tiny-rules"), a_site(), None, TODAY))[0]
    assert field in Clause.__dataclass_fields__
    assert getattr(clause, field) == clause.content[field]
    with pytest.raises(AttributeError):
        _ = clause.colour


def test_an_old_text_brought_in_later_is_not_missed_by_what_was_kept() -> None:
    """Only with the text an override was written against at hand can anybody see that it has moved since."""
    newer = a_version(bring_in(a_text(version="2.0.0", effective="2026-01-01", text="A person listens.")).digest)
    publish(newer)
    site = a_site()
    an_override(an_override_text("my", body="## Add to TIN-01\n\n- Why: Nights\n\nAlso at night.\n"))
    assert in_force(newer.playbook, site, None, TODAY).issues == []
    a_playbook()
    assert [issue["reason"] for issue in in_force(newer.playbook, site, None, TODAY).issues] == ["stale"]


def test_many_places_are_chosen_for_in_one_statement_as_each_would_be_alone(queries: QueryRecorder) -> None:
    a_playbook()
    vendor = a_vendor("KBC")
    sites = [a_site("KUL8", a_market()), a_site("KUL9", a_market()),
             a_site("DUB8", a_market("ie", "Ireland", a_region("emea", "EMEA")))]
    for scope in ("my", "kbc", "kul9"):
        an_override(an_override_text(scope))
    playbook = the("tiny-rules")
    places = [(site.path, code) for site in sites for code in ("", "KBC")]
    with queries.recorded() as statements:
        found = choosing.choose_everywhere(playbook.id, places, TODAY)
    assert len(statements) == 1
    alone = {(site.path, code): choosing.choose(playbook, site, vendor.id if code else None, TODAY)
             for site in sites for code in ("", "KBC")}
    assert {place: choice.key for place, choice in found.items()} == {
        place: choice.key for place, choice in alone.items() if choice}
    assert len({id(choice) for choice in found.values()}) == len({choice.key for choice in found.values()}) == 6
    assert choosing.choose_everywhere(playbook.id, places, date(2023, 1, 1)) == {}


def test_a_clause_an_older_renderer_made_is_made_anew() -> None:
    """A flaw found in the sanitiser must not live on in what was kept."""
    a_playbook()
    site = a_site()
    before = [clause.html for clause in clauses_of(in_force(the("tiny-rules"), site, None, TODAY))]
    site_id = site.id
    with db.transaction():
        db.session.execute(delete(ResolvedChain))
        db.session.execute(update(ClauseText).values(renderer="0", html="<script>"))
    db.session.expunge_all()
    after = clauses_of(in_force(the("tiny-rules"), db.session.get_one(Site, site_id), None, TODAY))
    assert [clause.html for clause in after] == before
