"""Expanded and destructive studies agree with the plain ones, are unbiased when unbalanced, and refuse bad designs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.measurement_systems import (
    gauge_rr_crossed,
    gauge_rr_destructive,
    gauge_rr_expanded,
    gauge_rr_nested,
)
from tests.stats.measurement_systems.laws import batch_equals_loop
from tests.stats.measurement_systems.test_gauge_rr import random_studies

PARTS, OPERATORS, TRIALS = (axis.ravel() for axis in np.indices((5, 3, 2)))
FACTORS = {"part": PARTS, "operator": OPERATORS}


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_with_equal_numbers_it_is_the_crossed_study(seed):
    data = random_studies(seed)
    crossed = gauge_rr_crossed(data, alpha_remove_interaction=None, tolerance=10)
    expanded = gauge_rr_expanded(data.reshape(len(data), -1), FACTORS, tolerance=10)

    for ours, theirs in (("grr", "grr"), ("part:operator", "interaction"), ("operator", "operator"), ("part", "part")):
        assert expanded.components[ours].variance == pytest.approx(
            crossed.components[theirs].variance, rel=1e-8, abs=1e-9
        )
    assert expanded.anova["part"].p_value == pytest.approx(crossed.anova["part"].p_value, rel=1e-6)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_part_within_operators_is_the_nested_study(seed):
    data = random_studies(seed)[0].transpose(1, 0, 2)
    operators, parts, _ = (axis.ravel() for axis in np.indices(data.shape))
    factors = {"operator": operators, "part": parts}
    nested = gauge_rr_nested(data)
    expanded = gauge_rr_expanded(data.ravel(), factors, ["operator", "operator:part"])

    for ours, theirs in (("grr", "grr"), ("operator", "reproducibility"), ("part", "part")):
        assert expanded.components[ours].variance == pytest.approx(
            nested.components[theirs].variance, rel=1e-8, abs=1e-9
        )


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_many_studies_at_once_equal_one_by_one(seed):
    data = random_studies(seed).reshape(4, -1)

    assert batch_equals_loop(lambda values: gauge_rr_expanded(values, FACTORS), data)


def test_estimates_of_unbalanced_designs_center_on_the_truth():
    rng = np.random.default_rng(0)
    keep = rng.random(8 * 4 * 3 * 3) < 0.7
    part, operator, gauge = (axis.ravel()[keep] for axis in np.indices((8, 4, 3, 3))[:3])
    size, studies = int(keep.sum()), 6000
    values = (
        rng.normal(0, 2.0, (studies, 8))[:, part]
        + rng.normal(0, 0.8, (studies, 4))[:, operator]
        + rng.normal(0, 0.6, (studies, 3))[:, gauge]
        + rng.normal(0, 0.5, (studies, 32))[:, part * 4 + operator]
        + rng.normal(0, 1.0, (studies, size))
    )
    factors = {"part": part, "operator": operator, "gauge": gauge}
    study = gauge_rr_expanded(values, factors, ["part", "operator", "gauge", "part:operator"])

    truth = {"part": 4.0, "operator": 0.64, "gauge": 0.36, "part:operator": 0.25, "repeatability": 1.0}
    for name, expected in truth.items():
        raw = study.raw_variance[name]
        assert raw.mean() == pytest.approx(expected, abs=4.5 * raw.std() / np.sqrt(studies))


def test_a_missing_value_is_left_out():
    values = random_studies(3)[0].ravel()
    values[7] = np.nan
    keep = ~np.isnan(values)
    shorter = gauge_rr_expanded(values[keep], {name: column[keep] for name, column in FACTORS.items()})

    assert gauge_rr_expanded(values, FACTORS).components == shorter.components


def test_terms_given_in_words_may_be_strings_of_any_label():
    words = {"part": np.array(list("ABCDE"))[PARTS], "operator": np.array(["Ann", "Bob", "Cy"])[OPERATORS]}
    values = random_studies(4)[0].ravel()

    assert gauge_rr_expanded(values, words).components == gauge_rr_expanded(values, FACTORS).components


def test_a_destructive_study_without_known_material_is_the_plain_one():
    data = random_studies(5)
    study = gauge_rr_destructive(data, design="crossed")

    assert study.components["grr"] == gauge_rr_crossed(data).components["grr"]


def test_known_material_moves_from_repeatability_to_the_part():
    data = random_studies(6)[0]
    plain, study = gauge_rr_destructive(data), gauge_rr_destructive(data, within_batch_sd=0.3)
    moved = plain.components["repeatability"].variance - study.components["repeatability"].variance

    assert (moved, study.components["material"].variance) == (pytest.approx(0.09), pytest.approx(0.09))
    assert study.components["total"].variance == pytest.approx(plain.components["total"].variance)


def test_studies_survive_json():
    expanded, destructive = (
        gauge_rr_expanded(random_studies(7).reshape(4, -1), FACTORS),
        gauge_rr_destructive(random_studies(7)),
    )

    assert type(expanded).from_json(expanded.to_json()) == expanded
    assert type(destructive).from_json(destructive.to_json()) == destructive
    assert "expected mean square of part = 6 V(part) + 2 V(part:operator) + 1 V(repeatability)" in str(
        expanded.explain()
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda v: gauge_rr_expanded(v, FACTORS, ["part", "gauge"]), "factor gauge is not among part, operator"),
        (lambda v: gauge_rr_expanded(v, FACTORS, ["operator"]), "the part's own term is needed"),
        (lambda v: gauge_rr_expanded(v[:-1], FACTORS), "as long as each other"),
        (lambda v: gauge_rr_expanded(v, {**FACTORS, "p2": PARTS}, ["part", "p2"]), "term p2 cannot be told"),
        (lambda v: gauge_rr_expanded(v, {**FACTORS, "run": np.arange(30)}, ["part", "run"]), "no degree of freedom"),
        (lambda v: gauge_rr_expanded(np.ones(30), FACTORS), "do not vary"),
        (lambda v: gauge_rr_destructive(v.reshape(5, 3, 2), within_batch_sd=-1), "within_batch_sd is -1"),
        (lambda v: gauge_rr_destructive(v.reshape(5, 3, 2), design="both"), "design is 'both'"),
    ],
)
def test_designs_without_an_answer_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call(random_studies(8)[0].ravel())
