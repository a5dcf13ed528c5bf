"""Sparklines, histograms, Pareto charts, trends, workflows and cause analyses as SVG."""

import re
import time
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.surfaces.drawing import (
    Cause,
    Curve,
    Specification,
    StateBox,
    Way,
    bar,
    control_chart,
    fishbone,
    for_print,
    histogram,
    pareto,
    sparkline,
    tree,
    trend,
    workflow_diagram,
)
from hoshin.surfaces.drawing.theme import PRINT
from hoshin.surfaces.drawing.thinning import thinned

from .charts import HOSTILE, chart_of

STATIC = Path(__file__).parents[3] / "src/hoshin/surfaces/web/static/hoshin"
STATES = [StateBox(name, name.capitalize()) for name in ("open", "assessed", "decided", "closed")]
WAYS = [
    Way("open", "assessed", "assess"),
    Way("assessed", "decided", "decide"),
    Way("decided", "assessed", "send back"),
    Way("decided", "closed", "close"),
    Way("open", "closed", "reject"),
]
WHYS = Cause(
    "Bore oversize",
    children=[
        Cause("Insert worn", "evidence", [Cause("Counter reset by hand", "cause"), Cause("Supplier", "assumption")])
    ],
)


def every_drawing(title: str = "a title") -> dict[str, str]:
    rows = [(title, 12), ("Label missing", 5), ("Leak", 0)]
    return {
        "control chart": control_chart(chart_of(title=title)),
        "sparkline": sparkline([1, 2, 9, 2], title=title, lower=0, upper=4, signals=[2]),
        "histogram": histogram(
            [0, 1, 2, 3],
            [2, 5, 1],
            title=title,
            curves=[Curve(title, [0, 1, 2], [1, 4, 1]), Curve("overall", [0, 1, 2], [2, 3, 2])],
            specification=Specification(-1, 1, 4),
        ),
        "pareto": pareto(rows, title=title),
        "bar": bar(rows, title=title, alarm=(0,)),
        "trend": trend(["Jan", title], [1, 2], title=title, target=1.5, center=1.2),
        "workflow": workflow_diagram(
            [*STATES, StateBox("odd", title)], WAYS, title=title, travelled=[("open", "assessed")], current="assessed"
        ),
        "tree": tree(Cause(title, children=[WHYS]), title=title),
        "fishbone": fishbone(title, [Cause("Machine", children=[Cause(title, "cause")])], title=title),
    }


@pytest.mark.parametrize("name", every_drawing())
def test_hostile_text_stays_text_in_every_drawing(name):
    drawing = every_drawing(HOSTILE)[name]

    root = ElementTree.fromstring(drawing)

    assert "alert(1)" in root[0].text
    assert "<script" not in drawing and " style=" not in drawing


def test_templates_take_a_drawing_as_markup():
    drawing = sparkline([1, 2], title="x")

    assert drawing.__html__() == drawing


def test_each_class_that_is_drawn_is_styled_on_the_page_and_in_print():
    drawn = {c for svg in every_drawing().values() for c in re.findall(r"\bd-[a-z-]+", svg)}
    unstyled = {"d-plot", "d-stretch", "d-pin", "d-time", "d-phases", "d-remark"}
    unstyled |= {"d-rule-mark", "d-excluded-mark", "d-corrected-mark"}
    page = set(re.findall(r"\.(d-[a-z-]+)", (STATIC / "drawing.css").read_text()))
    paper = set(re.findall(r"\.(d-[a-z-]+)", PRINT))

    assert drawn - unstyled - page == set()
    assert drawn - unstyled - paper == set()


def test_a_printed_drawing_carries_its_colours():
    printed = for_print(sparkline([1, 2], title="x"))

    ElementTree.fromstring(printed)

    assert "<style>" in printed and "var(" not in printed


def test_limits_and_specification_differ_in_colour_dash_and_width_in_print():
    limit = re.search(r"\.d-limit \{(.*?)\}", PRINT)[1]
    specification = re.search(r"\.d-specification \{(.*?)\}", PRINT)[1]

    assert "dasharray" in limit and "dasharray" not in specification
    assert re.search(r"stroke: (#\w+)", limit)[1] != re.search(r"stroke: (#\w+)", specification)[1]


def test_a_board_of_590_sparklines_is_drawn_at_once():
    board = np.random.default_rng(3).normal(size=(590, 1567))
    started = time.process_time()
    for row in board:
        sparkline(row, title="x", lower=-3, upper=3, signals=np.flatnonzero(np.abs(row) > 3).tolist())

    # Measured at some 70 ms; 200 ms is what the board may cost on a quiet machine, doubled for a busy one.
    assert time.process_time() - started < 0.4


@pytest.mark.parametrize("values", [[], [np.nan], [4.0], [4.0, 4.0], [np.nan, 1, np.nan]])
def test_a_sparkline_of_little_is_still_a_drawing(values):
    root = ElementTree.fromstring(sparkline(values, title="x", signals=[0]))

    assert "nan" not in "".join(e.get("d", "") for e in root)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400),
    st.integers(1, 50),
    st.sets(st.integers(0, 399), max_size=5),
)
def test_thinning_keeps_extremes_ends_and_what_must_be_seen(values, columns, keep):
    series = np.array(values)
    kept = thinned([series], columns, keep)

    assert np.all(np.diff(kept) > 0)
    assert series[kept].min() == series.min() and series[kept].max() == series.max()
    assert {0, len(series) - 1, *(k for k in keep if k < len(series))} <= set(kept.tolist())


def test_the_workflow_shows_the_way_and_where_the_record_is():
    drawing = every_drawing()["workflow"]

    assert drawing.count('class="d-state current"') == drawing.count('class="d-needle"') == 1
    assert drawing.count('class="d-way travelled"') == 1
    assert "Now: Assessed." in drawing


def test_a_workflow_of_loops_alone_is_drawn():
    ways = [Way("a", "b", "go"), Way("b", "a", "back"), Way("b", "b", "again")]

    drawing = workflow_diagram([StateBox("a", "A"), StateBox("b", "B")], ways, title="loop")

    assert ElementTree.fromstring(drawing) is not None
    assert drawing.count('class="d-way"') == 3


def test_pareto_puts_the_largest_first_and_gathers_the_rest():
    rows = [(f"cause {k}", k) for k in range(1, 21)]
    names = re.findall(r"<desc>(.*?)</desc>", pareto(rows, title="x", most=4))[0]

    assert names == "cause 20 20; cause 19 19; cause 18 18; others 153"


def test_a_tree_marks_root_causes_and_assumptions():
    drawing = every_drawing()["tree"]

    assert (drawing.count('class="d-cause"'), drawing.count('class="d-assumption"')) == (1, 1)


def test_every_drawing_is_the_same_each_time():
    assert every_drawing() == every_drawing()
