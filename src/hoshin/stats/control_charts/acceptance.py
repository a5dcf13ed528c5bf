"""Charts about the specification: acceptance control charts and pre-control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from hoshin.stats.control_charts.assembly import Lines, assemble, check_baseline, each, given, make_baseline
from hoshin.stats.control_charts.averages import read_subgroups
from hoshin.stats.control_charts.chart import Baseline, Charted, ControlChart, ControlCharts, family, of
from hoshin.stats.control_charts.series import Series
from hoshin.stats.errors import (
    StatisticsError,
    check_fraction,
    check_numbers,
    check_whole,
)
from hoshin.stats.results import FrozenDict, Result, Step
from hoshin.stats.rules import BEYOND_LIMITS, Rule
from hoshin.stats.segments import Segments


def acceptance(
    subgroups,
    *,
    lsl,
    usl,
    sigma=None,
    baseline: Baseline | None = None,
    fraction: float = 0.01,
    risk: float = 0.05,
    by: str = "alpha",
    subgroup_offsets=None,
    offsets=None,
    rules: Sequence[Rule] = (BEYOND_LIMITS,),
    on_error: str = "raise",
) -> ControlChart | ControlCharts:
    """Acceptance control chart: may the level drift, as long as the specification is met?

    Estimand: the averages are charted between limits set from the specification, sigma within known. By "alpha", a
    process with the acceptable ``fraction`` outside is rejected with probability ``risk``:
    UCL = USL - (Z_fraction - Z_risk / sqrt(n)) sigma; by "beta", one with the rejectable ``fraction`` is accepted with
    probability ``risk``: UCL = USL - (Z_fraction + Z_risk / sqrt(n)) sigma. LCL likewise from LSL.

    Parameters
    ----------
    subgroups, subgroup_offsets, offsets : as in ``xbar_r``.
    lsl, usl : the specification, 6 sigma apart or more for the chart to be of use; one number or one per
        characteristic.
    sigma, baseline : sigma within, as a known number or one per characteristic, or from the baseline of an Xbar-R or
        Xbar-S chart.
    fraction : the share outside the specification that is acceptable ("alpha") or rejectable ("beta").
    risk : the probability of the wrong answer at that share.
    by : "alpha" or "beta".
    rules, on_error : as in ``i_mr``.

    Units: specification, sigma and limits in the unit of the values; fraction and risk are probabilities.

    Assumes: sigma within known and stable, values roughly normal; the level may drift.

    Errors: LSL not below USL, no sigma, limits that cross because the spread is too wide.

    Source: D. C. Montgomery, Introduction to Statistical Quality Control, section 10.2.3.

    >>> chart = acceptance([[10.1, 10.3], [9.7, 9.9]], lsl=8.0, usl=12.0, sigma=0.4, fraction=0.01, risk=0.05)
    >>> round(chart.main.ucl, 4), round(chart.main.lcl, 4)
    (11.5347, 8.4653)
    """
    summary = read_subgroups(subgroups, subgroup_offsets, offsets, "R", None)
    series = Series.read(summary.shape, offsets=summary.offsets, on_error=on_error)
    low, high = _specification(lsl, usl, series, "an acceptance chart")
    spread = _sigma(sigma, baseline, series)
    factor = _factor(check_fraction(fraction, "fraction"), check_fraction(risk, "risk"), by, summary.sizes)
    stages = series.stages
    width = stages.per_point(spread) * factor
    ucl, lcl = stages.per_point(high) - width, stages.per_point(low) + width
    highest, lowest = np.maximum.reduceat(lcl, stages.offsets[:-1]), np.minimum.reduceat(ucl, stages.offsets[:-1])
    series.refuse(
        ~(highest < lowest),
        "sigma is too wide for the specification: the limits would be {lcl} and {ucl}",
        lcl=highest,
        ucl=lowest,
    )
    if np.ptp(factor) == 0:
        ucl, lcl = stages.firsts(ucl), stages.firsts(lcl)
    options = {"lsl": low, "usl": high, "fraction": fraction, "risk": risk, "by": by}
    center = (low + high) / 2
    base = make_baseline(series, "acceptance", center, spread, stages.lengths, "given", 3.0, None, options)
    line = Lines("Xbar", summary.mean, center, None, ucl, lcl, tuple(rules))
    return assemble(series, (line,), base, 2, sizes=summary.size)


def _specification(lsl, usl, series: Series, what: str):
    """Both limits, one entry per characteristic; NaN where they make no sense and that is only marked."""
    if lsl is None or usl is None:
        raise StatisticsError("{what} needs both lsl and usl", what=what)
    low, high = (each(limit, name, series) for limit, name in ((lsl, "lsl"), (usl, "usl")))
    wrong = ~(low < high)
    series.refuse(wrong, "lsl is {lsl} and usl is {usl}; lsl must be below usl", lsl=low, usl=high)
    return np.where(wrong, np.nan, low), np.where(wrong, np.nan, high)


def _sigma(sigma, baseline: Baseline | None, series: Series):
    if (sigma is None) == (baseline is None):
        raise StatisticsError("sigma or a baseline is needed, one of them")
    if baseline is not None:
        check_baseline(baseline, ("xbar_r", "xbar_s"), series)
        return given(baseline.sigma, series)
    spread = each(sigma, "sigma", series)
    series.refuse(~(spread > 0), "sigma is {sigma}; more than 0 is needed", sigma=spread)
    return np.where(spread > 0, spread, np.nan)


def _factor(fraction: float, risk: float, by: str, n):
    if by not in ("alpha", "beta"):
        raise StatisticsError("by is {found!r}; alpha or beta is needed", found=by)
    z_fraction, z_risk = -scipy.special.ndtri(fraction), -scipy.special.ndtri(risk)
    return z_fraction + (-1 if by == "alpha" else 1) * z_risk / np.sqrt(np.maximum(n, 1))


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

    For many characteristics the lines and ``qualified`` (-1 where none did) have one entry for each, ``offsets`` says
    where each begins among the flattened pieces, which ``stop`` counts through; ``found[i]`` is that of one.
    """

    zone: np.ndarray
    lsl: float | np.ndarray
    usl: float | np.ndarray
    lower_line: float | np.ndarray
    upper_line: float | np.ndarray
    qualified: int | np.ndarray | None
    stop: np.ndarray
    reason: tuple[str, ...]
    offsets: np.ndarray | None = None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Pre-control"
    assumptions = ("the process is capable (Cp about 1.2 or more)", "the target is midway between the limits")
    sources = ("D. Shainin, P. Shainin, Pre-control versus Xbar and R charting, Quality Engineering 1 (1989), 419-429",)

    def __len__(self) -> int:
        return self.offsets.size - 1

    def __getitem__(self, i: int) -> PreControl:
        i = range(len(self))[i]
        low, high = int(self.offsets[i]), int(self.offsets[i + 1])
        first, last = np.searchsorted(self.stop, (low, high))
        lines = (of(line, i) for line in (self.lsl, self.usl, self.lower_line, self.upper_line))
        qualified = None if self.qualified[i] < 0 else int(self.qualified[i])
        zone = self.zone.ravel()[low:high]
        return PreControl(zone, *lines, qualified, self.stop[first:last] - low, self.reason[first:last])

    def steps(self):
        """The lines and what happened."""
        yield Step("green", "the middle half, {a} to {b}", {"a": self.lower_line, "b": self.upper_line})
        none = self.qualified is None
        yield Step("set-up qualified at piece", value=None if none else self.qualified + 1)
        for piece, why in zip(self.stop.tolist(), self.reason, strict=True):
            yield Step(f"stop at piece {piece + 1}", why)


