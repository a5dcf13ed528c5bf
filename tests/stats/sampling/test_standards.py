"""The standards' plans: printed cells, matching curves of single, double and multiple plans, switching."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.sampling import (
    StandardPlan,
    after_lot,
    code_letter,
    operating_characteristic,
    scheme_characteristic,
    single_plan,
    start_inspection,
    z14_letter_plan,
    z14_plan,
)
from hoshin.stats.sampling.z14 import AQLS, LETTERS

# MIL-STD-105E, tables II-A and II-B: letter, AQL, sample size, acceptance number.
NORMAL = [
    ("A", 6.5, 2, 0),
    ("D", 1.5, 8, 0),
    ("H", 2.5, 50, 3),
    ("J", 0.15, 80, 0),
    ("K", 4.0, 125, 10),
    ("N", 1.0, 500, 10),
]
TIGHTENED = [("D", 2.5, 8, 0), ("H", 2.5, 50, 2), ("K", 0.65, 125, 1), ("L", 1.0, 200, 3), ("N", 0.25, 500, 2)]


@pytest.mark.parametrize(("inspection", "rows"), [("normal", NORMAL), ("tightened", TIGHTENED)])
def test_plans_are_those_of_the_printed_tables(inspection, rows):
    found = [z14_letter_plan(letter, aql, inspection=inspection) for letter, aql, _, _ in rows]

    assert [(p.letter, p.aql, p.n, p.ac) for p in found] == rows


def largest_difference(standard, inspection, sampling):
    """Between the curves of single plans of 50 items or more and their double or multiple ones."""
    worst = 0.0
    for letter, aql in itertools.product(LETTERS, AQLS):
        single = z14_letter_plan(letter, aql, inspection=inspection, standard=standard)
        if single.n < 50:
            continue
        staged = z14_letter_plan(letter, aql, inspection=inspection, sampling=sampling, standard=standard)
        rate = (single.ac + 0.7) / single.n * np.array([0.3, 0.6, 1.0, 1.5, 2.2])
        curves = [operating_characteristic(p.plan, rate, distribution="poisson").pa for p in (single, staged)]
        worst = max(worst, float(np.abs(curves[0] - curves[1]).max()))
    return worst


# The standard matches the curves to a few percent only, those of reduced inspection, with their gap, to a tenth;
# sample sizes below 50 are rounded too coarsely to compare.
@pytest.mark.parametrize(
    ("standard", "inspection", "sampling", "most"),
    [
        ("z14", "normal", "double", 0.08),
        ("z14", "tightened", "double", 0.08),
        ("z14", "reduced", "double", 0.13),
        ("z14", "normal", "multiple", 0.08),
        ("z14", "tightened", "multiple", 0.08),
        ("z14", "reduced", "multiple", 0.16),
        *(("iso2859", i, "double", 0.07) for i in ("normal", "tightened", "reduced")),
        *(("iso2859", i, "multiple", 0.07) for i in ("normal", "tightened", "reduced")),
    ],
)
def test_staged_plans_have_nearly_the_curve_of_their_single_plan(standard, inspection, sampling, most):
    assert largest_difference(standard, inspection, sampling) < most


# ISO 2859-1:1999, table 2-C: sample size and acceptance number by letter, arrows followed.
REDUCED_ISO = {
    0.025: "200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0 200/0",
    1.0: "5/0 5/0 5/0 5/0 5/0 5/0 32/1 32/1 32/1 50/2 80/3 125/4 200/6 315/8 500/10 500/10",
    2.5: "2/0 2/0 2/0 2/0 13/1 13/1 13/1 20/2 32/3 50/4 80/6 125/8 200/10 200/10 200/10 200/10",
    15: "2/1 2/1 2/1 3/2 5/3 8/4 13/6 20/8 32/10 32/10 32/10 32/10 32/10 32/10 32/10 32/10",
    40: "2/2 2/2 2/3 3/4 5/6 8/8 13/10 13/10 13/10 13/10 13/10 13/10 13/10 13/10 13/10 13/10",
    1000: "2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30 2/30",
}


@pytest.mark.parametrize("aql", REDUCED_ISO)
def test_reduced_inspection_by_iso_has_other_numbers_and_no_gap(aql):
    plans = [z14_letter_plan(letter, aql, inspection="reduced", standard="iso2859") for letter in LETTERS]

    assert " ".join(f"{plan.n}/{plan.ac}" for plan in plans) == REDUCED_ISO[aql]
    assert all(plan.re == plan.ac + 1 for plan in plans)


def test_a_plan_whose_printed_number_is_in_doubt_says_so():
    doubtful, sure = (z14_letter_plan(x, 2.5, inspection="reduced", standard="iso2859") for x in "KL")

    assert (doubtful.ac, "print Ac 5 or 4" in str(doubtful.explain())) == (4, True)
    assert "print Ac" not in str(sure.explain())


# Letter, AQL, severity, then sample size and (Ac, Re) of each sample; None cannot accept. MIL-STD-105E, tables III, IV;
# ISO 2859-1:1999, tables 3 and 4.
STAGED = [
    ("z14", "double", "K", 2.5, "normal", 80, ((3, 7), (8, 9))),
    ("iso2859", "double", "K", 2.5, "normal", 80, ((3, 6), (9, 10))),
    ("z14", "double", "K", 1.0, "normal", 80, ((1, 4), (4, 5))),
    ("iso2859", "double", "K", 1.0, "normal", 80, ((1, 3), (4, 5))),
    ("iso2859", "double", "K", 4.0, "tightened", 80, ((4, 7), (10, 11))),
    ("iso2859", "double", "K", 2.5, "reduced", 32, ((2, 4), (5, 6))),
    ("z14", "double", "K", 2.5, "reduced", 32, ((1, 5), (4, 7))),
    ("z14", "multiple", "K", 0.65, "normal", 32, ((-1, 2), (0, 3), (0, 3), (1, 4), (2, 4), (3, 5), (4, 5))),
    ("z14", "multiple", "H", 2.5, "reduced", 5, ((-1, 3), (-1, 3), (0, 4), (0, 5), (1, 6), (1, 6), (2, 7))),
    ("z14", "multiple", "E", 100, "normal", 3, ((2, 9), (7, 14), (13, 19), (19, 25), (25, 29), (31, 33), (37, 38))),
    ("iso2859", "multiple", "K", 0.65, "normal", 32, ((-1, 2), (0, 3), (0, 3), (1, 3), (3, 4))),
    ("iso2859", "multiple", "N", 2.5, "reduced", 50, ((0, 5), (3, 8), (6, 10), (9, 12), (12, 13))),
    ("iso2859", "multiple", "L", 1.0, "tightened", 50, ((-1, 3), (0, 3), (1, 4), (2, 5), (4, 5))),
]


@pytest.mark.parametrize(("standard", "sampling", "letter", "aql", "inspection", "n", "numbers"), STAGED)
def test_staged_plans_are_those_of_the_printed_tables(standard, sampling, letter, aql, inspection, n, numbers):
    plan = z14_letter_plan(letter, aql, inspection=inspection, sampling=sampling, standard=standard).plan

    assert (plan.n, plan.ac, plan.re) == ((n,) * len(numbers), *zip(*numbers, strict=True))


def test_where_there_is_no_staged_plan_the_standards_substitute_is_given():
    asked = [("A", 6.5, "double"), ("C", 10, "multiple"), ("R", 0.01, "multiple"), ("D", 10, "multiple")]
    kinds = [z14_letter_plan(letter, aql, sampling=sampling).sampling for letter, aql, sampling in asked]

    assert kinds == ["single", "double", "single", "multiple"]


@given(sizes=st.lists(st.integers(2, 2_000_000), min_size=1, max_size=20), level=st.sampled_from(["S-3", "II"]))
@settings(max_examples=25, deadline=None)
def test_the_letters_of_many_lots_are_those_of_each(sizes, level):
    assert code_letter(sizes, level).tolist() == [code_letter(size, level) for size in sizes]


def test_normal_and_tightened_plans_are_the_same_in_both_standards():
    letters, aqls = zip(*itertools.product(LETTERS, AQLS), strict=True)
    for inspection in ("normal", "tightened"):
        ours, theirs = (z14_letter_plan(letters, aqls, inspection=inspection, standard=s) for s in ("z14", "iso2859"))

        assert ours.plan == theirs.plan and ours.plan_letter == theirs.plan_letter


@given(size=st.integers(2, 2_000_000), level=st.sampled_from(["S-1", "S-2", "S-3", "S-4", "I", "II", "III"]))
@settings(max_examples=50, deadline=None)
def test_larger_lots_never_get_an_earlier_letter(size, level):
    assert LETTERS.index(code_letter(size, level)) <= LETTERS.index(code_letter(2 * size, level))


@given(size=st.integers(2, 1_000_000), aql=st.sampled_from(AQLS))
@settings(max_examples=100, deadline=None)
def test_tightened_inspection_never_accepts_more_easily(size, aql):
    normal, tightened = (z14_plan(size, aql, inspection=i).plan for i in ("normal", "tightened"))
    rate = np.array([0.3, 1.0, 3.0]) * aql / 100
    easy, hard = (operating_characteristic(p, rate, distribution="poisson").pa for p in (normal, tightened))

    assert np.all(hard <= easy + 1e-12)


def test_a_lot_no_larger_than_its_sample_is_inspected_completely():
    assert (z14_plan(10, 0.65).complete_inspection, z14_plan(1000, 0.65).complete_inspection) == (True, False)


def run(state, lots, **options):
    for accepted in lots:
        state = after_lot(state, accepted, **options)
    return state


@pytest.mark.parametrize(
    ("lots", "inspection"),
    [
        ([True, False, True, True, True, False], "tightened"),
        ([False, True, True, True, True, False], "normal"),
        ([False, False], "tightened"),
        ([True] * 14, "normal"),
        ([True] * 15, "reduced"),
    ],
)
def test_normal_inspection_switches_as_the_standard_says(lots, inspection):
    state = start_inspection()
    for accepted in lots:
        state = after_lot(state, accepted)
        if state.inspection != "normal":
            break

    assert state.inspection == inspection


def test_five_accepted_lots_end_tightened_inspection():
    tightened = start_inspection("iso2859", "tightened")

    assert [run(tightened, [True] * n).inspection for n in (4, 5)] == ["tightened", "normal"]


def test_five_lots_not_accepted_discontinue_tightened_inspection():
    state = run(start_inspection("z14", "tightened"), [False, True, False, True, False, True, False, True, False])

    assert state.inspection == "discontinued"
    with pytest.raises(StatisticsError, match="discontinued"):
        after_lot(state, True)


def test_the_score_grows_by_three_where_the_lot_would_pass_one_step_tighter():
    state = run(start_inspection(), [True] * 9, ac=3, accepted_one_step_tighter=True)

    assert (state.score, after_lot(state, True, ac=3, accepted_one_step_tighter=True).inspection) == (27, "reduced")
    assert after_lot(state, True, ac=3, accepted_one_step_tighter=False).score == 0
    with pytest.raises(StatisticsError, match="one step tighter is needed"):
        after_lot(state, True, ac=3)


def test_ten_accepted_lots_allow_reduced_inspection_in_z14_where_the_conditions_hold():
    assert run(start_inspection("z14"), [True] * 10).inspection == "reduced"
    held = run(start_inspection("z14"), [True] * 12, approved=False)
    assert (held.inspection, held.may_reduce) == ("normal", True)


@pytest.mark.parametrize(
    "options", [{"accepted": False}, {"accepted": True, "in_gap": True}, {"accepted": True, "steady": False}]
)
def test_reduced_inspection_ends_at_the_first_doubt(options):
    reduced = start_inspection("z14", "reduced")

    assert (after_lot(reduced, True).inspection, after_lot(reduced, **options).inspection) == ("reduced", "normal")


@pytest.mark.parametrize("rules", ["iso2859", "z14"])
def test_many_series_switch_as_each(rules):
    rng = np.random.default_rng(1)
    begun = [start_inspection(rules, i) for i in ("normal", "tightened", "reduced") for _ in range(5)]
    each, many, stopped = list(begun), begun, set()
    for _ in range(40):
        lot = {
            "accepted": rng.random(15) < 0.8,
            "ac": rng.integers(0, 4, 15),
            "accepted_one_step_tighter": np.where(rng.random(15) < 0.9, rng.random(15) < 0.9, np.nan),
            "in_gap": rng.random(15) < 0.05,
            "steady": rng.random(15) < 0.95,
        }
        many = after_lot(many, **lot, on_error="mark")
        for i in set(range(15)) - stopped:
            own = {name: float(column[i]) for name, column in lot.items()}
            try:
                each[i] = after_lot(each[i], **own)
            except StatisticsError as error:
                stopped.add(i)
                assert many.problems[i] == f"characteristic {i}: {error}"
            else:
                assert many[i] == each[i]

    assert set(many.problems) == stopped
    assert 0 < len(stopped) < 15
    assert type(many).from_json(many.to_json()) == many
    assert list(start_inspection(rules, count=2)) == [start_inspection(rules)] * 2


def test_a_simulated_series_of_lots_agrees_with_the_scheme():
    normal, tightened = (z14_plan(500, 2.5, inspection=i).plan for i in ("normal", "tightened"))
    curve = scheme_characteristic(normal, tightened, 0.05)
    rng = np.random.default_rng(0)
    states, again = [start_inspection("z14")] * 300, start_inspection("z14", "tightened")
    accepted, on_normal = [], []
    for _ in range(70):
        on_normal.append(np.array([state.inspection == "normal" for state in states]))
        accepted.append(rng.random(300) < np.where(on_normal[-1], curve.pa_normal, curve.pa_tightened))
        states = after_lot(states, accepted[-1], approved=False)
        states = [again if state.inspection == "discontinued" else state for state in states]

    # Discontinuation restarts the count of accepted lots at a lot not accepted, as the scheme does anyway.
    assert (np.mean(on_normal[20:]), np.mean(accepted[20:])) == (
        pytest.approx(curve.share_normal, abs=0.02),
        pytest.approx(curve.pa, abs=0.02),
    )


def test_a_perfect_process_stays_on_normal_inspection_and_a_hopeless_one_on_tightened():
    curve = scheme_characteristic(single_plan(80, 2), single_plan(80, 1), [0.0, 1.0])

    assert (curve.share_normal.tolist(), curve.pa.tolist()) == ([1.0, 0.0], [1.0, 0.0])


def test_results_survive_json_and_explain_themselves():
    plan, state = z14_plan(1000, 1.0, sampling="multiple"), run(start_inspection(), [True, False])

    assert StandardPlan.from_json(plan.to_json()) == plan
    assert type(state).from_json(state.to_json()) == state
    assert "sample 7 = draw 20; accept up to 9 found in all, reject from 10" not in str(plan.explain())
    assert "code letter = table I, lot of 1000, level II = J" in str(plan.explain())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: z14_plan(1, 1.0), "lot_size is 1"),
        (lambda: z14_plan(100, 1.1), "aql is 1.1; one of 0.01"),
        (lambda: z14_plan(100, 1.0, level="IV"), "level is 'IV'"),
        (lambda: z14_plan(100, 1.0, inspection="skipped"), "inspection is 'skipped'"),
        (lambda: z14_letter_plan("I", 1.0), "letter is 'I'"),
        (lambda: z14_plan(500, 1.0, sampling="triple"), "sampling is 'triple'"),
        (lambda: code_letter([10, 1]), "lot_size is 1"),
        (lambda: code_letter(10.5), "lot_size is 10.5; a whole number"),
        (lambda: z14_plan(500, 1.0, standard="iso"), "standard is 'iso'"),
        (lambda: start_inspection("ansi"), "rules is 'ansi'"),
        (lambda: start_inspection(count=0), "count is 0"),
        (lambda: after_lot([start_inspection(), start_inspection("z14")], True), "under the same rules are needed"),
        (lambda: after_lot([start_inspection()] * 2, [True, np.nan]), "characteristic 1: accepted is missing"),
        (lambda: after_lot(start_inspection(count=2), [True] * 3), "3 entries for 2 series"),
    ],
)
def test_what_the_standard_does_not_know_is_refused(call, said):
    with pytest.raises(StatisticsError, match=said):
        call()
