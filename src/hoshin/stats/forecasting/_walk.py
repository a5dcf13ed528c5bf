"""The recursion of exponential smoothing, over many series side by side, and its weights by least squares."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from hoshin.stats.errors import StatisticsError

MODELS = ("ses", "holt", "holt_winters")
WEIGHTS = {"ses": ("alpha",), "holt": ("alpha", "beta"), "holt_winters": ("alpha", "beta", "gamma")}

LOW, HIGH = 1e-4, 1.0
"""Estimated weights lie between these."""

MOST_STEPS = 100
_WIDTH = 1e-5
_STARTS = {"alpha": (0.03, 0.1, 0.3, 0.6, 0.9), "beta": (0.02, 0.15, 0.5), "gamma": (0.05, 0.3, 0.8)}


def start_state(rows, model, period=None, multiplicative=False, level=None, trend=None, season=None):
    """Level, trend and seasons of each row before the recursion begins; what is not given comes from the first values."""
    if model == "ses":
        return rows[:, 0] if level is None else level, np.zeros(len(rows)), None
    if model == "holt":
        return rows[:, 1] if level is None else level, rows[:, 1] - rows[:, 0] if trend is None else trend, None
    if level is None or trend is None or season is None:
        own = _two_periods(rows[:, : 2 * period], period, multiplicative)
        level, trend, season = (
            found if given is None else given for found, given in zip(own, (level, trend, season), strict=True)
        )
    if season.shape[1] != period:
        raise StatisticsError(
            "start_season has {found} entries; {needed} are needed", found=season.shape[1], needed=period
        )
    return level, trend, season


def _two_periods(rows, period, multiplicative):
    """Line through the moving averages of two periods, and the seasons as deviations from them."""
    weights = np.full(period + (period % 2 == 0), 1.0 / period)
    if period % 2 == 0:
        weights[[0, -1]] /= 2
    # Sums in one order however many rows there are, so that a series starts alike alone and among others.
    width = 2 * period - weights.size + 1
    smooth = sum(weight * rows[:, k : k + width] for k, weight in enumerate(weights))
    first = (2 * period - width) // 2
    t = np.arange(1, width + 1) - (width + 1) / 2
    slope = sum(smooth[:, k] * t[k] for k in range(width)) / (t @ t)
    level = sum(smooth.T) / width - slope * (width + 1) / 2
    inner = rows[:, first : first + width]
    deviation = inner / smooth if multiplicative else inner - smooth
    position = (first + np.arange(width)) % period
    figure = np.stack([sum(deviation.T[position == i]) / (position == i).sum() for i in range(period)], axis=1)
    mean = sum(figure.T)[:, None] / period
    return level, slope, figure / mean if multiplicative else figure - mean


@dataclass(frozen=True, eq=False)
class Walk:
    """Many series walked through side by side: ``x`` (n, C) with one column each, filled up beyond its length."""

    x: np.ndarray
    lengths: np.ndarray
    begin: int
    state: tuple
    multiplicative: bool

    def some(self, columns) -> Walk:
        """Some of the series."""
        state = tuple(None if part is None else part[columns] for part in self.state)
        return Walk(self.x[:, columns], self.lengths[columns], self.begin, state, self.multiplicative)

    def steps(self, weights):
        """The recursion: for each value the one-step error and level, trend and season after it.

        Weights have one entry per series, or rows of them to be tried side by side.
        """
        level, trend, seasons = self.state
        alpha, beta, gamma = (weights.get(name) for name in ("alpha", "beta", "gamma"))
        level = np.broadcast_to(level, np.shape(alpha))
        waiting = None if seasons is None else list(seasons.T)
        for value in self.x[self.begin :]:
            before = level if beta is None else level + trend
            season = None
            if waiting is None:
                error = value - before
                fresh = alpha * value + (1 - alpha) * before
            else:
                last = waiting.pop(0)
                error = value - (before * last if self.multiplicative else before + last)
                bare = value / last if self.multiplicative else value - last
                fresh = alpha * bare + (1 - alpha) * before
                own = value / fresh if self.multiplicative else value - fresh
                season = gamma * own + (1 - gamma) * last
                waiting.append(season)
            if beta is not None:
                trend = beta * (fresh - level) + (1 - beta) * trend
            level = fresh
            yield error, level, trend, season

    def inside(self):
        """For each value the recursion reads, which series it belongs to; None where all are of one length."""
        if (self.lengths == len(self.x)).all():
            return [None] * (len(self.x) - self.begin)
        return list(np.arange(self.begin, len(self.x))[:, None] < self.lengths)

    def squares(self, weights) -> np.ndarray:
        """The sum of squared one-step errors."""
        total = 0.0
        with np.errstate(all="ignore"):
            for (error, *_), inside in zip(self.steps(weights), self.inside(), strict=True):
                total = total + (error * error if inside is None else np.where(inside, error * error, 0.0))
        return np.where(np.isfinite(total), total, np.inf)

    def slopes(self, weights, names):
        """Sum of squared errors, half its gradient by the named weights, and the matrix of Gauss and Newton."""
        count = len(names)
        tried = {name: np.repeat(weight[None], 2 * count + 1, axis=0) for name, weight in weights.items()}
        for k, name in enumerate(names):
            tried[name][1 + 2 * k] += _WIDTH
            tried[name][2 + 2 * k] -= _WIDTH
        total, gradient, matrix = 0.0, 0.0, 0.0
        with np.errstate(all="ignore"):
            for (errors, *_), inside in zip(self.steps(tried), self.inside(), strict=True):
                if inside is not None:
                    errors = np.where(inside, errors, 0.0)
                slope = (errors[1::2] - errors[2::2]) / (2 * _WIDTH)
                total = total + errors[0] * errors[0]
                gradient = gradient + slope * errors[0]
                matrix = matrix + slope[:, None] * slope[None]
        return np.where(np.isfinite(total), total, np.inf), gradient, matrix

    def history(self, weights) -> History:
        """Errors and states of the whole walk."""
        with np.errstate(all="ignore"):
            errors, levels, trends, seasons = zip(*self.steps(weights), strict=True)
        level, trend, first = self.state
        levels, trends = np.stack([level, *levels]), np.stack([trend, *trends])
        seasons = None if first is None else np.concatenate([first.T, np.stack(seasons)])
        return History(np.stack(errors), levels, trends, seasons, self.begin, self.multiplicative)


@dataclass(frozen=True, eq=False)
class History:
    """Errors (n - begin, C) of a walk, and the states before it and after each value."""

    errors: np.ndarray
    levels: np.ndarray
    trends: np.ndarray
    seasons: np.ndarray | None
    begin: int
    multiplicative: bool

    def state(self, at, columns):
        """Level, trend and seasons (the next one first) of series when so many values have come."""
        step = at - self.begin
        seasons = None
        if self.seasons is not None:
            period = len(self.seasons) - len(self.errors)
            seasons = self.seasons[step[:, None] + np.arange(period), columns[:, None]]
        return self.levels[step, columns], self.trends[step, columns], seasons

    def ahead(self, at, columns, horizon: int) -> np.ndarray:
        """Forecasts of series from when so many values had come."""
        level, trend, seasons = self.state(at, columns)
        steps = np.arange(1, horizon + 1)
        mean = level[:, None] + trend[:, None] * steps
        if seasons is None:
            return mean
        repeated = seasons[:, (steps - 1) % seasons.shape[1]]
        return mean * repeated if self.multiplicative else mean + repeated


def fitted_weights(walk: Walk, model: str, given) -> tuple[dict, tuple[str, ...]]:
    """The weights of each series: those given, the others by least squares; and which were estimated."""
    names, count = WEIGHTS[model], len(walk.lengths)
    weights = {name: np.full(count, np.nan if given[name] is None else given[name]) for name in names}
    missing = tuple(name for name in names if given[name] is None)
    if missing:
        weights |= _estimated(walk, weights, missing)
    return weights, missing


def _estimated(walk: Walk, weights, missing) -> dict:
    """Least squares from the best of a grid of starts, by Levenberg and Marquardt's steps within the bounds."""
    starts = np.array(list(itertools.product(*(_STARTS[name] for name in missing))))
    grid = {name: weights[name][None] for name in weights} | {
        name: np.broadcast_to(starts[:, k, None], (len(starts), len(walk.lengths))) for k, name in enumerate(missing)
    }
    found = starts[np.argmin(walk.squares(grid), axis=0)].T.copy()
    active, damping = np.arange(len(walk.lengths)), np.full(len(walk.lengths), 1e-3)
    part, own = walk, weights
    at = part.slopes(own | dict(zip(missing, found, strict=True)), missing)
    for _ in range(MOST_STEPS):
        here = found[:, active]
        step = _damped(*at[1:], here, damping[active])
        fresh = np.clip(here + step, LOW, HIGH)
        tried = part.slopes(own | dict(zip(missing, fresh, strict=True)), missing)
        better, flat = tried[0] < at[0], np.abs(tried[0] - at[0]) <= 1e-14 * at[0]
        found[:, active] = np.where(better, fresh, here)
        at = tuple(np.where(better, new, old) for new, old in zip(tried, at, strict=True))
        damping[active] = np.where(better, np.maximum(damping[active] / 5, 1e-12), damping[active] * 4)
        going = ~flat & (np.abs(fresh - here).max(axis=0) > 1e-10) & (damping[active] < 1e8)
        if not going.any():
            break
        if not going.all():
            active, at = active[going], tuple(part_of[..., going] for part_of in at)
            part = part.some(going)
            own = {name: weight[going] for name, weight in own.items()}
    return dict(zip(missing, found, strict=True))


