"""Many charts at once have the run lengths of each; parameters that make no sense are refused."""

import gc
import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats import run_length
from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length import (
    _nodes,
    averages_arl,
    count_arl,
    cusum_arl,
    cusum_design,
    estimated_arl,
    ewma_arl,
    ewma_design,
    generalized_variance_arl,
    imr_arl,
    mewma_arl,
    mewma_design,
    moving_average_arl,
    precontrol_arl,
    r_chart_arl,
    residual_arl,
    run_chart_arl,
    s_chart_arl,
    shewhart_arl,
    t2_arl,
    time_arl,
    together,
)
from tests.stats.alike import alike

# What is asked for each chart (a list) and for all of them.
CASES = [
    (shewhart_arl, {"k": [2.0, 3.0, 3.5], "n": [1, 4, 5]}, {"shifts": (0, 1, -2)}),
    (averages_arl, {"lcl": [-3, -2], "ucl": [3, 5]}, {"sigma": 1.0, "means": (0, 2), "n": 3}),
    (s_chart_arl, {"ucl": [1.9, 2.1], "n": [5, 4], "lcl": [0.1, 0.0]}, {"ratios": (1, 0.5)}),
    (r_chart_arl, {"ucl": [4.9, 4.0, 6.0], "n": [5, 3, 25], "lcl": [0.4, 0.0, 2.0]}, {"ratios": (1, 1.5)}),
    (count_arl, {"ucl": [18.5, 16], "lcl": [1.5, -math.inf], "n": [50, 40]}, {"kind": "np", "rates": (0.2, 0.3)}),
    (count_arl, {"ucl": [2.0, 3.0], "n": [4.0, 2.5]}, {"kind": "u", "rates": (1.0,)}),
    (count_arl, {"ucl": [80.0, 90.0]}, {"kind": "g", "rates": (20.0, 10.0)}),
    (time_arl, {"ucl": [500.0, 700.0], "shape": [1.0, 1.5]}, {"means": (100, 20)}),
    (cusum_arl, {"k": [0.5, 0.25, 1.0, 0.0], "h": [4.0, 8.0, 2.5, 3.0]}, {"shifts": (0, 1)}),
    (cusum_arl, {"h": [4.0, 11.0], "fir": [2.0, 0.0]}, {"k": 0.5, "shifts": (0.5,)}),
    (cusum_arl, {"h": [4.0, 5.0]}, {"k": 0.5, "sided": "one", "shifts": (0, 1)}),
    (ewma_arl, {"lam": [0.1, 0.4, 1.0], "L": [2.7, 3.0, 3.0], "start": [0.3, 0.0, 0.0]}, {"shifts": (0, 1)}),
    (ewma_arl, {"lam": [0.1, 0.4, 1.0], "L": [2.7, 3.0, 3.0]}, {"shifts": (0, 1, 9), "limits": "exact"}),
    (ewma_arl, {"lam": [0.1, 0.2], "start": [0.1, 0.0]}, {"L": 2.5, "shifts": (0, 1), "sided": "one"}),
    (mewma_arl, {"lam": [0.2, 0.4, 0.05, 0.5], "h": [8.0, 9.0, 20.0, 11.0], "p": [2, 3, 12, 3]}, {"shifts": (0,)}),
    (mewma_arl, {"lam": [0.3, 0.4, 0.5], "h": [7.0, 9.0, 11.0], "p": [2, 3, 3]}, {"shifts": (0, 1)}),
    (t2_arl, {"limit": [9.0, 11.0], "p": [2, 3]}, {"shifts": (0, 1)}),
    (generalized_variance_arl, {"ucl": [2.8, 3.5], "n": [10, 6], "p": [2, 3], "lcl": [0.05, 0]}, {"ratios": (1, 2)}),
    (
        imr_arl,
        {"k": [3.0, math.inf, 2.0, 0.5, 3.0], "mr_ucl": [3.7, 3.0, 0.1, 9.0, 2.0], "ratio": [1.0, 1.5, 1.0, 2.0, 0.1]},
        {"shifts": (0, 1, 12)},
    ),
    (moving_average_arl, {"span": [2, 4, 2, 3], "k": [2.5, 3.0, 0.5, 2.0]}, {"shifts": (0, 1, 5)}),
    (estimated_arl, {"m": [20, 50, 2], "n": [5, 4, 3]}, {"shifts": (0, 1)}),
    (precontrol_arl, {"lsl": [-3.0, -4.0], "usl": [3.0, 5.0]}, {"sigma": 1.0, "means": (0, 1)}),
    (residual_arl, {"k": [2.5, 3.0]}, {"ar": [0.5, 0.2], "ma": [0.3], "shifts": (0, 1)}),
    (run_chart_arl, {"n": [2, 24, 13, 24]}, {"shares": (0.5, 0.8)}),
    (cusum_design, {"arl0": [100.0, 370.0, 1e6], "k": [0.5, 0.25, 1.0], "fir": [0.5, 0.0, 0.0]}, {}),
    (cusum_design, {"arl0": [100.0, 370.0], "k": [0.0, 0.5]}, {"sided": "one"}),
    (ewma_design, {"arl0": [100.0, 370.0, 500.0], "lam": [0.1, 1.0, 0.4]}, {"limits": "exact"}),
    (ewma_design, {"lam": [0.1, 0.3], "shift": [0.5, -1.0]}, {"arl0": 370.0}),
    (ewma_design, {"shift": [1.0, 2.0, 0.3, 5.0]}, {"arl0": 200.0}),
    (mewma_design, {"arl0": [50.0, 90.0], "shift": [1.0, 0.0]}, {"p": 2, "lam": 0.5}),
    (mewma_design, {"arl0": [50.0, 100.0, 50.0], "p": [3, 2, 9], "lam": [0.4, 0.6, 1.0]}, {"shift": 1.0}),
]  # fmt: skip
EVERY = pytest.mark.parametrize(("function", "each", "common"), CASES, ids=lambda entry: getattr(entry, "__name__", ""))
# It takes one set of rules, whose chain is of its own kind.
OF_ONE = {"runs_rules_arl"}


