"""Intervals for the variance components of a gauge study, and for what is computed from them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import chdtri, fdtri

from hoshin.stats._results import Batched
from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_fraction, check_sizes, check_whole
from hoshin.stats.measurement_systems._models import Model, models
from hoshin.stats.measurement_systems.average_range import AverageRangeStudy
from hoshin.stats.measurement_systems.destructive import DestructiveStudy
from hoshin.stats.measurement_systems.expanded import ExpandedStudy
from hoshin.stats.measurement_systems.gauge_study import GaugeStudy
from hoshin.stats.results import FrozenDict, Result, Step

_BLOCK = 4_000_000
_LETTERS = {"repeatability": "EV", "reproducibility": "AV", "grr": "GRR", "part": "PV", "total": "TV"}


@dataclass(frozen=True, eq=False)
class GaugeLimits(Result):
    """Lower and upper limit of one quantity."""

    lower: float | np.ndarray
    upper: float | np.ndarray

    title = "Limits"

    def __iter__(self):
        return iter((self.lower, self.upper))


@dataclass(frozen=True, eq=False)
class GaugeIntervals(Batched):
    """Intervals by component; what a method or study cannot give is None. Of many studies limits are arrays over them."""

    confidence: float
    method: str
    variance: dict
    sd: dict
    pct_contribution: dict | None
    pct_study_variation: dict | None
    pct_tolerance: dict | None
    ndc_real: GaugeLimits | None
    problems: FrozenDict = field(default_factory=FrozenDict)

    title = "Intervals of a gauge study"
    sources = (
        "N. Ting, R. K. Burdick, F. A. Graybill and others, Journal of Statistical Computation and Simulation 35 (1990), 135-143",
        "M. Hamada, S. Weerahandi, Journal of Quality Technology 32 (2000), 241-253",
        "R. K. Burdick, C. M. Borror, D. C. Montgomery, Journal of Quality Technology 35 (2003), 342-354",
    )
    assumptions = GaugeStudy.assumptions

    @property
    def count(self) -> int | None:
        """How many studies there are; None of one alone."""
        lower = next(iter(self.variance.values())).lower
        return len(lower) if np.ndim(lower) else None

    def _entry(self, i, **_):
        known = self.pct_tolerance is not None and not np.isnan(next(iter(self.pct_tolerance.values())).lower[i])
        return super()._entry(i, **({} if known else {"pct_tolerance": None}))

    def steps(self):
        """Each interval."""
        for what in ("variance", "sd", "pct_contribution", "pct_study_variation", "pct_tolerance"):
            for name, interval in (getattr(self, what) or {}).items():
                yield Step(f"{what} of {name}", value=tuple(interval))
        if self.ndc_real is not None:
            yield Step("number of distinct categories (not truncated)", value=tuple(self.ndc_real))


def gauge_intervals(
    study: GaugeStudy | ExpandedStudy | DestructiveStudy | AverageRangeStudy,
    *,
    confidence: float = 0.95,
    method: str = "generalized",
    draws: int = 20_000,
    seed: int = 0,
) -> GaugeIntervals:
    """Two-sided intervals for a gauge study's components, for one characteristic or many at once.

    Estimand: variance and sd of each component; with "generalized" also the percentages and the number of distinct
    categories. Each component is a sum c_i MS_i of mean squares with df_i degrees of freedom; "generalized" takes
    quantiles of max(0, sum c_i SS_i / chi2_i) over simulated chi-squared values.

    Parameters
    ----------
    study : result of ``gauge_rr_crossed``, ``gauge_rr_nested``, ``gauge_rr_expanded``, ``gauge_rr_destructive`` or
        ``gauge_rr_average_range``
    confidence : of every interval, two-sided
    method : "generalized" (Hamada and Weerahandi), or "mls": modified large sample limits (Ting and others; Graybill and
        Wang where all c_i are positive), without simulation, for variances, sds and % tolerance only
    draws, seed : whole numbers, of "generalized"; the same seed gives the same limits

    Units: those of the study: squared unit, unit, percent.

    Assumes: what the study assumes. The model is taken as given: where the interaction was dropped because of the data,
    the interval of the interaction is (0, 0) and that of repeatability is short; ``alpha_remove_interaction=None`` keeps
    what is claimed. Approximate with unequal numbers, and from ranges, whose degrees of freedom are matched.

    Errors: A confidence outside 0..1, an unknown method, fewer than 1,000 draws.

    Source: R. K. Burdick, C. M. Borror, D. C. Montgomery, Journal of Quality Technology 35 (2003), 342-354; M. Hamada,
    S. Weerahandi, Journal of Quality Technology 32 (2000), 241-253.

    >>> from hoshin.stats.measurement_systems import gauge_rr_crossed
    >>> data = [[[0.29, 0.41], [0.08, 0.25]], [[-0.56, -0.68], [-0.47, -1.22]], [[1.34, 1.17], [1.19, 0.94]]]
    >>> limits = gauge_intervals(gauge_rr_crossed(data), method="mls")
    >>> lower, upper = limits.variance["repeatability"]
    >>> round(lower, 4), round(upper, 4)
    (0.0203, 0.1637)
    """
    check_choice(method, ("generalized", "mls"), "method")
    alpha = 1 - check_fraction(confidence)
    check_whole(draws, "draws", at_least=1000)
    parts = [(where, _limits(model, alpha, method, draws, seed)) for where, model in models(study)]
    limits = _joined(parts, np.shape(study.ndc_real))
    names = _names(study, limits)
    variance = {told: GaugeLimits(*limits[name]) for told, name in names.items()}
    share = ratio = None
    if method == "generalized":
        share = {told: GaugeLimits(*limits[f"share {name}"]) for told, name in names.items()}
        ratio = GaugeLimits(*limits["part over grr"])
    width, factor = study.against.width(study.mean), study.against.ndc_factor
    of_width = None if width is None else 100 * study.against.study_multiplier / width
    return GaugeIntervals(
        confidence=1 - alpha,
        method=method,
        variance=variance,
        sd=_each(variance, np.sqrt),
        pct_contribution=_each(share, lambda limit: 100 * limit),
        pct_study_variation=_each(share, lambda limit: 100 * np.sqrt(limit)),
        pct_tolerance=None if of_width is None else _each(variance, lambda limit: of_width * np.sqrt(limit)),
        ndc_real=None if ratio is None else GaugeLimits(*(factor * np.sqrt(limit) for limit in ratio)),
        problems=study.problems,
    )


def _names(study, limits) -> dict[str, str]:
    """The study's own names of what has limits, in its order: AIAG's letters where it uses them."""
    if isinstance(study, AverageRangeStudy):
        return {letters: name for name, letters in _LETTERS.items()}
    return {name: name for name in study.components if name in limits}


def _each(limits: dict[str, GaugeLimits] | None, function) -> dict[str, GaugeLimits] | None:
    return limits and {name: GaugeLimits(function(one.lower), function(one.upper)) for name, one in limits.items()}


def _limits(model: Model, alpha, method, draws, seed):
    if method == "mls":
        found = {name: modified_large_sample(w, model.ms, model.df, alpha) for name, w in model.weights().items()}
        return model.adjusted_limits(found)
    rng = np.random.default_rng(seed)
    scale = model.df / rng.chisquare(model.df, (draws, len(model.df)))
    # Studies are simulated some at a time: all of a thousand would need gigabytes.
    step = max(1, _BLOCK // (draws * len(model.weights())))
    blocks = [_simulated(model, slice(i, i + step), scale, alpha) for i in range(0, len(model.ms), step)]
    return {name: tuple(np.concatenate([b[name][side] for b in blocks]) for side in (0, 1)) for name in blocks[0]}


def _simulated(model: Model, rows, scale, alpha):
    drawn = model.ms[rows, None, :] * scale
    values = model.adjusted({name: np.maximum(drawn @ w, 0) for name, w in model.single.items()}, rows)
    shares = {f"share {name}": value / values["total"] for name, value in values.items()}
    ratio = {"part over grr": values["part"] / values["grr"]}
    quantiles = (alpha / 2, 1 - alpha / 2)
    return {name: tuple(np.quantile(v, quantiles, axis=1)) for name, v in (values | shares | ratio).items()}


def modified_large_sample(c, ms, df, alpha: float):
    """Limits of a sum of mean squares by the modified large sample method, for one study or many at once.

    Estimand: sum c_i E(MS_i), limits estimate -+ sqrt(sum G_i^2 c_i^2 MS_i^2 + ...) with G_i from chi-squared and F
    quantiles, so that the limits are exact when one c_i alone is not 0; limits below 0 are set to 0.

    Parameters
    ----------
    c : array (k,), the coefficients, some may be negative; of many studies the same for all or (studies, k)
    ms : array (k,) or (studies, k), the mean squares
    df : array (k,), their degrees of freedom; of many studies the same for all or (studies, k)
    alpha : 1 - confidence, split between both sides

    Units: limits in the unit of the mean squares.

    Assumes: independent mean squares, df_i MS_i / E(MS_i) chi-squared.

    Errors: Columns of different length, degrees of freedom of 0 or less.

    Source: N. Ting and others, Journal of Statistical Computation and Simulation 35 (1990), 135-143; F. A. Graybill,
    C. M. Wang, Journal of the American Statistical Association 75 (1980), 869-873, where no c_i is negative.

    >>> low, high = modified_large_sample([1.0], [[2.0]], [10], 0.05)
    >>> low.round(4), high.round(4)
    (array([0.9764]), array([6.1596]))
    """
    df = check_sizes(check_finite(df, "df", ndim=(1, 2)), "df")
    c, ms, df = columns = check_finite(c, "c", ndim=(1, 2)), np.asarray(ms, float), df
    if not c.shape[-1] == df.shape[-1] == ms.shape[-1]:
        raise StatisticsError(
            "{c} coefficients, {ms} mean squares and {df} degrees of freedom found; as many of each are needed",
            c=c.shape[-1],
            ms=ms.shape[-1],
            df=df.shape[-1],
        )
    used = _places(c != 0)
    c, ms, df = (column[..., used] for column in columns)
    center = (c * ms).sum(axis=-1)
    lower = center - np.sqrt(np.maximum(0, _spread(c, ms, df, alpha / 2, below=True)))
    upper = center + np.sqrt(np.maximum(0, _spread(c, ms, df, alpha / 2, below=False)))
    return np.maximum(lower, 0), np.maximum(upper, 0)


def _spread(c, ms, df, a, below):
    """Squared distance of a limit: G of the terms that pull it one way, H of the others, and their products."""
    up, down = (c > 0, c < 0) if below else (c < 0, c > 0)
    g = 1 - df / chdtri(df, a)
    h = df / chdtri(df, 1 - a) - 1
    part = np.abs(c) * ms
    rising, falling = np.where(up, part, 0.0), np.where(down, part, 0.0)
    found = ((g * rising) ** 2).sum(axis=-1) + ((h * falling) ** 2).sum(axis=-1)
    for i in _places(up):
        for j in _places(down):
            f = fdtri(df[..., i], df[..., j], 1 - a)
            cross = ((f - 1) ** 2 - (g[..., i] * f) ** 2 - h[..., j] ** 2) / f
            found = found + cross * rising[..., i] * falling[..., j]
    if below and down.any():
        found = found + np.where(down.any(axis=-1), _among(rising, df, g, a, up), 0.0)
    return found


def _among(part, df, g, a, up):
    """Products among the positive terms, where a negative one is present (Ting and others, equation 5)."""
    found, others = 0.0, np.maximum(up.sum(axis=-1) - 1, 1)
    places = _places(up)
    for i in places:
        for j in places[places > i]:
            first, second = df[..., i], df[..., j]
            both = first + second
            joint = (1 - both / chdtri(both, a)) ** 2 * both**2 / (first * second)
            weight = (joint - g[..., i] ** 2 * first / second - g[..., j] ** 2 * second / first) / others
            found = found + weight * part[..., i] * part[..., j]
    return found


def _places(mask) -> np.ndarray:
    """The terms that some study has."""
    return np.flatnonzero(mask.any(axis=tuple(range(mask.ndim - 1))))


def _joined(parts, shape):
    """Limits of all groups in the order of the studies."""
    size = int(np.prod(shape, dtype=int)) if shape else 1
    names = parts[0][1]
    found = {}
    for name in names:
        sides = np.zeros((2, size))
        for where, limits in parts:
            sides[:, where] = limits[name]
        found[name] = tuple(side.reshape(shape)[()] for side in sides)
    return found
