"""Studies of many characteristics: each gets what it gets alone, and what supports no study is marked."""

import numpy as np
import pytest

from hoshin.stats.capability import (
    Capability,
    ProbabilityPlot,
    StagedCapability,
    binomial,
    boxcox,
    by_stages,
    fit,
    johnson,
    normal,
    percentile,
    poisson,
    probability_plot,
    yeo_johnson,
    yields,
)
from hoshin.stats.errors import StatisticsError
from hoshin.stats.results import encoded

STUDIES = {
    "normal": lambda values, **many: normal(values, lsl=0.01, usl=60.0, target=8.0, **many),
    "boxcox": lambda values, **many: boxcox(values, lsl=0.01, usl=60.0, **many),
    "boxcox one limit": lambda values, **many: boxcox(values, usl=60.0, lmbda=-0.5, **many),
    "yeo_johnson": lambda values, **many: yeo_johnson(values, lsl=-3.0, usl=60.0, **many),
    "johnson": lambda values, **many: johnson(values, lsl=0.5, usl=60.0, **many),
    "weibull": lambda values, **many: percentile(values, distribution="weibull", usl=60.0, **many),
    "gamma": lambda values, **many: percentile(values, distribution="gamma", lsl=0.01, usl=60.0, **many),
    "lognormal": lambda values, **many: percentile(values, distribution="lognormal", lsl=0.01, **many),
    "smallest extreme": lambda values, **many: percentile(values, distribution="smallest_extreme", lsl=-50.0, **many),
    "empirical": lambda values, **many: percentile(values, distribution="empirical", lsl=0.01, usl=60.0, **many),
    "fit": lambda values, **many: fit(values, "largest_extreme", **many),
    "probability_plot": lambda values, **many: probability_plot(values, "weibull", **many),
}


def numbers(result):
    """Every number in a result, in the order of its fields."""
    found = encoded(result)
    flat = []

    def walk(value):
        if isinstance(value, dict) and "map" in value:
            walk([item for _, item in value["map"]])
        elif isinstance(value, dict):
            walk([item for key, item in value.items() if key not in ("result", "dtype", "problems")])
        elif isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            flat.append(value)

    walk(found)
    return flat


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_where_every_characteristic_is_bad_all_are_marked(study):
    together = study(np.full((2, 10), 4.0), on_error="mark")

    assert together.problems.keys() == {0, 1}


def test_a_value_above_0_is_needed_of_the_one_characteristic_that_has_none():
    together = boxcox([[1.0, 2.0, 4.0], [0.0, 2.0, 3.0]], usl=9.0, on_error="mark")

    assert together.problems == {
        1: "characteristic 1: values reach down to 0.0; Box-Cox needs them above 0 (Yeo-Johnson does not)"
    }


@pytest.mark.parametrize("study", [boxcox, yeo_johnson, johnson])
def test_a_specification_upside_down_is_marked(study):
    rows = np.random.default_rng(3).gamma(3.0, 3.0, (2, 40))
    together = study(rows, lsl=[0.1, 50.0], usl=40.0, on_error="mark")

    assert together.problems == {
        1: "characteristic 1: lsl is 50.0 and usl is 40.0; at least one is needed, and lsl below usl"
    }
    assert together[0] == study(rows[0], lsl=0.1, usl=40.0)


def test_a_side_whose_percentiles_are_alike_has_no_index():
    values = [0.0] * 30 + [0.1, 0.2, 0.3, 0.5, 0.4]

    assert percentile(values, distribution="empirical", usl=2.0).Ppk == pytest.approx(
        2.0 / np.quantile(values, 0.99865)
    )
    with pytest.raises(StatisticsError, match=r"the median 0\.0 is also an outer percentile"):
        percentile(values, distribution="empirical", lsl=-2.0)


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
@pytest.mark.parametrize("scale", [1e-290, 1e300])
def test_what_cannot_be_squared_is_refused_in_words(study, scale):
    with pytest.raises(StatisticsError):
        study(np.arange(1.0, 12.0) * scale)


