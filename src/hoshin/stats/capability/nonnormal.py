"""Capability of processes that are not normal by percentiles: of a fitted distribution, or of the values themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtri

from hoshin.stats._results import Batched
from hoshin.stats._samples import Samples
from hoshin.stats.capability.distributions import DISTRIBUTIONS, FittedDistribution, fitted, normal_scores
from hoshin.stats.capability.indices import doubts, index_steps, judge_stability, read_specification, said
from hoshin.stats.capability.normal import FEW
from hoshin.stats.errors import check_choice
from hoshin.stats.results import FrozenDict, Step

_LOW, _HIGH = 0.00135, 0.99865
_ENOUGH_EMPIRICAL = 741
"""Below this many values the 0.135 % percentile lies outside the smallest of them (1 / 0.00135)."""

_FORMULAS = {
    "Pp": "(USL - LSL) / (x99.865 - x0.135)",
    "PPL": "(x50 - LSL) / (x50 - x0.135)",
    "PPU": "(USL - x50) / (x99.865 - x50)",
    "Ppk": "the smaller of PPL and PPU",
    "ppm_expected": "10^6 times the share of the distribution outside the limits",
}


@dataclass(frozen=True, eq=False)
class PercentileCapability(Batched):
    """Performance by percentiles: the natural spread reaches from the 0.135 % to the 99.865 % point.

    ``fit`` is the fitted distribution, None for the percentiles of the values themselves. What does not exist for want
    of a limit is None (NaN among many characteristics). ``unstable`` counts the points beyond the limits of the
    individuals chart of the values on the normal scale (normal scores of the ranks without a fit). For many
    characteristics every number is an array with a leading axis of them.
    """

    n: Any
    distribution: str
    fit: FittedDistribution | None
    lsl: Any
    usl: Any
    x_00135: Any
    x_50: Any
    x_99865: Any
    Pp: Any
    PPL: Any
    PPU: Any
    Ppk: Any
    ppm_expected: Any
    ppm_observed: Any
    unstable: Any
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Capability by percentiles"
    assumptions = ("the process is stable", "the distribution describes the tails, which few values show")
    sources = (
        "ISO 22514-4, in substance",
        "J. A. Clements, Process capability calculations, Quality Progress 22 (1989)",
    )
    optional = ("lsl", "usl", "Pp", "PPL", "PPU", "ppm_expected")
    leading = "n"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the figures cannot be trusted for."""
        return said(doubts(self.n, self.unstable, _ENOUGH_EMPIRICAL if self.fit is None else FEW))

    def steps(self):
        """Percentiles and indices."""
        if self.fit is not None:
            yield from self.fit.steps()
        yield Step("0.135 %, 50 %, 99.865 % points", self.distribution, value=(self.x_00135, self.x_50, self.x_99865))
        yield from index_steps(self, _FORMULAS)
        yield Step("observed ppm", "10^6 times the share of values beyond the limits", value=self.ppm_observed)


