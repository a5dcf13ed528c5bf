"""The worksheet by keyboard in a real browser."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:No directory at")]

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text", text);
  const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(paste);
}"""


def test_readings_are_typed_and_pasted_without_the_mouse(visit, study):
    row = study(parts=3, operators=2, trials=2)
    visitor = visit("quinn")
    page = visitor.page
    page.goto(f"/gauge-study/{row.number}/worksheet?operator=A")
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    page.keyboard.type("1,6")
    page.keyboard.press("Enter")
    page.evaluate(PASTE, "1.7\n1.8\n1.9")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".message.success")
    shown = page.locator("[data-reading]").evaluate_all("cells => cells.map((cell) => cell.value)")

    assert shown == ["1.5", "1.6", "1.7", "1.8", "1.9", ""] and "operator=A" in page.url
    assert visitor.complaints == []


def test_a_phone_shows_the_study_without_scrolling_sideways(visit, aiag):
    row = aiag()
    visitor = visit("quinn")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.goto(f"/gauge-study/{row.number}/")

    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 390
    assert visitor.complaints == []
