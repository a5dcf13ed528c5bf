"""Charts and board in a real browser: hover, keys, the table beside, and the strict policy."""

import pytest

from hoshin.kernel.measuring import doors as measuring

from .conftest import measurements

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:No directory at")]


def test_hovering_a_point_tells_its_value_rule_and_row(visit, cast, juice, frozen_juice):
    measuring.record(juice, measurements((10, 30), size=50), by=cast.by.quinn)
    visitor = visit("quinn")
    page = visitor.page
    page.goto(f"/characteristic/{juice.number}/chart")
    page.locator("svg.control-chart").focus()
    page.keyboard.press("End")
    tip = page.locator(".chart-tip").inner_text()
    chosen = page.locator("tr[aria-selected=true]").get_attribute("data-point")
    box = page.locator("[data-surface]").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 14.5 / 32, box["y"] + 20)
    hovered = page.locator(".chart-tip").inner_text()

    assert "0.6000" in tip and "one point beyond the control limits" in tip and chosen == "31"
    assert "New batch of cardboard" in hovered and "excluded" in hovered
    assert visitor.complaints == []


def test_the_board_shows_a_card_for_each_characteristic_without_complaint(visit, cast, in_use, juice):
    measuring.record(in_use("Bore"), measurements((1.0, 2.0, 1.5)), by=cast.by.quinn)
    visitor = visit("quinn")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.page.goto("/board/")
    cards = visitor.page.locator(".spark-card")
    wide = visitor.page.evaluate("document.documentElement.scrollWidth")

    assert (cards.count(), cards.locator("svg").count(), wide) == (2, 2, 390)
    assert visitor.complaints == []


def test_ctrl_enter_records_what_was_typed(visit, juice):
    page = visit("quinn").page
    page.goto(f"/characteristic/{juice.number}/enter")
    page.keyboard.type("7\n8")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".message.success")

    assert "2 measurements recorded." in page.locator(".message.success").inner_text()
