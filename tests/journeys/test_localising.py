"""A regional lead asks for a stricter rule in India, others decide, and a new global text comes: story 2."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from compliance import clock
from compliance.access import Role
from compliance.audits.models import Audit
from compliance.playbooks.models import VersionStatus
from tests.builders.accounts import a_person
from tests.builders.audits import Stage, a_started
from tests.builders.governing import publish
from tests.builders.localising import version_of
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import LIBRARY, a_version, an_override, bring_in
from tests.journeys.walking import Walk, day, follow, press, reads
from tests.support.application import app  # noqa: F401 - a network of three sites instead of the demo
from tests.support.browser import LiveServer
from tests.support.story import END

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]
ESC = (LIBRARY / "escalation-handling" / "playbook.md").read_text()
APAC = (LIBRARY / "escalation-handling" / "overrides" / "apac.md").read_text().replace("global: 2.3.0", "global: 3.0.0")
INDIA = "/overrides/escalation-handling/in/1"
CHANGE = "/playbooks/escalation-handling/clauses/ESC-02/change?site="


@pytest.fixture
def stages(live_server: LiveServer) -> Iterator[dict[str, Stage]]:
    """Bengaluru, Kuala Lumpur and Dublin, the global text with what Asia Pacific makes stricter, and four people."""
    clock.fix(END)
    sites = {"BLR1": ("in", "India", "apac"), "KUL1": ("my", "Malaysia", "apac"), "DUB1": ("ie", "Ireland", "emea")}
    stages = {code: Stage(site=a_site(code, a_market(market, name, a_region(region, region.upper()))))
              for code, (market, name, region) in sites.items()}
    publish(a_version(bring_in(ESC).digest))
    an_override(APAC)
    apac = a_region("apac")
    for handle, name, role, at in (
            ("j.tan", "Jia Hui Tan", Role.REGIONAL_LEAD, apac), ("n.aziz", "Noor Aziz", Role.REGIONAL_LEAD, apac),
            ("m.okafor", "Mercy Okafor", Role.PLAYBOOK_OWNER, None), ("e.auditor", "Ewa Lis", Role.AUDITOR, None)):
        a_person(role, at, name=name, email=f"{handle}@lumora.example")
    yield stages
    clock.fix(None)


def test_a_local_rule_from_the_wish_to_the_next_global_text(walk: Walk, stages: dict[str, Stage]) -> None:
    lead = walk.enter("j.tan")
    owner = walk.enter("m.okafor")
    minutes(owner, BLR1=20, KUL1=20, DUB1=30)
    write(walk, lead)
    ask(walk, lead)
    refuse_the_requester(walk, lead)
    refuse_a_loosening_of_what_is_locked(walk, lead)
    approve(walk, walk.enter("n.aziz"))
    minutes(owner, BLR1=15, KUL1=20, DUB1=30)
    on_the_checklist(walk, stages)
    another_clause_changes(lead)
    minutes(owner, BLR1=15, DUB1=30)
    the_clause_itself_changes(lead)
    rebase(walk, lead)


def minutes(page: Page, **expected: int) -> None:
    for site, value in expected.items():
        page.goto(f"/playbooks/escalation-handling/at/{site}")
        expect(page.locator("#ESC-02 .pl-rule").first).to_contain_text(f"within {value} minutes")


def write(walk: Walk, page: Page) -> None:
    """Without the format: another value, then a paragraph more, both into one draft."""
    page.goto("/playbooks/escalation-handling/at/BLR1")
    with page.expect_navigation():
        page.locator("#ESC-02").get_by_role("link", name="Change this for my region").click()
    page.get_by_label("Where?").select_option("in")
    page.get_by_role("radio", name="Another value").check()
    page.get_by_label("Which value").select_option("ack_min")
    page.get_by_label("New value").fill("15")
    page.get_by_label("Why?").fill("The order desk has two hours, and translation takes time")
    page.get_by_label("From", exact=False).last.fill(day())
    press(page, "Put it into the draft")
    page.goto(CHANGE + "BLR1")
    page.get_by_label("Where?").select_option("in")
    page.get_by_role("radio", name="One paragraph more").check()
    page.get_by_label("Added paragraph").fill("An order by a court goes to the order desk at once.")
    page.get_by_label("Why?").fill("Orders came by post and nobody owned them")
    press(page, "Put it into the draft")
    walk.look(page)


def ask(walk: Walk, page: Page) -> None:
    """What it does, what is locked, who decides and what Bengaluru would read, before anybody asks."""
    follow(page, "Ask for it")
    reads(page, "Set ack_min", "Stricter", "It asks for more, so the lead of this place decides",
          "Add to ESC-02", "Adds", "Locked by global. It may be made stricter, never weaker.", "What BLR1 would read",
          "An order by a court goes to the order desk at once.")
    expect(page.locator("del")).to_contain_text(["20"])
    expect(page.locator("aside")).to_contain_text("Noor Aziz")
    expect(page.locator("aside")).to_contain_text("BLR1")
    expect(page.locator("aside")).not_to_contain_text("Jia Hui Tan")
    walk.look(page)
    page.get_by_label("Why does this place need it?").fill("Local law gives the order desk two hours.")
    page.get_by_role("radio", name="Yes").check()
    page.get_by_label("Look at it again by").fill(day(300))
    press(page, "Ask for it")
    reads(page, "Name the law and the part of it that asks for this.")
    expect(page.get_by_label("Why does this place need it?")).to_have_value("Local law gives the order desk two hours.")
    page.get_by_label("Which law, and which part of it?").fill("Intermediary Guidelines Rules, 2021, rule 3(1)(d)")
    press(page, "Ask for it")
    reads(page, "Asked.", "Regional review", "Noor Aziz", "Intermediary Guidelines Rules, 2021", "asked for it")
    walk.look(page)


def refuse_the_requester(walk: Walk, page: Page) -> None:
    walk.go(page, INDIA)
    reads(page, "You asked for this, so you cannot decide on it.")
    expect(page.get_by_role("button", name="Approve it")).to_have_attribute("aria-disabled", "true")
    token = page.locator("input[name=csrf_token]").first.input_value()
    answer = page.request.post(f"{INDIA}/approve", form={
        "csrf_token": token, "decision": "Mine is fine", "digest": version_of("in").digest})
    assert answer.status == 409
    assert "You asked for this" in answer.text()
    assert version_of("in").status is VersionStatus.REGIONAL_REVIEW


def refuse_a_loosening_of_what_is_locked(walk: Walk, page: Page) -> None:
    page.goto(CHANGE + "KUL1")
    page.get_by_label("Where?").select_option("my")
    reads(page, "It does not apply here", "Locked by global. It may be made stricter, never weaker.")
    expect(page.get_by_role("radio", name="It does not apply here")).to_have_count(0)
    page.get_by_role("radio", name="Another value").check()
    page.get_by_label("Which value").select_option("ack_min")
    page.get_by_label("New value").fill("45")
    never = "ESC-02 uses it, and global has locked that clause. It may be made stricter, never weaker."
    expect(page.locator("[data-effect]")).to_contain_text(never)
    page.get_by_label("Why?").fill("There is no night shift")
    page.get_by_label("To be looked at again by").fill(day(200))
    page.get_by_label("From", exact=False).last.fill(day(7))
    press(page, "Put it into the draft")
    reads(page, never)
    expect(page.get_by_label("Why?")).to_have_value("There is no night shift")
    walk.look(page)


def approve(walk: Walk, page: Page) -> None:
    reads(page, "Review: Escalation handling, India v1", "Local law gives the order desk two hours.")
    page.locator("main").get_by_role("link", name="Decide").first.click()
    page.wait_for_url(f"**{INDIA}")
    walk.look(page)
    press(page, "Approve it")
    reads(page, "Say why")
    page.get_by_label("Decision").fill("Stricter than the region, and the law asks for it.")
    press(page, "Approve it")
    reads(page, "Approved. It holds from", "Effective", "Noor Aziz")
    walk.look(page)


def on_the_checklist(walk: Walk, stages: dict[str, Stage]) -> None:
    """Bengaluru's auditor reads 15 minutes with the mark of India, Dublin's 30 with none."""
    playbook = version_of("in").override.playbook
    for code, words, mark in (("BLR1", "within 15 minutes", True), ("DUB1", "within 30 minutes", False)):
        audit: Audit = a_started(stages[code], playbook)
        page = walk.enter(stages[code].auditor.email.removesuffix("@lumora.example"))
        page.goto(f"/audits/{audit.reference}/checklist/ESC-02")
        expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("main .pl-src", has_text="IN")).to_have_count(1 if mark else 0)


def another_clause_changes(page: Page) -> None:
    """A new global text that leaves ESC-02 alone makes nothing stale."""
    publish(a_version(bring_in(_next("3.1.0", "Once a week the escalation", "Each week the escalation")).digest))
    page.goto(INDIA)
    expect(page.locator("body")).not_to_contain_text("The text above changed")
    page.goto("/overrides?stale=1")
    reads(page, "No override is like that.")


def the_clause_itself_changes(page: Page) -> None:
    publish(a_version(bring_in(_next("4.0.0", "an automatic reply", "an automatic answer")).digest))
    page.goto("/overrides?stale=1")
    reads(page, "Escalation handling, India", "Stale")


def rebase(walk: Walk, page: Page) -> None:
    """What global changed and what India changed, each against the same old text, and the merge that is offered."""
    page.goto(INDIA)
    follow(page, "See what moved")
    reads(page, "Add to ESC-02", "What the text above changed", "What India changed", "an automatic",
          "An order by a court goes to the order desk at once.")
    walk.look(page)


def _next(version: str, old: str, new: str) -> str:
    assert old in ESC, old
    return ESC.replace("version: 3.0.0", f"version: {version}").replace(old, new).replace(
        "effective: 2026-08-15", f"effective: {day(0 if version == '4.0.0' else -2)}")

