"""Charts about the specification: acceptance control charts and pre-control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, given, make_baseline
from hoshin.stats.control_charts.averages import read_subgroups
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import (
    StatisticsError,
    check_enough,
    check_finite,
    check_fraction,
    check_limits,
    check_number,
    check_whole,
)
from hoshin.stats.results import Result, Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule


def acceptance(
    subgroups,
    *,
    lsl: float,
    usl: float,
    sigma=None,
    baseline: Baseline | None = None,
    fraction: float = 0.01,
    risk: float = 0.05,
    by: str = "alpha",
    subgroup_offsets=None,
    offsets=None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
) -> ControlChart | ControlCharts:
    """Acceptance control chart: may the level drift, as long as the specification is met?

    The averages are charted between limits set from the specification, sigma within known:
    by "alpha", a process with the acceptable ``fraction`` outside is rejected with probability ``risk``:
    UCL = USL - (Z_fraction - Z_risk / sqrt(n)) sigma; by "beta", one with the rejectable ``fraction`` is accepted with
    probability ``risk``: UCL = USL - (Z_fraction + Z_risk / sqrt(n)) sigma. LCL likewise from LSL.

    Parameters
    ----------
    subgroups, subgroup_offsets, offsets : as in ``xbar_r``.
    sigma, baseline : sigma within, as a known number, or from the baseline of an Xbar-R or Xbar-S chart.
    lsl, usl : the specification, 6 sigma apart or more for the chart to be of use.

    Errors: LSL not below USL, no sigma, limits that cross because the spread is too wide.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 10.2.3.

    >>> chart = acceptance([[10.1, 10.3], [9.7, 9.9]], lsl=8.0, usl=12.0, sigma=0.4, fraction=0.01, risk=0.05)
    >>> round(chart.main.ucl, 4), round(chart.main.lcl, 4)
    (11.5347, 8.4653)
    """
    check_limits(lsl, usl)
    if lsl is None or usl is None:
        raise StatisticsError("an acceptance chart needs both lsl and usl")
    summary = read_subgroups(subgroups, subgroup_offsets, offsets, "R", None)
    series = Series.read(summary.shape, offsets=summary.offsets)
    spread = _sigma(sigma, baseline, series)
    factor = _factor(check_fraction(fraction, "fraction"), check_fraction(risk, "risk"), by, summary.sizes)
    width = series.stages.per_point(spread) * factor
    ucl, lcl = usl - width, lsl + width
    if not (lcl < ucl).all():
        raise StatisticsError(
            "sigma is too wide for the specification: the limits would be {lcl} and {ucl}",
            lcl=float(lcl.max()),
            ucl=float(ucl.min()),
        )
    if np.ptp(width) == 0:
        ucl, lcl = (np.full(series.stages.count, line[0]) for line in (ucl, lcl))
    center = np.full(series.stages.count, (lsl + usl) / 2)
    options = {"lsl": float(lsl), "usl": float(usl), "fraction": fraction, "risk": risk, "by": by}
    n = series.stages.lengths
    base = make_baseline(series, "acceptance", center, spread, n, "given", 3.0, None, options)
    line = Lines("Xbar", summary.mean, center, None, ucl, lcl, tuple(rules))
    return assemble(series, (line,), base, 2, sizes=summary.size)


def _sigma(sigma, baseline: Baseline | None, series: Series):
    if (sigma is None) == (baseline is None):
        raise StatisticsError("sigma or a baseline is needed, one of them")
    if baseline is not None:
        check_baseline(baseline, ("xbar_r", "xbar_s"), series)
        return given(baseline.sigma, series)
    return np.full(series.characteristics.count, check_number(sigma, "sigma", above=0))


def _factor(fraction: float, risk: float, by: str, n):
    if by not in ("alpha", "beta"):
        raise StatisticsError("by is {found!r}; alpha or beta is needed", found=by)
    z_fraction, z_risk = -ndtri(fraction), -ndtri(risk)
    return z_fraction + (-1 if by == "alpha" else 1) * z_risk / np.sqrt(n)


def _derivation(chart: Charted):
    base = chart.baseline
    sign = "-" if base.options["by"] == "alpha" else "+"
    yield Step("sigma within", value=base.sigma)
    yield Step(
        "limits",
        "USL - (Z({fraction}) {sign} Z({risk}) / sqrt(n)) sigma, LSL + the same",
        {**base.options, "sign": sign},
    )


family(
    "acceptance",
    "Acceptance control chart",
    ("sigma within known and stable", "values roughly normal", "the level may drift"),
    ("D. C. Montgomery, Introduction to Statistical Quality Control, section 10.2.3",),
    _derivation,
)


@dataclass(frozen=True, eq=False)
class PreControl(Result):
    """Pre-control of single pieces: their zones, when set-up was qualified, and what each piece then demanded.

    ``zone`` is 0 for green, -+ 1 for yellow and -+ 2 for red, with the side's sign. ``qualified`` is the 0-based index
    of the piece that completed the set-up (None where none did). ``stop`` lists the pieces at which the process has to
    be stopped, ``reason`` why: "red", "two yellows on one side" (adjust), "yellows on both sides" (reduce the spread).
    """

    zone: np.ndarray
    lsl: float
    usl: float
    lower_line: float
    upper_line: float
    qualified: int | None
    stop: np.ndarray
    reason: tuple[str, ...]

    title = "Pre-control"
    assumptions = ("the process is capable (Cp about 1.2 or more)", "the target is midway between the limits")
    sources = ("D. Shainin, P. Shainin, Pre-control versus Xbar and R charting, Quality Engineering 1 (1989), 419-429",)

    def steps(self):
        """The lines and what happened."""
        yield Step("green", "the middle half, {a} to {b}", {"a": self.lower_line, "b": self.upper_line})
        yield Step("set-up qualified at piece", value=None if self.qualified is None else self.qualified + 1)
        for piece, why in zip(self.stop.tolist(), self.reason, strict=True):
            yield Step(f"stop at piece {piece + 1}", why)


def precontrol(values, *, lsl: float, usl: float, greens: int = 5) -> PreControl:
    """Pre-control: may this process run on?

    The specification is cut in four; the middle half is green, the rest yellow, outside is red. Set-up is qualified by
    ``greens`` pieces in a row in the green; a yellow or red begins the count anew. While running, a red piece stops the
    process, and so do two yellow pieces one after the other; after a stop the set-up is qualified anew.

    Errors: LSL not below USL, a missing limit or value.

    Source: D. Shainin, P. Shainin, Quality Engineering 1 (1989), 419-429.

    >>> found = precontrol([5.0, 5.1, 4.9, 5.0, 5.1, 5.8, 5.9, 5.0], lsl=4.0, usl=6.0)
    >>> found.qualified, found.stop, found.reason
    (4, array([6]), ('two yellows on one side',))
    """
    check_limits(lsl, usl)
    if lsl is None or usl is None:
        raise StatisticsError("pre-control needs both lsl and usl")
    array = check_finite(values, "values", ndim=1)
    check_enough(array.size, 1)
    greens = check_whole(greens, "greens", at_least=1)
    low, high = lsl + (usl - lsl) / 4, usl - (usl - lsl) / 4
    zone = (array > high).astype(np.int64) + (array > usl) - (array < low) - (array < lsl)
    qualified, stops = _watched(zone.tolist(), greens)
    stop = np.array([piece for piece, _ in stops], dtype=np.int64)
    return PreControl(zone, float(lsl), float(usl), low, high, qualified, stop, tuple(why for _, why in stops))


def _watched(zones: list[int], greens: int):
    """When set-up was first qualified, and every stop with its reason."""
    first, stops, streak, running, before = None, [], 0, False, 0
    for piece, zone in enumerate(zones):
        why = _why_stop(zone, before) if running else None
        if why:
            stops.append((piece, why))
            running, streak, before = False, 0, 0
            continue
        before = zone
        if not running:
            streak = streak + 1 if zone == 0 else 0
            running = streak == greens
            first = piece if running and first is None else first
    return first, stops


def _why_stop(zone: int, before: int) -> str | None:
    if abs(zone) == 2:
        return "red"
    if abs(zone) == 1 and abs(before) == 1:
        return "two yellows on one side" if zone == before else "yellows on both sides"
    return None
