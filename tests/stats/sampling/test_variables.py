"""Variables plans: exact risks, the standard's table, matching attribute plans, decisions on lots."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.sampling import (
    acceptance_by_variables,
    decide,
    estimated_nonconforming,
    find_variables_plan,
    match_attributes,
    operating_characteristic,
    single_plan,
    variables_plan,
    z19_letter_plan,
    z19_plan,
)
from hoshin.stats.sampling.z19 import AQLS, LETTERS


@pytest.mark.parametrize("sigma", ["known", "unknown"])
def test_simulated_lots_are_accepted_as_often_as_computed(sigma):
    plan, p, lots = variables_plan(12, 1.6, sigma=sigma), 0.03, 20_000
    values = np.random.default_rng(0).normal(0, 1, (lots, 12))
    sd = 1.0 if sigma == "known" else values.std(axis=1, ddof=1)
    accepted = int(((stats.norm.isf(p) - values.mean(axis=1)) / sd >= 1.6).sum())

    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], lots, acceptance_by_variables(plan, p))
    assert low <= accepted <= high


def test_acceptance_is_scipys_noncentral_t():
    p = np.array([0.001, 0.01, 0.05, 0.2])
    expected = stats.nct.sf(np.sqrt(40) * 1.89, 39, np.sqrt(40) * stats.norm.isf(p))

    assert acceptance_by_variables(variables_plan(40, 1.89), p) == pytest.approx(expected, rel=1e-8)


def test_a_lot_without_nonconforming_items_is_accepted_and_a_lot_of_them_is_not():
    assert acceptance_by_variables(variables_plan(5, 1.0), [0.0, 1.0]).tolist() == [1.0, 0.0]


@given(p1=st.floats(0.001, 0.05), ratio=st.floats(2, 10), a=st.floats(0.8, 0.99), b=st.floats(0.01, 0.2))
@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("sigma", ["known", "unknown"])
def test_a_found_plan_meets_both_risks_and_one_item_fewer_does_not(sigma, p1, ratio, a, b):
    found = find_variables_plan((p1, a), (min(p1 * ratio, 0.6), b), sigma=sigma)

    assert found.pa_prp == pytest.approx(a, abs=1e-9)
    assert found.pa_crp <= b
    if found.plan.n > 2:
        fewer = [variables_plan(found.plan.n - 1, k, sigma=sigma) for k in found.plan.k + np.linspace(-1, 1, 101)]
        at = [[acceptance_by_variables(plan, p) for plan in fewer] for p in (found.prp[0], found.crp[0])]
        assert not np.any((np.array(at[0]) >= a) & (np.array(at[1]) <= b))


def test_a_matched_plan_is_as_sharp_with_fewer_items():
    attribute = single_plan(80, 2)
    found = match_attributes(attribute)
    at = operating_characteristic(attribute, [point[0] for point in (found.prp, found.crp)]).pa

    assert (at.tolist(), found.plan.n < 80) == (pytest.approx([0.95, 0.10]), True)


# ANSI/ASQ Z1.9, table B-1: letter, AQL, sample size, k.
PRINTED = [("B", 2.5, 3, 1.12), ("D", 0.65, 5, 1.65), ("F", 0.15, 10, 2.24), ("J", 1.0, 35, 1.89), ("P", 10, 200, 1.07)]


def test_plans_are_those_of_the_printed_table():
    found = [z19_letter_plan(letter, aql) for letter, aql, _, _ in PRINTED]

    assert [(p.plan_letter, p.aql, p.n, p.k) for p in found] == PRINTED


def test_the_table_accepts_the_aql_with_about_nine_in_ten_or_more():
    chances = [
        acceptance_by_variables(z19_letter_plan(letter, aql).plan, aql / 100)
        for letter in LETTERS
        for aql in AQLS
        if z19_letter_plan(letter, aql).plan_letter == letter
    ]

    assert min(chances) > 0.86
    assert max(chances) < 0.995


def test_larger_samples_and_better_levels_ask_for_a_larger_constant():
    down = [z19_letter_plan(letter, 1.5).k for letter in LETTERS[1:]]
    across = [z19_letter_plan("J", aql).k for aql in AQLS]

    assert down == sorted(down) and across == sorted(across, reverse=True)


def test_tightened_inspection_uses_the_next_better_level():
    assert [z19_plan(1000, aql, inspection="tightened").k for aql in AQLS[1:]] == [
        z19_plan(1000, aql).k for aql in AQLS[:-1]
    ]


def test_the_estimate_of_the_share_beyond_a_limit_is_unbiased():
    values = np.random.default_rng(1).normal(0, 1, (200_000, 8))
    q = (1.5 - values.mean(axis=1)) / values.std(axis=1, ddof=1)
    estimates = estimated_nonconforming(q, 8)

    assert estimates.mean() == pytest.approx(stats.norm.sf(1.5), abs=4 * estimates.std() / np.sqrt(200_000))


@given(seed=st.integers(0, 2**32 - 1), shift=st.floats(-1e3, 1e3), scale=st.floats(1e-2, 1e2))
@settings(max_examples=25, deadline=None)
def test_a_decision_does_not_change_with_unit_or_origin(seed, shift, scale):
    values, plan = np.random.default_rng(seed).normal(0, 1, 10), variables_plan(10, 1.4)
    before = decide(values, plan, lsl=-2.5, usl=2.4)
    after = decide(shift + scale * values, plan, lsl=shift - 2.5 * scale, usl=shift + 2.4 * scale)

    assert after.p_total == pytest.approx(before.p_total, rel=1e-5, abs=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_both_rules_agree_for_one_limit(seed):
    values, plan = np.random.default_rng(seed).normal(0, 1, 10), variables_plan(10, 1.4)
    found = decide(values, plan, usl=1.5)

    assert found.accepted == (found.p_total <= found.M)


def test_a_known_sigma_replaces_that_of_the_sample():
    found = decide([1.0, 2.0, 3.0], variables_plan(3, 1.0, sigma="known"), usl=4.5, sigma=2.0)

    assert (found.q_upper, found.accepted) == (1.25, True)


def test_results_survive_json_and_explain_themselves():
    found, plan = decide([1.0, 2.0, 3.0], variables_plan(3, 1.0), usl=4.5, lsl=-1), z19_plan(1000, 1.0)

    assert type(found).from_json(found.to_json()) == found
    assert type(plan).from_json(plan.to_json()) == plan
    assert "upper quality index = (usl - 2) / 1 = 2.5" in str(found.explain())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: variables_plan(1, 1.0), "n is 1"),
        (lambda: variables_plan(5, float("nan")), "k is nan"),
        (lambda: decide([1, 2], variables_plan(3, 1.0), usl=3), "2 values found; the plan needs 3"),
        (lambda: decide([1, 1, 1], variables_plan(3, 1.0), usl=3), "no variation"),
        (lambda: decide([1, 2, 3], variables_plan(3, 1.0)), "no specification limit"),
        (lambda: decide([1, 2, 3], variables_plan(3, 1.0), usl=3, sigma=1), "must go together"),
        (lambda: find_variables_plan((0.01, 0.95), (0.0100001, 0.1)), "points further apart"),
        (lambda: z19_plan(100, 0.2), "aql is 0.2"),
    ],
)
def test_what_has_no_answer_is_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()
