"""Short run charts: several parts on one chart, as deviations from nominal (DNOM) or standardized (Z-MR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats.constants import d2
from hoshin.stats.control_charts.assembly import assemble, check_baseline, make_baseline
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, family
from hoshin.stats.control_charts.individuals import i_mr, level_panel, moving_ranges, range_panel
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import StatisticsError, check_number, check_numbers, check_same_length
from hoshin.stats.results import Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments


def dnom(values, part, nominal: Mapping, **options) -> ControlChart:
    """Deviation from nominal chart: is the process stable over parts of different nominal size, but equal spread?

    An individuals and moving range chart of value - nominal of its part.

    Parameters
    ----------
    values : (n,) values in the order of time.
    part : the part each value belongs to.
    nominal : the nominal size (or target) of each part.
    options : as for ``i_mr``.

    Errors: a part without nominal size, and those of ``i_mr``.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 10.1.

    >>> chart = dnom([50.2, 49.9, 52.1, 51.9, 52.3], ["A", "A", "B", "B", "B"], {"A": 50.0, "B": 52.0})
    >>> chart.main.points.round(2)
    array([ 0.2, -0.1,  0.1, -0.1,  0.3])
    """
    array, parts = _read(values, part)
    missing = sorted({str(p) for p in parts} - {str(p) for p in nominal})
    if missing:
        raise StatisticsError("no nominal size for part {found}; each part needs one", found=", ".join(missing))
    sizes = {str(name): check_number(value, f"nominal of part {name}") for name, value in nominal.items()}
    return i_mr(array - np.array([sizes[str(p)] for p in parts]), **options)


def z_mr(
    values,
    part,
    *,
    baseline: Baseline | None = None,
    k: float = 3.0,
    exclude: Mapping | None = None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    range_rules: Sequence[Rule] = (BEYOND_LIMITS,),
) -> ControlChart:
    """Z-MR chart: is the process stable over parts of different level and spread?

    Each part has its own mean and sigma = mean moving range / d2 over its points in the order of time. Plotted are
    z = (value - mean) / sigma of its part, and the moving ranges of z, which cross parts. Limits -+ k, and D4 d2.

    Parameters
    ----------
    values : (n,) values in the order of time.
    part : the part each value belongs to.
    baseline, k, exclude, rules, range_rules : as in ``i_mr``; a baseline knows the parts it was made of.

    Errors: a part with fewer than two values, without variation, or unknown to the baseline.

    Source: D. J. Wheeler, Short Run SPC (1991); D. C. Montgomery, Introduction to Statistical Quality Control, 10.1.

    >>> chart = z_mr([50.2, 49.9, 50.3, 12.1, 11.9, 12.3], ["A", "A", "A", "B", "B", "B"])
    >>> chart.main.points.round(3), chart.main.ucl
    (array([ 0.215, -0.752,  0.537,  0.   , -0.752,  0.752]), 3.0)
    """
    array, parts = _read(values, part)
    series = Series.read(array.shape, exclude=exclude)
    names, which = np.unique(parts, return_inverse=True)
    if baseline is None:
        mean, sigma = _of_parts(array, which, names, series)
        options = {
            "part_mean": dict(zip(names.tolist(), mean.tolist(), strict=True)),
            "part_sigma": dict(zip(names.tolist(), sigma.tolist(), strict=True)),
        }
        n = np.array([array.size - len(series.excluded)])
        base = make_baseline(series, "z_mr", np.zeros(1), np.ones(1), n, "mr_mean", k, 2, options)
    else:
        check_baseline(baseline, "z_mr", series, exclude=exclude)
        base = baseline
        mean, sigma = _known(names, base)
    z = (array - mean[which]) / sigma[which]
    ranges, _ = moving_ranges(z, series.stages)
    one = np.ones(1)
    panels = (
        level_panel("Z", z, np.zeros(1), one, base.k, tuple(rules)),
        range_panel(ranges, one, 2, base.k, tuple(range_rules)),
    )
    return assemble(series, panels, base, 1 if baseline is None else 2)


def _read(values, part):
    array = check_numbers(values, "values", ndim=1)
    parts = np.asarray(part)
    check_same_length(array, parts, ("values", "part"))
    return array, parts


def _of_parts(array, which, names, series: Series):
    """Mean and sigma of each part, from its points in the order of time."""
    kept = series.keeps(~np.isnan(array))
    order = np.argsort(which[kept], kind="stable")
    points, group = array[kept][order], which[kept][order]
    counts = np.bincount(group, minlength=names.size)
    _refuse(counts < 2, names, "part {part} has {found} value(s); at least 2 are needed", counts)
    segments = Segments(np.concatenate(([0], np.cumsum(counts))))
    _, totals = moving_ranges(points, segments)
    sigma = totals / (counts - 1) / d2(2)
    _refuse(sigma == 0, names, "the {found} values of part {part} have no variation", counts)
    return segments.sums(points) / counts, sigma


def _refuse(bad, names, template: str, counts) -> None:
    for i in np.flatnonzero(bad):
        raise StatisticsError(template, part=names[i], found=int(counts[i]))


def _known(names, base: Baseline):
    means, sigmas = base.options["part_mean"], base.options["part_sigma"]
    unknown = [name for name in names.tolist() if name not in means]
    if unknown:
        raise StatisticsError(
            "the baseline knows no part {found}; it knows {known}",
            found=", ".join(map(str, unknown)),
            known=", ".join(map(str, means)),
        )
    return (np.array([table[name] for name in names.tolist()]) for table in (means, sigmas))


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