def precontrol(values, *, lsl, usl, greens: int = 5, offsets=None, on_error: str = "raise") -> PreControl:
    """Pre-control: may this process run on?

    Estimand: the specification is cut in four at LSL + (USL - LSL) / 4 and USL - (USL - LSL) / 4; the middle half is
    green, the rest yellow, outside is red. Set-up is qualified by ``greens`` pieces in a row in the green; a yellow or
    red begins the count anew. While running, a red piece stops the process, and so do two yellow pieces one after the
    other; after a stop the set-up is qualified anew.

    Parameters
    ----------
    values : (n,) pieces in the order they were made, (C, n) of many characteristics, or a flat column with ``offsets``.
    lsl, usl : the specification, one number or one per characteristic.
    greens : how many green pieces in a row qualify a set-up.
    offsets : where each characteristic begins in a flat column, and at the end its length.
    on_error : "raise", or "mark": a characteristic that cannot be judged has no stop and a word in ``problems``.

    Units: values, specification and lines in one unit; pieces are counted from 0.

    Assumes: a capable process (Cp about 1.2 or more), the target midway between the limits.

    Errors: LSL not below USL, a missing limit or value.

    Source: D. Shainin, P. Shainin, Pre-control versus Xbar and R charting, Quality Engineering 1 (1989), 419-429.

    >>> found = precontrol([5.0, 5.1, 4.9, 5.0, 5.1, 5.8, 5.9, 5.0], lsl=4.0, usl=6.0)
    >>> found.qualified, found.stop, found.reason
    (4, array([6]), ('two yellows on one side',))
    """
    array = check_numbers(values, "values", ndim=(1, 2))
    series = Series.read(array.shape, offsets=offsets, on_error=on_error)
    low, high = _specification(lsl, usl, series, "pre-control")
    greens = check_whole(greens, "greens", at_least=1)
    segments, points = series.characteristics, array.ravel()
    missing = segments.counts(np.isnan(points))
    series.refuse(missing > 0, "values has {missing} missing value(s); every piece is needed", missing=missing)
    lower, upper = low + (high - low) / 4, high - (high - low) / 4
    above, below = ((upper, high), (lower, low))
    zone = sum((points > segments.per_point(line)).astype(np.int64) for line in above)
    zone -= sum((points < segments.per_point(line)).astype(np.int64) for line in below)
    judged = ~series.lost
    qualified, stop = _watched(zone, segments, greens, judged)
    reason = tuple(_REASONS[key] for key in _why_stop(zone, stop).tolist())
    if series.many:
        lines = (low, high, lower, upper)
        return PreControl(zone.reshape(array.shape), *lines, qualified, stop, reason, segments.offsets, series.problems)
    first = None if qualified[0] < 0 else int(qualified[0])
    return PreControl(zone, low[0], high[0], lower[0], upper[0], first, stop, reason)