def percentile(
    values,
    *,
    distribution: str,
    lsl=None,
    usl=None,
    offsets=None,
    on_unstable: str = "mark",
    on_error: str = "raise",
) -> PercentileCapability:
    """Performance indices from the percentiles of a fitted distribution, or of the values themselves.

    Estimand: ``Ppk = min((USL - x50) / (x99.865 - x50), (x50 - LSL) / (x50 - x0.135))`` and
    ``Pp = (USL - LSL) / (x99.865 - x0.135)`` with the percentiles x of the distribution.

    Parameters
    ----------
    values : (n,) values in the order of time, (C, n) of many characteristics, or a flat column with ``offsets``.
    distribution : one of ``DISTRIBUTIONS`` (fitted by maximum likelihood), or "empirical": percentiles of the values
        by linear interpolation, which need some thousands of them.
    lsl, usl : the specification; one number, or one per characteristic (NaN where there is none).
    offsets : where each characteristic begins in a flat column, and its length.
    on_unstable : "mark" counts points beyond the limits of the individuals chart on the normal scale; "raise" refuses
        more of them than chance explains.
    on_error : "raise", or "mark" among many characteristics: NaN and a word in ``problems``.

    Units: values, limits and percentiles in one unit; indices have none.

    Assumes: a stable process, and values of the distribution named, also in its tails.

    Errors: no limit, LSL not below USL, values the distribution cannot have, a missing value, no variation.

    Source: ISO 22514-4 in substance; J. A. Clements, Quality Progress 22 (1989), 95-100.

    >>> study = percentile([1.3, 0.5, 3.8, 5.4, 1.8, 1.2, 1.7, 11.0, 2.4, 3.2], distribution="weibull", usl=30.0)
    >>> round(study.x_50, 3), round(study.Ppk, 3)
    (2.591, 2.03)
    """
    check_choice(distribution, (*DISTRIBUTIONS, "empirical"), "distribution")
    samples = Samples.read(values, offsets, on_error, enough=2)
    samples, lsl, usl = read_specification(samples, lsl, usl)
    found = None
    if distribution != "empirical":
        samples, found = fitted(samples, distribution)
    samples, unstable = judge_stability(samples, _scores(samples, found), on_unstable)
    points = _points(samples, found)
    samples, stays = _spread_out(samples, points, lsl[samples.whose], usl[samples.whose])
    points = [point[stays] for point in points]
    numbers = _indices(samples, found, points, lsl[samples.whose], usl[samples.whose]) | {"unstable": unstable[stays]}
    study = PercentileCapability(
        n=samples.given.lengths,
        distribution=distribution,
        fit=found,
        lsl=lsl,
        usl=usl,
        problems=FrozenDict(samples.problems),
        **{name: samples.whole(number) for name, number in numbers.items()},
    )
    return study if samples.many else study[0]


def _scores(samples: Samples, found: FittedDistribution | None) -> np.ndarray:
    """The values on the normal scale: by the fit, or by their ranks (those of equal values in the order of time)."""
    if found is not None:
        return normal_scores(samples, found)
    order = np.lexsort((samples.points, samples.segments.owner))
    rank = np.empty(order.size)
    rank[order] = samples.segments.positions() + 0.5
    return ndtri(rank / samples.per_point(samples.n))


def _points(samples: Samples, found: FittedDistribution | None) -> list[np.ndarray]:
    """The 0.135 %, 50 % and 99.865 % points."""
    if found is None:
        return [samples.quantile(p) for p in (_LOW, 0.5, _HIGH)]
    return [found.quantile(p)[samples.whose] for p in (_LOW, 0.5, _HIGH)]


def _spread_out(samples: Samples, points, lsl, usl) -> tuple[Samples, np.ndarray]:
    """The samples whose median is another than the outer points that their limits are compared with."""
    low, middle, high = points
    alike = (~np.isnan(lsl) & (low == middle)) | (~np.isnan(usl) & (middle == high))
    return samples.without(
        alike, "the median {value} is also an outer percentile; more different values are needed", value=middle
    ), ~alike


def _indices(samples: Samples, found: FittedDistribution | None, points, lsl, usl) -> dict[str, np.ndarray]:
    low, middle, high = points
    if found is None:
        expected = np.full(low.size, np.nan)
    else:
        every = np.full((2, samples.given.count), np.nan)
        every[:, samples.whose] = lsl, usl
        expected = 1e6 * (np.nan_to_num(found.cdf(every[0])) + np.nan_to_num(found.sf(every[1])))[samples.whose]
    outside = (samples.points < samples.per_point(lsl)) | (samples.points > samples.per_point(usl))
    # Where a side has no limit its points may be alike.
    with np.errstate(invalid="ignore", divide="ignore"):
        below, above = (middle - lsl) / (middle - low), (usl - middle) / (high - middle)
    return {
        "x_00135": low,
        "x_50": middle,
        "x_99865": high,
        "Pp": (usl - lsl) / (high - low),
        "PPL": below,
        "PPU": above,
        "Ppk": np.fmin(below, above),
        "ppm_expected": expected,
        "ppm_observed": 1e6 * samples.segments.counts(outside) / samples.n,
    }
