"""p, np, c and u charts: published figures, laws, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.control_charts import ControlChart, c, np_, p, u
from hoshin.stats.errors import StatisticsError
from tests.stats.control_charts.published import ADJUSTED, ORANGE_JUICE, WAFERS

SAMPLES = st.lists(st.tuples(st.integers(0, 20), st.integers(20, 60)), min_size=2, max_size=20).filter(
    lambda samples: 0 < sum(count for count, _ in samples) < sum(size for _, size in samples)
)


def test_montgomery_orange_juice_has_the_printed_limits_and_signals():
    chart = p(ORANGE_JUICE, 50)

    figures = tuple(round(x, 4) for x in (chart.main.center, chart.main.ucl, chart.main.lcl))
    assert (figures, (chart.main.beyond_limits() + 1).tolist()) == ((0.2313, 0.4102, 0.0524), [15, 23])


@pytest.mark.parametrize(
    ("chart", "limit"),
    [
        # 0.2 - 3 * 0.04 is 0.08 in decimals and a little more in binary.
        (p([8] + [21] * 6 + [22] * 3, [100] * 10), 0.08),
        (u([18] + [8] * 9, [5] * 10), 3.6),
    ],
)
def test_a_point_on_a_limit_is_not_beyond_it(chart, limit):
    ucl, lcl = np.atleast_1d(chart.main.ucl)[0], np.atleast_1d(chart.main.lcl)[0]

    assert min(abs(ucl - limit), abs(lcl - limit)) < 1e-15
    assert (chart.main.beyond_limits().tolist(), chart.main.signals.indices.tolist()) == ([], [])


def test_montgomery_orange_juice_without_the_explained_samples_has_the_printed_limits():
    chart = p(ORANGE_JUICE, 50, exclude={14: "new batch of cardboard", 22: "inexperienced operator"})

    figures = tuple(round(x, 4) for x in (chart.main.center, chart.main.ucl, chart.main.lcl))
    # The book rounds pbar to 0.2150 first and prints 0.3893 and 0.0407; sample 21 is then beyond the limit.
    assert (figures, (chart.main.beyond_limits() + 1).tolist()) == ((0.215, 0.3893, 0.0407), [15, 21, 23])


def test_montgomery_orange_juice_after_the_adjustment_is_all_below_the_old_center():
    before = p(ORANGE_JUICE, 50, exclude={14: "new batch of cardboard", 22: "inexperienced operator"})

    after = p(ADJUSTED, 50, baseline=before.baseline)

    assert (round(sum(ADJUSTED) / 1200, 4), int((after.main.points < after.main.center).sum())) == (0.1108, 23)


def test_nist_wafers_have_the_printed_limits_and_a_point_on_one_of_them():
    chart = c(WAFERS)

    assert (chart.main.center, chart.main.ucl, chart.main.lcl) == (16.0, 28.0, 4.0)
    assert (chart.main.beyond_limits() + 1).tolist() == [24]


@given(SAMPLES)
def test_np_is_p_times_the_size(samples):
    counts, sizes = zip(*samples, strict=True)
    if len(set(sizes)) > 1:
        sizes = (60,) * len(counts)

    expected = p(counts, sizes).main.ucl * sizes[0]

    assert np_(counts, sizes).main.ucl == pytest.approx(min(expected, sizes[0]))


@given(SAMPLES)
def test_u_with_units_of_one_is_c(samples):
    counts, _ = zip(*samples, strict=True)

    assert (u(counts, 1).main.ucl, u(counts, 1).main.lcl) == (c(counts).main.ucl, c(counts).main.lcl)


@given(SAMPLES, st.sampled_from([p, u]))
def test_splitting_every_sample_into_two_halves_keeps_the_center(samples, draw):
    counts, sizes = (np.array(column) for column in zip(*samples, strict=True))
    halves = np.stack([counts // 2, counts - counts // 2], axis=1).ravel()
    half_sizes = np.stack([sizes // 2, sizes - sizes // 2], axis=1).ravel()

    assert draw(halves, half_sizes).main.center == pytest.approx(draw(counts, sizes).main.center, rel=1e-14)


@given(st.lists(SAMPLES, min_size=1, max_size=4), st.sampled_from([p, np_, u]))
def test_a_ragged_batch_gives_each_characteristic_what_it_gets_alone(batch, draw):
    offsets = np.concatenate(([0], np.cumsum([len(samples) for samples in batch])))
    counts, sizes = (np.concatenate([[s[i] for s in samples] for samples in batch]) for i in (0, 1))

    together = draw(counts, sizes, offsets=offsets)

    for one, samples in zip(together, batch, strict=True):
        alone = draw(*zip(*samples, strict=True))
        assert np.allclose(one.main.ucl, alone.main.ucl, rtol=1e-13)
        assert one.main.signals == alone.main.signals


def test_many_rows_at_once_give_what_each_gives_alone():
    counts = np.random.default_rng(1).binomial(50, 0.1, (5, 30))

    batch = p(counts, 50)

    assert list(batch) == [p(row, 50) for row in counts]


def test_a_missing_sample_leaves_a_gap():
    chart = p([5, np.nan, 7], 50)

    assert (chart.main.center, np.isnan(chart.main.points).tolist()) == (0.12, [False, True, False])


def test_limits_do_not_leave_what_is_possible():
    chart = p([1, 0, 2, 49, 50], 50)

    assert (chart.main.lcl >= 0, chart.main.ucl <= 1) == (True, True)


def test_a_chart_of_varying_sizes_survives_json():
    chart = p([3, 5, 4], [50, 60, 70], exclude={1: "night shift"})

    assert ControlChart.from_json(chart.to_json()) == chart


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: p([-1, 2], 50), r"defectives is -1.0 at index 0; counts of 0 or more are needed"),
        (lambda: p([1.5, 2], 50), "whole counts are needed"),
        (lambda: p([51, 2], 50), "51.0 defectives in a sample of 50.0 at index 0"),
        (lambda: p([1, 2], 0), "sizes above 0 are needed"),
        (lambda: p([1, 2], [50]), r"sizes has shape \(1,\)"),
        (lambda: p([1], 50), r"1 sample\(s\) found; at least 2 are needed"),
        (lambda: p([0, 0], 50), "no defective unit in 2 samples"),
        (lambda: np_([50, 50], 50), "every unit is defective in 2 samples"),
        (lambda: c([0, 0, 0]), "no defect in 3 samples"),
        (lambda: u([1, 2], [1.5, -1]), "sizes is -1.0 at index 1"),
        (lambda: p([1, 2], 50, baseline=c([1, 2]).baseline), "is of a chart c; p needed"),
    ],
)
def test_what_supports_no_chart_is_refused_in_words(call, words):
    with pytest.raises(StatisticsError, match=words):
        call()