_REASONS = ("red", "two yellows on one side", "yellows on both sides")


def _watched(zone: np.ndarray, segments: Segments, greens: int, judged: np.ndarray):
    """The piece that first qualified each set-up (-1 for none), and every stop in rising order.

    A running process stops at a red piece and at a yellow one after a yellow one, wherever it began to run; a set-up is
    qualified where so many greens end that lie in it. So all characteristics go from event to event together.
    """
    total, starts, ends = zone.size, segments.offsets[:-1], segments.offsets[1:]
    yellow = np.abs(zone) == 1
    stopping = np.abs(zone) == 2
    stopping[1:] |= yellow[1:] & yellow[:-1]
    next_stop = _next(stopping)
    green = np.cumsum(np.concatenate(([0], zone == 0)))
    full = np.zeros(total, dtype=bool)
    full[greens - 1 :] = green[greens:] - green[: max(total + 1 - greens, 0)] == greens
    next_full = _next(full)
    qualified, stops = np.full(segments.count, -1), []
    active, at = np.flatnonzero(judged), starts[judged]
    while active.size:
        ready = next_full[np.minimum(at + greens - 1, total)]
        inside = ready < ends[active]
        active, ready = active[inside], ready[inside]
        fresh = qualified[active] < 0
        qualified[active[fresh]] = ready[fresh] - starts[active[fresh]]
        stop = next_stop[ready + 1]
        inside = stop < ends[active]
        active, at = active[inside], stop[inside] + 1
        stops.append(stop[inside])
    return qualified, np.sort(np.concatenate([np.empty(0, np.int64), *stops]))


def _next(mask: np.ndarray) -> np.ndarray:
    """The first place at or after each that a mask marks; the number of places where there is none."""
    places = np.where(mask, np.arange(mask.size), mask.size)
    return np.append(np.minimum.accumulate(places[::-1])[::-1], mask.size)


def _why_stop(zone: np.ndarray, stop: np.ndarray) -> np.ndarray:
    return np.where(np.abs(zone[stop]) == 2, 0, np.where(zone[stop] == zone[stop - 1], 1, 2))
