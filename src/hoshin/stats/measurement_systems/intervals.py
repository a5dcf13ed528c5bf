"""Intervals for the variance components of a gauge study, and for what is computed from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri, fdtri

from hoshin.stats.errors import check_choice, check_fraction, check_whole
from hoshin.stats.measurement_systems.crossed import GaugeStudy
from hoshin.stats.measurement_systems.expanded import ExpandedStudy
from hoshin.stats.results import Result, Step

_BLOCK = 4_000_000


@dataclass(frozen=True, eq=False)
class GaugeLimits(Result):
    """Lower and upper limit of one quantity."""

    lower: float | np.ndarray
    upper: float | np.ndarray

    title = "Limits"

    def __iter__(self):
        return iter((self.lower, self.upper))


@dataclass(frozen=True, eq=False)
class GaugeIntervals(Result):
    """Intervals by component; what a method or study cannot give is None."""

    confidence: float
    method: str
    variance: dict
    sd: dict
    pct_contribution: dict | None
    pct_study_variation: dict | None
    pct_tolerance: dict | None
    ndc_real: GaugeLimits | None

    title = "Intervals of a gauge study"
    sources = (
        "N. Ting, R. K. Burdick, F. A. Graybill and others, Journal of Statistical Computation and Simulation 35 (1990), 135-143",
        "M. Hamada, S. Weerahandi, Journal of Quality Technology 32 (2000), 241-253",
        "R. K. Burdick, C. M. Borror, D. C. Montgomery, Journal of Quality Technology 35 (2003), 342-354",
    )
    assumptions = GaugeStudy.assumptions

    def steps(self):
        """Each interval."""
        for what in ("variance", "sd", "pct_contribution", "pct_study_variation", "pct_tolerance"):
            for name, interval in (getattr(self, what) or {}).items():
                yield Step(f"{what} of {name}", value=tuple(interval))
        if self.ndc_real is not None:
            yield Step("number of distinct categories (not truncated)", value=tuple(self.ndc_real))


def gauge_intervals(
    study: GaugeStudy | ExpandedStudy,
    *,
    confidence: float = 0.95,
    method: str = "generalized",
    draws: int = 20_000,
    seed: int = 0,
) -> GaugeIntervals:
    """Two-sided intervals for a gauge study's components, for one study or many at once.

    Estimands: variance and sd of each component; with "generalized" also the percentages and the number of distinct
    categories. Each component is a sum c_i MS_i of mean squares with df_i degrees of freedom.

    Parameters
    ----------
    study : GaugeStudy or ExpandedStudy
        From ``gauge_rr_crossed``, ``gauge_rr_nested`` or ``gauge_rr_expanded`` (there approximate where numbers are
        unequal: the mean squares are then no independent chi-squared values).
    method : {"generalized", "mls"}
        "generalized": quantiles of sum c_i SS_i / chi2_i over simulated chi-squared values (Hamada and Weerahandi);
        "mls": modified large sample limits (Ting and others; Graybill and Wang where all c_i are positive), without
        simulation, for variances and sds only.
    draws, seed : int
        Of "generalized"; the same seed gives the same limits.

    Errors: A confidence outside 0..1, an unknown method, fewer than 1,000 draws.

    Source: R. K. Burdick, C. M. Borror, D. C. Montgomery, Journal of Quality Technology 35 (2003), 342-354.

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
    parts = [(where, _limits(group, alpha, method, draws, seed)) for where, group in _groups(study)]
    limits = _joined(parts, np.shape(study.ndc_real))
    multiplier, width = study.against.study_multiplier, study.against.width(study.mean)
    names = [name for name in study.components if name in limits]
    sd = {name: GaugeLimits(*(np.sqrt(limits[name][side]) for side in (0, 1))) for name in names}
    simulated = method == "generalized"
    contribution = {name: GaugeLimits(*limits[f"share {name}"]) for name in names} if simulated else None
    return GaugeIntervals(
        confidence=1 - alpha,
        method=method,
        variance={name: GaugeLimits(*limits[name]) for name in names},
        sd=sd,
        pct_contribution={n: GaugeLimits(100 * i.lower, 100 * i.upper) for n, i in contribution.items()}
        if simulated
        else None,
        pct_study_variation={
            n: GaugeLimits(100 * np.sqrt(i.lower), 100 * np.sqrt(i.upper)) for n, i in contribution.items()
        }
        if simulated
        else None,
        pct_tolerance=None
        if width is None
        else {
            n: GaugeLimits(100 * multiplier * i.lower / width, 100 * multiplier * i.upper / width)
            for n, i in sd.items()
        },
        ndc_real=GaugeLimits(*(study.against.ndc_factor * np.sqrt(side) for side in limits["part over grr"]))
        if simulated
        else None,
    )


@dataclass(frozen=True)
class _Group:
    """Studies of one model: mean squares (studies, k) with degrees of freedom, weights of the single components.

    ``sums`` names the single components that make up each of the others.
    """

    ms: np.ndarray
    df: np.ndarray
    single: dict[str, np.ndarray]
    sums: dict[str, tuple[str, ...]]

    def weights(self) -> dict[str, np.ndarray]:
        """Of every component, single or sum."""
        return self.single | {name: sum(self.single[one] for one in ones) for name, ones in self.sums.items()}


_CROSSED_SUMS = {
    "reproducibility": ("operator", "interaction"),
    "grr": ("repeatability", "operator", "interaction"),
    "total": ("repeatability", "operator", "interaction", "part"),
}
_NESTED_SUMS = {
    "grr": ("repeatability", "reproducibility"),
    "total": ("repeatability", "reproducibility", "part"),
}


