"""A forecast with honest intervals: models weighed by how well they foretold the series, and checked on its past."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import betaincinv, gammaln, ndtr, ndtri, stdtr, stdtrit

from hoshin.stats._layout import read_series
from hoshin.stats.errors import check_choice, check_fraction, check_whole
from hoshin.stats.forecasting._candidates import MODELS, Candidates, CandidateWalk, Gains, candidates, gains
from hoshin.stats.results import Result, Step
from hoshin.stats.segments import Segments

GUESS = 1.75
"""The first guess of the variance in mean squared differences; found by simulation of series of 12 to 30 values."""

FEWEST_TRIALS = 5
WEIGHTS = ("alpha", "beta", "gamma", "phi")
_TOLD = 0.05
"""Candidates with at least this weight are told when the forecast is explained."""

_FARTHEST = 6.0
"""Normal scores beyond this are not told apart."""

_IN_UNITS = ("forecast", "lower", "upper", "center", "scale", "error", "errors")
"""What has the unit of the values."""

_BLOCK = 2_000_000
_MOST_STEPS = 100


@dataclass(frozen=True, eq=False)
class ForecastValidation(Result):
    """What forecasts made in the past were worth: each from the values before its origin only.

    ``coverage`` is the share of values inside the intervals that were given one step before them, with its exact
    interval; missing where there were too few origins. ``error`` is the mean absolute error of the forecasts,
    ``errors`` that of each model alone.
    """

    error: float
    errors: dict
    origins: int
    hits: int | None
    trials: int | None
    coverage: float | None
    coverage_interval: tuple[float, float] | None

    title = "Forecasts tried on the past"

    def steps(self):
        """The error of the forecasts and of each model, and the coverage found."""
        yield Step("mean absolute error", value=self.error)
        for model, error in self.errors.items():
            yield Step(f"mean absolute error, {model}", value=error)
        yield Step("forecasts tried", value=self.origins)
        if self.coverage is not None:
            yield Step(
                "inside the interval", "{hits} / {trials}", {"hits": self.hits, "trials": self.trials}, self.coverage
            )
            yield Step("95% interval of that share", value=self.coverage_interval)


@dataclass(frozen=True, eq=False)
class ForecastMixture(Result):
    """The candidates a forecast is mixed from: each says Student's t about ``center`` with ``scale`` on ``df``.

    ``center`` and ``scale`` (G, horizon) are those of each candidate and distance; ``weight`` (G,) is its share.
    """

    models: tuple[str, ...]
    alpha: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray
    phi: np.ndarray
    weight: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    df: np.ndarray

    title = "What a forecast is mixed from"

    def below(self, value: float, ahead: int = 1) -> float:
        """The chance that the value so many steps ahead is below a value."""
        z = (value - self.center[:, ahead - 1]) / self.scale[:, ahead - 1]
        return float(self.weight @ stdtr(self.df, z))

    def steps(self):
        """The weightiest candidates: their weights, and what they say of the next value."""
        for i in np.argsort(-self.weight, kind="stable"):
            if self.weight[i] >= _TOLD:
                told = {name: float(getattr(self, name)[i]) for name in WEIGHTS}
                says = {"center": float(self.center[i, 0]), "scale": float(self.scale[i, 0]), "df": float(self.df[i])}
                yield Step(f"weight of {self.models[i]}", "", told | says, float(self.weight[i]))


@dataclass(frozen=True, eq=False)
class Forecast(Result):
    """What comes next: a value and an interval for each step, the models they are mixed from, and their record.

    ``model`` is that of the largest weight, ``weights`` has that of each; ``tail`` is the chance that the mixture leaves
    beyond each end of the interval: less than promised where past intervals held too little. ``beats_naive`` says whether
    past forecasts had a smaller error than repeating the last value (or the last season). Among many series the record is
    in the columns ``error``, ``errors`` (by model), ``origins``, ``hits``, ``trials``, ``coverage`` and
    ``coverage_interval``, and the mixture in ``weight``, ``center``, ``scale`` and ``df``.
    """

    model: str
    weights: dict
    horizon: int
    forecast: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    tail: float
    confidence: float
    beats_naive: bool
    validation: ForecastValidation
    mixture: ForecastMixture
    n: int
    period: int | None

    title = "Forecast"
    assumptions = ("what moved the series in the past goes on doing so", "errors are about normal, with one variance")
    sources = (
        "R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder, Forecasting with Exponential Smoothing (2008), chapters 3, 6, 12",
        "C. Chatfield, Journal of Business & Economic Statistics 11 (1993), 121-135: why intervals are too narrow",
        "A. P. Dawid, Journal of the Royal Statistical Society A 147 (1984), 278-292: weighed by what was foretold",
    )

    @property
    def honest(self) -> bool | None:
        """Whether the coverage found agrees with the confidence; None where it could not be tried."""
        if self.validation.coverage_interval is None:
            return None
        low, high = self.validation.coverage_interval
        return low <= self.confidence <= high or low > self.confidence

    @classmethod
    def from_row(
        cls, error, errors, origins, hits, trials, coverage, coverage_interval,
        models, alpha, beta, gamma, phi, weight, center, scale, df, **numbers,
    ) -> Forecast:  # fmt: skip
        """The forecast with its validation; with too few trials there is no coverage to speak of."""
        tried = (hits, trials, coverage, tuple(coverage_interval.tolist())) if trials >= FEWEST_TRIALS else (None,) * 4
        mixture = ForecastMixture(models, alpha, beta, gamma, phi, weight, center, scale, df)
        return cls(validation=ForecastValidation(float(error), errors, origins, *tried), mixture=mixture, **numbers)

    def steps(self):
        """The weights, the record and the forecasts."""
        yield Step("model of the largest weight", value=self.model)
        for model, weight in self.weights.items():
            yield Step(f"weight of {model}", value=weight)
        yield from self.mixture.steps()
        yield Step("better than repeating the past", value=self.beats_naive)
        yield from self.validation.steps()
        yield Step("chance beyond each end", value=self.tail)
        for i in range(self.horizon):
            bounds = (float(self.lower[i]), float(self.upper[i]))
            yield Step(f"{i + 1} ahead", "sum of weight x center", value=float(self.forecast[i]))
            yield Step(
                f"{self.confidence:.0%} interval",
                "where sum of weight x T((x - center) / scale, df) is {low} and {high}",
                {"low": self.tail, "high": 1 - self.tail},
                bounds,
            )


def forecast(
    values,
    horizon: int = 3,
    period: int | None = None,
    confidence: float = 0.9,
    model: str | None = None,
    *,
    offsets=None,
    on_error: str = "raise",
) -> Forecast:
    """Forecast a series by models weighed by how well they foretold it, with intervals that were tried on its past.

    Estimand: the next ``horizon`` values. Models: the last value ("naive") or the value a period ago ("seasonal_naive"),
    the mean ("mean") or a return to it ("autoregressive"), the last value and the mean change ("drift"), a straight line
    ("line"), and exponential smoothing without ("ses") and with trend ("holt") and with seasons ("holt_winters"). Each but
    the fixed ones is a grid of candidates with given weights alpha, beta, gamma (or phi). With ``e`` the error of a
    candidate's last forecast its level moves by ``alpha e``, its slope by ``alpha beta e``, the season's level by ``gamma
    e`` besides; what lies off the mean shrinks by ``phi`` a step, and ``phi e`` is added. What they start from is least
    squares of the values. A candidate's forecast is Student's t on ``n - k + 1`` degrees of freedom (k: levels and slope),
    about ``level + h slope``, of variance ``v (S + g) / (n - k + 1)``: S its sum of squared errors, each over its own v; v
    is ``1 + sum c_j^2`` over the errors to come, c_j being their effect j steps later, and what the start leaves open; g is
    1.75 mean squared differences so far of neighbours (or over a period, where less). Its weight is its model's share (all alike,
    spread over its candidates) times the density it gave to each value from the third (or the second of the second
    period) on, from the values before. The forecast is the weighted mean of centers, the interval lies between quantiles
    of the weighted distribution: those of ``(1 -+ confidence) / 2``. The record has the same from each origin in the second
    half of the series; if the exact 95% interval of the share that was inside one step ahead lies below the confidence, the
    quantiles are those farther out that would have held the ``ceil((m+1) confidence)``-th of m past values.

    Parameters
    ----------
    values : (n,) values of one series in time order, (C, n) of many, or a flat column with ``offsets``; at least 6 each,
        none missing.
    horizon : how many values ahead are forecast.
    period : how many values make a season, where there may be one; then two periods and ``horizon`` more are needed.
    confidence : that the interval holds each single value.
    model : one of them, if it is to be the only one.
    offsets : where each series begins in the flat column, and its length.
    on_error : "raise", or "mark": a series without an answer gets NaN and a word in ``problems``.

    Units: forecasts, intervals and errors in that of the values.

    Assumes: what moved the series goes on doing so; values at equal distances in time; errors about normal, of one variance.

    Errors: fewer than 6 values, a missing one, values all alike, too few periods, an unknown model.

    Source: R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder, Forecasting with Exponential Smoothing (2008), chapters 3
    (models with one error), 6 (variances of forecasts) and 12 (least squares start); C. Chatfield, Calculating interval
    forecasts, Journal of Business & Economic Statistics 11 (1993), 121-135 (intervals that take one model and its weights for
    true are too narrow); A. P. Dawid, Statistical theory: the prequential approach, Journal of the Royal Statistical
    Society A 147 (1984), 278-292 (weights by what was foretold).

    >>> random = np.random.default_rng(4)
    >>> coming = forecast(50 + np.cumsum(random.normal(0, 0.8, 80)) + random.normal(size=80), horizon=2)
    >>> coming.model, round(coming.weights["ses"], 2), coming.honest
    ('ses', 0.74, True)
    """
    x, layout = read_series(values, "values", offsets, on_error, least=6)
    horizon = check_whole(horizon, "horizon", at_least=1)
    confidence = check_fraction(confidence)
    layout.refuse_no_variation(x)
    if period is not None:
        period = check_whole(period, "period", at_least=2)
        what = f"values for two periods of {period} and the horizon"
        layout.refuse_few(layout.segments.lengths, 2 * period + horizon, what)
    if model is not None:
        seasonal = ("seasonal_naive", "holt_winters")
        check_choice(model, tuple(name for name in MODELS if period is not None or name not in seasonal), "model")

    def compute(part, x):
        # Squares of very large or small values would leave the range of numbers; powers of 2 cost no digit.
        power = np.frexp(np.maximum.reduceat(np.abs(x), part.segments.offsets[:-1]))[1]
        near_one = np.ldexp(x, -part.segments.per_point(power))
        found, common = _forecasts(part.segments, near_one, horizon, period, confidence, model)
        found |= {name: _times(found[name], power) for name in _IN_UNITS}
        part.refuse_overflow(found["lower"].min(axis=1), found["upper"].max(axis=1))
        return found, common

    return layout.result(Forecast, compute, x)


def _times(found, power):
    """What was found of each series, times 2 to its power."""
    if isinstance(found, dict):
        return {name: _times(column, power) for name, column in found.items()}
    with np.errstate(over="ignore"):
        return np.ldexp(found, power.reshape(-1, *(1,) * (found.ndim - 1)))


def _forecasts(segments: Segments, x, horizon: int, period, confidence: float, model):
    lengths = segments.lengths
    order = np.argsort(-lengths, kind="stable")
    groups = candidates(period)
    table = _Table.of(groups, model)
    known = [gains(group, int(lengths.max()), horizon, set(lengths.tolist())) for group in groups]
    values = segments.padded(x, 1.0)
    step = max(1, _BLOCK // (len(table.models) * max((period or 1) + 2, 2 * horizon)))
    parts = []
    for some in (order[low : low + step] for low in range(0, lengths.size, step)):
        rows = np.ascontiguousarray(values[some, : lengths[some[0]]].T)
        parts.append(_Past(table, groups, known, rows, lengths[some], horizon, period, confidence).run())
    back = np.argsort(order, kind="stable")
    found = {name: np.concatenate([part[name] for part in parts])[back] for name in parts[0]}
    weights, errors = found.pop("by_model"), found.pop("errors")
    naive = errors[:, [name in ("naive", "seasonal_naive") for name in table.names]].min(axis=1)
    return {
        "model": tuple(np.array(table.names)[weights.argmax(axis=1)].tolist()),
        "weights": {name: weights[:, i] for i, name in enumerate(table.names)},
        "errors": {name: errors[:, i] for i, name in enumerate(table.names)},
        "beats_naive": found["error"] < naive,
        "n": lengths,
        **found,
    }, {
        "models": table.models,
        **{name: np.concatenate([getattr(group, name) for group in groups]) for name in WEIGHTS},
        "horizon": horizon,
        "confidence": confidence,
        "period": period,
    }


@dataclass(frozen=True, eq=False)
class _Table:
    """The models of all candidates, which of them belong together, and which are wanted."""

    models: tuple[str, ...]
    names: tuple[str, ...]
    starts: np.ndarray
    owner: np.ndarray
    wanted: np.ndarray

    @classmethod
    def of(cls, groups: list[Candidates], model: str | None) -> _Table:
        """Those of one model stand beside each other."""
        models = [str(name) for group in groups for name in group.model]
        starts = [0, *(i + 1 for i, (one, other) in enumerate(pairwise(models)) if one != other)]
        names = [models[start] for start in starts]
        owner = np.repeat(np.arange(len(starts)), np.diff([*starts, len(models)]))
        wanted = np.array([model in (None, name) for name in names])
        return cls(tuple(models), tuple(names), np.array(starts), owner, wanted)

    def weighed(self, logs):
        """Weights (G, C) of candidates within their model, and of the models, from logs of their likelihoods."""
        top = np.maximum.reduceat(logs, self.starts, axis=0)
        within = np.exp(logs - top[self.owner])
        total = np.add.reduceat(within, self.starts, axis=0)
        of_model = np.where(self.wanted[:, None], top + np.log(total), -np.inf)
        of_model = np.exp(of_model - of_model.max(axis=0))
        return within / total[self.owner], of_model / of_model.sum(axis=0)

    def means(self, within, ahead):
        """The forecasts (horizon, models, C) of each model."""
        return np.add.reduceat(within * ahead, self.starts, axis=1)


class _Past:
    """Series side by side, the longest first: candidates walk through them, and are asked at every origin and the end."""

    def __init__(self, table: _Table, groups, learnt: list[Gains], values, lengths, horizon, period, confidence):
        self.table, self.learnt, self.values, self.lengths = table, learnt, values, lengths
        self.horizon, self.period, self.confidence = horizon, period, confidence
        self.begin = (period or 1) + 1
        self.walks = [
            CandidateWalk(group, found, values, self.begin) for group, found in zip(groups, learnt, strict=True)
        ]
        self.first = np.maximum(np.maximum(4, lengths // 2), 0 if period is None else 2 * period + 1)
        count = lengths.size
        self.error, self.errors = np.zeros(count), np.zeros((len(table.names), count))
        self.scores = np.full((len(values), count), np.nan)
        # Of equal values nothing is known but that their differences are small.
        inside = np.arange(len(values))[:, None] < lengths
        spans = np.where(inside, values, -np.inf).max(axis=0) - np.where(inside, values, np.inf).min(axis=0)
        self.least = (1e-9 * spans) ** 2
        self.differences = {
            lag: np.cumsum((values[lag:] - values[:-lag]) ** 2, axis=0) for lag in sorted({1, period or 1})
        }

    def run(self) -> dict:
        """The record, and the forecasts from the end."""
        ends, most = [], len(self.values)
        for t in range(1, most):
            for walk in self.walks:
                if t >= walk.group.period:
                    walk.step(t)
            come = t + 1
            here, on = np.count_nonzero(self.lengths >= come), np.count_nonzero(self.lengths > come)
            tried = slice(np.count_nonzero(self.first > come), np.count_nonzero(self.lengths >= come + self.horizon))
            if come >= self.begin and tried.start < tried.stop:
                self.compare(come, tried)
            if on < here:
                ends.append(self.end(come, slice(on, here)))
                for walk in self.walks:
                    walk.only(on)
        number = self.number
        with np.errstate(invalid="ignore"):
            record = {"error": self.error / number, "errors": (self.errors / number).T}
        ends = ends[::-1]
        found = {name: np.concatenate([end[name] for end in ends]) for name in ends[0]}
        return found | record | {"origins": number}

    @property
    def number(self):
        """How many origins each series has."""
        return np.maximum(self.lengths - self.horizon + 1 - self.first, 0)

    def known(self, come: int, part: slice):
        """Weights of candidates within models, and of models; forecasts, scales and degrees of freedom."""
        guess = np.min([sums[come - lag - 1, part] / (come - lag) for lag, sums in self.differences.items()], axis=0)
        guess = GUESS * np.maximum(guess, self.least[part])
        logs, scale, df = zip(*(walk.known(come, guess, part) for walk in self.walks), strict=True)
        ahead = np.concatenate([walk.ahead(come, self.horizon, part) for walk in self.walks], axis=1)
        return *self.table.weighed(np.concatenate(logs)), ahead, np.concatenate(scale), np.concatenate(df)

    def compare(self, come: int, part: slice) -> None:
        """Compare what is said at an origin with what came."""
        within, of_model, ahead, scale, df = self.known(come, part)
        later = self.values[come : come + self.horizon, part]
        means = self.table.means(within, ahead)
        self.errors[:, part] += np.abs(later[:, None] - means).mean(axis=0)
        self.error[part] += np.abs(later - (of_model * means).sum(axis=1)).mean(axis=0)
        spread = np.concatenate([found.spread[come] for found in self.learnt])
        chance = stdtr(df[:, None], (later[0] - ahead[0]) / (scale * np.sqrt(spread)[:, None]))
        below = (of_model[self.table.owner] * within * chance).sum(axis=0)
        self.scores[come, part] = np.minimum(np.abs(ndtri(np.clip(below, 0.0, 1.0))), _FARTHEST)

    def end(self, come: int, part: slice) -> dict:
        """The forecasts and intervals of series that end here."""
        within, of_model, ahead, scale, df = self.known(come, part)
        weight = of_model[self.table.owner] * within
        variance = np.concatenate([found.ahead[come] for found in self.learnt])
        center, scale = ahead.transpose(2, 1, 0), scale.T[:, :, None] * np.sqrt(variance)
        record, tail = self.record(part)
        return record | {
            "by_model": of_model.T,
            "forecast": (of_model * self.table.means(within, ahead)).sum(axis=1).T,
            "tail": tail,
            "lower": _quantile(weight.T, center, scale, df, tail),
            "upper": _quantile(weight.T, center, scale, df, 1 - tail),
            "weight": weight.T,
            "center": center,
            "scale": scale,
            "df": np.repeat(df[None], len(center), axis=0),
        }

    def record(self, part: slice):
        """What was inside the intervals one step ahead, and the tails beyond the interval to come.

        One step ahead alone: later distances overlap and would count the same surprise several times.
        """
        number, limit = self.number[part], -ndtri((1 - self.confidence) / 2)
        scores = np.sort(self.scores[:, part], axis=0)
        hits = np.count_nonzero(scores <= limit, axis=0)
        record = _coverage(hits, number)
        rank = np.minimum(np.ceil((number + 1) * self.confidence).astype(np.int64), number) - 1
        held = scores[rank, np.arange(number.size)]
        narrow = record["coverage_interval"][:, 1] < self.confidence
        tail = np.where(narrow, np.minimum(ndtr(-held), (1 - self.confidence) / 2), (1 - self.confidence) / 2)
        return record | {"hits": hits, "trials": number}, tail


def _quantile(weight, center, scale, df, share):
    """Where the weighted distributions (C, G, horizon) reach a share (C,), by Newton's steps within a bracket.

    The steps are taken on normal scores, in which these distributions are nearly straight.
    """
    horizon = center.shape[2]
    weight = np.repeat(weight, horizon, axis=0)
    center, scale = (part.transpose(0, 2, 1).reshape(len(weight), -1) for part in (center, scale))
    share = np.repeat(share, horizon)
    score, few, which = ndtri(share), *np.unique(df, return_inverse=True)
    own = center + scale * stdtrit(few, share[:, None])[:, which]
    low, high = own.min(axis=1), own.max(axis=1)
    mean = (weight * center).sum(axis=1)
    spread = (weight * (scale**2 + (center - mean[:, None]) ** 2)).sum(axis=1)
    x = np.clip(mean + np.sqrt(spread) * score, low, high)
    peak = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * np.pi)
    # Errors of the next step are of the order of the square of this one.
    going, near = np.arange(len(x)), 1e-6 * scale.min(axis=1)
    for _ in range(_MOST_STEPS):
        z = (x[going, None] - center[going]) / scale[going]
        below = (weight[going] * stdtr(df, z)).sum(axis=1)
        density = (weight[going] * peak * (1 + z * z / df) ** (-(df + 1) / 2) / scale[going]).sum(axis=1)
        low[going] = np.where(below < share[going], x[going], low[going])
        high[going] = np.where(below < share[going], high[going], x[going])
        with np.errstate(all="ignore"):
            found = ndtri(below)
            fresh = x[going] - (found - score[going]) * np.exp(-(found**2) / 2) / (np.sqrt(2 * np.pi) * density)
        fresh = np.where((fresh >= low[going]) & (fresh <= high[going]), fresh, (low[going] + high[going]) / 2)
        moved, x[going] = np.abs(fresh - x[going]), fresh
        going = going[moved > near[going]]
        if not going.size:
            break
    return x.reshape(-1, horizon)


def _coverage(hits, trials) -> dict:
    """The share of values within their intervals, with its exact interval."""
    some, enough = np.maximum(trials, 1), trials >= FEWEST_TRIALS
    low = np.where(hits > 0, betaincinv(np.maximum(hits, 1), some - hits + 1, 0.025), 0.0)
    high = np.where(hits < some, 1 - betaincinv(np.maximum(some - hits, 1), hits + 1, 0.025), 1.0)
    return {
        "coverage": np.where(enough, hits / some, np.nan),
        "coverage_interval": np.where(enough[:, None], np.stack([low, high], axis=1), np.nan),
    }
