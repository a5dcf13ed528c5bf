"""Attribute plans: printed figures, exact distributions, risks met, outgoing quality, errors."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from hoshin.stats.errors import StatisticsError
from hoshin.stats.sampling import (
    average_sample_number,
    continuous_characteristic,
    double_plan,
    find_continuous_plan,
    find_double_plan,
    find_plan,
    multiple_plan,
    operating_characteristic,
    outgoing_quality_limit,
    quality_at,
    scheme_characteristic,
    sequential_characteristic,
    sequential_plan,
    single_plan,
    skip_lot_characteristic,
    zero_plan,
)

P = np.array([0.0, 0.003, 0.01, 0.04, 0.1, 0.3, 1.0])


def test_a_single_plan_gives_montgomerys_table():
    curve = operating_characteristic(single_plan(89, 2), np.arange(1, 10) / 1000 * 10)

    # D. C. Montgomery, 6th edition, table 15.2: Pa of n = 89, c = 2 at p = 0.01 to 0.09.
    printed = [0.9397, 0.7366, 0.4985, 0.3042, 0.1721, 0.0919, 0.0468, 0.0230, 0.0109]
    assert np.abs(curve.pa - printed).max() < 1e-4


def test_a_double_plan_gives_montgomerys_figures():
    curve = operating_characteristic(double_plan(50, 1, 4, 100, 3), 0.05)

    # D. C. Montgomery, 6th edition, section 15.3.1: Pa(1) 0.279, Pa(2) 0.0100, Pa 0.289 from rounded tables.
    assert curve.p_accept == pytest.approx([0.279, 0.0109], abs=1.5e-3)


@given(n=st.integers(1, 60), c=st.integers(0, 10), size=st.integers(60, 300))
@settings(max_examples=40, deadline=None)
def test_a_lots_acceptance_is_hypergeometric(n, c, size):
    p = np.array([0.0, 0.01, 0.07, 0.5, 1.0])
    curve = operating_characteristic(single_plan(n, c), p, distribution="hypergeom", lot_size=size)

    assert curve.pa == pytest.approx(stats.hypergeom.cdf(c, size, np.rint(size * p), n), abs=1e-12)


@given(n=st.integers(1, 500), c=st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_acceptance_is_binomial_and_poisson(n, c):
    plan = single_plan(n, c)

    assert operating_characteristic(plan, P).pa == pytest.approx(stats.binom.cdf(c, n, P), abs=1e-12)
    assert operating_characteristic(plan, P, distribution="poisson").pa == pytest.approx(
        stats.poisson.cdf(c, n * P), abs=1e-12
    )


@pytest.mark.parametrize("distribution", ["binomial", "poisson", "hypergeom"])
def test_a_double_plan_sums_over_both_samples(distribution):
    plan, size, p = double_plan(20, 1, 4, 30, 4), 200, 0.06
    law = {
        "binomial": lambda n, *_: stats.binom(n, p),
        "poisson": lambda n, *_: stats.poisson(n * p),
        "hypergeom": lambda n, taken, found: stats.hypergeom(size - taken, 12 - found, n),
    }[distribution]
    first = law(20, 0, 0)
    expected = first.cdf(1) + sum(first.pmf(d) * law(30, 20, d).cdf(4 - d) for d in (2, 3))

    assert operating_characteristic(plan, p, distribution=distribution, lot_size=size).pa == pytest.approx(expected)


def test_two_stages_that_cannot_decide_early_are_one_large_sample():
    apart = multiple_plan([30, 50], [None, 4], [5, 5])

    assert operating_characteristic(apart, P).pa == pytest.approx(operating_characteristic(single_plan(80, 4), P).pa)


@given(
    n=st.lists(st.integers(1, 40), min_size=3, max_size=3),
    ac=st.lists(st.integers(0, 6), min_size=3, max_size=3),
    gap=st.integers(1, 4),
)
@settings(max_examples=30, deadline=None)
def test_every_lot_is_accepted_or_rejected_once(n, ac, gap):
    ac = sorted(ac)
    re = list(itertools.accumulate((a + gap for a in ac), max))
    assume(all(r > a for a, r in zip(ac, re, strict=True)))
    curve = operating_characteristic(multiple_plan(n, ac, re), P)

    assert curve.p_accept.sum(axis=0) + curve.p_reject.sum(axis=0) == pytest.approx(np.ones(len(P)), abs=1e-12)
    assert np.all(np.diff(curve.pa) <= 1e-12)


def test_a_simulated_line_of_lots_agrees_with_the_multiple_plan():
    plan, p, lots = (
        multiple_plan(
            [20, 20, 20],
            [None, 1, 3],
            [3, 4, 4],
        ),
        0.06,
        40_000,
    )
    rng = np.random.default_rng(0)
    found = np.cumsum(rng.binomial(20, p, (lots, 3)), axis=1)
    first_reject = found[:, 0] >= 3
    second_accept = ~first_reject & (found[:, 1] <= 1)
    second_reject = ~first_reject & (found[:, 1] >= 4)
    third = ~first_reject & ~second_accept & ~second_reject
    accepted = int((second_accept | (third & (found[:, 2] <= 3))).sum())
    curve = operating_characteristic(plan, p)

    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], lots, curve.pa)
    assert low <= accepted <= high
    assert curve.asn == pytest.approx(20 * (1 + (~first_reject).mean() + third.mean()), rel=0.01)


def test_curtailed_inspection_follows_the_printed_formula():
    plan, p = double_plan(60, 2, 6, 120, 5), 0.04
    first = stats.binom(60, p)
    expected = 60.0
    for j in range(3, 6):
        left = 5 - j
        expected += first.pmf(j) * (
            120 * stats.binom.cdf(left, 120, p) + (left + 1) / p * stats.binom.sf(left + 1, 121, p)
        )

    # D. C. Montgomery, 6th edition, section 15.3.1, average sample number of a double plan with curtailment.
    assert average_sample_number(plan, p) == pytest.approx(expected)


def test_curtailment_never_draws_more():
    plan = double_plan(50, 1, 4, 100, 3)
    none, some, everything = (average_sample_number(plan, P, curtail=c) for c in ("none", "after first", "all"))

    assert np.all(everything <= some + 1e-9) and np.all(some <= none + 1e-9)


@pytest.mark.parametrize(("i", "p_l"), [(20, 0.0198), (60, 0.01), (150, 0.005)])
def test_a_continuous_plan_has_dodges_limit(i, p_l):
    p1 = (1 + i * p_l) / (i + 1)
    f = (1 - p1) ** (i + 1) / (i * p_l + (1 - p1) ** (i + 1))

    # H. F. Dodge, Annals of Mathematical Statistics 14 (1943), equations 9 and 10, relates i, f and the limit.
    found = find_continuous_plan(p_l * (1 + 1e-9), f)
    assert (found.i, found.aoql, found.p) == (i, pytest.approx(p_l, rel=1e-8), pytest.approx(p1, rel=1e-4))


def test_a_simulated_continuous_line_agrees():
    i, f, p = 30, 0.2, 0.03
    rng = np.random.default_rng(1)
    bad, chosen = rng.random(400_000) < p, rng.random(400_000) < f
    run, inspected = 0, 0
    for defective, sampled in zip(bad, chosen, strict=True):
        look = run < i or sampled
        inspected += look
        if look:
            run = 0 if defective else run + 1

    assert continuous_characteristic(i, f, p).afi == pytest.approx(inspected / 400_000, abs=0.01)


def test_csp_2_inspects_less_than_csp_1():
    p = np.array([0.005, 0.02, 0.05])

    assert np.all(continuous_characteristic(40, 0.1, p, kind="CSP-2").afi < continuous_characteristic(40, 0.1, p).afi)


def test_skipping_lots_accepts_more_and_inspects_less():
    curve = skip_lot_characteristic(single_plan(50, 1), 10, 0.3, P)

    assert np.all(curve.pa >= curve.pa_reference - 1e-12)
    assert (curve.inspected[0], curve.inspected[-1]) == (pytest.approx(0.3), pytest.approx(1.0))


risk = st.tuples(st.floats(0.001, 0.05), st.floats(2.0, 10.0), st.floats(0.8, 0.99), st.floats(0.01, 0.2))


@given(risk)
@settings(max_examples=30, deadline=None)
def test_a_found_plan_meets_both_risks_and_no_smaller_one_does(points):
    p1, ratio, a, b = points
    p2 = p1 * ratio
    assume(p2 < 0.6)
    found = find_plan((p1, a), (p2, b))
    n = found.plan.n[0]

    assert found.pa_prp >= a and found.pa_crp <= b
    c = np.arange(n)
    smaller = (stats.binom.cdf(c, n - 1, p1) >= a) & (stats.binom.cdf(c, n - 1, p2) <= b)
    assert not smaller.any()


def test_a_found_double_plan_meets_both_risks_with_fewer_items_on_average():
    double, single = find_double_plan((0.01, 0.95), (0.06, 0.1)), find_plan((0.01, 0.95), (0.06, 0.1))

    assert double.pa_prp >= 0.95 and double.pa_crp <= 0.1
    assert operating_characteristic(double.plan, 0.01).asn < single.plan.n[0]


@given(rql=st.floats(0.002, 0.5), beta=st.floats(0.01, 0.5))
@settings(max_examples=30, deadline=None)
def test_a_zero_plan_is_the_smallest_that_meets_its_risk(rql, beta):
    plan = zero_plan(rql, beta)

    assert (1 - rql) ** plan.n <= beta * (1 + 1e-12)
    assert plan.n == 1 or (1 - rql) ** (plan.n - 1) > beta


def test_the_outgoing_quality_limit_is_the_top_of_the_curve():
    plan = double_plan(50, 1, 4, 100, 3)
    limit = outgoing_quality_limit(plan, lot_size=5000)
    curve = operating_characteristic(plan, np.linspace(0.0001, 0.3, 3000), lot_size=5000)

    assert curve.aoq.max() <= limit.aoql <= curve.aoq.max() * (1 + 1e-5)


def test_a_sequential_plan_keeps_its_risks_in_simulation():
    plan = sequential_plan(0.02, 0.05, 0.10, 0.10)
    rng = np.random.default_rng(2)
    for p, most in ((0.02, plan.alpha / (1 - plan.beta)), (0.10, plan.beta / (1 - plan.alpha))):
        found = np.cumsum(rng.random((2000, 1500)) < p, axis=1)
        n = np.arange(1, 1501)
        accept, reject = found <= plan.accept_line(n), found >= plan.reject_line(n)
        first = np.argmax(accept | reject, axis=1)
        accepted = accept[np.arange(2000), first]
        wrong = int((~accepted if p == plan.p1 else accepted).sum())

        # Wald's bound: each error is at most alpha / (1 - beta), beta / (1 - alpha).
        assert wrong <= stats.binom.ppf(1 - 1e-4, 2000, most)


def test_walds_curve_goes_through_both_points():
    plan = sequential_plan(0.01, 0.05, 0.06, 0.10)
    curve = sequential_characteristic(plan, [1.0, -1.0])

    assert (curve.p.tolist(), curve.pa.tolist()) == (pytest.approx([0.01, 0.06]), pytest.approx([0.95, 0.10]))


PLANS = [
    single_plan(89, 2),
    double_plan(50, 1, 4, 100, 3),
    multiple_plan([20, 20, 20], [None, 0, 1], [2, 2, 2]),
    single_plan(20, 1, 4),
    double_plan(30, 0, 3, 30, 3, 5),
]


def close(a, b):
    """Equal to 1e-12 where the order of summation may differ, everything else exactly."""
    for f in dataclasses.fields(a):
        x, y = getattr(a, f.name), getattr(b, f.name)
        if isinstance(x, np.ndarray | float):
            assert y == pytest.approx(x, rel=1e-12, abs=1e-12), f.name
        else:
            assert x == y, f.name


@pytest.mark.parametrize("plans", [PLANS, PLANS[::3], PLANS[1:2]], ids=["mixed", "single", "one"])
@pytest.mark.parametrize(
    ("distribution", "lots"),
    [("binomial", None), ("poisson", [1000, 2000, 160, 500, 300]), ("hypergeom", [1000, 2000, 160, 500, 300])],
)
@pytest.mark.parametrize("p", [0.03, [0.0, 0.01, 0.05, 0.2], "own"])
def test_many_plans_have_the_curves_of_each(plans, distribution, lots, p):
    quality = np.random.default_rng(0).uniform(0, 0.2, (len(plans), 3)) if isinstance(p, str) else p
    sizes = None if lots is None else [lots[PLANS.index(plan)] for plan in plans]
    many = operating_characteristic(plans, quality, distribution=distribution, lot_size=sizes)

    for c, plan in enumerate(plans):
        own, size = quality[c] if isinstance(p, str) else quality, None if sizes is None else sizes[c]
        close(many[c], operating_characteristic(plan, own, distribution=distribution, lot_size=size))
    assert type(many).from_json(many.to_json()) == many


def test_many_schemes_skip_lots_and_limits_are_those_of_each():
    tightened = [single_plan(plan.n[0], 0) for plan in PLANS]
    p = [0.005, 0.02, 0.1]
    scheme = scheme_characteristic(PLANS, tightened, p)
    skipped = skip_lot_characteristic(PLANS, 8, 0.25, p, lot_size=5000)
    qualities = quality_at(PLANS, [0.95, 0.1])

    for c, plan in enumerate(PLANS):
        close(scheme[c], scheme_characteristic(plan, tightened[c], p))
        close(skipped[c], skip_lot_characteristic(plan, 8, 0.25, p, lot_size=5000))
        assert qualities[c] == pytest.approx(quality_at(plan, [0.95, 0.1]), rel=1e-12)


@pytest.mark.parametrize(
    "result",
    [
        operating_characteristic(double_plan(50, 1, 4, 100, 3), P, lot_size=1000),
        outgoing_quality_limit(single_plan(89, 2)),
        find_plan((0.01, 0.95), (0.06, 0.1)),
        zero_plan(0.05, lot_size=300),
        sequential_plan(0.01, 0.05, 0.06, 0.1),
        skip_lot_characteristic(single_plan(20, 1), 4, 0.5, P),
        continuous_characteristic(20, 0.1, [0.0, 0.01, 1.0]),
    ],
)
def test_a_result_survives_json_and_explains_itself(result):
    assert type(result).from_json(result.to_json()) == result
    assert str(result.explain()).count("\n") >= 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: single_plan(0, 0), "sample size is 0"),
        (lambda: single_plan(10, 2, 2), "rejection number 2 with acceptance number 2"),
        (lambda: double_plan(10, 2, 4, 10, 1), "never fall"),
        (lambda: multiple_plan([10], [0, 1], [1, 2]), "1 sample sizes, 2 acceptance"),
        (lambda: operating_characteristic(single_plan(10, 1), 1.5), "p is 1.5; a share"),
        (lambda: operating_characteristic(single_plan(10, 1), 0.1, lot_size=9), "draws 10 items from a lot of 9"),
        (lambda: operating_characteristic(single_plan(10, 1), 0.1, distribution="hypergeom"), "needs a lot size"),
        (lambda: operating_characteristic(single_plan(10, 1), 0.1, distribution="normal"), "distribution is 'normal'"),
        (lambda: operating_characteristic([], 0.1), "a sequence of them is needed"),
        (lambda: operating_characteristic(PLANS, [[0.1], [0.2]]), "a row for each is needed"),
        (lambda: operating_characteristic(PLANS, 0.1, lot_size=[100]), "1 entries for 5 plans"),
        (lambda: quality_at(PLANS[0], 1.0), "numbers between 0 and 1 are needed"),
        (lambda: find_plan((0.06, 0.95), (0.01, 0.1)), "better quality with a higher probability"),
        (lambda: find_plan((0.1, 0.99), (0.105, 0.01), distribution="hypergeom", lot_size=50), "no single plan"),
        (lambda: zero_plan(0.001, lot_size=100), "half a nonconforming item or less"),
        (lambda: sequential_plan(0.06, 0.05, 0.01, 0.1), "p1 below p2"),
        (lambda: skip_lot_characteristic(single_plan(10, 1), 0, 0.5, 0.1), "i is 0"),
        (lambda: zero_plan(0.5, lot_size=1), "half a nonconforming item or less"),
        (lambda: continuous_characteristic(10, 1.5, 0.1), "f is 1.5"),
        (lambda: scheme_characteristic(PLANS[:2], PLANS[:1], 0.1), "2 normal and 1 tightened plans"),
        (lambda: scheme_characteristic(PLANS[0], PLANS[:2], 0.1), "1 normal and 2 tightened plans"),
        (lambda: sequential_plan(None, 0.05, 0.06, 0.1), "p1 must be a number; found None"),
        (lambda: continuous_characteristic(10, None, 0.1), "f must be a number; found None"),
        (lambda: single_plan(10**30, 1), "sample size is 1e\\+30; at most 9007199254740992"),
        (lambda: single_plan([5, 1e300], 1), "characteristic 1: sample size is 1e\\+300; at most"),
    ],
)
def test_plans_without_sense_are_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()


def test_more_nonconformities_than_items_can_be_found_in_a_poisson_sample():
    found = find_plan((5, 0.95), (9, 0.10), distribution="poisson")

    def meets(n):
        c = np.arange(200)
        return ((stats.poisson.cdf(c, 5 * n) >= 0.95) & (stats.poisson.cdf(c, 9 * n) <= 0.10)).argmax()

    n = next(n for n in range(1, 50) if meets(n))
    assert (found.plan.n, found.plan.ac) == ((n,), (meets(n),))
    assert found.plan.ac > found.plan.n


@pytest.mark.parametrize("n", [10**5, 10**7, 10**9])
def test_the_worst_quality_of_large_samples_is_found(n):
    # With Ac 0: p (1 - p)^n is largest at 1 / (n + 1).
    limit = outgoing_quality_limit(single_plan(n, 0))
    poisson = outgoing_quality_limit(double_plan(1, -1, 1, n, 0), distribution="poisson")

    assert limit.aoql == pytest.approx(np.exp(n * np.log1p(-1 / (n + 1))) / (n + 1), rel=1e-9)
    assert limit.p == pytest.approx(1 / (n + 1), rel=1e-4)
    assert poisson.aoql == pytest.approx(np.exp(-1) / (n + 1), rel=1e-9)


def test_the_sequential_curve_is_smooth_at_zero_and_has_ends():
    plan = sequential_plan(0.01, 0.05, 0.06, 0.10)
    near = sequential_characteristic(plan, [-1e-6, -1e-9, 0, 1.1e-9, 1e-6])
    for line in (near.p, near.pa, near.asn):
        assert line == pytest.approx(line[2], rel=2e-5)
        assert np.diff(line)[[0, 3]] == pytest.approx((line[4] - line[0]) / 2, rel=2e-3)

    # Only good items: accepted when h1 is reached; only bad ones: rejected when ln A is reached.
    ends = sequential_characteristic(plan, [1e4, -1e4])
    assert ends.pa == pytest.approx([1, 0])
    steps = [np.log(0.95 / 0.1) / np.log(0.99 / 0.94), np.log(0.9 / 0.05) / np.log(6)]
    assert ends.asn == pytest.approx(steps)


@pytest.mark.parametrize(
    "empty",
    [
        lambda p: operating_characteristic(single_plan(5, 1), p).pa,
        lambda p: quality_at(single_plan(5, 1), p),
        lambda p: average_sample_number(single_plan(5, 1), p),
        lambda p: continuous_characteristic(5, 0.1, p).afi,
        lambda p: sequential_characteristic(sequential_plan(0.01, 0.05, 0.06, 0.1), p).pa,
        lambda p: skip_lot_characteristic(single_plan(5, 1), 4, 0.5, p).pa,
        lambda p: scheme_characteristic(single_plan(5, 1), single_plan(5, 0), p).pa,
    ],
)
def test_no_quality_asked_for_is_an_empty_answer(empty):
    assert empty([]).shape == (0,)
