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
from tests.stats.alike import alike


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


# ANSI/ASQ Z1.9: letter, AQL, inspection, sigma, form, letter of the plan, sample size, k or M in percent.
PRINTED = [
    ("B", 2.5, "normal", "unknown", "k", "B", 3, 1.12),
    ("D", 0.65, "normal", "unknown", "k", "D", 5, 1.65),
    ("F", 0.15, "normal", "unknown", "k", "F", 10, 2.24),
    ("J", 1.0, "normal", "unknown", "k", "J", 35, 1.89),
    ("P", 10, "normal", "unknown", "k", "P", 200, 1.07),
    ("I", 1.0, "tightened", "unknown", "k", "I", 25, 1.98),
    ("M", 1.0, "reduced", "unknown", "k", "M", 30, 1.73),
    ("B", 0.1, "tightened", "unknown", "M", "F", 10, 0.077),
    ("E", 0.1, "normal", "unknown", "M", "E", 7, 0.005),
    ("E", 0.4, "normal", "unknown", "M", "E", 7, 1.06),
    ("K", 1.5, "normal", "unknown", "M", "K", 50, 3.44),
    ("P", 10, "tightened", "unknown", "M", "P", 200, 9.80),
    ("H", 0.25, "reduced", "unknown", "M", "H", 7, 1.06),
    ("B", 10, "reduced", "unknown", "M", "B", 3, 40.47),
    ("M", 4.0, "reduced", "unknown", "M", "M", 30, 12.37),
    ("F", 0.1, "normal", "known", "M", "G", 4, 0.290),
    ("J", 1.0, "normal", "known", "M", "J", 12, 2.49),
    ("P", 10, "normal", "known", "M", "P", 127, 14.02),
    ("B", 10, "reduced", "known", "M", "F", 4, 33.67),
    ("N", 1.0, "reduced", "known", "M", "N", 19, 3.28),
]


@pytest.mark.parametrize(("letter", "aql", "inspection", "sigma", "form", "plan_letter", "n", "limit"), PRINTED)
def test_plans_are_those_of_the_printed_tables(letter, aql, inspection, sigma, form, plan_letter, n, limit):
    found = z19_letter_plan(letter, aql, inspection=inspection, sigma=sigma, form=form)

    assert (found.plan_letter, found.n, found.plan.form) == (plan_letter, n, form)
    assert (found.k if form == "k" else 100 * found.M) == pytest.approx(limit, abs=1e-9)


def own_plans(inspection, sigma, form):
    """Every plan of a table, each once: letter, AQL, plan."""
    for letter in LETTERS:
        for aql in AQLS:
            found = z19_letter_plan(letter, aql, inspection=inspection, sigma=sigma, form=form)
            if found.plan_letter == letter:
                yield letter, aql, found.plan


def test_the_plan_that_law_takes_from_the_first_iso_3951_is_held():
    """Directive 75/107/EEC, annex II; OIML R 138, annex A: ISO 3951:1989, letter J, AQL 2.5, normal, sigma unknown."""
    plan = z19_letter_plan("J", 2.5).plan

    assert (plan.n, plan.k) == (35, 1.57)


def test_both_forms_of_a_plan_nearly_agree():
    gaps = []
    for inspection in ("normal", "tightened", "reduced"):
        shares = {(letter, aql): plan for letter, aql, plan in own_plans(inspection, "unknown", "M")}
        gaps += [abs(plan.k - shares[letter, aql].k) for letter, aql, plan in own_plans(inspection, "unknown", "k")]

    # The printed k has two decimals and was computed apart from M.
    assert (max(gaps) < 0.016, np.mean(gaps) < 0.005) == (True, True)


@pytest.mark.parametrize("inspection", ["normal", "tightened", "reduced"])
def test_a_known_sigma_saves_items_and_keeps_the_curve(inspection):
    for letter, aql, plan in own_plans(inspection, "unknown", "M"):
        known = z19_letter_plan(letter, aql, inspection=inspection, sigma="known", form="M").plan
        if plan.n < 20:
            continue
        curves = [acceptance_by_variables(x, np.array([0.3, 1, 3]) * aql / 100) for x in (plan, known)]

        assert known.n < plan.n
        assert curves[1] == pytest.approx(curves[0], abs=0.04)


def test_reduced_plans_draw_fewer_and_accept_more_easily():
    for letter in LETTERS[4:]:
        normal, reduced = (z19_letter_plan(letter, 1.0, inspection=i).plan for i in ("normal", "reduced"))

        assert reduced.n < normal.n
        assert acceptance_by_variables(reduced, 0.05) > acceptance_by_variables(normal, 0.05)


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


