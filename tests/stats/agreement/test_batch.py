"""Many characteristics at once: each gets what it would get alone, and one without an answer leaves the others be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.agreement import (
    attribute_study,
    cohen_kappa,
    effectiveness,
    fleiss_kappa,
    kappa_of_counts,
    kappa_of_table,
    kendall_tau_b,
    kendall_w,
    percent_agreement,
)
from hoshin.stats.errors import StatisticsError
from tests.stats.measurement_systems.laws import alike

KINDS = range(4)
MEASURES = {
    "cohen": lambda r, **how: cohen_kappa(r[..., 0], r[..., 1], categories=KINDS, weights="linear", **how),
    "fleiss": lambda r, **how: fleiss_kappa(r, categories=KINDS, **how),
    "w": kendall_w,
    "w without ties": lambda r, **how: kendall_w(r, correct_ties=False, **how),
    "tau": lambda r, **how: kendall_tau_b(r[..., 0], r[..., 1], **how),
    "study": lambda r, **how: attribute_study(
        {"Ann": r[..., :2], "Bob": r[..., 1:3]}, r[..., 3], categories=KINDS, ordinal=True, **how
    ),
    "study without standard": lambda r, **how: attribute_study({"Ann": r[..., :3]}, categories=KINDS, **how),
    "effectiveness": lambda r, **how: effectiveness(
        {"Ann": r[..., :2] > 1, "Bob": r[..., 1:3] > 1}, r[..., 3] > 1, True, **how
    ),
}
SEEDS = st.integers(0, 2**32 - 1)


def rated(seed, shape=(3, 20)):
    """Ratings of items by four who often see what is there; every kind occurs in every characteristic."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, (*shape, 1))
    truth[..., :4, 0] = KINDS
    return np.where(rng.random((*shape, 4)) < 0.6, truth, rng.integers(0, 4, (*shape, 4)))


@pytest.mark.parametrize("measure", [MEASURES[name] for name in MEASURES if name != "effectiveness"])
def test_missing_ratings_concern_their_characteristic_alone(measure):
    ratings = rated(1).astype(float)
    broken = ratings.copy()
    broken[1, 3, 1] = np.nan
    many = measure(broken, on_error="mark")

    assert list(many.problems) == [1]
    assert "missing" in many.problems[1]
    assert alike(many[0], measure(ratings[0]))
    with pytest.raises(StatisticsError, match=r"missing"):
        measure(broken)


@pytest.mark.parametrize("name", ["cohen", "fleiss", "w", "tau"])
def test_one_kind_of_rating_alone_is_marked(name):
    ratings = rated(2)
    ratings[2] = 1
    many = MEASURES[name](ratings, on_error="mark")
    figure = getattr(many, many.leading)

    assert np.isnan(figure).tolist() == [False, False, True]
    assert list(many.problems) == [2]
    assert alike(many[0], MEASURES[name](ratings[0]))
    with pytest.raises(StatisticsError, match="characteristic 2: "):
        many[2]
    with pytest.raises(StatisticsError, match="characteristic 2: "):
        MEASURES[name](ratings)


def test_a_missing_word_is_marked():
    ratings = {"Ann": [["y", "n", None], ["y", "n", "n"]], "Bob": [["y", "n", "y"], ["n", "n", "y"]]}
    ratings = {name: np.array(rows, dtype=object)[..., None] for name, rows in ratings.items()}
    study = attribute_study(ratings, ["y", "n", "y"], on_error="mark")

    assert study.problems == {0: "characteristic 0: ratings of Ann has 1 missing rating(s); every one is needed"}
    assert np.isnan(study.between.percent).tolist() == [True, False]
    assert np.isnan(study.fleiss_between).tolist() == [True, False]


def test_a_characteristic_without_bad_parts_has_no_misses():
    decisions, standard = np.array([[[0, 0], [0, 1], [1, 1]], [[0, 0], [0, 1], [0, 0]]]), [[0, 1, 1], [0, 0, 0]]
    many = effectiveness({"Ann": decisions}, standard, bad=1)
    ann = many.appraisers["Ann"]

    assert ann.miss.inspected.tolist() == [4, 0]
    assert np.isnan(ann.miss.percent).tolist() == [False, True]
    assert many[1].appraisers["Ann"].miss is None
    assert ann.verdict == ("unacceptable", "unacceptable")


def test_the_standard_may_be_the_same_for_all():
    ratings = rated(3)
    people = {"Ann": ratings[..., :2], "Bob": ratings[..., 2:]}
    common = ratings[0, :, 0]

    assert attribute_study(people, common) == attribute_study(people, np.tile(common, (3, 1)))


def test_counts_without_an_answer_are_marked():
    many = percent_agreement([3, 8, np.nan], [7, 7, 7], on_error="mark")

    assert set(many.problems) == {1, 2}
    assert np.isnan(many.percent).tolist() == [False, True, True]
    assert alike(many[0], percent_agreement(3, 7))
    with pytest.raises(StatisticsError, match="characteristic 1: 8 matched of 7"):
        percent_agreement([3, 8], 7)


