"""Comparisons of pairs: the laws of the largest t, published tables of it, and many characteristics at once."""

import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from hoshin.stats import comparisons as c
from hoshin.stats.comparisons._largest import largest_of_control, largest_of_pairs
from hoshin.stats.errors import StatisticsError

FOR_ALL = {
    "tukey": c.tukey_hsd,
    "games-howell": c.games_howell,
    "dunnett": c.dunnett,
    "dunnett, greater": lambda *groups, **how: c.dunnett(*groups, control=0, alternative="greater", **how),
    "dunn": c.dunn,
}
EVERY = pytest.mark.parametrize("function", FOR_ALL.values(), ids=FOR_ALL)
RANDOM = np.random.default_rng(55)
ROWS = [RANDOM.normal(0.7 * i, 1 + i / 2, (6, n)) for i, n in enumerate((7, 4, 9))]


@pytest.mark.parametrize("groups", [2, 3, 7, 20])
def test_the_studentized_range_is_scipys(groups):
    q = np.array([0, 0.3, 1, 2, 3.2, 4, 5, 8, 15])
    df = np.array([1, 1.7, 4.2, 12, 57.3, 5000])
    found = largest_of_pairs(groups).sf(q / 2**0.5, df[:, None])

    assert found == pytest.approx(stats.studentized_range.sf(q, groups, df[:, None]), abs=1e-10)


def test_the_range_of_two_is_student_far_out_too():
    t, df = np.array([0.01, 1, 4, 12, 40]), np.array([1, 1.5, 6, 80, 1e6])[:, None]

    assert largest_of_pairs(2).sf(t, df) == pytest.approx(2 * stats.t.sf(t, df), rel=1e-12, abs=1e-300)


def test_quantiles_of_the_range_are_as_tabled():
    # H. L. Harter, Annals of Mathematical Statistics 31 (1960), 1122-1147.
    df = np.array([5.0, 10.0, 20.0, 1e8])
    tabled = {2: [3.64, 3.15, 2.95, 2.77], 3: [4.60, 3.88, 3.58, 3.31], 10: [6.99, 5.60, 5.01, 4.47]}
    found = {k: (largest_of_pairs(k).quantile(0.05, df) * 2**0.5).round(2).tolist() for k in tabled}

    assert found == tabled


@pytest.mark.parametrize(
    ("both", "tabled"),
    [
        # C. W. Dunnett, Biometrics 20 (1964), 482-491, table II; JASA 50 (1955), table 1a; as many in all groups.
        (True, {5: "2.57 3.03 3.29 3.48 3.62 3.73 3.82 3.90 3.97", 20: "2.09 2.38 2.54 2.65 2.73 2.80 2.86 2.90 2.95"}),
        (
            False,
            {5: "2.02 2.44 2.68 2.85 2.98 3.08 3.16 3.24 3.30", 10: "1.81 2.15 2.34 2.47 2.56 2.64 2.70 2.76 2.81"},
        ),
    ],
)
def test_quantiles_of_dunnett_are_as_tabled(both, tabled):
    laws = [largest_of_control(np.full((1, m), 4), np.array([4]), both) for m in range(1, 10)]
    found = {df: [f"{law.quantile(0.05, np.array([df]))[0]:.2f}" for law in laws] for df in tabled}

    assert found == {df: numbers.split() for df, numbers in tabled.items()}


@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize(("sizes", "control", "df"), [((4, 5), 6, 12), ((2, 9, 3), 4, 14), ((60, 40), 2, 6)])
def test_dunnetts_chances_are_those_of_a_plain_double_integral(sizes, control, df, both):
    statistics = np.array([-1.5, 0.05, 0.8, 2.3, 5.0])[2 * both - 1 :]
    y, s = np.linspace(-9, 9, 901)[:, None], np.linspace(1e-6, 4, 601)
    density = stats.chi.pdf(s * df**0.5, df)

    def above(t):
        inside = 1.0
        for n in sizes:
            slope, rest = (n / (n + control)) ** 0.5, (control / (n + control)) ** 0.5
            low = ndtr((slope * y - t * s) / rest) if both else 0.0
            inside = inside * (ndtr((slope * y + t * s) / rest) - low)
        known = (stats.norm.pdf(y) * inside).sum(axis=0) / stats.norm.pdf(y).sum()
        return 1 - (known * density).sum() / density.sum()

    found = largest_of_control(np.array([sizes]), np.array([control]), both).sf(statistics, df)
    assert found == pytest.approx([above(t) for t in statistics], abs=1e-9)


def test_dunnett_agrees_with_scipy_as_far_as_it_goes():
    groups = [row[0] for row in ROWS]
    for alternative in ("two-sided", "less", "greater"):
        theirs = stats.dunnett(*groups[1:], control=groups[0], alternative=alternative, rng=np.random.default_rng(1))
        interval = theirs.confidence_interval()
        ours = c.dunnett(*groups, alternative=alternative).tests

        assert [test.pvalue for test in ours] == pytest.approx(theirs.pvalue, abs=2e-3)
        assert [test.confidence_interval[0] for test in ours] == pytest.approx(interval.low, rel=5e-3)
        assert [test.confidence_interval[1] for test in ours] == pytest.approx(interval.high, rel=5e-3)


