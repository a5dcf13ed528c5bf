"""Equations against simulation, charts that are special cases of one another, designs that meet their aim."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats import rules as r
from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length import (
    ChartDesign,
    RunLength,
    count_arl,
    cusum_arl,
    cusum_design,
    ewma_arl,
    ewma_design,
    imr_arl,
    mewma_arl,
    mewma_design,
    runs_rules_arl,
    s_chart_arl,
    shewhart_arl,
    simulate_chart,
    simulate_cusum,
    simulate_ewma,
    simulate_mewma,
    simulate_rules,
    t2_arl,
)

SIDES = [r.outside(5, 1, both_sides=True), r.within(7, 1), r.outside(4, 1), r.m_of_n(3, 4, 1.5)]


# Each simulated interval holds with chance 1 - 1e-5, so that a right equation fails about never.
@pytest.mark.parametrize(
    ("equation", "simulated"),
    [
        (cusum_arl(0.5, 3, (0, 1)), simulate_cusum(0.5, 3, (0, 1), replicates=3000, confidence=0.99999)),
        (
            cusum_arl(0.5, 3, (0, 1), fir=1.5),
            simulate_cusum(0.5, 3, (0, 1), fir=1.5, replicates=3000, confidence=0.99999),
        ),
        (
            cusum_arl(0.25, 4, (0.5,), sided="one"),
            simulate_cusum(0.25, 4, (0.5,), sided="one", replicates=3000, confidence=0.99999),
        ),
        (ewma_arl(0.2, 2.4, (0, 1)), simulate_ewma(0.2, 2.4, (0, 1), replicates=3000, confidence=0.99999)),
        (
            ewma_arl(0.1, 2.4, (0, 1), limits="exact"),
            simulate_ewma(0.1, 2.4, (0, 1), limits="exact", replicates=3000, confidence=0.99999),
        ),
        (mewma_arl(0.2, 7, 3, (0, 1)), simulate_mewma(0.2, 7, 3, (0, 1), replicates=3000, confidence=0.99999)),
        (runs_rules_arl(SIDES, (0, 1)), simulate_rules(SIDES, (0, 1), replicates=3000, confidence=0.99999)),
    ],
    ids=lambda result: result.chart + " " + result.method,
)
def test_the_equation_lies_in_the_simulated_interval(equation, simulated):
    outside = [
        (arl, interval)
        for arl, interval in zip(equation.arl, simulated.interval, strict=True)
        if not interval[0] <= arl <= interval[1]
    ]

    assert outside == []


@given(st.floats(1.5, 4), st.floats(-2, 2))
def test_an_ewma_of_full_weight_is_a_shewhart_chart(L, shift):
    assert ewma_arl(1.0, L, shift).arl[0] == pytest.approx(shewhart_arl(L, shift).arl[0], rel=1e-9)


@given(st.floats(1.5, 4), st.floats(0, 2))
def test_one_rule_beyond_is_a_shewhart_chart(k, shift):
    found, expected = runs_rules_arl([r.beyond(k)], shift), shewhart_arl(k, shift)

    assert (found.arl[0], found.sd[0]) == pytest.approx((expected.arl[0], expected.sd[0]), rel=1e-6)


def test_a_cusum_without_memory_is_a_shewhart_chart():
    # With h near 0 the sum exceeds h as soon as one point exceeds k.
    assert cusum_arl(3.0, 1e-9, (0, 1)).arl == pytest.approx(shewhart_arl(3.0, (0, 1)).arl, rel=1e-6)


def test_a_mewma_of_full_weight_is_a_t2_chart():
    assert mewma_arl(1.0, 10, 3, (0, 1)).arl == pytest.approx(t2_arl(10, 3, (0, 1)).arl, rel=1e-4)


@given(st.floats(0.1, 3))
def test_two_sided_charts_see_both_directions_alike(shift):
    for arl in (cusum_arl(0.5, 4, (shift, -shift)), ewma_arl(0.2, 2.7, (shift, -shift))):
        assert arl.arl[0] == pytest.approx(arl.arl[1], rel=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.floats(50, 2000), st.floats(0.05, 1))
def test_designs_meet_the_wanted_run_length(arl0, weight):
    L = ewma_design(arl0, weight).parameters["L"]
    h = cusum_design(arl0, weight / 2).parameters["h"]

    assert ewma_arl(weight, L).arl[0] == pytest.approx(arl0, rel=1e-6)
    assert cusum_arl(weight / 2, h).arl[0] == pytest.approx(arl0, rel=1e-6)


def test_a_chart_is_designed_before_anything_else_is_imported():
    program = "from hoshin.stats.run_length import cusum_design; print(round(cusum_design(370).parameters['h'], 2))"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ran.stdout.strip() == "4.77", ran.stderr


def test_the_best_weight_beats_its_neighbours():
    best = ewma_design(370, shift=1.0)
    lam = best.parameters["lambda"]

    assert all(ewma_design(370, lam=lam + step, shift=1.0).arl1 >= best.arl1 for step in (-0.03, 0.03))


def test_an_ewma_that_starts_off_target_is_solved_alike_with_and_without_a_shift():
    # Without one, half of the nodes are used.
    without, nearly = ewma_arl(0.2, 2.7, (0, 1e-13), start=0.5).arl

    assert without == pytest.approx(nearly, rel=1e-10)


def test_a_run_length_too_long_to_tell_is_infinite():
    assert cusum_arl(2, 20, (0,)).arl[0] == math.inf
    # Above some 1e12 the rounding of the equations, not the chart, sets what they give: 1e43 here.
    assert cusum_arl(0.5, 100).arl[0] == math.inf
    assert [arl for [arl] in ewma_arl(0.2, [6, 10]).arl] == [pytest.approx(5.2918e8, rel=1e-4), math.inf]
    assert [arl for [arl] in mewma_arl(0.1, [40, 80], 2).arl] == [pytest.approx(5.791e8, rel=1e-3), math.inf]
    assert imr_arl(9, 12).arl[0] == math.inf


def test_a_chart_is_not_designed_for_a_run_length_too_long_to_tell():
    for design in (cusum_design, ewma_design):
        with pytest.raises(StatisticsError, match=r"arl0 is 1000000000000\.0; less than 1e\+12 is needed"):
            design([370, 1e12], **({"lam": 0.2} if design is ewma_design else {}))


def test_a_run_of_n_alone_has_its_closed_form():
    # Runs of n heads of a fair coin on either side: 2^n - 1 (W. Feller, An Introduction to Probability, XIII.7).
    assert runs_rules_arl([r.same_side(6)]).arl[0] == pytest.approx(2**6 - 1, rel=1e-12)


def test_counts_beyond_are_counted_exactly():
    # Poisson of mean 4: P(X > 10) = 0.0028398.
    assert count_arl("c", 10, [4.0]).arl[0] == pytest.approx(1 / 0.00283977, rel=1e-5)


def test_any_chart_can_be_tried():
    # A moving average of 3 with limits at 2 standard errors, against the same decision made on one long series.
    def met(z):
        total = np.cumsum(np.pad(z, ((0, 0), (1, 0))), axis=1)
        out = np.zeros(z.shape, dtype=bool)
        out[:, 2:] = np.abs(total[:, 3:] - total[:, :-3]) > 2 * 3**0.5
        return out

    low, high = simulate_chart(met, window=3, replicates=2000, confidence=0.99999).interval[0]
    series = np.random.default_rng(8).normal(size=(4000, 400))
    first = np.argmax(met(series), axis=1) + 1

    assert low < first.mean() < high


def test_a_decision_of_another_shape_is_refused():
    with pytest.raises(StatisticsError, match="one answer for each point"):
        simulate_chart(lambda z: z[:, 1:] > 3, window=2, replicates=100)


def test_simulations_are_repeatable_from_their_seed():
    assert simulate_cusum(0.5, 3, seed=4, replicates=200) == simulate_cusum(0.5, 3, seed=4, replicates=200)


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (RunLength, cusum_arl(0.5, 4, (0, 1))),
        (RunLength, simulate_rules([r.beyond(2)], replicates=100)),
        (RunLength, runs_rules_arl(r.WESTERN_ELECTRIC)),
        (ChartDesign, mewma_design(100, 2, 0.2)),
        (ChartDesign, ewma_design(100, 0.2, shift=1)),
    ],
)
def test_results_survive_json_and_explain_themselves(kind, result):
    assert kind.from_json(result.to_json()) == result
    assert "average run length" in str(result.explain())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cusum_arl(0.5, 0), "h is 0"),
        (lambda: cusum_arl(0.5, 4, fir=5), "at most h"),
        (lambda: cusum_design(1.5, 3), "for every h"),
        (lambda: ewma_arl(0, 3), "lam is 0"),
        (lambda: ewma_arl(1.2, 3), "at most 1"),
        (lambda: ewma_arl(0.2, 3, start=5), "beyond the limits"),
        (lambda: ewma_design(370), "neither lam nor shift"),
        (lambda: mewma_arl(0.1, 8, 1), "at least 2"),
        (lambda: runs_rules_arl([]), "no rule"),
        (lambda: runs_rules_arl([r.beyond()]), "has no k"),
        (lambda: simulate_rules([r.beyond(3)], replicates=5), "at least 100"),
        (lambda: count_arl("np", 5, [0.1]), "n is missing"),
        (lambda: s_chart_arl(1, 5, lcl=2), "below ucl"),
        (lambda: shewhart_arl(3, [math.nan]), "missing"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
