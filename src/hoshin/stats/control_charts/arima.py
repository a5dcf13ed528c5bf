"""ARIMA models by exact Gaussian likelihood, for rows of series at once.

The values are transformed as Ansley does: the first max(p, q) differenced ones stay, each later one becomes
phi(B) w_t = theta(B) a_t. The transformation is triangular with ones on its diagonal, and the covariance of what comes
out is banded, so one banded Cholesky factor of all rows gives every one-step prediction error and its variance. A
missing value is one measured with a variance so large that nothing is learned from it.

Source: C. F. Ansley, Biometrika 66 (1979), 59-65; P. J. Brockwell, R. A. Davis, Time Series: Theory and Methods, 2nd
edition (1991), section 5.3, for the covariance; J. F. Monahan, Biometrika 71 (1984), 403-404, for partial
autocorrelations as parameters, which keep the model stationary and invertible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from hoshin.stats.errors import StatisticsError

# Variance of a missing value in units of that of the innovations: its influence is lost in the sixth digit, and ten
# digits are left for slopes by differences.
UNKNOWN = 1e6
# Largest variance of an autoregression in the same units: beyond, rounding eats the covariance, and the series had
# better be differenced.
_WIDEST = 1e6
# Largest Fisher z of a partial autocorrelation: 1 - 1.7e-6, short of a root on the unit circle.
_FARTHEST = 7.0
_STEP = 3e-4
# Points of all rows and models whose covariance is held at once.
_POINTS = 1 << 19
_STEPS = 60
# Steps after which the best of several starting points is gone on with.
_FEW = 3


@dataclass(frozen=True, eq=False)
class Rows:
    """Series of one length: each begins with its first value; ``counted`` marks the values that can be predicted."""

    values: np.ndarray
    missing: np.ndarray
    counted: np.ndarray
    d: int
    mean: np.ndarray | bool
    """Whether a mean of the differenced values is estimated; or the means themselves."""

    def of(self, chosen) -> Rows:
        """Some of the rows."""
        mean = self.mean if isinstance(self.mean, bool) else self.mean[chosen]
        return Rows(self.values[chosen], self.missing[chosen], self.counted[chosen], self.d, mean)


@dataclass(frozen=True, eq=False)
class Fit:
    """One entry per row: coefficients, mean of the differenced values, innovations variance, log likelihood, AICc."""

    ar: np.ndarray
    ma: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    log_likelihood: np.ndarray
    aicc: np.ndarray


def coefficients(partial: np.ndarray) -> np.ndarray:
    """Autoregressive coefficients with these partial autocorrelations (last axis), by Durbin and Levinson.

    >>> coefficients(np.array([0.5, -0.2]))
    array([ 0.6, -0.2])
    """
    found = partial[..., :0]
    for k in range(partial.shape[-1]):
        last = partial[..., k : k + 1]
        found = np.concatenate((found - last * found[..., ::-1], last), axis=-1)
    return found


def innovations(ar: np.ndarray, ma: np.ndarray, rows: Rows):
    """Standardized one-step prediction errors, the root of their variances (in units of the innovations), the mean.

    ``ar`` and ``ma`` have a last axis of coefficients and lead with the rows; an axis between tries several for each.
    A model too near to the end of stationarity to be computed with gives NaN.

    >>> values = np.array([[1.0, 2.0, 0.5]])
    >>> rows = Rows(values, np.isnan(values), ~np.isnan(values), 0, False)
    >>> innovations(np.array([[0.5]]), np.zeros((1, 0)), rows)[0].round(4)
    array([[ 0.866,  1.5  , -0.5  ]])
    """
    first = max(ar.shape[-1], ma.shape[-1])
    partial, _ = _stepped_down(ar)
    too_wide = ~(np.prod(1 - partial * partial, axis=-1, keepdims=True) > 1 / _WIDEST)
    ar = np.where(too_wide, 0.0, ar)
    z, level = _transformed(ar, rows, first)
    band = _covariance(ar, ma, rows, first)
    factor, failed = scipy.linalg.lapack.dpbtrf(band.reshape(-1, band.shape[-1]).T, lower=1, overwrite_ab=1)
    if failed:
        raise StatisticsError("the model is too near to the end of stationarity to be computed with")
    both = np.stack((z.ravel(), level.ravel()), axis=1)
    solved, _ = scipy.linalg.lapack.dtbtrs(factor, both, uplo="L", overwrite_b=1)
    errors, of_level = (np.where(_beside(rows.counted, z), solved[:, i].reshape(z.shape), 0.0) for i in (0, 1))
    if rows.mean is True:
        mean = total(errors * of_level) / total(of_level * of_level)
    else:
        mean = np.broadcast_to(0.0 if rows.mean is False else _beside(rows.mean, z[..., 0]), z.shape[:-1])
    return np.where(too_wide, np.nan, errors - mean[..., None] * of_level), factor[0].reshape(z.shape), mean


def fit(rows: Rows, p: int, q: int) -> Fit:
    """The model of order (p, d, q) with the largest exact likelihood, for each row.

    >>> values = np.array([[2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2]])
    >>> rows = Rows(values, np.isnan(values), ~np.isnan(values), 0, True)
    >>> fit(rows, 1, 0).ar.round(2)
    array([[0.14]])
    """
    x = np.zeros((len(rows.values), 0)) if p + q == 0 else _best(rows, p, q)
    ar, ma = _models(x, p)
    errors, root, mean = innovations(ar, ma, rows)
    n = rows.counted.sum(axis=-1)
    variance = total(errors * errors) / n
    logs = total(np.log(np.where(rows.counted, root, 1.0)))
    likelihood = -0.5 * n * (np.log(2 * np.pi * variance) + 1) - logs
    number = p + q + 1 + (rows.mean is True)
    with np.errstate(divide="ignore"):
        correction = np.where(n > number + 1, n / np.maximum(n - number - 1.0, 1e-300), np.inf)
    return Fit(ar, ma, mean, variance, likelihood, -2 * likelihood + 2 * number * correction)


def total(values: np.ndarray) -> np.ndarray:
    """The sum along the last axis, one after the other: zeros appended to a row do not change its last digit.

    >>> total(np.array([[0.1, 0.2, 0.3, 0.0]]))
    array([0.6])
    """
    return np.cumsum(values, axis=-1)[..., -1]


def _beside(rows: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Rows with an axis for each axis of models that stands between."""
    return rows.reshape(rows.shape[:1] + (1,) * (of.ndim - rows.ndim) + rows.shape[1:])


