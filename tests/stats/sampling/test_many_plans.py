"""Many plans at once: each has what it has alone, and what is found goes on as it is."""

import numpy as np
import pytest

from hoshin.stats.errors import StatisticsError
from hoshin.stats.sampling import (
    acceptance_by_variables,
    average_sample_number,
    continuous_characteristic,
    double_plan,
    find_continuous_plan,
    find_double_plan,
    find_plan,
    find_variables_plan,
    match_attributes,
    multiple_plan,
    operating_characteristic,
    outgoing_quality_limit,
    quality_at,
    sequential_characteristic,
    sequential_plan,
    single_plan,
    skip_lot_characteristic,
    variables_plan,
    z14_plan,
    z19_plan,
    zero_plan,
)
from tests.stats.alike import alike

PLANS = [
    single_plan(89, 2),
    double_plan(50, 1, 4, 100, 3),
    multiple_plan([20, 20, 20], [None, 0, 1], [2, 2, 2]),
    single_plan(20, 1, 4),
    double_plan(30, 0, 3, 30, 3, 5),
    multiple_plan([4, 4], [0, 1], [7, 7]),
]
P = np.array([0.0, 1e-9, 0.003, 0.04, 0.3, 1.0])
OWN = np.random.default_rng(0).uniform(0, 0.2, (len(PLANS), 3))
RISKS = [(0.01, 0.95), (0.05, 0.95), (0.01, 0.9)], [(0.06, 0.1), (0.02, 0.1), (0.08, 0.05)]


def item_by_item(plan, p, curtail):
    """The average sample number, by following the number found from one item to the next."""
    state, drawn = np.zeros(plan.re[-1]), 0.0
    state[0] = 1.0
    for stage, (n, ac, re) in enumerate(zip(plan.n, plan.ac, plan.re, strict=True)):
        whole = stage == 0 and curtail == "after first"
        for _ in range(n):
            drawn += 1.0 if whole else state.sum()
            state = (1 - p) * state + p * np.concatenate([[0.0], state[:-1]])
            if not whole:
                state[re:] = 0.0
        state[: ac + 1] = state[re:] = 0.0
    return drawn


@pytest.mark.parametrize("curtail", ["after first", "all"])
def test_the_average_sample_number_is_that_of_following_each_item(curtail):
    many = average_sample_number(PLANS, P, curtail=curtail)

    assert many == pytest.approx(np.array([[item_by_item(plan, p, curtail) for p in P] for plan in PLANS]), rel=1e-11)


@pytest.mark.parametrize("curtail", ["none", "after first", "all"])
@pytest.mark.parametrize("p", [0.03, P, OWN], ids=["one", "all", "own"])
def test_many_plans_have_the_average_sample_number_of_each(curtail, p):
    many = average_sample_number(PLANS, p, curtail=curtail)

    for i, plan in enumerate(PLANS):
        assert many[i] == pytest.approx(
            average_sample_number(plan, OWN[i] if p is OWN else p, curtail=curtail), rel=1e-12
        )


@pytest.mark.parametrize("p", [0.03, P, OWN[:4]], ids=["one", "all", "own"])
def test_many_variables_plans_have_the_acceptance_of_each(p):
    sigmas = ["known", "unknown", "unknown", "known"]
    plans = [
        variables_plan(n, k, sigma=s) for n, k, s in zip([5, 20, 40, 9], [1.5, 1.7, 1.9, 1.6], sigmas, strict=True)
    ]
    many = acceptance_by_variables(plans, p)

    for i, plan in enumerate(plans):
        assert many[i] == pytest.approx(acceptance_by_variables(plan, p[i] if np.ndim(p) == 2 else p), rel=1e-12)


@pytest.mark.parametrize("plans", [PLANS[0], PLANS[:3]], ids=["one", "each"])
@pytest.mark.parametrize("p", [0.03, P, OWN[:3]], ids=["one", "all", "own"])
def test_many_ways_to_leave_lots_out_are_those_of_each(plans, p):
    runs, shares = [4, 8, 10], [0.2, 0.5, 0.25]
    many = skip_lot_characteristic(plans, runs, shares, p, lot_size=[1000, 2000, 3000])

    for i in range(3):
        plan = plans[i] if isinstance(plans, list) else plans
        own = p[i] if np.ndim(p) == 2 else p
        alike(many[i], skip_lot_characteristic(plan, runs[i], shares[i], own, lot_size=1000 * (i + 1)))
    assert type(many).from_json(many.to_json()) == many


