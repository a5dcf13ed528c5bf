"""Average run lengths as printed in books and papers."""

import pytest

from hoshin.stats import rules as r
from hoshin.stats.run_length import (
    cusum_arl,
    cusum_design,
    ewma_arl,
    ewma_design,
    mewma_design,
    runs_rules_arl,
    shewhart_arl,
    t2_arl,
)

SHIFTS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4)


# D. C. Montgomery, Introduction to Statistical Quality Control, 6th edition, table 9.3, k = 1/2.
@pytest.mark.parametrize(
    ("h", "printed"),
    [
        (4, (168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71)),
        (5, (465, 139, 38.0, 17.0, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01)),
    ],
)
def test_the_cusum_has_the_printed_run_lengths(h, printed):
    assert cusum_arl(0.5, h, SHIFTS).arl == pytest.approx(printed, rel=5e-3)


# J. M. Lucas, R. B. Crosier, Technometrics 24 (1982), 199-205, h = 5, head start 2.5.
def test_the_cusum_with_a_head_start_has_the_printed_run_lengths():
    found = cusum_arl(0.5, 5, (0, 0.5, 1, 1.5, 2), fir=2.5).arl

    assert found == pytest.approx((430, 28.7, 6.35, 3.37, 2.36), rel=3e-3)


# D. M. Hawkins, Journal of Quality Technology 25 (1993), 248-261 (Montgomery, table 9.4): h for an ARL of 370.
@pytest.mark.parametrize(("k", "h"), [(0.25, 8.01), (0.5, 4.77), (0.75, 3.34), (1.0, 2.52), (1.25, 1.99), (1.5, 1.61)])
def test_the_decision_interval_is_the_printed_one(k, h):
    assert cusum_design(370, k).parameters["h"] == pytest.approx(h, abs=6e-3)


# J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990), 1-12, table 3 (Montgomery, table 9.11).
@pytest.mark.parametrize(
    ("lam", "L", "printed"),
    [
        (0.4, 3.054, (500, 224, 71.2, 28.4, 14.3, 5.9, 3.5)),
        (0.25, 2.998, (500, 170, 48.2, 20.1, 11.1, 5.5, 3.6)),
        (0.2, 2.962, (500, 150, 41.8, 18.2, 10.5, 5.5, 3.7)),
        (0.1, 2.814, (500, 106, 31.3, 15.9, 10.3, 6.1, 4.4)),
        (0.05, 2.615, (500, 84.1, 28.8, 16.4, 11.4, 7.1, 5.2)),
    ],
)
def test_the_ewma_has_the_printed_run_lengths(lam, L, printed):
    assert ewma_arl(lam, L, SHIFTS[:7]).arl == pytest.approx(printed, rel=0.012)


@pytest.mark.parametrize(("lam", "L"), [(0.4, 3.054), (0.25, 2.998), (0.1, 2.814), (0.05, 2.615)])
def test_the_limit_of_the_ewma_is_the_printed_one(lam, L):
    assert ewma_design(500, lam).parameters["L"] == pytest.approx(L, abs=1.5e-3)


# C. W. Champ, W. H. Woodall, Technometrics 29 (1987), 393-399, table 1.
@pytest.mark.parametrize(
    ("rules", "printed"),
    [
        ([r.beyond(3)], (370.40, 43.89)),
        ([r.beyond(3), r.m_of_n(2, 3, 2)], (225.44, 20.01)),
        ([r.beyond(3), r.m_of_n(4, 5, 1)], (166.05, 12.66)),
        ([r.beyond(3), r.same_side(8)], (152.73, 14.58)),
        ([r.beyond(3), r.m_of_n(2, 3, 2), r.m_of_n(4, 5, 1)], (132.89,)),
        (r.WESTERN_ELECTRIC, (91.75, 9.22)),
    ],
)
def test_runs_rules_have_the_printed_run_lengths(rules, printed):
    assert runs_rules_arl(rules, (0, 1)[: len(printed)]).arl == pytest.approx(printed, abs=6e-3)


# S. S. Prabhu, G. C. Runger, Journal of Quality Technology 29 (1997), 8-15, table 1, ARL 200 (their chain is rougher).
@pytest.mark.parametrize(("p", "h"), [(2, 8.64), (4, 12.73)])
def test_the_limit_of_the_mewma_is_the_printed_one(p, h):
    assert mewma_design(200, p, 0.1).parameters["h"] == pytest.approx(h, abs=0.02)


def test_shewhart_is_what_normal_tails_give():
    # D. C. Montgomery, 6th edition, section 6.2.6: n 5, shift 2 sigma, k 3: found at once with chance 1 - 0.0705.
    assert shewhart_arl(3, 2, n=5).arl[0] == pytest.approx(1 / (1 - 0.0705), rel=1e-3)


def test_t2_without_a_shift_is_one_over_alpha():
    # Chi-square with 2 degrees of freedom, upper 0.005 point: 10.60 (Montgomery, 6th edition, section 11.3.1).
    assert t2_arl(10.5966, 2).arl[0] == pytest.approx(200, rel=1e-4)
