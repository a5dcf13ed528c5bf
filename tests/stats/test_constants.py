"""Constants agree with closed forms, with printed tables and with what makes no sense refused."""

import math

import numpy as np
import pytest

from hoshin.stats.constants import MEDIAN_MOVING_RANGE, c4, chart_constants, d2, d3
from hoshin.stats.errors import StatisticsError


@pytest.mark.parametrize(
    ("computed", "closed"),
    [
        (d2(2), 2 / math.sqrt(math.pi)),
        (d2(3), 3 / math.sqrt(math.pi)),
        (d3(2), math.sqrt(2 - 4 / math.pi)),
        (c4(2), math.sqrt(2 / math.pi)),
        (c4(3), math.sqrt(math.pi) / 2),
    ],
)
def test_small_samples_agree_with_the_closed_form(computed, closed):
    assert computed == pytest.approx(closed, rel=1e-13)


# D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, appendix VI: n, d2, d3, c4, A2, B4, D4.
@pytest.mark.parametrize(
    ("n", "printed"),
    [
        (4, (2.059, 0.880, 0.9213, 0.729, 2.266, 2.282)),
        (6, (2.534, 0.848, 0.9515, 0.483, 1.970, 2.004)),
        (7, (2.704, 0.833, 0.9594, 0.419, 1.882, 1.924)),
        (15, (3.472, 0.756, 0.9823, 0.223, 1.572, 1.653)),
        (20, (3.735, 0.729, 0.9869, 0.180, 1.490, 1.585)),
    ],
)
def test_the_constants_round_to_the_printed_table(n, printed):
    k = chart_constants(n)

    assert (k.d2, k.d3, k.c4, k.A2, k.B4, k.D4) == pytest.approx(printed, abs=1.01e-3)


def test_many_sizes_at_once_equal_one_by_one():
    n = np.array([[2, 3], [25, 2]])

    assert [f(n).tolist() for f in (d2, d3, c4)] == [[[f(int(k)) for k in row] for row in n] for f in (d2, d3, c4)]


def test_a_large_sample_has_a_c4_close_to_its_expansion():
    n = 1_000_000

    assert c4(n) == pytest.approx(1 - 1 / (4 * n) - 7 / (32 * n**2), rel=1e-13)


def test_the_median_moving_range_is_the_root_of_its_equation():
    half = MEDIAN_MOVING_RANGE / math.sqrt(2)

    assert math.erf(half / math.sqrt(2)) == pytest.approx(0.5, rel=1e-14)


@pytest.mark.parametrize("n", [1, 0, -3, 2.5, 10**9])
def test_a_sample_size_without_a_range_is_refused(n):
    with pytest.raises(StatisticsError, match="n is"):
        d3(n)
