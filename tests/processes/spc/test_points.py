"""Measurements are cut into points, and many characteristics computed together say what each says alone."""

from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hoshin.measurements.columns import Columns
from hoshin.measurements.overlay import Exclusion, Overlay, apply
from hoshin.processes.spc.evaluation import Asked, chart, evaluate
from hoshin.processes.spc.points import points_of
from hoshin.stats.control_charts import NELSON


def reading(values, *, size=None, subgroup=None, excluded=()):
    n = len(values)
    columns = Columns(
        row=np.arange(n), characteristic=np.ones(n, np.int64), sequence=np.arange(n), value=np.array(values, float),
        size=None if size is None else np.full(n, float(size)), subgroup=subgroup,
    )  # fmt: skip
    return apply(columns, Overlay(exclusions=tuple(Exclusion(row, 1) for row in excluded)))


def characteristic(**told):
    return SimpleNamespace(**{"sort": "variable", "chart": "automatic", "subgroup_size": 1, "shift": None, **told})


def test_an_incomplete_subgroup_waits():
    points = points_of(characteristic(subgroup_size=3), reading(range(11)))

    assert (len(points), points.waiting, points.first.tolist(), points.last.tolist()) == (3, 2, [1, 4, 7], [3, 6, 9])


def test_numbered_subgroups_are_cut_where_the_number_changes():
    points = points_of(characteristic(), reading(range(6), subgroup=np.array([4, 4, 5, 5, 4, 4])))

    assert points.cuts.tolist() == [0, 2, 4, 6]


def test_a_point_is_excluded_when_none_of_its_values_counts():
    points = points_of(characteristic(subgroup_size=2), reading(range(6), excluded=(2, 3, 5)))

    assert points.excluded.tolist() == [False, True, False]


def test_a_window_holds_the_points_that_lie_wholly_in_it():
    points = points_of(characteristic(subgroup_size=2), reading(range(8)))

    assert points.within(2, 7) == (1, 3)


SERIES = st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=30), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(SERIES)
def test_charts_computed_together_are_the_charts_computed_alone(series):
    cut = [
        points_of(characteristic(), reading(np.cumsum(values) % 17 + np.arange(len(values)) % 3)) for values in series
    ]
    together = evaluate([Asked(points, NELSON) for points in cut])
    alone = [
        chart(points, points.counted, NELSON) for points, one in zip(cut, together, strict=True) if not one.problem
    ]
    charted = [one for one in together if not one.problem]

    assert [(one.lower, one.center, one.upper) for one in charted] == [
        (a.main.lcl, a.main.center, a.main.ucl) for a in alone
    ]
    assert [one.signalling.tolist() for one in charted] == [
        np.unique(np.concatenate([panel.signals.indices for panel in a.panels])).tolist() for a in alone
    ]