def test_every_function_that_takes_many_charts_is_here():
    named = {name for name in run_length.__all__ if name.endswith(("_arl", "_design"))}

    assert named - OF_ONE == {function.__name__ for function, _, _ in CASES}


@EVERY
def test_many_charts_have_what_each_has_alone(function, each, common, monkeypatch):
    many = function(**each, **common)
    # As many as there are, solved a few at a time, one at a time.
    monkeypatch.setattr(_nodes, "_TOGETHER", 20_000)
    in_blocks = function(**each, **common)

    for i in range(len(many)):
        alone = function(**{name: values[i] for name, values in each.items()}, **common)
        alike(many[i], alone, rel=1e-9)
        alike(in_blocks[i], alone, rel=1e-9)
    assert type(many).from_json(many.to_json()) == many
    assert "average run length" in str(many.explain())


@EVERY
def test_no_function_goes_from_chart_to_chart(function, each, common, monkeypatch):
    # What is called of Python does not depend on how many charts there are, as long as they lie in one block.
    monkeypatch.setattr(_nodes, "_TOGETHER", 1 << 40)
    few, many = ({name: np.tile(values, times) for name, values in each.items()} for times in (1, 3))
    function(**few, **common)

    assert calls(function, many, common) == calls(function, few, common)


def calls(function, each, common) -> int:
    """How often a function of Python is called."""
    found = 0

    def count(frame, event, argument):
        nonlocal found
        found += event == "call"

    # The garbage collector calls what others have given it.
    gc.disable()
    sys.setprofile(count)
    try:
        function(**each, **common)
    finally:
        sys.setprofile(None)
        gc.enable()
    return found


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 1.5), st.floats(0.5, 9.0)), min_size=2, max_size=6))
def test_a_cusum_does_not_hang_on_those_computed_with_it(charts):
    k, h = map(list, zip(*charts, strict=True))
    both = cusum_arl(k, h, (0, 0.7)).arl

    for row, one in zip(both, charts, strict=True):
        assert row == pytest.approx(cusum_arl(*one, (0, 0.7)).arl, rel=1e-9)


def test_two_charts_side_by_side_may_be_many():
    both = together(shewhart_arl([3.0, 2.5]), s_chart_arl([2.0, 1.9], 5))

    assert both[1].arl[0] == together(shewhart_arl(2.5), s_chart_arl(1.9, 5)).arl[0]


def test_a_proportion_on_the_limit_is_not_beyond_it():
    # 0.29 of 100 is 29 although 0.29 * 100 is a little less.
    assert count_arl("p", ucl=0.29, n=100, rates=0.2).arl == count_arl("np", ucl=29, n=100, rates=0.2).arl
    # 0.2 - 3 * 0.04 is a little more than 0.08, which the chart takes for a point on the limit.
    rounded = count_arl("p", ucl=0.32, lcl=0.2 - 3 * 0.04, n=100, rates=0.2)
    assert rounded.arl == count_arl("np", ucl=32, lcl=8, n=100, rates=0.2).arl


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: shewhart_arl(k=[2, 3], n=[1, 2, 3]), "k 2, n 3"),
        (lambda: shewhart_arl(k=[]), "k is empty"),
        (lambda: shewhart_arl(k=[3, -1]), "k is -1"),
        (lambda: shewhart_arl(n=[2, 2.5]), "whole number"),
        (lambda: averages_arl(2, 1, 1.0, 0.0), "below ucl"),
        (lambda: r_chart_arl(4.0, 5, ratios=[0]), "ratio is 0"),
        (lambda: count_arl("c", math.nan, 3), "missing"),
        (lambda: count_arl("p", 0.3, 1.5, n=10), "a rate of 1.5"),
        (lambda: time_arl(10, -1), "means is -1"),
        (lambda: together(shewhart_arl(), cusum_arl(0.5, 4)), "remembers earlier points"),
        (lambda: together(shewhart_arl(), shewhart_arl(3, (0, 1))), "the same is needed"),
        (lambda: imr_arl(beside=1), "below 1"),
        (lambda: moving_average_arl(2, 0), "k is 0"),
        (lambda: moving_average_arl(7), "at most 6"),
        (lambda: estimated_arl(10, 1), "at least 2"),
        (lambda: precontrol_arl(2, 1, 1.0, 0.0), "below usl"),
        (lambda: residual_arl(), "no coefficient"),
        (lambda: residual_arl(ma=[-1.0]), "root of size 1.0"),
        (lambda: residual_arl(ma=[-0.9999]), "do not settle"),
        (lambda: residual_arl(ma=[2.0]), "invertible"),
        (lambda: run_chart_arl(20, [1.5]), "from 0 to 1"),
        (lambda: generalized_variance_arl(2, 3, 3), "n must be above p"),
        (lambda: t2_arl(9, 2, -1), "shift is -1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
