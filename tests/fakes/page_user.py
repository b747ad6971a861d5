"""A reader who tries all that a report's page offers."""


def use_everything(page):
    """Do all that the page offers: open every part, sort, filter, search, explore each graph and open its cells."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.evaluate("for (const button of document.querySelectorAll('#list thead button')) button.click()")
    page.select_option("#assessment", "coordinated")
    page.select_option("#assessment", "")
    page.fill("#search", "acc")
    for go in page.locator("button.go").all():
        go.click()
    page.evaluate("""() => {
        for (const button of document.querySelectorAll(".cells-of button")) button.click();
    }""")
    page.emulate_media(color_scheme="dark")
    stage = page.locator(".stage").first
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    for step in range(1, 8):
        page.mouse.click(box["x"] + box["width"] * step / 8, box["y"] + box["height"] / 2)
    stage.press("+")
    stage.press("ArrowLeft")
    stage.press("0")
    page.wait_for_timeout(200)
