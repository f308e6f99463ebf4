"""Requests on the home page: each person finds what waits for their word, and nothing of others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from compliance import clock, db
from compliance.access import Actor, Role
from compliance.overview.queries.requests import to_consent_to, to_follow_up, to_hear, to_rule_on
from compliance.overview.queries.todo import todo
from compliance.playbooks.localising import commands
from compliance.playbooks.models import OverrideVersion
from tests.builders.accounts import an_actor
from tests.builders.localising import asked, consented
from tests.builders.network import a_market, a_region
from tests.builders.playbooks import a_playbook, an_override, an_override_text, an_override_version, an_owner, bring_in
from tests.playbooks.localising.test_commands import LOOSE, REWORDED, TIGHTER
from tests.support.queries import QueryRecorder


@pytest.fixture(autouse=True)
def first_of_june(app: Flask) -> Iterator[None]:
    with clock.fixed_at(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        a_market()
        a_playbook()
        yield


def a_request(body: str, scope: str = "apac", number: int = 1, actor: Actor | None = None) -> OverrideVersion:
    asker = actor or an_actor(Role.REGIONAL_LEAD, a_region())
    text = an_override_text(scope, number, f"2026-0{6 + number}-01", body=body)
    return asked(an_override_version(bring_in(text, actor=asker).digest), asker)


def titles(found: list[object]) -> list[str]:
    return [str(getattr(task, "title", "")) for task in found]


def test_a_review_waits_for_the_lead_of_the_place_and_for_owners_and_not_for_whoever_asked() -> None:
    asker = an_actor(Role.REGIONAL_LEAD, a_region())
    a_request(TIGHTER, "my", actor=asker)
    waiting = "Review: Tiny rules, Malaysia v1"
    assert titles(to_rule_on(an_actor(Role.REGIONAL_LEAD, a_region()))) == [waiting]
    assert titles(to_rule_on(an_owner())) == [waiting]
    assert titles(to_rule_on(asker)) == []
    assert titles(to_rule_on(an_actor(Role.REGIONAL_LEAD, a_region("emea")))) == []


def test_a_global_review_waits_for_owners_and_legal_for_legal_until_it_has_spoken() -> None:
    version, counsel = a_request(LOOSE), an_actor(Role.LEGAL_REVIEWER)
    assert titles(to_rule_on(an_owner())) == ["Global review: Tiny rules, Asia Pacific v1"]
    assert titles(to_rule_on(an_actor(Role.REGIONAL_LEAD, a_region()))) == []
    assert titles(to_consent_to(counsel)) == ["Legal: Tiny rules, Asia Pacific v1"]
    consented(version, counsel)
    assert to_consent_to(counsel) == []


def test_what_came_back_waits_for_whoever_asked_and_an_appeal_for_the_head() -> None:
    asker, owner, head = an_actor(Role.REGIONAL_LEAD, a_region()), an_owner(), an_actor(Role.GLOBAL_HEAD)
    returned, declined = a_request(TIGHTER, "my", actor=asker), a_request(REWORDED, actor=asker)
    with db.transaction():
        commands.return_request(owner, returned, questions="At night too?")
        commands.decline_override(owner, declined, reason="One wording for all")
    assert [(task.title, task.why) for task in to_follow_up(asker)] == [
        ("Returned: Tiny rules, Malaysia v1", "At night too?"),
        ("Declined: Tiny rules, Asia Pacific v1", "One wording for all You can appeal once.")]
    found = [title for title in titles(list(todo(asker))) if "Malaysia v1" in title]
    assert found == ["Returned: Tiny rules, Malaysia v1"]
    assert to_follow_up(an_actor(Role.REGIONAL_LEAD, a_region())) == []
    with db.transaction():
        commands.appeal(asker, declined, reason="We have no paper")
    assert titles(to_hear(head)) == ["Appeal: Tiny rules, Asia Pacific v1"]
    assert titles(to_follow_up(asker)) == ["Returned: Tiny rules, Malaysia v1"]
    assert "Appeal: Tiny rules, Asia Pacific v1" in titles(list(todo(head)))


@pytest.mark.parametrize(("until", "review", "due"), [
    (date(2026, 7, 31), None, date(2026, 7, 31)), (date(2026, 8, 1), None, None), (None, date(2026, 7, 31),
                                                                                  date(2026, 7, 31)),
    (None, date(2026, 8, 1), None), (None, date(2026, 5, 1), date(2026, 5, 1)), (date(2026, 6, 1), None, None),
], ids=["ends on day 60", "ends on day 61", "reviewed on day 60", "on day 61", "review is late", "over already"])
def test_what_runs_out_within_sixty_days_waits_for_its_lead(until: date | None, review: date | None,
                                                            due: date | None) -> None:
    version = an_override(an_override_text("my", 1, "2026-01-01"))
    with db.transaction():
        version.until_on, version.review_on = until, review
    found = to_follow_up(an_actor(Role.REGIONAL_LEAD, a_region()))
    assert [task.due_on for task in found] == ([due] if due else [])
    assert to_follow_up(an_actor(Role.REGIONAL_LEAD, a_region("emea"))) == []


def test_the_lists_cost_the_same_however_long_they_are(queries: QueryRecorder) -> None:
    owner = an_owner()
    a_request(TIGHTER)
    few = queries.during(lambda: to_rule_on(owner))
    for number, code in enumerate(("my", "id", "th"), 1):
        a_market(code, code.upper())
        a_request(TIGHTER, code, number)
    assert len(queries.during(lambda: to_rule_on(owner))) == len(few)
    assert len(to_rule_on(owner)) == 4
