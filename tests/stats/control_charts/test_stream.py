"""A series seen block by block gives what the whole gives, wherever it is cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.control_charts import NELSON, Baseline, WatchState, baseline_of_blocks, i_mr, watch, xbar_r
from hoshin.stats.errors import StatisticsError

VALUES = st.lists(st.integers(-12, 12).map(lambda i: i / 4) | st.just(float("nan")), min_size=1, max_size=60)
CUTS = st.lists(st.integers(0, 60), max_size=8).map(sorted)
STANDARD = Baseline.from_json(i_mr([0.0, 1.0, -1.0, 0.5, -0.5, 0.0]).baseline.to_json())


def joined(seen, panel):
    signals = [getattr(block, panel) for block in seen]
    return [np.concatenate(points).tolist() for points in zip(*(s.points for s in signals), strict=True)]


@given(VALUES, CUTS)
def test_the_signals_of_blocks_are_those_of_the_whole(values, cuts):
    whole = i_mr(values, baseline=STANDARD, rules=NELSON, range_rules=NELSON)

    seen = list(watch(np.split(values, cuts), STANDARD, rules=NELSON, range_rules=NELSON))

    expected = [[points.tolist() for points in panel.signals.points] for panel in whole.panels]
    assert [joined(seen, "individuals"), joined(seen, "ranges")] == expected


@given(VALUES.filter(lambda v: np.nanmax(np.abs(np.diff(v)), initial=0.0) > 0), CUTS)
def test_the_baseline_of_blocks_is_that_of_the_whole(values, cuts):
    whole = i_mr(values).baseline

    blocks = baseline_of_blocks(np.split(values, cuts))

    assert (blocks.center, blocks.sigma, blocks.n) == pytest.approx((whole.center, whole.sigma, whole.n), rel=1e-13)


def test_a_watch_goes_on_from_its_stored_state():
    values = np.random.default_rng(1).normal(size=100)
    (first,) = watch([values[:57]], STANDARD, rules=NELSON)

    state = WatchState.from_json(first.state.to_json())
    (second,) = watch([values[57:]], STANDARD, rules=NELSON, state=state)

    whole = i_mr(values, baseline=STANDARD, rules=NELSON)
    assert joined([first, second], "individuals") == [p.tolist() for p in whole.main.signals.points]


def test_a_million_points_in_blocks_have_the_baseline_of_the_whole_to_twelve_digits():
    values = np.random.default_rng(2).normal(1e6, 1.0, 1_000_000)

    whole, blocks = i_mr(values).baseline, baseline_of_blocks(np.array_split(values, 13))

    assert (blocks.center, blocks.sigma) == pytest.approx((whole.center, whole.sigma), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: baseline_of_blocks([]), "0 pairs of values that follow one another found; at least 1"),
        (lambda: baseline_of_blocks([[2.0], [2.0]]), "the 2 values have no variation"),
        (lambda: baseline_of_blocks([[2.0, np.inf]]), "infinite value at index 1"),
        (lambda: next(watch([[1.0]], xbar_r([[1, 2], [2, 4]]).baseline)), "of a chart xbar_r; one of an i_mr chart"),
        (
            lambda: next(watch([[1.0]], i_mr([[1, 2], [2, 4]]).baseline)),
            "the block is of 1 characteristic\\(s\\); 2 are needed",
        ),
    ],
)
def test_what_cannot_be_watched_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
