"""Short run charts: several parts on one chart, as deviations from nominal (DNOM) or standardized (Z-MR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.constants import d2
from hoshin.stats.control_charts.assembly import assemble, check_baseline, each, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.individuals import i_mr, level_panel, moving_ranges, range_panel
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import StatisticsError, check_numbers, check_same_length
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments


def dnom(values, part, nominal: Mapping, *, offsets=None, **options) -> ControlChart | ControlCharts:
    """Deviation from nominal chart: is the process stable over parts of different nominal size, but equal spread?

    Estimand: an individuals and moving range chart of x_i = value_i - nominal of its part.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    part : the part each value belongs to, like the values, or (n,) where all characteristics were measured on the same.
    nominal : the nominal size (or target) of each part: a number, or one number per characteristic.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    options : as for ``i_mr``.

    Units: values and nominal sizes in one unit, which is that of the deviations, their center and limits.

    Assumes: the same standard deviation for every part; else ``z_mr``.

    Errors: a part without nominal size, a part for each value missing, and those of ``i_mr``.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 10.1.

    >>> chart = dnom([50.2, 49.9, 52.1, 51.9, 52.3], ["A", "A", "B", "B", "B"], {"A": 50.0, "B": 52.0})
    >>> chart.main.points.round(2)
    array([ 0.2, -0.1,  0.1, -0.1,  0.3])
    """
    array, parts = _read(values, part)
    names, which = np.unique(parts, return_inverse=True)
    missing = sorted({str(name) for name in names} - {str(name) for name in nominal})
    if missing:
        raise StatisticsError("no nominal size for part {found}; each part needs one", found=", ".join(missing))
    series = Series.read(array.shape, offsets=offsets)
    known = {str(name): each(size, f"nominal of part {name}", series) for name, size in nominal.items()}
    table = np.stack([known[str(name)] for name in names])
    of_point = series.characteristics.owner
    sizes = table[which.ravel(), of_point].reshape(array.shape)
    return i_mr(array - sizes, offsets=offsets, **options)


def z_mr(
    values,
    part,
    *,
    offsets=None,
    baseline: Baseline | None = None,
    k: float | None = None,
    stages=None,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Z-MR chart: is the process stable over parts of different level and spread?

    Estimand: each part has its own mean and sigma = mean moving range / d2(2) over its points in the order of time.
    Plotted are z = (value - mean) / sigma of its part, center 0, limits -+ k, and the moving ranges of z, which cross
    parts, center d2(2), limits d2(2) -+ k d3(2), not below 0.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``. NaN is
        a missing value.
    part : the part each value belongs to, like the values, or (n,) where all characteristics were measured on the same.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    baseline : of an earlier chart (phase II); it knows the parts it was made of.
    k, stages, exclude, rules, range_rules, on_error : as in ``i_mr``; with each stage the parts begin anew.

    Units: values in any unit, which may differ between parts; z, its limits and moving ranges have none.

    Assumes: values of a part independent, roughly normal, with one mean and one standard deviation.

    Errors: a part with fewer than two values, without variation, or unknown to the baseline.

    Source: D. J. Wheeler, Short Run SPC (1991); D. C. Montgomery, Introduction to Statistical Quality Control, 10.1.

    >>> chart = z_mr([50.2, 49.9, 50.3, 12.1, 11.9, 12.3], ["A", "A", "A", "B", "B", "B"])
    >>> chart.main.points.round(3), chart.main.ucl
    (array([ 0.215, -0.752,  0.537,  0.   , -0.752,  0.752]), 3.0)
    """
    array, parts = _read(values, part)
    series = Series.read(array.shape, offsets=offsets, stages=stages, exclude=exclude, on_error=on_error)
    names, which = np.unique(parts, return_inverse=True)
    points, which = array.ravel(), which.ravel()
    one = np.ones(series.stages.count)
    if baseline is None:
        mean, sigma, used = _of_parts(points, which, names, series)
        kept = series.keeps(~np.isnan(points))
        tables = {"part_mean": _table(names, mean, used), "part_sigma": _table(names, sigma, used)}
        base = make_baseline(series, "z_mr", 0 * one, one, series.stages.counts(kept), "mr_mean", k, 2, tables)
    else:
        check_baseline(baseline, "z_mr", series, exclude=exclude, k=k)
        base = baseline
        mean, sigma = _known(names, which, base, series)
    of_point = series.stages.owner
    z = (points - mean[of_point, which]) / sigma[of_point, which]
    ranges, _ = moving_ranges(z, series.stages)
    panels = (
        level_panel("Z", z, 0 * one, one, base.k, tuple(rules)),
        range_panel(ranges, one, 2, base.k, tuple(range_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2)


def _read(values, part):
    """Values, and the part of each."""
    array = check_numbers(values, "values", ndim=(1, 2))
    parts = np.asarray(part)
    if parts.dtype == object:
        missing = [place for place, one in enumerate(parts.ravel().tolist()) if one is None or one != one]
        if missing:
            raise StatisticsError("part is missing at index {place}; each value has one", place=missing[0])
    if array.ndim == 1 or parts.ndim == 1:
        check_same_length(array[0] if array.ndim == 2 else array, parts, ("values", "part"))
    if parts.ndim == 1 or parts.shape == array.shape:
        return array, np.broadcast_to(parts, array.shape)
    raise StatisticsError(
        "part has shape {found}; one part for each of the values ({needed}) is needed",
        found=parts.shape,
        needed=array.shape,
    )


def _of_parts(points, which, names, series: Series):
    """Mean and sigma of each part (column) of each characteristic (row), and whether it has any."""
    kept = series.keeps(~np.isnan(points))
    count, shape = series.stages.count * names.size, (series.stages.count, names.size)
    group = series.stages.owner * names.size + which
    met = np.bincount(group, minlength=count) > 0
    order = np.flatnonzero(kept)[np.argsort(group[kept], kind="stable")]
    counts = np.bincount(group[kept], minlength=count)
    there = counts > 0
    segments = Segments(np.concatenate(([0], np.cumsum(counts[there]))))
    mean, sigma = np.full(count, np.nan), np.full(count, np.nan)
    if order.size:
        _, totals = moving_ranges(points[order], segments)
        mean[there] = segments.sums(points[order]) / counts[there]
        sigma[there] = totals / np.maximum(counts[there] - 1, 1) / d2(2)
    counts, sigma, met = counts.reshape(shape), sigma.reshape(shape), met.reshape(shape)
    _refuse(series, met & (counts < 2), names, "part {part} has {found} value(s); at least 2 are needed", counts)
    _refuse(series, (sigma == 0) & (counts > 1), names, "the {found} values of part {part} have no variation", counts)
    lost = series.lost[:, None]
    return np.where(lost, np.nan, mean.reshape(shape)), np.where(lost, np.nan, sigma), met


def _refuse(series: Series, bad, names, template: str, counts) -> None:
    """Refuse each characteristic for the first of its parts that is marked."""
    first = bad.argmax(axis=1)
    found = counts[np.arange(len(bad)), first]
    series.refuse(bad.any(axis=1), template, part=names[first], found=found)


def _table(names, numbers, used) -> dict:
    """Numbers by part, one per characteristic; NaN where it has not the part."""
    columns = np.where(used, numbers, np.nan).T
    return dict(zip(names.tolist(), columns, strict=True))


def _known(names, which, base: Baseline, series: Series):
    """Mean and sigma of each part (column) of each characteristic (row) as the baseline knows them."""
    count = series.stages.count
    none = np.full(count, np.nan)
    mean, sigma = (
        np.stack([np.broadcast_to(table.get(name, none), (count,)) for name in names.tolist()], axis=1)
        for table in (base.options["part_mean"], base.options["part_sigma"])
    )
    met = np.zeros((count, names.size), dtype=bool)
    met[series.stages.owner, which] = True
    unknown = met & np.isnan(mean)
    series.refuse(
        unknown.any(axis=1),
        "the baseline knows no part {found}; it knows {known}",
        found=names[unknown.argmax(axis=1)],
        known=", ".join(map(str, base.options["part_mean"])),
    )
    return mean, sigma


def _derivation(chart: Charted):
    base = chart.baseline
    for name in base.options["part_mean"]:
        yield Step(f"part {name}: mean", value=base.options["part_mean"][name])
        yield Step(f"part {name}: sigma", "mean moving range / d2(2)", value=base.options["part_sigma"][name])
    yield Step("z", "(value - mean of its part) / sigma of its part")
    yield Step("limits", "-+ {k}; moving ranges d2(2) + {k} d3(2)", {"k": base.k})


family(
    "z_mr",
    "Z-MR short run chart",
    ("values in the order of time", "independent values, roughly normal", "each part has its own mean and sigma"),
    ("D. J. Wheeler, Short Run SPC (1991)", "D. C. Montgomery, Introduction to Statistical Quality Control, 10.1"),
    _derivation,
)