def _differences(d: int) -> np.ndarray:
    """The coefficients of (1 - B)^d."""
    found = np.ones(1)
    for _ in range(d):
        found = np.convolve(found, (1.0, -1.0))
    return found


def _transformed(ar, rows: Rows, first: int):
    """The transformed values, and what a mean of 1 becomes by the same way."""
    d, n = rows.d, rows.values.shape[-1]
    w = np.zeros_like(rows.values)
    for lag, weight in enumerate(_differences(d)):
        w[:, d:] += weight * rows.values[:, d - lag : n - lag]
    whole = np.empty((*ar.shape[:-1], n))
    whole[...] = _beside(w, whole)
    level = np.ones_like(whole)
    level[..., :d] = 0.0
    for lag in range(1, ar.shape[-1] + 1):
        slope = ar[..., lag - 1, None]
        whole[..., d + first :] -= slope * _beside(w[:, d + first - lag : n - lag], whole)
        level[..., d + first :] -= slope
    return whole, level


def _covariance(ar, ma, rows: Rows, first: int) -> np.ndarray:
    """Covariances of the transformed values with those 0, 1, 2 ... later, the last axis, as LAPACK wants the band."""
    d, n, p, q = rows.d, rows.values.shape[-1], ar.shape[-1], ma.shape[-1]
    unknown = bool(rows.missing.any())
    width = max(first, p + d if unknown else 0)
    theta = np.concatenate((np.ones((*ma.shape[:-1], 1)), ma), axis=-1)
    crossed = _crossed(ar, theta)
    own = _autocovariances(ar, theta, first)
    band = np.zeros((*ar.shape[:-1], n, width + 1))
    for lag in range(width + 1):
        if lag <= q:
            band[..., d + first :, lag] = (theta[..., : q + 1 - lag] * theta[..., lag:]).sum(axis=-1)[..., None]
            band[..., d : d + first, lag] = crossed[..., lag, None]
        if lag < first:
            band[..., d : d + first - lag, lag] = own[..., lag, None]
        band[..., n - lag :, lag] = 0.0
    band[..., :d, 0] = 1.0
    band[..., :d, 1:] = 0.0
    if unknown:
        _add_unknown(band, ar, rows, first)
    return band


