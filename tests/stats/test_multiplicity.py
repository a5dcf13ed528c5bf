"""Adjusted p values: published examples, order, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoshin.stats.errors import StatisticsError
from hoshin.stats.multiplicity import METHODS, adjusted

# Y. Benjamini, Y. Hochberg, JRSS B 57 (1995), section 3.2: fifteen p values; at 0.05 Bonferroni rejects three, their
# procedure four.
MYOCARDIAL = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
]


def test_the_published_example_rejects_as_published():
    rejected = {
        method: int((adjusted(MYOCARDIAL, method) <= 0.05).sum()) for method in ("bonferroni", "benjamini-hochberg")
    }

    assert rejected == {"bonferroni": 3, "benjamini-hochberg": 4}


def test_a_test_not_done_does_not_count():
    with_gap = adjusted([0.01, np.nan, 0.04])

    assert with_gap[[0, 2]].tolist() == adjusted([0.01, 0.04]).tolist()
    assert np.isnan(with_gap[1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.sampled_from(METHODS))
def test_adjusting_keeps_the_order_and_never_helps(pvalues, method):
    result = adjusted(pvalues, method)
    order = np.argsort(pvalues, kind="stable")

    assert (np.diff(result[order]) >= -1e-15).all()
    assert (result >= np.array(pvalues) - 1e-15).all()


def test_holm_is_never_stricter_than_bonferroni():
    difference = adjusted(MYOCARDIAL, "bonferroni") - adjusted(MYOCARDIAL, "holm")

    assert (difference >= 0).all()


def test_a_p_value_above_one_is_refused():
    with pytest.raises(StatisticsError, match=r"pvalues hold 1\.5"):
        adjusted([0.5, 1.5])


@given(
    st.integers(1, 6).flatmap(
        lambda m: st.lists(
            st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), min_size=m, max_size=m), min_size=1, max_size=4
        )
    ),
    st.sampled_from(METHODS),
)
def test_each_row_is_adjusted_by_itself(rows, method):
    assert adjusted(rows, method) == pytest.approx(np.array([adjusted(row, method) for row in rows]), nan_ok=True)
