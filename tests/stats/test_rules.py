"""Rules find what their words say: against a search written window by window, and in batches as one by one."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats import signals as signals_module
from hoshin.stats.errors import StatisticsError
from hoshin.stats.false_alarms import FalseAlarms, false_alarms
from hoshin.stats.rules import (
    AIAG,
    BEYOND_LIMITS,
    NELSON,
    WESTERN_ELECTRIC,
    Rule,
    alternating,
    beyond,
    m_of_n,
    outside,
    same_side,
    trend,
    within,
)
from hoshin.stats.run_length import simulate_rules
from hoshin.stats.signals import Signals, signals

SHORT = (
    beyond(2.0),
    same_side(3),
    trend(4),
    alternating(4),
    m_of_n(2, 3, 1.0),
    m_of_n(3, 3, 0.5),
    within(3, 1.0),
    outside(3, 1.0),
    outside(3, 0.5, both_sides=True, name="both"),
)
# Quarters lie on lines often and are computed with exactly.
POINTS = st.lists(st.integers(-12, 12).map(lambda i: i / 4) | st.just(float("nan")), max_size=40)


def meets(window, rule):
    """Whether a window of z values meets a rule, read word for word."""
    up, down = [z > (rule.k or 0) for z in window], [z < -(rule.k or 0) for z in window]
    steps = [b - a for a, b in pairwise(window)]
    match rule.type:
        case "beyond":
            return up[-1] or down[-1]
        case "same_side":
            return all(up) or all(down)
        case "trend":
            return all(s > 0 for s in steps) or all(s < 0 for s in steps)
        case "alternating":
            return all(a * b < 0 for a, b in pairwise(steps))
        case "m_of_n_beyond":
            return any(sum(side) >= rule.m and side[-1] for side in (up, down))
        case "within":
            return all(abs(z) < rule.k for z in window)
        case "outside_either":
            return all(abs(z) > rule.k for z in window)
        case "outside_both":
            return all(abs(z) > rule.k for z in window) and any(up) and any(down)


def one_by_one(values, rule):
    n = rule.window
    return [i for i in range(n - 1, len(values)) if meets(values[i - n + 1 : i + 1], rule)]


@given(POINTS)
def test_signals_are_those_found_window_by_window(values):
    found = signals(values, 0.0, 1.0, SHORT)

    assert {rule.name: points.tolist() for rule, points in found} == {r.name: one_by_one(values, r) for r in SHORT}


@given(st.lists(POINTS.filter(len), min_size=1, max_size=6))
def test_many_ragged_characteristics_give_what_each_gives_alone(characteristics):
    offsets = np.concatenate(([0], np.cumsum([len(c) for c in characteristics])))
    center = np.arange(len(characteristics)) / 4

    found = signals(np.concatenate(characteristics), center, np.full(center.size, 0.5), SHORT, offsets=offsets)
    alone = [signals(c, mid, 0.5, SHORT) for c, mid in zip(characteristics, center, strict=True)]

    assert [found.between(a, b) for a, b in pairwise(offsets)] == alone


@given(POINTS.filter(lambda p: len(p) > 1), st.integers(4, 9))
def test_blocks_do_not_change_what_is_found(values, size):
    whole = signals(values, 0.0, 1.0, SHORT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signals_module, "BLOCK", size)

        in_blocks = signals(values, 0.0, 1.0, SHORT)

    assert in_blocks == whole


@given(POINTS, st.sampled_from([0.25, 2.0, 8.0]), st.integers(-8, 8))
def test_signals_stay_when_the_unit_changes(values, scale, shift):
    moved = signals(np.array(values) * scale + shift, float(shift), scale, SHORT)

    assert moved == signals(values, 0.0, 1.0, SHORT)


def test_lines_may_be_given_for_each_point():
    values = [1.0, 1.0, 1.0]

    found = signals(values, 0.0, [1.0, 0.25, 0.5], (beyond(3.0),))

    assert found.points[0].tolist() == [1]


def test_a_rule_without_k_looks_at_the_limits():
    found = signals([1.0, 3.0, -3.0, 2.0], 0.0, None, (BEYOND_LIMITS,), ucl=2.0, lcl=-4.0)

    assert found["beyond-limits"].tolist() == [1]


def test_a_signal_knows_which_rules_are_met_at_a_point():
    found = signals([0.0, 4.0, 2.5, 0.0], 0.0, 1.0, NELSON)

    assert [rule.name for rule in found.at(1)] == ["nelson-1"]


def test_all_points_with_a_signal_are_named_once():
    found = signals([0.0, 4.0, 4.0, 4.0], 0.0, 1.0, NELSON)

    assert found.indices.tolist() == [1, 2, 3]


def test_signals_survive_json():
    found = signals([0.0, 4.0, 4.0, 4.0], 0.0, 1.0, NELSON)

    assert Signals.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("rules", "definition"),
    [
        (NELSON, [("beyond", None, None, 3), ("same_side", 9, None, None), ("trend", 6, None, None),
                  ("alternating", 14, None, None), ("m_of_n_beyond", 3, 2, 2), ("m_of_n_beyond", 5, 4, 1),
                  ("within", 15, None, 1), ("outside_either", 8, None, 1)]),
        (WESTERN_ELECTRIC, [("beyond", None, None, 3), ("m_of_n_beyond", 3, 2, 2), ("m_of_n_beyond", 5, 4, 1),
                            ("same_side", 8, None, None)]),
    ],
)  # fmt: skip
def test_the_published_sets_are_as_published(rules, definition):
    assert [(r.type, r.n, r.m, r.k) for r in rules] == definition


def test_aiag_differs_from_nelson_by_a_run_of_seven():
    differing = [a.n for a, n in zip(AIAG, NELSON, strict=True) if (a.type, a.n, a.m, a.k) != (n.type, n.n, n.m, n.k)]

    assert differing == [7]


@pytest.mark.parametrize("rule", [*NELSON, *SHORT], ids=lambda rule: rule.name)
def test_the_false_alarm_rate_of_a_rule_is_the_share_of_normal_points_that_meet_it(rule):
    z = np.random.default_rng(7).normal(size=(2000, 500 + rule.window - 1))

    met = np.zeros(z.shape, dtype=bool)
    met.ravel()[signals(z, 0.0, 1.0, (rule,)).indices] = True
    shares = met[:, rule.window - 1 :].mean(axis=1)

    assert shares.mean() == pytest.approx(rule.false_alarm_rate(), abs=4 * shares.std() / np.sqrt(shares.size))


def test_false_alarm_rates_have_their_known_values():
    rates = {rule.name: rule.false_alarm_rate() for rule in NELSON}

    assert rates["nelson-2"] == 2 / 2**9
    assert rates["nelson-3"] == 2 / 720
    # 199,360,981 of the 14! orders of fourteen go up and down in turn, beginning with up (Euler's zigzag numbers).
    assert rates["nelson-4"] == pytest.approx(2 * 199_360_981 / math.factorial(14), rel=1e-15)
    assert rates["nelson-7"] == pytest.approx(0.6826894921370859**15)
    assert outside(8, both_sides=True).false_alarm_rate() < rates["nelson-8"]


def test_a_rule_on_the_limits_drawn_has_the_rate_of_where_they_lie():
    assert BEYOND_LIMITS.false_alarm_rate(3.09) == pytest.approx(0.002, abs=2e-6)


@pytest.mark.parametrize(
    ("rules", "arl"),
    [
        # C. W. Champ, W. H. Woodall, Technometrics 29 (1987), table 1: rules 1; 1, 2; 1, 3; 1, 4; 1 to 4.
        ([0], 370.40), ([0, 1], 225.44), ([0, 2], 166.05), ([0, 3], 152.73), ([0, 1, 2, 3], 91.75),
    ],
)  # fmt: skip
def test_run_lengths_of_western_electric_rules_are_the_published_ones(rules, arl):
    found = false_alarms([WESTERN_ELECTRIC[i] for i in rules], points=100_000)

    assert (round(found.arl, 2), found.arl_interval, found.method) == (arl, None, "Markov chain")


@pytest.mark.parametrize("rules", [NELSON, AIAG, (m_of_n(3, 4, 1.5), trend(7))])
def test_run_lengths_of_sets_are_those_simulated(rules):
    found = false_alarms(rules, points=200_000)

    low, high = simulate_rules(rules, replicates=2000, seed=3, confidence=0.999).interval[0]
    assert low < found.arl < high
    assert max(found.rates) < found.rate < sum(found.rates)
    assert 1 / found.arl < found.rate


def test_one_rule_by_itself_is_exact_in_both():
    found = false_alarms([BEYOND_LIMITS], k=3.0)

    assert (found.rate, found.rate_interval) == (found.rates[0], None)
    assert found.arl == pytest.approx(1 / found.rate)


def test_false_alarms_survive_json_and_explain_themselves():
    found = false_alarms(WESTERN_ELECTRIC, points=100_000)

    assert FalseAlarms.from_json(found.to_json()) == found
    assert "all together: points until the first" in str(found.explain())


def test_a_decimal_point_on_a_line_is_neither_beyond_nor_within_it():
    # 3 * 0.3 is 0.8999999999999999 and 0.1 + 0.003 is 0.10300000000000001 in binary.
    beyond_line = signals([0.9, -0.9, 0.91, -0.91], 0.0, 0.3, (beyond(3),))
    inside_line = signals([0.103, 0.102, 0.101, 0.097, 0.098], 0.1, 0.003, (within(2),))

    assert (beyond_line["beyond-3"].tolist(), inside_line["within-1-2"].tolist()) == ([2, 3], [2])


def test_ten_of_eleven_on_one_side_is_a_rule_at_the_center_line():
    points = [1.0] * 5 + [-1.0] + [1.0] * 5 + [0.0, 1.0]

    found = signals(points, 0.0, 1.0, (m_of_n(10, 11, 0.0),))

    assert found["10-of-11-beyond-0"].tolist() == [10]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Rule("x", "sideways"), "type of a rule is 'sideways'; one of beyond"),
        (lambda: same_side(1), "n of rule same-side-1 is 1.0; at least 2 is needed"),
        (lambda: m_of_n(4, 3, 1.0), "rule 4-of-3-beyond-1 asks for 4 of 3 points"),
        (lambda: m_of_n(2, 3, -1.0), "k of rule 2-of-3-beyond--1 is -1.0; at least 0 is needed"),
        (lambda: within(15, 0.0), "k of rule within-0-15 is 0.0; more than 0 is needed"),
        (lambda: false_alarms([]), "no rule found"),
        (lambda: false_alarms(NELSON, points=1), "points is 1.0; at least 100000"),
        (lambda: signals([1.0], 0.0, None, NELSON), "rule nelson-1 needs sigma"),
        (lambda: signals([1.0], 0.0, 1.0, (BEYOND_LIMITS,)), "needs the control limits"),
        (lambda: signals([1.0], 0.0, 1.0, (NELSON[0], NELSON[0])), "two rules have the same name"),
        (lambda: signals([1.0, 2.0], [0.0, 0.0, 0.0], 1.0), "center has shape"),
        (lambda: signals([1.0, 2.0], 0.0, 1.0, offsets=[0, 0, 2]), "offsets must rise from 0"),
        (lambda: signals([1.0, np.inf], 0.0, 1.0), "infinite value at index 1"),
        (lambda: signals(["a"], 0.0, 1.0), "values must be numbers"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(make, words):
    with pytest.raises(StatisticsError, match=words):
        make()