@pytest.mark.parametrize("p", [0.03, P, OWN[:2]], ids=["one", "all", "own"])
def test_many_running_lines_and_sequences_have_the_curves_of_each(p):
    lines = continuous_characteristic([20, 50], 0.1, p)
    plans = sequential_plan([0.01, 0.02], 0.05, 0.1, [0.1, 0.2])
    curves, joined = sequential_characteristic(plans, p), sequential_characteristic(list(plans), p)

    for i in range(2):
        own = p[i] if np.ndim(p) == 2 else p
        alike(lines[i], continuous_characteristic([20, 50][i], 0.1, own))
        alike(curves[i], sequential_characteristic(plans[i], own))
        alike(joined[i], curves[i])


def test_many_sequences_decide_as_each():
    plans = sequential_plan([0.01, 0.02, 0.5, 0.03], 0.05, [0.06, 0.1, 0.1, 0.2], 0.10, on_error="mark")

    assert plans.decision([44, 30, 10, 5], [0, 4, 1, 1]).tolist() == ["accept", "reject", "", "continue"]
    assert plans.accept_line([10, 20]).shape == (4, 2)
    assert plans.reject_line([10, 20])[1] == pytest.approx(plans[1].reject_line([10, 20]))
    with pytest.raises(StatisticsError, match="characteristic 1: 5 nonconforming of 4 items"):
        sequential_plan([0.01, 0.02], 0.05, 0.1, 0.1).decision([5, 4], 5)


def test_what_is_found_for_many_goes_on_as_it_is():
    found = find_plan(*RISKS, on_error="mark")
    good = find_plan([RISKS[0][0], RISKS[0][2]], [RISKS[1][0], RISKS[1][2]])

    assert operating_characteristic(good.plan, RISKS[0][0][0]).pa[0] == good.pa_prp[0]
    assert quality_at(good.plan, 0.1).tolist() == quality_at(list(good.plan), 0.1).tolist()
    matched = match_attributes(found, on_error="mark")
    assert (list(matched.problems), matched[2]) == ([1], match_attributes(found[2]))
    assert matched.problems[1] == found.problems[1]
    limits = outgoing_quality_limit(found.plan, on_error="mark")
    assert (list(limits.problems), limits[0]) == ([1], outgoing_quality_limit(found[0].plan))
    for refused in (operating_characteristic, quality_at):
        with pytest.raises(StatisticsError, match="characteristic 1: prp is"):
            refused(found.plan, 0.1)
    with pytest.raises(StatisticsError, match="characteristic 1: prp is"):
        match_attributes(found)
    with pytest.raises(StatisticsError, match="characteristic 1: prp is"):
        acceptance_by_variables(matched.plan, 0.1)


def test_plans_of_different_length_go_on_as_they_are():
    plans = z14_plan([1000, 40, 5000], [1.0, 0.65, 10.0], sampling="multiple")
    curve = operating_characteristic(plans.plan, [0.01, 0.05])

    assert [plan.stages for plan in plans.plan] == [7, 1, 7]
    assert curve.plan == plans.plan and type(curve).from_json(curve.to_json()) == curve
    for i, found in enumerate(plans):
        alike(curve[i], operating_characteristic(found.plan, [0.01, 0.05]))
    variables = z19_plan([1000, 40, 5000], [1.0, 0.65, 10.0])
    assert acceptance_by_variables(variables.plan, 0.02).tolist() == [
        acceptance_by_variables(found.plan, 0.02) for found in variables
    ]


def test_plans_are_made_from_arrays():
    singles, doubles = single_plan([89, 20], [2, 1], [3, 4]), double_plan([50, 30], [1, 0], 4, 100, [3, 4])
    by_k, by_m = variables_plan([3, 20], [1.1, 1.7]), variables_plan([3, 20], M=0.02, sigma="known")

    assert list(singles) == [single_plan(89, 2, 3), single_plan(20, 1, 4)]
    assert list(doubles) == [double_plan(50, 1, 4, 100, 3), double_plan(30, 0, 4, 100, 4)]
    assert list(by_k) == [variables_plan(3, 1.1), variables_plan(20, 1.7)]
    assert list(by_m) == [variables_plan(n, M=0.02, sigma="known") for n in (3, 20)]
    assert variables_plan([2, 20], 1.1)[0] == variables_plan(2, 1.1)


def test_some_of_many_lots_may_have_no_size():
    many = operating_characteristic(PLANS[:2], 0.05, lot_size=[np.nan, 1000])

    assert (many[0], many[1]) == (
        operating_characteristic(PLANS[0], 0.05),
        operating_characteristic(PLANS[1], 0.05, lot_size=1000),
    )
    assert str(many.explain())