def _damped(gradient, matrix, here, damping):
    """A damped step of least squares; a weight at its bound that would leave it stays."""
    count = len(gradient)
    held = ((here <= LOW) & (gradient > 0)) | ((here >= HIGH) & (gradient < 0))
    diagonal = np.einsum("iic->ic", matrix)
    lifted = matrix + np.eye(count)[:, :, None] * (damping * diagonal + 1e-14 * diagonal.max(axis=0) + 1e-300)[:, None]
    lifted = np.where(held[:, None] | held[None], 0.0, lifted) + np.where(held, 1.0, 0.0) * np.eye(count)[:, :, None]
    wanted = np.where(held, 0.0, gradient)
    finite = np.isfinite(lifted).all(axis=(0, 1)) & np.isfinite(wanted).all(axis=0)
    lifted = np.where(finite, lifted, np.eye(count)[:, :, None])
    step = -np.linalg.solve(np.moveaxis(lifted, -1, 0), np.where(finite, wanted, 0.0).T[:, :, None])[:, :, 0].T
    return np.clip(step, -0.5, 0.5)


def growth(weights, horizon: int, period: int | None) -> np.ndarray:
    """Standard deviation of the h-step error in units of the one-step one, for each series.

    >>> growth({"alpha": np.array([0.5])}, 3, None).round(3)
    array([[1.   , 1.118, 1.225]])
    """
    alpha, none = weights["alpha"], np.zeros(len(weights["alpha"]))
    beta, gamma = (weights.get(name, none) for name in ("beta", "gamma"))
    # What is left of a season's error once the level has taken its part.
    return np.sqrt(variances(alpha, beta, gamma * (1 - alpha), none, horizon, period or 1))


def variances(alpha, beta, gamma, phi, horizon: int, period: int) -> np.ndarray:
    """Variance of the h-step error in units of the one-step one, (models, horizon): ``1 + sum c_j^2``.

    An error of 1 moves the value j steps later by ``c_j``: the level, the slope, its season and what returns to the level.

    >>> variances(*np.array([[0.5], [0.0], [0.0], [0.0]]), 3, 1)
    array([[1.  , 1.25, 1.5 ]])
    """
    alpha, beta, gamma, phi = (weight[:, None] for weight in (alpha, beta, gamma, phi))
    j = np.arange(1, horizon)
    moved = alpha * (1 + j * beta) + gamma * (j % period == 0) + phi**j
    return 1 + np.concatenate([np.zeros_like(alpha), np.cumsum(moved**2, axis=1)], axis=1)