def test_each_characteristic_has_its_own_limits():
    rows = np.random.default_rng(3).gamma(3.0, 3.0, (2, 40))

    together = percentile(rows, distribution="gamma", lsl=[np.nan, 0.1], usl=[40.0, np.nan])

    assert together[0] == percentile(rows[0], distribution="gamma", usl=40.0)
    assert together[1] == percentile(rows[1], distribution="gamma", lsl=0.1)


def test_a_characteristic_without_samples_is_marked():
    together = poisson([[1.0, 2.0], [np.nan, np.nan]], [[5, 6], [7, 8]], on_error="mark")

    assert together.problems == {1: "characteristic 1: 0 samples found; at least 1 are needed"}
    assert together[0] == poisson([1, 2], [5, 6])


def test_a_process_with_more_defects_than_opportunities_is_marked():
    together = yields([[9, 9], [9, 9]], [[1, 1], [1, 1]], [[1, 0], [0, 10]], on_error="mark")

    assert together.problems == {1: "characteristic 1: step 1 has more defects than opportunities"}
    assert together[0] == yields([9, 9], [1, 1], [1, 0])


@pytest.mark.parametrize(
    "study",
    [
        lambda values, **told: normal(values, lsl=0.01, usl=60.0, **told),
        lambda values, **told: boxcox(values, usl=60.0, **told),
        lambda values, **told: yeo_johnson(values, usl=60.0, **told),
        lambda values, **told: johnson(values, usl=60.0, **told),
        lambda values, **told: percentile(values, distribution="gamma", usl=60.0, **told),
        lambda values, **told: percentile(values, distribution="empirical", usl=60.0, **told),
    ],
)
def test_every_study_marks_or_refuses_an_unstable_process_and_marks_few_values(study):
    values = np.random.default_rng(4).gamma(3.0, 1.0, 40)
    drifting, few = np.sort(values), values[:9]

    assert study(values).unstable == 0 and not any("beyond the limits" in caution for caution in study(values).cautions)
    assert any("not stable" in caution for caution in study(drifting).cautions)
    assert any("9 values: fewer than" in caution for caution in study(few).cautions)
    with pytest.raises(StatisticsError, match="beyond"):
        study(drifting, on_unstable="raise")


@pytest.mark.parametrize(("study", "beyond"), [(binomial, 5), (poisson, 2)])
def test_counts_that_wander_are_marked_or_refused(study, beyond):
    found = study([1, 2, 1, 30, 2, 1, 40, 2], 50)

    assert (found.unstable, any("not stable" in caution for caution in found.cautions)) == (beyond, True)
    with pytest.raises(StatisticsError, match=f"{beyond} of 8 samples are beyond the limits"):
        study([1, 2, 1, 30, 2, 1, 40, 2], 50, on_unstable="raise")


def test_too_few_counts_are_marked():
    assert binomial([3], 50).cautions == (
        "1 sample: whether the process is stable cannot be judged",
        "3 defectives: too few for more than an upper bound",
    )
    assert yields([10], [1], [0]).cautions == ("no defect found: the sigma level has no upper end",)


def test_of_many_studies_the_cautions_say_how_many():
    values = np.random.default_rng(4).gamma(3.0, 1.0, (3, 20))
    values[1].sort()

    assert boxcox(values, usl=60.0).cautions == (
        "1 of 3 characteristics: not stable, and capability not defined",
        "3 of 3 characteristics: fewer than 30 values",
    )


BEFORE_AFTER = np.random.default_rng(12).normal([[0.0] * 30 + [0.0] * 25], [[1.5] * 30 + [0.5] * 25])[0]
LABELS = ["before"] * 30 + ["after"] * 25