def test_the_worst_quality_of_many_lots_is_that_of_each_whatever_their_sizes():
    sizes = [200, 90_000, 300, 1000, 60, 30_000]
    many = outgoing_quality_limit(PLANS, distribution="hypergeom", lot_size=sizes)

    for i, plan in enumerate(PLANS):
        assert many[i] == outgoing_quality_limit(plan, distribution="hypergeom", lot_size=sizes[i])


def test_the_worst_quality_of_a_lot_is_that_of_looking_at_every_number_it_may_hold():
    limits = outgoing_quality_limit(PLANS, distribution="hypergeom", lot_size=3000)
    every = operating_characteristic(PLANS, np.arange(3001) / 3000, distribution="hypergeom", lot_size=3000).aoq

    assert limits.aoql == pytest.approx(every.max(axis=1), rel=1e-13)
    assert (limits.p * 3000).round().tolist() == every.argmax(axis=1).tolist()


def test_a_plan_that_accepts_everything_lets_everything_out():
    limit = outgoing_quality_limit(single_plan(5, 7))

    assert (limit.aoql, limit.p) == (1.0, 1.0)


def test_the_worst_quality_of_a_running_line_is_the_top_of_its_curve():
    for kind in ("CSP-1", "CSP-2"):
        found = find_continuous_plan([0.05, 0.002], [0.3, 0.02], kind=kind)
        near = found.p[:, None] * (1 + np.linspace(-1e-3, 1e-3, 9))
        curve = continuous_characteristic(found.i, found.f, near, kind=kind).aoq

        assert curve.argmax(axis=1).tolist() == [4, 4]
        assert curve[:, 4] == pytest.approx(found.aoql, rel=1e-14)
        assert (found.aoql <= [0.05, 0.002]).all()
        closer = continuous_characteristic(
            found.i - 1, found.f, found.p[:, None] * np.linspace(0.8, 1.2, 2001), kind=kind
        )
        assert (closer.aoq.max(axis=1) > [0.05, 0.002]).all()


def test_points_too_close_are_marked_and_leave_the_others_alone():
    prp, crp = [(0.01, 0.95), (0.01, 0.95)], [(0.0101, 0.1), (0.06, 0.1)]

    assert "no plan of up to 100000 items" in find_variables_plan(prp, crp, on_error="mark").problems[0]
    assert "no double plan with c2 up to 12" in find_double_plan(prp, crp, on_error="mark").problems[0]
    assert find_double_plan(prp, crp, on_error="mark")[1] == find_double_plan(prp[1], crp[1])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: find_plan([0.01, 0.95, 1.0], (0.06, 0.1)), "a quality and a probability are needed"),
        (lambda: find_plan([(0.01, 0.95)] * 2, [(0.06, 0.1)] * 3), "have 2 / 3 entries; as many of each"),
        (lambda: find_plan([(0.01, 0.95), (0.01, np.nan)], (0.06, 0.1)), "characteristic 1: prp has 1 missing value"),
        (lambda: zero_plan([0.05, 1.5]), "characteristic 1: rql is 1.5; a number between 0 and 1"),
        (lambda: skip_lot_characteristic(PLANS, [1, 2], 0.5, 0.1), "have 2 / 6 entries"),
        (lambda: continuous_characteristic([10, 10.5], 0.5, 0.1), "characteristic 1: i is 10.5; a whole number"),
        (lambda: single_plan([10, 0], 1), "characteristic 1: sample size is 0"),
        (lambda: single_plan([10, 10], 2, [3, 2]), "characteristic 1: rejection number 2 with acceptance number 2"),
        (lambda: double_plan(10, [0, 6], 8, 10, 5, 9), "characteristic 1: acceptance numbers .6, 5., rej"),
        (lambda: variables_plan([5, 2], M=0.1), "characteristic 1: n is 2.0; at least 3"),
        (lambda: acceptance_by_variables([single_plan(5, 1)], 0.1), "a sequence of them is needed"),
        (lambda: sequential_characteristic([single_plan(5, 1)], 0.1), "a sequence of them is needed"),
        (lambda: sequential_characteristic(sequential_plan([0.01], 0.1, 0.1, 0.1), [[1], [2]]), "h has the shape"),
        (lambda: z14_plan([100, 1.0], 1.0), "characteristic 1: lot_size is 1; a whole number of 2"),
        (lambda: z14_plan([100, 100], [1.0, 1.1]), "characteristic 1: aql is 1.1; one of 0.01"),
        (
            lambda: outgoing_quality_limit(PLANS, lot_size=100),
            "characteristic 1: the plan draws 150 items from a lot of 100",
        ),
    ],
)
def test_what_one_of_many_has_no_answer_for_is_refused_with_its_number(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()
