"""A rise is told from chance, however many terms are compared."""

import numpy as np
import pytest
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.text import Rises, rises, rising_terms


@pytest.mark.parametrize(("before", "now"), [(10, 15), (0, 4), (40, 22), (7, 0), (300, 190)])
def test_p_value_and_interval_are_those_of_the_exact_binomial_test(before, now):
    found = rises(["x"], [before], [now], exposure_before=100, exposure_now=50)
    test = stats.binomtest(now, before + now, 1 / 3, alternative="greater")
    interval = stats.binomtest(now, before + now, 1 / 3).proportion_ci(0.95)
    turned = [share / (1 - share) * 2 if share < 1 else np.inf for share in (interval.low, interval.high)]

    assert found.pvalue[0] == pytest.approx(test.pvalue)
    assert [found.ratio_low[0], found.ratio_high[0]] == pytest.approx(turned)


def test_the_log_likelihood_ratio_is_the_published_one():
    # P. Rayson, R. Garside, ACL Workshop on Comparing Corpora (2000): G2 = 2 (a ln(a/E1) + b ln(b/E2)).
    found = rises(["x"], [10], [30], exposure_before=1000, exposure_now=1000)
    expected = 2 * (10 * np.log(10 / 20) + 30 * np.log(30 / 20))

    assert found.g[0] == pytest.approx(expected)


def test_nothing_rises_where_nothing_changed():
    random = np.random.default_rng(8)
    found = [rises(range(300), random.poisson(4, 300), random.poisson(2, 300), 100, 50).risen.any() for _ in range(60)]

    # Exact tests of small counts stay below 5 %: of 60 at most 9 (binomial, 1e-3).
    assert sum(found) <= 9


def test_a_true_rise_is_found_among_hundreds():
    random = np.random.default_rng(9)
    before, now = random.poisson(8, 400), random.poisson(8, 400)
    now[123] = 40
    found = rises([str(i) for i in range(400)], before, now, 30, 30)

    assert found.rising == ("123",)


def test_a_fall_is_no_rise():
    found = rises(["x"], [200], [20], 100, 100)

    assert (found.risen.tolist(), bool(found.g[0] < 0), bool(found.ratio_high[0] < 1)) == ([False], True, True)


def test_terms_are_counted_once_a_text_in_every_form():
    before = ["paint run", "label torn", "door scratched", "label missing"] * 10
    now = ["pump leaks leaks leaks", "pumps leaking", "label torn", "paint run"] * 5
    found = rising_terms(before, now)
    leak = [i for i, name in enumerate(found.names) if name.startswith("leak")]

    assert found.now[leak].tolist() == [10]
    assert "label" not in found.rising


def test_the_exposure_may_be_days():
    before, now = ["label torn"] * 10, ["label torn"] * 40
    by_texts, by_days = rising_terms(before, now), rising_terms(before, now, exposure_before=30, exposure_now=30)

    assert (by_texts.rising, set(by_days.rising)) == ((), {"label", "torn"})


def test_rises_go_to_json_and_back_and_explain_themselves():
    found = rises(["leak", "label"], [0, 10], [9, 11], 10, 10)

    assert Rises.from_json(found.to_json()) == found
    assert "0 before, 9 now" in str(found.explain())


def test_fractions_of_texts_are_refused():
    with pytest.raises(StatisticsError, match="whole counts"):
        rises(["x"], [1.5], [2], 1, 1)