def test_each_stage_has_the_study_it_has_alone():
    study = by_stages(BEFORE_AFTER, LABELS, lsl=-4.0, usl=4.0, target=0.0)
    alone = [normal(part, lsl=-4.0, usl=4.0, target=0.0) for part in (BEFORE_AFTER[:30], BEFORE_AFTER[30:])]

    assert study.labels == ("before", "after")
    for s in range(2):
        assert numbers(study[s]) == pytest.approx(numbers(alone[s]), rel=1e-9)
    assert study.ppk_change[0] == pytest.approx(alone[1].Ppk - alone[0].Ppk)
    assert (study.improved.tolist(), study.worsened.tolist()) == ([True], [False])
    assert StagedCapability.from_json(study.to_json()) == study
    assert "change of Ppk, before to after" in str(study.explain())


def test_stages_of_many_characteristics_are_those_of_each_alone():
    rows = np.stack([BEFORE_AFTER, BEFORE_AFTER[::-1]])

    together = by_stages(rows, LABELS, lsl=[-4.0, -5.0], usl=[4.0, 6.0])

    assert (together.labels, together.characteristic.tolist()) == (("before", "after") * 2, [0, 0, 1, 1])
    for c, (low, high) in enumerate(((-4.0, 4.0), (-5.0, 6.0))):
        alone = by_stages(rows[c], LABELS, lsl=low, usl=high)
        assert together.ppk_change[c] == pytest.approx(alone.ppk_change[0], rel=1e-9)
        assert together.sd_ratio_ci[c].tolist() == pytest.approx(alone.sd_ratio_ci[0].tolist(), rel=1e-9)
        assert numbers(together[2 * c]) == pytest.approx(numbers(alone[0]), rel=1e-9)


def test_stages_of_subgroups_are_those_of_each_alone():
    groups = np.random.default_rng(3).normal(size=(2, 12, 4))
    labels, cuts = ["old"] * 7 + ["new"] * 5, np.arange(13) * 4

    together = by_stages(subgroups=groups, stages=labels, lsl=-4.0, usl=4.0)
    flat = by_stages(subgroups=groups[0].ravel(), subgroup_offsets=cuts, stages=labels, lsl=-4.0, usl=4.0)

    alone = [normal(subgroups=part, lsl=-4.0, usl=4.0) for part in (groups[1, :7], groups[1, 7:])]
    assert [together[2].Cpk, together[3].Cpk] == pytest.approx([study.Cpk for study in alone], rel=1e-9)
    assert flat.ppk_change[0] == pytest.approx(together.ppk_change[0], rel=1e-9)


def test_intervals_of_a_change_hold_no_change_as_often_as_they_say():
    rows = np.random.default_rng(14).normal(size=(2000, 100))
    study = by_stages(rows, ["before"] * 50 + ["after"] * 50, lsl=-4.0, usl=3.0)

    held = ((study.ppk_change_ci[:, 0] <= 0) & (study.ppk_change_ci[:, 1] >= 0)).sum()
    ratio = ((study.sd_ratio_ci[:, 0] <= 1) & (study.sd_ratio_ci[:, 1] >= 1)).sum()
    # Binomial 4 sigma about 95 %, and 15 for the normal approximation.
    assert abs(held - 1900) <= 4 * np.sqrt(95) + 15
    assert abs(ratio - 1900) <= 4 * np.sqrt(95)


def test_a_stage_without_a_study_is_marked_or_refused_by_its_name():
    values, labels = [1.0, 2.0, 3.0, 5.0], ["a", "a", "a", "b"]

    assert by_stages(values, labels, usl=9.0, on_error="mark").problems == {
        1: "stage b: 1 value(s) found; at least 2 are needed"
    }
    with pytest.raises(StatisticsError, match="stage b: 1 value"):
        by_stages(values, labels, usl=9.0)
    with pytest.raises(StatisticsError, match="one label for each of the 4 points"):
        by_stages(values, ["a"], usl=9.0)
    with pytest.raises(StatisticsError, match="no specification limit"):
        by_stages(values, labels)


def test_a_plot_of_many_keeps_the_shape_of_the_values():
    rows = np.random.default_rng(8).normal(size=(3, 20))

    together = probability_plot(rows)

    assert together.values.shape == together.upper.shape == (3, 20)
    assert isinstance(together[0], ProbabilityPlot) and isinstance(normal(rows, lsl=-9)[1], Capability)