def _crossed(ar, theta) -> np.ndarray:
    """Covariance of a value with the moving average that ends 0 .. q points later."""
    q = theta.shape[-1] - 1
    psi = [np.ones(ar.shape[:-1])]
    for j in range(1, q + 1):
        back = (ar[..., i] * psi[j - 1 - i] for i in range(min(j, ar.shape[-1])))
        psi.append(theta[..., j] + sum(back))
    found = [sum(theta[..., i] * psi[i - lag] for i in range(lag, q + 1)) for lag in range(q + 1)]
    return np.stack(found, axis=-1)


def _autocovariances(ar, theta, first: int) -> np.ndarray:
    """Autocovariances of the process at lags 0 .. first - 1, in units of the innovations variance.

    Those of the autoregression alone come from its partial autocorrelations, which keeps them positive definite near
    the unit circle; the moving average then weighs them.
    """
    p, q = ar.shape[-1], theta.shape[-1] - 1
    partial, steps = _stepped_down(ar)
    left = 1 / np.prod(1 - partial * partial, axis=-1)
    found = [left]
    for k in range(p):
        found.append(partial[..., k] * left + sum(steps[k][..., i] * found[k - i] for i in range(k)))
        left = left * (1 - partial[..., k] ** 2)
    for k in range(p + 1, first + q):
        found.append(sum((ar[..., i] * found[k - 1 - i] for i in range(p)), np.zeros(ar.shape[:-1])))
    pairs = [(i, j) for i in range(q + 1) for j in range(q + 1)]
    own = [sum(theta[..., i] * theta[..., j] * found[abs(lag + i - j)] for i, j in pairs) for lag in range(first)]
    return np.stack(own, axis=-1) if own else np.zeros((*ar.shape[:-1], 0))


def _stepped_down(ar: np.ndarray):
    """Partial autocorrelations, and the coefficients of each lower order."""
    p = ar.shape[-1]
    partial, steps, now = np.empty_like(ar), [ar] * p, ar
    for k in range(p - 1, -1, -1):
        last = now[..., k : k + 1]
        partial[..., k : k + 1] = last
        now = (now[..., :k] + last * now[..., :k][..., ::-1]) / (1 - last * last)
        steps[k] = now
    return partial, steps


def _add_unknown(band, ar, rows: Rows, first: int) -> None:
    """Add the variance of the missing values, spread as each goes into the transformed ones."""
    d, n = rows.d, rows.values.shape[-1]
    plain = np.zeros((*ar.shape[:-1], ar.shape[-1] + d + 1))
    plain[..., : d + 1] = _differences(d)
    full = plain.copy()
    for lag in range(1, ar.shape[-1] + 1):
        full[..., lag:] -= ar[..., lag - 1, None] * plain[..., : plain.shape[-1] - lag]
    weight = np.zeros((*ar.shape[:-1], n, plain.shape[-1]))
    weight[..., d : d + first, :] = plain[..., None, :]
    weight[..., d + first :, :] = full[..., None, :]
    noise = UNKNOWN * _beside(rows.missing, weight[..., 0])
    for lag in range(plain.shape[-1]):
        for back in range(plain.shape[-1] - lag):
            if back + lag < n:
                later = weight[..., back + lag :, back + lag]
                now = weight[..., back : n - lag, back]
                band[..., back : n - lag, lag] += later * now * noise[..., : n - lag - back]


def _models(x: np.ndarray, p: int):
    """Coefficients of a stationary, invertible model for any real parameters."""
    partial = np.tanh(x)
    return coefficients(partial[..., :p]), -coefficients(partial[..., p:])


def _best(rows: Rows, p: int, q: int) -> np.ndarray:
    """The parameters of largest likelihood, found from several starting points."""
    starts = _starts(rows, p, q)
    if len(starts) == 1:
        return _descended(rows, starts[0], p, _STEPS)[0]
    all_rows = np.arange(len(rows.values))
    x, value = _descended(rows.of(np.tile(all_rows, len(starts))), np.concatenate(starts), p, _FEW)
    nearest = value.reshape(len(starts), -1).argmin(axis=0)
    return _descended(rows, x.reshape(len(starts), -1, p + q)[nearest, all_rows], p, _STEPS)[0]


def _starts(rows: Rows, p: int, q: int) -> list[np.ndarray]:
    """Partial autocorrelations of the differenced values with no moving average; with some; nothing at all."""
    start = np.zeros((len(rows.values), p + q))
    start[:, :p] = np.arctanh(_partial(rows, p))
    if not q:
        return [start]
    starts = [start, np.zeros_like(start)]
    for sign in (-1.0, 1.0) if p else ():
        starts.append(start.copy())
        starts[-1][:, p] = sign * 0.5
    return starts


