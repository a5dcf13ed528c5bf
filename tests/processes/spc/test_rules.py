"""Decisions as pure functions: which chart, which rules, how much attention."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.processes.spc.rules import (
    RULE_SETS,
    Condition,
    attention,
    choose_chart,
    enough_data,
    full_name,
    grouped,
    joined,
    need,
    rules_of,
)

NONE = np.full(3, np.nan)


@pytest.mark.parametrize(
    ("sort", "subgroups", "sizes", "expected"),
    [
        ("variable", (1, 1, 1), NONE, "i_mr"),
        ("variable", (5, 5, 5), NONE, "xbar_r"),
        ("variable", (5, 4, 5), NONE, "xbar_s"),
        ("variable", (12, 12), NONE, "xbar_s"),
        ("defectives", (1, 1), np.array([50.0, 60.0]), "p"),
        ("defects", (1, 1), np.array([5.0, 5.0]), "c"),
        ("defects", (1, 1), np.array([5.0, 6.0]), "u"),
    ],
)
def test_the_data_choose_the_chart(sort, subgroups, sizes, expected):
    assert choose_chart(sort, "automatic", np.array(subgroups), sizes).chart == expected


def test_what_the_characteristic_asks_for_is_taken():
    assert choose_chart("variable", "xbar_s", np.array([5, 5]), NONE).chart == "xbar_s"


def test_rules_are_switched_off_by_their_numbers():
    row = SimpleNamespace(rules="nelson", rules_off="7; 8, 4")

    assert [rule.name for rule in rules_of(row)] == [f"nelson-{n}" for n in (1, 2, 3, 5, 6)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("nelson", [f"Nelson {n}" for n in range(1, 9)]),
        ("western_electric", [f"Western Electric {n}" for n in range(1, 5)]),
        ("beyond", ["beyond the control limits"]),
    ],
)
def test_rules_are_called_as_the_trade_calls_them(rules, expected):
    assert [full_name(rule) for rule in RULE_SETS[rules]] == expected


def test_limits_need_twenty_points():
    told = [enough_data(SimpleNamespace(computed="{}", points=n, problem="")) for n in (19, 20)]

    assert str(told[0]).startswith("19 points found; at least 20") and told[1] is None


def test_the_formula_of_attention_on_paper():
    condition = Condition(alert=True, since_signal=4, recent_signals=3, ppk=0.83, outside=True, missing_share=0.2)

    assert attention(condition) == pytest.approx(50 + 22 + 6 + 10 + 10 + 2)


def test_signals_on_provisional_limits_weigh_half_and_make_no_alarm():
    frozen, provisional = (
        Condition(since_signal=0, recent_signals=9),
        Condition(since_signal=0, recent_signals=9, has_baseline=False),
    )

    assert (attention(frozen), attention(provisional)) == (40, 23)
    assert (need(40), need(23), need(3)) == (1, 2, 0)


@given(st.integers(0, 60), st.floats(-3, 3), st.floats(0, 1))
def test_an_open_alert_and_a_newer_signal_never_lessen_attention(since, ppk, missing):
    base = Condition(since_signal=since + 1, ppk=ppk, missing_share=missing)
    newer = Condition(since_signal=since, ppk=ppk, missing_share=missing)
    alert = Condition(alert=True, since_signal=since, ppk=ppk, missing_share=missing)

    assert attention(base) <= attention(newer) <= attention(alert)


def test_rules_met_later_are_told_once_each():
    assert joined("Nelson 1, Nelson 2", ["Nelson 2", "Nelson 5"]) == "Nelson 1, Nelson 2, Nelson 5"


def test_rules_are_told_by_their_families():
    names = "Western Electric 3, Western Electric 1, beyond the control limits"

    assert grouped(names) == "Western Electric 1, 3; beyond the control limits"
