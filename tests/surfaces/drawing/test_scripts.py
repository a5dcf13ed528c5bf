"""The scripts in a real browser, under the strict Content-Security-Policy."""

from pathlib import Path

import pytest

from hoshin.surfaces.drawing import control_chart, legend, payload_json

from .charts import chart_of

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[3] / "src/hoshin/surfaces/web/static/hoshin"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<link rel="stylesheet" href="/hoshin.css"><link rel="stylesheet" href="/drawing.css"><link rel="icon" href="/favicon.svg">
<script src="/theme.js"></script><script src="/hoshin.js" defer></script><script src="/chart.js" defer></script></head>
<body>{body}</body></html>"""


@pytest.fixture
def show(chromium):
    """Show a body on a page whose every file comes from the checkout; complaints of the browser fail the test."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    complaints: list[str] = []

    def shown(body: str):
        def answer(route):
            name = route.request.url.rsplit("/", 1)[1]
            if name == "page":
                headers = {"Content-Security-Policy": "default-src 'self'"}
                route.fulfill(body=PAGE.format(body=body), content_type="text/html", headers=headers)
            elif (STATIC / name).is_file():
                route.fulfill(body=(STATIC / name).read_text(), content_type=TYPES[Path(name).suffix])
            else:
                route.fulfill(status=204)

        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security" in said.text else None)
        page.route("**/*", answer)
        page.goto("http://hoshin.test/page")
        return page

    yield shown
    context.close()

    assert complaints == []


def figure() -> str:
    chart = chart_of()
    rows = "".join(f'<tr data-point="{k}" tabindex="0"><td>{k}</td></tr>' for k in range(60))
    return (
        f'<figure class="chart" data-chart>{control_chart(chart)}{legend(chart)}'
        f'<script type="application/json" class="chart-data">{payload_json(chart)}</script></figure>'
        f'<table class="table">{rows}</table>'
    )


def test_the_keys_walk_the_points_and_say_the_broken_rule(show):
    page = show(figure())
    page.focus("svg.control-chart")
    for _ in range(31):
        page.keyboard.press("ArrowRight")

    said = page.inner_text(".chart-tip")

    assert "point 30" in said and "7.4345" in said and "one point beyond 3σ" in said
    assert page.get_attribute("tr[aria-selected]", "data-point") == "30"


def test_a_narrow_page_begins_with_the_newest_points(show):
    page = show(f'<div class="chart-scroll">{control_chart(chart_of())}</div>')
    page.set_viewport_size({"width": 390, "height": 800})
    frame, chart = page.locator(".chart-scroll").bounding_box(), page.locator("svg.control-chart").bounding_box()

    assert chart["width"] > frame["width"] + 100
    assert abs(chart["x"] + chart["width"] - frame["x"] - frame["width"]) < 1


def test_the_wheel_zooms_and_a_double_click_resets(show):
    page = show(figure())
    box = page.locator("[data-surface]").first.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 60)
    page.mouse.wheel(0, -400)
    page.wait_for_selector(".chart.zoomed")
    zoomed = page.locator(".d-stretch").first.get_attribute("transform")
    page.mouse.dblclick(box["x"] + 300, box["y"] + 60)
    page.wait_for_selector(".chart:not(.zoomed)")

    reset = page.locator(".d-stretch").first.get_attribute("transform")

    assert "scale(1 1)" not in zoomed
    assert reset == "translate(0 0) scale(1 1)"


def test_a_row_of_the_table_marks_its_point(show):
    page = show(figure())
    page.focus('tr[data-point="7"]')

    assert "point 7" in page.inner_text(".chart-tip")


def test_lines_of_a_part_are_added_numbered_and_removed(show):
    line = '<div class="line" data-line="0"><span class="position">1</span><input name="d-0-q"><button data-remove-line>x</button></div>'
    blank = line.replace('data-line="0"', "data-line").replace("d-0-q", "d-__n__-q")
    page = show(
        f'<form><div data-lines="d">{line}<template data-line-template>{blank}</template></div>'
        '<button type="button" data-add-line="d">add</button></form>'
    )
    page.click("[data-add-line]")
    page.click("[data-add-line]")
    page.click('[data-line="1"] [data-remove-line]')

    names = page.eval_on_selector_all("[data-line] input", "all => all.map(e => e.name)")
    positions = page.eval_on_selector_all("[data-line] .position", "all => all.map(e => e.textContent)")

    assert (names, positions) == (["d-0-q", "d-2-q"], ["1", "2"])


def test_what_was_typed_comes_back_after_the_page_was_lost(show):
    fields = '<textarea name="what"></textarea><input type="password" name="password"><p data-draft-note></p>'
    form = f'<form data-draft="nc:new">{fields}</form>'
    page = show(form)
    page.fill("textarea", "Bore oversize")
    page.fill("[name=password]", "secret")
    page.reload()

    kept = page.evaluate("JSON.stringify(localStorage)")

    assert page.input_value("textarea") == "Bore oversize"
    assert "secret" not in kept and page.input_value("[name=password]") == ""


def test_the_theme_is_remembered(show):
    page = show('<button data-theme-toggle type="button">theme</button>')
    page.click("[data-theme-toggle]")
    page.reload()

    assert page.get_attribute("html", "data-theme") == "dark"


def test_a_question_refused_stops_the_click(show):
    page = show('<form action="/gone"><button data-confirm="Void it?">Void</button></form>')
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.click("button")

    assert page.url == "http://hoshin.test/page"