def _partial(rows: Rows, p: int) -> np.ndarray:
    """Sample partial autocorrelations, held away from -1 and 1."""
    blank = np.zeros((len(rows.values), 0))
    errors, _, _ = innovations(blank, blank, rows)
    n = errors.shape[-1]
    own = [total(errors[:, lag:] * errors[:, : n - lag]) for lag in range(p + 1)]
    scale = np.where(own[0] > 0, own[0], 1.0)
    found, partial = np.zeros((len(errors), 0)), np.zeros((len(errors), p))
    for k in range(p):
        known = sum((found[:, i] * own[k - i] for i in range(k)), np.zeros(len(errors)))
        spread = scale - sum((found[:, i] * own[i + 1] for i in range(k)), np.zeros(len(errors)))
        last = np.clip((own[k + 1] - known) / spread, -0.95, 0.95)[:, None]
        found = np.concatenate((found - last * found[:, ::-1], last), axis=1)
        partial[:, k] = last[:, 0]
    return partial


def _descended(rows: Rows, x: np.ndarray, p: int, steps: int):
    """Parameters and negative log likelihood at its minimum, by damped Newton steps for all rows together."""
    x, damping = x.copy(), np.full(len(x), 1e-3)
    value, slope, curve = _slopes(rows, x, p)
    active = np.arange(len(x))
    for _ in range(steps):
        trial = np.clip(x[active] - _step(slope[active], curve[active], damping[active]), -_FARTHEST, _FARTHEST)
        found = _slopes(rows.of(active), trial, p)
        gained = value[active] - found[0]
        better = gained > 0
        moved = active[better]
        x[moved] = trial[better]
        value[moved], slope[moved], curve[moved] = (part[better] for part in found)
        damping[active] = np.where(better, damping[active] / 10, np.maximum(damping[active], 1e-3) * 10)
        active = active[np.where(better, gained > 1e-9, damping[active] < 1e6)]
        if not active.size:
            break
    return x, value


def _step(slope, curve, damping):
    """Newton's step with the curvature made positive, no parameter moving further than 1."""
    eigenvalues, vectors = np.linalg.eigh(curve)
    size = np.abs(eigenvalues)
    along = (vectors * slope[:, :, None]).sum(axis=1)
    along /= size + damping[:, None] * size.max(axis=1, keepdims=True) + 1e-12
    step = (vectors * along[:, None, :]).sum(axis=2)
    return step / np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True))


def _slopes(rows: Rows, x: np.ndarray, p: int):
    """Negative log likelihood of each row, with mean and variance at their best, its gradient and its curvature."""
    k = x.shape[1]
    one = _STEP * np.eye(k)
    pairs = [(i, j) for i in range(k) for j in range(i)]
    two = np.array([one[i] + one[j] for i, j in pairs]).reshape(-1, k)
    value = _negative(rows, x[:, None, :] + np.concatenate((np.zeros((1, k)), one, -one, two, -two)), p)
    here, up, down = value[:, 0], value[:, 1 : k + 1], value[:, k + 1 : 2 * k + 1]
    own = up + down - 2 * here[:, None]
    curve = np.empty((len(x), k, k))
    curve[:, range(k), range(k)] = own
    for at, (i, j) in enumerate(pairs, 2 * k + 1):
        both = value[:, at] + value[:, at + len(pairs)] - 2 * here
        curve[:, i, j] = curve[:, j, i] = (both - own[:, i] - own[:, j]) / 2
    known = np.isfinite(value).all(axis=1)
    curve[~known] = np.eye(k)
    slope = np.where(known[:, None], (up - down) / (2 * _STEP), 0.0)
    return np.where(known, here, np.inf), slope, curve / _STEP**2


def _negative(rows: Rows, x: np.ndarray, p: int) -> np.ndarray:
    """Negative log likelihoods, but for a constant, of several models (second axis) of each row."""
    together = max(1, _POINTS // rows.values.size)
    if x.shape[1] > together:
        parts = [_negative(rows, x[:, i : i + together], p) for i in range(0, x.shape[1], together)]
        return np.concatenate(parts, axis=1)
    errors, root, _ = innovations(*_models(x, p), rows)
    n, counted = rows.counted.sum(axis=-1)[:, None], rows.counted[:, None, :]
    return 0.5 * n * np.log(total(errors * errors)) + total(np.log(np.where(counted, root, 1.0)))