def _groups(study: GaugeStudy | ExpandedStudy):
    """The studies by model: expanded; nested; crossed with and without the interaction."""
    if isinstance(study, ExpandedStudy):
        yield slice(None), _expanded(study)
        return
    p, o, r = study.parts, study.operators, study.trials
    rows = study.anova
    if study.design == "nested":
        single = {
            "repeatability": (0, 0, 1),
            "reproducibility": (1 / (p * r), -1 / (p * r), 0),
            "part": (0, 1 / r, -1 / r),
        }
        order = [rows[name] for name in ("operator", "part", "repeatability")]
        yield slice(None), _group([row.ms for row in order], [row.df for row in order], single, _NESTED_SUMS)
        return
    kept = np.broadcast_to(np.atleast_1d(study.interaction_kept), np.atleast_1d(study.ndc_real).shape)
    if kept.any():
        single = {
            "repeatability": (0, 0, 0, 1),
            "operator": (0, 1 / (p * r), -1 / (p * r), 0),
            "interaction": (0, 0, 1 / r, -1 / r),
            "part": (1 / (o * r), 0, -1 / (o * r), 0),
        }
        order = [rows[name] for name in ("part", "operator", "interaction", "repeatability")]
        yield kept, _group([row.ms for row in order], [row.df for row in order], single, _CROSSED_SUMS, kept)
    if not kept.all():
        single = {
            "repeatability": (0, 0, 1),
            "operator": (0, 1 / (p * r), -1 / (p * r)),
            "interaction": (0, 0, 0),
            "part": (1 / (o * r), 0, -1 / (o * r)),
        }
        ms = [rows["part"].ms, rows["operator"].ms, study.pooled_repeatability_ms]
        df = [rows["part"].df, rows["operator"].df, rows["interaction"].df + rows["repeatability"].df]
        yield ~kept, _group(ms, df, single, _CROSSED_SUMS, ~kept)


def _group(ms, df, single, sums, where=slice(None)):
    stacked = np.stack([np.atleast_1d(m) for m in ms], axis=-1)[where]
    weights = {name: np.array(values, dtype=float) for name, values in single.items()}
    return _Group(stacked, np.array(df, dtype=float), weights, sums)


def _expanded(study):
    """The components solve expected_ms x variances = ms; those of the part may be several nested terms."""
    names = list(study.anova)
    solved = np.linalg.inv(study.expected_ms)
    single = {name: solved[i] for i, name in enumerate(names)}
    others = tuple(name for name in names[:-1] if name in study.components and name != "part")
    own = tuple(name for name in names[:-1] if name not in others)
    sums = {"reproducibility": others} if others else {}
    sums |= {"grr": ("repeatability", *others), "total": tuple(names)}
    if own != ("part",):
        sums["part"] = own
    rows = list(study.anova.values())
    return _group([row.ms for row in rows], [row.df for row in rows], single, sums)


def _limits(group, alpha, method, draws, seed):
    if method == "mls":
        return {name: modified_large_sample(w, group.ms, group.df, alpha) for name, w in group.weights().items()}
    rng = np.random.default_rng(seed)
    scale = group.df / rng.chisquare(group.df, (draws, len(group.df)))
    step = max(1, _BLOCK // (draws * len(group.weights())))
    blocks = [_simulated(group, slice(i, i + step), scale, alpha) for i in range(0, len(group.ms), step)]
    return {name: tuple(np.concatenate([b[name][side] for b in blocks]) for side in (0, 1)) for name in blocks[0]}


def _simulated(group, rows, scale, alpha):
    drawn = group.ms[rows, None, :] * scale
    values = {name: np.maximum(drawn @ w, 0) for name, w in group.single.items()}
    values |= {name: sum(values[one] for one in ones) for name, ones in group.sums.items()}
    shares = {f"share {name}": value / values["total"] for name, value in values.items()}
    ratio = {"part over grr": values["part"] / values["grr"]}
    quantiles = (alpha / 2, 1 - alpha / 2)
    return {name: tuple(np.quantile(v, quantiles, axis=1)) for name, v in (values | shares | ratio).items()}


def modified_large_sample(c, ms, df, alpha: float):
    """Limits of sum c_i MS_i by the modified large sample method, not below 0.

    Source: N. Ting and others (1990); F. A. Graybill, C. M. Wang, Journal of the American Statistical Association 75
    (1980), 869-873, where no c_i is negative.

    >>> low, high = modified_large_sample([1.0], [[2.0]], [10], 0.05)
    >>> low.round(4), high.round(4)
    (array([0.9764]), array([6.1596]))
    """
    c, ms, df = np.asarray(c, float), np.asarray(ms, float), np.asarray(df, float)
    used = c != 0
    c, ms, df = c[used], ms[..., used], df[used]
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
    found = ((g * part) ** 2)[..., up].sum(axis=-1) + ((h * part) ** 2)[..., down].sum(axis=-1)
    for i in np.flatnonzero(up):
        for j in np.flatnonzero(down):
            f = fdtri(df[i], df[j], 1 - a)
            cross = ((f - 1) ** 2 - (g[i] * f) ** 2 - h[j] ** 2) / f
            found = found + cross * part[..., i] * part[..., j]
    if below and down.any():
        found = found + _among(part, df, g, a, np.flatnonzero(up))
    return found


def _among(part, df, g, a, up):
    """Products among the positive terms, where a negative one is present (Ting and others, equation 5)."""
    found = 0.0
    for i in up:
        for j in up[up > i]:
            both = df[i] + df[j]
            joint = (1 - both / chdtri(both, a)) ** 2 * both**2 / (df[i] * df[j])
            found = found + (joint - g[i] ** 2 * df[i] / df[j] - g[j] ** 2 * df[j] / df[i]) / (len(up) - 1) * (
                part[..., i] * part[..., j]
            )
    return found


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