@given(
    seed=st.integers(0, 2**32 - 1),
    sides=st.sampled_from(["lower", "upper", "both", "mixed"]),
    form=st.sampled_from(["k", "M"]),
    known=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_many_characteristics_are_decided_as_one_by_one(seed, sides, form, known):
    rng = np.random.default_rng(seed)
    values = rng.normal(10, 1, (6, 8)) * rng.uniform(0.5, 2, (6, 1))
    sigma = rng.uniform(0.5, 2, 6) if known else None
    low, high = rng.uniform(4, 9, 6), rng.uniform(11, 25, 6)
    if sides == "mixed":
        low[1], high[2] = np.nan, np.nan
    limits = {"lsl": None if sides == "upper" else low, "usl": None if sides == "lower" else high}
    plan = variables_plan(8, **{"k": {"k": 1.2}, "M": {"M": 0.06}}[form], sigma="known" if known else "unknown")
    many = decide(values, plan, sigma=sigma, **limits)

    assert many.count == 6
    for c in range(6):
        own = {name: None if x is None or np.isnan(x[c]) else x[c] for name, x in limits.items()}
        assert many[c] == decide(values[c], plan, sigma=None if sigma is None else sigma[c], **own)


def test_many_characteristics_are_decided_each_by_its_plan():
    plans = [
        variables_plan(5, 1.2),
        variables_plan(8, M=0.06),
        variables_plan(4, 1.1, sigma="known"),
        variables_plan(12, M=0.02, sigma="known"),
    ]
    rng = np.random.default_rng(3)
    columns, sigma = [rng.normal(10, 1, plan.n) for plan in plans], [np.nan, np.nan, 1.1, 0.9]
    cuts, flat = np.cumsum([0, 5, 8, 4, 12]), np.concatenate(columns)
    many = decide(flat, plans, lsl=[7, 8, 8, np.nan], usl=[np.nan, 13, 14, 12], sigma=sigma, offsets=cuts)

    for i, (plan, values) in enumerate(zip(plans, columns, strict=True)):
        limits = [{"lsl": 7}, {"lsl": 8, "usl": 13}, {"lsl": 8, "usl": 14}, {"usl": 12}][i]
        alike(many[i], decide(values, plan, sigma=None if np.isnan(sigma[i]) else sigma[i], **limits))
    assert type(many).from_json(many.to_json()) == many and str(many.explain())


def test_plans_that_were_found_for_many_decide_and_those_that_were_not_are_marked():
    plans = z19_plan([40, 40, 40], [1.0, 0.3, 10.0], on_error="mark").plan
    values = np.random.default_rng(4).normal(10, 1, (3, 5))
    found = decide(values, plans, usl=13.0, on_error="mark")

    assert (list(found.problems), found[0]) == ([1], decide(values[0], plans[0], usl=13.0))
    assert found.problems[1] == plans.problems[1]


def test_two_items_decide_by_k_and_one_limit_but_have_no_estimate_of_the_share():
    plan = variables_plan(2, 1.0)
    decision = decide([10.0, 11.0], plan, usl=12.0)

    assert decision.accepted and decision.q_upper == pytest.approx(1.5 / np.sqrt(0.5))
    assert np.isnan(decision.p_total) and "accepted = index >= 1 = True" in str(decision.explain())
    assert not decide([10.0, 11.0], plan, usl=11.0).accepted
    with pytest.raises(StatisticsError, match="an estimate of the share needs more"):
        decide([10.0, 11.0], plan, lsl=9.0, usl=12.0)


def test_values_that_are_all_alike_have_no_variation_whatever_their_last_digits():
    with pytest.raises(StatisticsError, match="no variation"):
        decide([0.1, 0.1, 0.1], variables_plan(3, 1.0), usl=3)


def test_a_characteristic_without_a_decision_is_marked_and_not_accepted():
    values = np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 2.0], [1.0, np.nan, 2.0], [1.0, 2.0, 3.0]])
    found = decide(values, variables_plan(3, 0.5), usl=[4.0, 4.0, 4.0, np.nan], on_error="mark")

    assert found.accepted.tolist() == [True, False, False, False]
    assert sorted(found.problems) == [1, 2, 3]
    assert (
        "no variation" in found.problems[1] and "missing" in found.problems[2] and "at least one" in found.problems[3]
    )
    assert np.isnan(found.p_total[1:]).all()
    assert type(found).from_json(found.to_json()) == found


def test_form_2_compares_the_estimated_share_with_the_tables_limit():
    plan = z19_letter_plan("B", 4.0, form="M").plan
    inside, outside = (decide([10.0, 10.1, x], plan, lsl=9.8, usl=10.3) for x in (10.2, 10.35))

    assert (plan.n, plan.M, inside.M) == (3, 0.1886, 0.1886)
    assert inside.accepted
    assert (outside.p_total > 0.1886, outside.accepted) == (True, False)


def test_the_constant_of_a_share_is_the_inverse_of_the_estimate():
    plans = [variables_plan(n, M=m, sigma=s) for n in (3, 10, 200) for m in (0.001, 0.2) for s in ("known", "unknown")]

    assert [estimated_nonconforming(p.k, p.n, p.sigma) for p in plans] == pytest.approx([p.M for p in plans], rel=1e-9)


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
        (lambda: variables_plan(5), "one of them is needed"),
        (lambda: decide([1, 2, 3], [variables_plan(3, 1.0)], usl=3), "1 plans for 1 characteristics; one is needed"),
        (
            lambda: decide([[1, 2, 3]] * 2, variables_plan([3, 4], 1.0), usl=3),
            "characteristic 1: 3 values found; the plan",
        ),
        (lambda: variables_plan(5, M=1.5), "M is 1.5"),
        (lambda: decide([[1, 2, 3], [1, 1, 1]], variables_plan(3, 1.0), usl=3), "characteristic 1: values have no var"),
        (lambda: decide([[1, 2, 3], [1, 1, 2]], variables_plan(3, 1.0), usl=[3]), "1 entries for 2 characteristics"),
        (lambda: z19_letter_plan("J", 1.0, form="2"), "form is '2'"),
        (lambda: z19_letter_plan("J", 1.0, sigma="s"), "sigma is 's'"),
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


def test_values_too_far_apart_are_refused():
    values = np.array([1.0, 2.0, 4.0, 3.0, 9.0]) * 1e200

    with np.errstate(over="ignore"), pytest.raises(StatisticsError, match="too far apart"):
        decide(values, variables_plan(5, 1.5), lsl=-1e201)
