"""Walking the floor with the screens: taps, notes, photographs, the closing and the signature."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.audits.field.proof.pictures import a_picture

RISK = "A person in danger waits for hours."


def photo(name: str) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": a_picture(name, (640, 480))}


def go(page: Page, *place: str) -> None:
    """Open a screen of the app: `go(page, "AUD-2026-0001", "ESC-02")`."""
    page.goto("/field/#/" + "/".join(place))


def tap(page: Page, answer: str) -> None:
    page.locator(f".pl-answers [data-value={answer}]").click()
    expect(page.locator(f".pl-answers [data-value={answer}]")).to_have_attribute("aria-pressed", "true")
    saved(page)


def saved(page: Page) -> None:
    expect(page.locator(".pl-field-saved")).to_contain_text("Saved on tablet")


def write(page: Page, field: str, text: str) -> None:
    page.locator(f"#f-{field}").fill(text)
    page.locator(f"#f-{field}").blur()


def take(page: Page, name: str, there: int = 0) -> None:
    """Take a photograph; `there` were taken of this clause before."""
    page.locator("[data-key=choose][type=file]").set_input_files(photo(name))
    expect(page.locator(".pl-photos img.thumb")).to_have_count(there + 1)


def fail(page: Page, name: str, *, evidence: bool = True) -> None:
    """Answer "nonconformity" with all that asks for, or all but what shows it."""
    tap(page, "nonconformity")
    write(page, "note", f"Seen at {name}: two of nine logs were empty.")
    write(page, "finding_title", "Logs are empty")
    write(page, "finding_risk", RISK)
    if evidence:
        take(page, f"{name}.jpg")


def close_meeting(page: Page, reference: str, day: str, by: str = "Ana Cruz") -> None:
    go(page, reference, "finish")
    write(page, "meeting_on", day)
    write(page, "acknowledged_by", by)
    write(page, "conclusion", "The floor works as it should but for the logs.")


def sign(page: Page) -> None:
    """Draw on the pad and hand the work over."""
    pad = page.locator(".pl-field-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + 14 * step, box["y"] + box["height"] / 2 + (12 if step % 2 else -12))
    page.mouse.up()
    page.get_by_role("button", name="Sign and finish").click()
