"""The editor in a browser: what is typed is kept, a conflict shows both, faults lead to their line."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from compliance import db
from compliance.access import Actor, Role
from compliance.playbooks.drafting.models import WorkingCopy
from compliance.playbooks.models import PlaybookVersion
from tests.builders.accounts import a_person, actor_of, sign_in
from tests.builders.drafting import a_draft, a_lead, a_writer, said_of, saved
from tests.builders.network import a_market, a_region, a_site
from tests.builders.playbooks import a_playbook, an_override, an_override_text

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("backend", ["sqlite"])]
EDIT = "/playbooks/tiny-rules/versions/1.1.0/edit"
TABLET = {"width": 810, "height": 1080}


@pytest.fixture
def enter(client, context: BrowserContext, live_server) -> Callable[[Role], Actor]:
    """Sign the browser in as somebody of a role."""
    def signed_in(role: Role, **fields) -> Actor:
        person = a_person(role, **fields)
        token = sign_in(client, person)
        assert token
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}
                             for cookie in client._cookies.values()])
        return actor_of(person)

    return signed_in


def stored() -> str:
    """The saved text; nothing is left open that the server would wait for."""
    source = db.session.scalars(select(PlaybookVersion.source).where(PlaybookVersion.number == "1.1.0")).one()
    db.session.rollback()
    return source


def state(page: Page):
    return page.locator("[data-state]")


def test_what_is_typed_is_kept_and_survives_a_reload(enter, page):
    writer = enter(Role.AUTHOR, name="Dana Reyes")
    before = a_draft(writer).source
    page.goto(EDIT)
    text = page.get_by_label("Text Markdown")
    expect(text).to_have_value(before)
    text.fill(before.replace("Somebody listens.", "Two people listen."))
    expect(state(page)).to_contain_text("Kept ")
    page.reload()
    expect(text).to_have_value(re.compile("Two people listen"))
    expect(page.get_by_text("and did not save it")).to_be_visible()
    assert stored() == before
    page.get_by_role("button", name="Save draft").click()
    expect(state(page)).to_contain_text("Saved ")
    assert "Two people listen." in stored()
    assert db.session.scalars(select(WorkingCopy)).all() == []


def test_without_a_connection_the_text_stays_and_is_offered_back(enter, page, context):
    draft = a_draft(enter(Role.AUTHOR))
    page.goto(EDIT)
    context.set_offline(True)
    text = page.get_by_label("Text Markdown")
    text.press("Control+End")
    text.press_sequentially("Typed in a lift.")
    expect(state(page)).to_have_text("Not kept: no connection, your text is still here")
    context.set_offline(False)
    # As when the machine slept and the page was thrown away: what the page itself would send at its end never arrives.
    page.evaluate("window.addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    page.goto(EDIT)
    expect(text).to_have_value(draft.source)
    page.get_by_role("button", name="Take it up").click()
    expect(text).to_have_value(draft.source + "Typed in a lift.")
    expect(state(page)).to_contain_text("Kept ")


def test_a_conflict_shows_both_and_loses_neither(enter, page):
    enter(Role.AUTHOR, name="Dana Reyes")
    ann = a_writer("Ann Moss")
    draft = a_draft(ann)
    base = draft.source
    page.goto(EDIT)
    saved(ann, draft, base.replace("Somebody listens.", "Ann listens."))
    page.get_by_label("Text Markdown").fill(base.replace("Somebody listens.", "Dana listens."))
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two texts of Tiny rules 1.1.0")
    merged = page.get_by_label("Both texts together")
    value = merged.input_value()
    assert "Ann listens." in value
    assert "Dana listens." in value
    page.get_by_role("button", name="Save this text").click()
    expect(page.get_by_text("nobody has settled which holds").first).to_be_visible()
    page.get_by_label("Text Markdown").fill(base.replace("Somebody listens.", "Ann and Dana listen."))
    page.get_by_role("button", name="Save draft").click()
    expect(state(page)).to_contain_text("Saved ")
    assert "Ann and Dana listen." in stored()


def test_a_fault_is_told_while_typing_and_leads_to_its_line(enter, page, accessible):
    draft = a_draft(enter(Role.AUTHOR))
    page.goto(EDIT)
    expect(page.get_by_text("Nothing: the text can be read as it stands.")).to_be_visible()
    text = page.get_by_label("Text Markdown")
    text.fill(draft.source.replace("- Severity: critical", "- Severity: grave"))
    fault = page.locator("[data-problems] a").first
    expect(fault).to_contain_text("“grave” is no severity")
    expect(fault).to_contain_text("Use critical, major or minor.")
    expect(fault.locator("use")).to_have_attribute("href", re.compile(r"icons\.svg.*#i-x-octagon-fill$"))
    accessible(page)
    fault.click()
    chosen = text.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)")
    assert chosen == "- Severity: grave"
    page.locator("[data-outline] a", has_text="TIN-03").click()
    assert text.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)") == "### TIN-03 Write it down"


def test_tab_indents_and_escape_lets_the_keyboard_out(enter, page):
    a_draft(enter(Role.AUTHOR))
    page.goto(EDIT)
    text = page.get_by_label("Text Markdown")
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Tab")
    expect(text).to_be_focused()
    assert text.input_value().endswith("\n  ")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()


def test_the_preview_is_of_what_stands_in_the_box(enter, page):
    draft = a_draft(enter(Role.AUTHOR))
    a_site("KUL1", a_market("my", "Malaysia", a_region("apac", "Asia Pacific")))
    an_override(an_override_text())
    page.goto(EDIT)
    page.get_by_label("Text Markdown").fill(draft.source.replace("Somebody listens.", "Two people listen."))
    page.get_by_label("Site, as in KUL1").fill("kul1")
    page.get_by_role("button", name="Show how it would read").click()
    shown = page.locator("[data-previewed]")
    expect(shown).to_contain_text("Preview, not in force")
    expect(shown).to_contain_text("Two people listen. Each is answered within 20 minutes.")


def test_change_this_for_my_region_ends_in_the_editor(enter, page, accessible):
    enter(Role.REGIONAL_LEAD, at=a_region("apac", "Asia Pacific"))
    a_playbook()
    page.goto("/playbooks/tiny-rules/clauses/TIN-01/change")
    expect(page.get_by_label("New value")).to_be_hidden()
    page.get_by_label("Where?").select_option("apac")
    page.get_by_label("Another value").check()
    page.get_by_label("Which value").select_option("wait_min")
    page.get_by_label("New value").fill("20")
    effect = page.locator("[data-effect]")
    expect(effect).to_contain_text("Stricter: 30 becomes 20 minutes")
    page.get_by_label("New value").fill("90")
    expect(effect).to_contain_text("outside the range")
    page.get_by_label("New value").fill("20")
    expect(effect).to_contain_text("It asks for more, so the lead of this place decides.")
    expect(page.locator("#holds")).to_contain_text("As it stands in Asia Pacific")
    page.get_by_label("Why?").fill("A desk at night")
    accessible(page)
    page.get_by_role("button", name="Put it into the draft").click()
    row = re.compile(r"\| wait_min\s+\| 20\s+\| A desk at night \|")
    expect(page.get_by_label("What differs Markdown")).to_have_value(row)
    expect(page.get_by_role("link", name="Ask for it")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(TABLET, "dark"), ({"width": 1280, "height": 800}, "light")])
def test_axe_finds_nothing_and_nothing_runs_out_of_the_page(enter, page, accessible, size, scheme):
    writer = enter(Role.AUTHOR)
    draft = a_draft(writer)
    said_of(a_lead(), draft, "Is that all?")
    other_hands = "\nالقاعدة مكتوبة هنا. 当番が電話する。\n"
    saved(writer, draft, draft.source.replace("- Weight: 1\n", "- Weight: none\n") + other_hands)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    for path in (EDIT, EDIT.replace("edit", "comments"), EDIT.replace("edit", "clauses/new"), "/playbooks/new",
                 "/playbooks/tiny-rules?view=versions"):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