def test_tables_without_an_answer_are_marked():
    tables = np.array([[[20, 5], [10, 15]], [[0, 0], [0, 0]], [[3, np.nan], [1, 2]], [[9, 0], [0, 0]]])
    many = kappa_of_table(tables, "ab", on_error="mark")

    assert many.problems == {
        1: "characteristic 1: 0 pairs of ratings found; at least 1 are needed",
        2: "characteristic 2: table has 1 missing value(s); every value is needed here",
    }
    assert alike(many[0], kappa_of_table(tables[0], "ab"))
    assert np.isnan(many.kappa).tolist() == [False, True, True, True]
    assert np.isnan(many[3].kappa)


def test_counts_of_ratings_without_an_answer_are_marked():
    counts = np.array([[[2, 1], [0, 3]], [[2, 1], [2, 2]], [[3, 0], [3, 0]], [[1, np.nan], [1, 2]]])
    many = kappa_of_counts(counts, "ab", on_error="mark")

    assert many.problems == {
        1: "characteristic 1: counts have 3 to 4 ratings per item; as many ratings, at least 2, of every item are needed",
        3: "characteristic 3: counts has 1 missing value(s); every value is needed here",
    }
    assert alike(many[0], kappa_of_counts(counts[0], "ab"))
    assert np.isnan(many.kappa).tolist() == [False, True, True, True]
    assert np.isnan(many[2].kappa)


@given(seed=SEEDS, n=st.integers(3, 70))
@settings(max_examples=25)
def test_tau_of_many_continuous_values_is_scipys(seed, n):
    x, y = np.random.default_rng(seed).normal(size=(2, 5, n))
    result = kendall_tau_b(x, y)
    expected = [stats.kendalltau(a, b, method="asymptotic") for a, b in zip(x, y, strict=True)]

    assert result.tau_b == pytest.approx([one.statistic for one in expected], rel=1e-12, abs=1e-15)
    assert result.p_value == pytest.approx([one.pvalue for one in expected], rel=1e-9)


@pytest.mark.parametrize(("items", "raters"), [(30, 2), (30, 3), (100, 6)])
def test_the_interval_of_fleiss_kappa_covers_the_truth(items, raters):
    rng = np.random.default_rng(items + raters)
    shares, sets = [0.5, 0.3, 0.2], 2000
    truth = rng.choice(3, (sets, items, 1), p=shares)
    guess = rng.choice(3, (sets, items, raters), p=shares)
    ratings = np.where(rng.random(guess.shape) < 0.7, truth, guess)
    found = fleiss_kappa(ratings, categories=range(3))
    covered = int(((found.ci_lower <= 0.49) & (found.ci_upper >= 0.49)).sum())

    # Two ratings agree beyond chance where both saw the truth: 0.7 squared. The interval is asymptotic.
    assert stats.binom.ppf(1e-4, sets, 0.935) <= covered <= stats.binom.ppf(1 - 1e-4, sets, 0.955)


def test_the_interval_of_fleiss_kappa_is_that_of_the_jackknife():
    ratings = rated(4, (1, 60))[0]
    items = len(ratings)
    without = np.array([fleiss_kappa(np.delete(ratings, i, axis=0)).kappa for i in range(items)])

    assert fleiss_kappa(ratings).se == pytest.approx(
        np.sqrt((items - 1) / items * ((without - without.mean()) ** 2).sum()), rel=0.03
    )


def test_a_study_bounds_its_kappas():
    ratings = rated(5, (40,))
    study = attribute_study({"Ann": ratings[:, :2], "Bob": ratings[:, 1:3]}, ratings[:, 3])
    alone = fleiss_kappa(ratings[:, :2])
    within = study.intervals["fleiss_within"]["Ann"]
    against = study.intervals["fleiss_each_vs_standard"]["Bob"]

    assert (within.kappa, within.lower, within.upper) == pytest.approx((alone.kappa, alone.ci_lower, alone.ci_upper))
    assert against.lower < study.fleiss_each_vs_standard["Bob"] < against.upper
    assert study.intervals["fleiss_between"].kappa == study.fleiss_between


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda r: fleiss_kappa(r, offsets=[0, 3]), "offsets belong to a flat column"),
        (lambda r: fleiss_kappa(r[0], offsets=[0, 3]), "offsets must rise"),
        (lambda r: fleiss_kappa(r[0], offsets=[0, 1, 20]), "characteristic 0: 1 items found"),
        (lambda r: kendall_tau_b(r[0, :, 0], r[0, :, 1], offsets=[0, 2, 20]), "characteristic 0: 2 items found"),
        (lambda r: attribute_study({"Ann": r}, r[0, :5, 0]), "reference has 5 parts and the ratings 20"),
        (lambda r: percent_agreement(r, 4), "counts have 3 dimensions"),
        (lambda r: effectiveness({"Ann": r > 1}, None, True), "the standard is needed"),
        (lambda r: kappa_of_counts(r, "abc"), "one column for each of 3 categories"),
    ],
)
def test_layouts_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call(rated(6))