@EVERY
def test_p_values_and_intervals_decide_alike(function):
    for found in function(*ROWS, confidence_level=0.9):
        for test in found.tests:
            if test.confidence_interval is not None:
                low, high = test.confidence_interval
                assert (low > 0 or high < 0) == test.significant


@pytest.mark.parametrize("name", [name for name in FOR_ALL if name != "dunn"])
def test_a_pair_at_its_critical_value_has_the_level_as_p_value(name):
    groups = [row[0] for row in ROWS]
    found = FOR_ALL[name](*groups, confidence_level=0.9)
    for at, (test, (first, _)) in enumerate(zip(found.tests, found.pairs, strict=True)):
        # The first group is moved until a bound meets 0.
        bound = next(b for b in test.confidence_interval if np.isfinite(b))
        moved = [x - bound if i == first else x for i, x in enumerate(groups)]

        assert FOR_ALL[name](*moved).tests[at].pvalue == pytest.approx(0.1, rel=1e-9)


@EVERY
def test_many_say_at_once_which_pairs_differ(function):
    many = function(*ROWS)

    assert many.pvalue.shape == many.significant.shape == (6, len(many.pairs))
    assert many.different == tuple(one.different for one in many)
    assert many.pvalue.tolist() == [one.pvalue.tolist() for one in many]
    assert 0 < many.significant.sum() < many.significant.size


@EVERY
def test_each_bad_characteristic_is_marked_and_the_good_one_keeps_its_answer(function):
    good = ROWS[0][0]
    # Too few, all alike, one missing, a good one, one too far apart.
    values = [good[:1], np.full(5, 4.0), np.r_[good, np.nan], good, np.r_[good, 1e200]]
    flat, offsets = np.concatenate(values), np.concatenate([[0], np.cumsum([x.size for x in values])])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        many = function(flat, flat + 0.5, flat, offsets=[offsets] * 3, on_error="mark")
        one = function(good, good + 0.5, good)

    assert sorted(many.problems) == [0, 1, 2, 4] or function is c.dunn
    assert np.isnan(many.pvalue).all(axis=1).tolist() == [i in many.problems for i in range(5)]
    assert many[3].pvalue == pytest.approx(one.pvalue, rel=1e-12)
    assert "no answer for characteristic 2" in str(many.explain())


@EVERY
def test_none_with_an_answer_is_no_error(function):
    many = function(np.full((2, 5), 4.0), np.full((2, 5), 4.0), np.full((2, 5), 4.0), on_error="mark")

    assert (sorted(many.problems), many.different) == ([0, 1], ((), ()))
    with pytest.raises(StatisticsError, match="characteristic 1: "):
        many[1]


@pytest.mark.parametrize("function", [c.tukey_hsd, c.games_howell, c.dunnett])
def test_a_large_offset_costs_no_digits_but_those_of_the_values(function):
    groups = [np.round(RANDOM.normal(i / 2, 1, 40) * 1024) / 1024 for i in range(3)]
    near, far = function(*groups), function(*(2.0**33 + group for group in groups))

    for one, other in zip(near.tests, far.tests, strict=True):
        assert other.estimate == pytest.approx(one.estimate, rel=1e-12)
        assert other.statistic == pytest.approx(one.statistic, rel=1e-9)


@pytest.mark.parametrize(
    ("offsets", "words"),
    [
        (5, "offsets are 5; offsets for each sample are needed"),
        ([[0, 2, 4]], "1 offsets found; one for each of 2 samples is needed"),
        ([[0, 2, 4]] * 3, "3 offsets found; one for each of 2 samples is needed"),
    ],
)
@EVERY
def test_offsets_that_are_not_one_for_each_group_are_refused(function, offsets, words):
    with pytest.raises(StatisticsError, match=words):
        function([1.0, 2.0, 4.0, 3.0], [2.0, 5.0, 3.0, 9.0], offsets=offsets)


def test_welch_keeps_its_digits_far_from_zero_and_near_it():
    groups = [np.round(RANDOM.normal(i / 2, 1 + i, 40) * 1024) / 1024 for i in range(3)]
    expected = c.welch_anova(*groups)
    far, tiny = (
        c.welch_anova(*(2.0**33 + group for group in groups)),
        c.welch_anova(*(group * 2.0**-520 for group in groups)),
    )

    assert far.statistic == pytest.approx(expected.statistic, rel=1e-9)
    assert (tiny.statistic, tiny.pvalue) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)


def test_values_whose_squares_are_no_numbers_have_no_variation():
    for function in (c.one_way_anova, c.welch_anova, c.tukey_hsd, c.games_howell, c.dunnett):
        with pytest.raises(StatisticsError, match="no variation"):
            function([1e-170, 2e-170, 4e-170], [2e-170, 3e-170, 7e-170])
