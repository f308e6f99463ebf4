"""What people type into the forms of the walk: failing a clause, answering a finding, verifying what was done."""

from playwright.sync_api import Page, expect

from tests.journeys.walking import PHOTO, Walk, choose, day, press, reads, saved


def contain(walk: Walk, page: Page) -> None:
    page.get_by_label("What was done so that").fill("Every live contact is read by a second person until the list is.")
    page.get_by_label("Since when?").fill(day(-1))
    page.locator("input[type=file]").set_input_files(PHOTO)
    walk.look(page)
    press(page, "Report containment")
    reads(page, "Contained")


def state_the_cause(walk: Walk, page: Page, action: str) -> None:
    walk.go(page, f"{action}/cause")
    page.get_by_label("What made it possible?").fill("Human error.")
    page.get_by_label("Category").select_option("tooling")
    page.get_by_label("5 whys").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Which are, or where did you look?").fill("SIN1 and KUL2 looked at, 0 of 20 each.")
    press(page, "State the cause")
    reads(page, "Human error is where the question starts")
    page.get_by_label("What made it possible?").fill("The list opens in another window, which the new tool hides.")
    press(page, "State the cause")
    reads(page, "The list opens in another window")


def submit_a_plan(walk: Walk, page: Page, action: str) -> None:
    walk.go(page, f"{action}/plan")
    page.get_by_label("What is done").first.fill("The list opens inside the contact and cannot be closed unread.")
    page.get_by_label("By whom").first.select_option(index=1)
    page.get_by_label("Until when").first.fill(day(14))
    page.get_by_label("What will show that it worked?").fill("30 contacts in a row with the list filled in.")
    page.get_by_label("Metric").fill("Contacts with a complete list")
    page.get_by_label("Target").fill("30 of 30")
    page.get_by_label("Sample").fill("30 contacts of the last week, drawn by the verifier")
    page.get_by_label("Soak, days").fill("30")
    press(page, "Submit the plan")


def open_all_evidence(page: Page, action: str) -> None:
    """The verifier opens each file; it opens in place of the page."""
    page.goto(action)
    for _ in range(page.get_by_role("button", name="Open ").count()):
        button = page.get_by_role("button", name="Open ").first
        form = button.locator("xpath=ancestor::form")
        address, token = form.get_attribute("action"), form.locator("input[name=csrf_token]").input_value()
        assert address
        answer = page.request.post(address, form={"csrf_token": token})
        assert answer.ok
        page.goto(action)


def fail(page: Page) -> None:
    choose(page, "nonconformity")
    page.get_by_label("What did you see?").fill("Two of eight visitors walked the floor alone.")
    page.get_by_label("Finding in one line").fill("Visitors walk the floor alone")
    page.get_by_label("Who is harmed, and how").fill("Users whose data is on the screens.")
    page.get_by_role("textbox", name="Checked").fill("8")
    page.get_by_role("textbox", name="Failed").fill("2")
    page.locator("input[type=file]").set_input_files(PHOTO)
    expect(page.locator("img.thumb")).to_have_count(1)
    saved(page)


def select(page: Page, label: str, start: str) -> None:
    """Choose the one option that begins so."""
    field = page.get_by_role("combobox", name=label)
    found = [text for text in field.locator("option").all_inner_texts() if text.startswith(start)]
    assert len(found) == 1, found
    field.select_option(label=found[0])
