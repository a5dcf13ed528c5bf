"""The likelihood of log times that are location plus scale times a standard variable, of many part numbers at once.

Each line gives the logarithm of a density (a failure), of a survival (still working), of the share failed (found failed)
or of a difference of two (failed between). In ``b = 1 / scale`` and ``a = location / scale`` the log likelihood is
concave (J. Burridge, A note on maximum likelihood estimation for regression models using grouped data, Journal of the
Royal Statistical Society B 43 (1981), 41-45), so that Newton steps which never go down find its one maximum.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import expit, gamma, log_expit, log_ndtr, logit, ndtri

from hoshin.stats.reliability._times import FAILED, FAILED_BETWEEN, FOUND_FAILED
from hoshin.stats.segments import Segments

MOST_STEPS = 100
MOST_TRIES = 60
MOST_HALVINGS = 60
FARTHEST = 200
"""A profile that has not fallen so many half widths of Wald's interval away has no limit on that side."""


@dataclass(frozen=True)
class Family:
    """A standard distribution of the log time: logarithms of density and survival with two derivatives each."""

    density: Callable
    survival: Callable
    quantile: Callable
    mean: Callable

    def log_density(self, z):
        """The logarithm of the density."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.density(z)[0]

    def log_survival(self, z):
        """The logarithm of the share above z."""
        # At time 0 (z minus infinity) the derivatives that come along may be undefined; the survival is not.
        with np.errstate(over="ignore", invalid="ignore"):
            return self.survival(z)[0]


def _extreme_density(z):
    grown = np.exp(z)
    return z - grown, 1 - grown, -grown


def _extreme_survival(z):
    grown = np.exp(z)
    return -grown, -grown, -grown


def _normal_density(z):
    return -z * z / 2 - math.log(2 * math.pi) / 2, -z, -np.ones_like(z)


def _normal_survival(z):
    log_s = log_ndtr(-z)
    hazard = np.exp(-z * z / 2 - math.log(2 * math.pi) / 2 - log_s)
    return log_s, -hazard, -hazard * (hazard - z)


def _logistic_density(z):
    p = expit(z)
    return log_expit(z) + log_expit(-z), 1 - 2 * p, -2 * p * (1 - p)


def _logistic_survival(z):
    p = expit(z)
    return log_expit(-z), -p, -p * (1 - p)


def _logistic_mean(m, s):
    below = np.minimum(s, 0.5)
    sine = np.where(s <= 0.5, np.sin(np.pi * below), np.sin(np.pi * (1 - np.minimum(s, 1.0))))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(s) < 1, np.exp(m) * np.pi * s / sine, np.inf)


FAMILIES = {
    "weibull": Family(
        _extreme_density,
        _extreme_survival,
        lambda p: np.log(-np.log1p(-np.asarray(p))),
        lambda m, s: np.exp(m) * gamma(1 + s),
    ),
    "lognormal": Family(_normal_density, _normal_survival, ndtri, lambda m, s: np.exp(m + s * s / 2)),
    "loglogistic": Family(_logistic_density, _logistic_survival, logit, _logistic_mean),
}


class Slopes(NamedTuple):
    """Log likelihood, its first and its second derivatives by a and b, for each part number."""

    value: np.ndarray
    a: np.ndarray
    b: np.ndarray
    aa: np.ndarray
    ab: np.ndarray
    bb: np.ndarray


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The log times ``y`` of the lines (``later`` the end of an interval), what happened, and for how many units."""

    family: Family
    segments: Segments
    y: np.ndarray
    event: np.ndarray
    counts: np.ndarray
    later: np.ndarray | None

    def __post_init__(self):
        exact = self.event == FAILED
        object.__setattr__(self, "exact", exact)
        object.__setattr__(self, "failed", self.segments.sums(np.where(exact, self.counts, 0.0)))
        object.__setattr__(self, "before", np.flatnonzero(self.event == FOUND_FAILED))
        object.__setattr__(self, "between", np.flatnonzero(self.event == FAILED_BETWEEN))

    def value(self, a, b):
        """The log likelihood; minus infinity where it cannot be computed."""
        with np.errstate(all="ignore"):
            z = self._standard(self.y, a, b)
            term = np.where(self.exact, self.family.density(z)[0], self.family.survival(z)[0])
            if self.before.size:
                term[self.before] = np.log(-np.expm1(self.family.survival(z[self.before])[0]))
            if self.between.size:
                term[self.between] = self._between(z, a, b)[0]
            total = self.segments.sums(np.where(self.counts > 0, self.counts * term, 0.0)) + self.failed * np.log(b)
        return np.where(np.isfinite(total) & (b > 0), total, -np.inf)

    def slopes(self, a, b) -> Slopes:
        """Log likelihood with its derivatives."""
        with np.errstate(all="ignore"):
            z = self._standard(self.y, a, b)
            density, survival = self.family.density(z), self.family.survival(z)
            term, first, second = (np.where(self.exact, d, s) for d, s in zip(density, survival, strict=True))
            if self.before.size:
                some = self.before
                term[some], first[some], second[some] = self._before(z[some])
            parts = [term, -first, first * self.y, second, -second * self.y, second * self.y**2]
            if self.between.size:
                self._put_between(parts, z, a, b)
            sums = [self.segments.sums(np.where(self.counts > 0, self.counts * part, 0.0)) for part in parts]
            sums[0] = sums[0] + self.failed * np.log(b)
            sums[2] = sums[2] + self.failed / b
            sums[5] = sums[5] - self.failed / b**2
        return Slopes(*sums)

    def _standard(self, y, a, b):
        return y * self.segments.per_point(b) - self.segments.per_point(a)

    def _before(self, z):
        """Logarithm of the share failed, and its derivatives by z."""
        log_f = np.log(-np.expm1(self.family.survival(z)[0]))
        density = self.family.density(z)
        ratio = np.exp(density[0] - log_f)
        return log_f, ratio, ratio * density[1] - ratio**2

    def _between(self, z, a, b):
        """Logarithm of the share failed between the two times, and the ratios of both densities to it."""
        some = self.between
        low, high = z[some], self._standard(self.later, a, b)[some]
        log_low, log_high = self.family.survival(low)[0], self.family.survival(high)[0]
        share = log_low + np.log(-np.expm1(log_high - log_low))
        dense_low, dense_high = self.family.density(low), self.family.density(high)
        return share, np.exp(dense_low[0] - share), np.exp(dense_high[0] - share), dense_low[1], dense_high[1]

    def _put_between(self, parts, z, a, b):
        some = self.between
        y, u = self.y[some], self.later[some]
        share, low, high, slope_low, slope_high = self._between(z, a, b)
        ll, hh, lh = -low * slope_low - low**2, high * slope_high - high**2, low * high
        entries = (
            share,
            low - high,
            high * u - low * y,
            ll + hh + 2 * lh,
            -(ll * y + hh * u + lh * (y + u)),
            ll * y**2 + hh * u**2 + 2 * lh * y * u,
        )
        for part, entry in zip(parts, entries, strict=True):
            part[some] = entry

    def some(self, chosen: np.ndarray) -> Likelihood:
        """That of some part numbers."""
        if chosen.all():
            return self
        points = self.segments.per_point(chosen)
        segments = Segments(np.concatenate([[0], np.cumsum(self.segments.lengths[chosen])]))
        columns = (None if c is None else c[points] for c in (self.y, self.event, self.counts, self.later))
        return Likelihood(self.family, segments, *columns)

    def maximise(self, a, b, along=None):
        """The maximum from a start, over both parameters or along a direction (da, db); and where it was found."""
        a, b, found = a.copy(), b.copy(), np.zeros(a.size, dtype=bool)
        active, part = np.arange(a.size), self
        for _ in range(MOST_STEPS):
            at = part.slopes(a[active], b[active])
            da, db, gain = _newton(at, None if along is None else tuple(part_of[active] for part_of in along))
            size = np.maximum(np.abs(at.value), 1)
            found[active] = gain < 1e-10 * size
            # Near the maximum a step gains half of this; below it the sums hold no more digits.
            going = gain >= 1e-24 * size
            if not going.any():
                break
            value, active, part = at.value[going], active[going], part.some(going)
            a[active], b[active] = part._uphill(value, a[active], b[active], da[going], db[going])
        return a, b, found & np.isfinite(a) & np.isfinite(b)

    def _uphill(self, value, a, b, da, db):
        """A Newton step, halved until it does not go down."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(db < 0, np.minimum(1.0, 0.9 * b / -db), 1.0)
        slack = 1e-12 * np.maximum(np.abs(value), 1)
        for _ in range(MOST_HALVINGS):
            worse = self.value(a + share * da, b + share * db) < value - slack
            if not worse.any():
                break
            share = np.where(worse, share / 2, share)
        share = np.where(worse, 0.0, share)
        return a + share * da, b + share * db

    def profile_limit(self, peak, estimate, half, start, point, slope, level: float):
        """Where the profile has fallen by half of ``level`` below the peak, from the estimate towards ``half``.

        ``point(psi, b, active)`` gives a start and a direction with the parameter psi of some part numbers fixed,
        ``slope(at, b)`` the derivative of the profile by psi. Infinite where it never falls so far.
        """
        inner, outer, psi = estimate.copy(), np.full(estimate.size, np.nan), estimate + half
        limit, b = np.where(np.isfinite(psi), np.sign(half) * np.inf, np.nan), start.copy()
        going = np.isfinite(psi)
        active, part = np.flatnonzero(going), self.some(going) if going.any() else self
        for _ in range(MOST_TRIES if active.size else 0):
            a, own, da, db = point(psi[active], b[active], active)
            a, own, _ = part.maximise(a, own, (da, db))
            at, b[active] = part.slopes(a, own), own
            off = math.sqrt(level) - np.sqrt(np.maximum(2 * (peak[active] - at.value), 0.0))
            hit = np.abs(off) < 1e-9
            limit[active[hit]] = psi[active[hit]]
            going = ~hit & (np.abs(psi - estimate)[active] <= FARTHEST * np.abs(half[active]))
            low, high = off > 0, ~(off > 0)
            inner[active[low]], outer[active[high]] = psi[active[low]], psi[active[high]]
            psi[active] = _next(estimate, inner, outer, psi, active, off * (math.sqrt(level) - off), slope(at, own))
            if not going.any():
                break
            active, part = active[going], part.some(going)
        return limit


def _next(estimate, inner, outer, psi, active, off, slope):
    """The next value to try: Newton's, where that lies between what is known, else halfway or farther out."""
    estimate, inner, outer, psi = (values[active] for values in (estimate, inner, outer, psi))
    with np.errstate(all="ignore"):
        fresh = psi - off / slope
        beyond = np.where(np.isnan(outer), estimate + 3 * (inner - estimate), outer)
        farther = np.where(np.isnan(outer), beyond, (inner + outer) / 2)
        return np.where((fresh - inner) * (fresh - beyond) < 0, fresh, farther)


def _newton(at: Slopes, along):
    """The Newton step and what it promises to gain, twice; along one direction where that is given."""
    with np.errstate(all="ignore"):
        if along is not None:
            da, db = along
            first = at.a * da + at.b * db
            size = -first / (at.aa * da**2 + 2 * at.ab * da * db + at.bb * db**2)
            return size * da, size * db, first * size
        determinant = at.aa * at.bb - at.ab**2
        da = -(at.bb * at.a - at.ab * at.b) / determinant
        db = -(at.aa * at.b - at.ab * at.a) / determinant
        return da, db, at.a * da + at.b * db
