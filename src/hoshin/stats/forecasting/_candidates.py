"""Models with fixed weights that follow many series side by side, and how likely each made the values that came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln

from hoshin.stats.forecasting._walk import variances

MODELS = (
    "naive", "seasonal_naive", "mean", "ses", "autoregressive", "drift", "line", "holt", "holt_winters",
)  # fmt: skip

_MOST_ENTRIES = 800_000
"""Candidates with long periods are thinned out beyond that: what is not known of k numbers takes k squared entries."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Models with given weights: level, slope and season follow one-step errors by ``alpha``, ``alpha beta``, ``gamma``.

    What leaves the level by a share ``phi`` of an error comes back by the same share from then on; ``trend`` says which
    have a slope. ``share`` is the weight before any value came.
    """

    period: int
    model: np.ndarray
    trend: np.ndarray
    alpha: np.ndarray
    beta: np.ndarray
    gamma: np.ndarray
    phi: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, period: int, table) -> Candidates:
        """Candidates from rows of model, trend, alpha, beta, gamma and phi; those of one model share alike."""
        model, trend, *weights = zip(*table, strict=True)
        share = [1 / model.count(name) for name in model]
        return cls(
            period, np.array(model), np.array(trend), *(np.array(w, dtype=float) for w in weights), np.array(share)
        )

    @property
    def states(self) -> np.ndarray:
        """How many numbers each has to learn from the values: its levels and slope."""
        return self.period + self.trend


def candidates(period: int | None) -> list[Candidates]:
    """The candidates without and with seasons."""
    groups = [Candidates.of(1, _plain())]
    if period is not None:
        seasonal = _seasonal()
        number = max(2, _MOST_ENTRIES // (period + 2) ** 2)
        groups.append(Candidates.of(period, seasonal[:: -(-len(seasonal) // number)]))
    return groups


def _plain() -> list[tuple]:
    steps = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    some = [(a, b) for a in (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0) for b in (0.0, 0.05, 0.15, 0.4) if a < 1 or b > 0]
    return [
        ("naive", False, 1, 0, 0, 0),
        ("mean", False, 0, 0, 0, 0),
        *(("ses", False, a, 0, 0, 0) for a in steps),
        *(("autoregressive", False, 0, 0, 0, phi) for phi in (0.2, 0.35, 0.5, 0.65, 0.8)),
        ("drift", True, 1, 0, 0, 0),
        ("line", True, 0, 0, 0, 0),
        *(("holt", True, a, b, 0, 0) for a, b in some),
    ]


def _seasonal() -> list[tuple]:
    pairs = [(a, g) for a in (0, 0.1, 0.3, 0.6, 1) for g in (0, 0.1, 0.3, 0.6) if a + g <= 1]
    return [
        ("seasonal_naive", False, 0, 0, 1, 0),
        *(("holt_winters", False, a, 0, g, 0) for a, g in pairs),
        *(("holt_winters", True, a, b, g, 0) for a, g in pairs for b in (0, 0.1) if g < 0.5 and (a > 0 or b == 0)),
    ]


@dataclass(frozen=True, eq=False)
class Gains:
    """What does not depend on the values: how far each number learnt follows an error when so many values have come.

    ``gain`` (n, G, states) and ``spread`` (n, G), the variance of the error in units of the model's own; infinite while
    a slope is learnt. ``ahead`` has for each length the variances of the forecasts from there.
    """

    gain: np.ndarray
    spread: np.ndarray
    ahead: dict[int, np.ndarray]

    @cached_property
    def logs(self) -> np.ndarray:
        """The sum of log spreads up to each value, from the first that tells something of every candidate."""
        return np.cumsum(np.where(np.isfinite(self.spread), np.log(self.spread), 0.0), axis=0)


def gains(group: Candidates, most: int, horizon: int, lengths) -> Gains:
    """Gains of Kalman's filter with nothing known before the values: those of least squares at first, then the weights."""
    p, size = group.period, group.period + 2
    alpha, phi = group.alpha[:, None], group.phi
    follow = np.concatenate([np.repeat(alpha, p, axis=1), alpha * group.beta[:, None], phi[:, None]], axis=1)
    doubt = _first_doubt(group, follow)
    gain, spread, ahead = np.zeros((most, len(phi), size)), np.ones((most, len(phi))), {}
    for t in range(p, most + 1):
        if t in lengths:
            ahead[t] = _variances(group, doubt, t, horizon)
        if t == most:
            break
        slot, own = t % p, follow.copy()
        own[:, slot] += group.gamma
        seen = doubt[:, :, slot] + doubt[:, :, p] + doubt[:, :, p + 1]
        spread[t] = 1 + seen[:, slot] + seen[:, p] + seen[:, p + 1]
        moved = _carried(seen, p, phi) + own
        gain[t] = moved / spread[t][:, None]
        if t == p:
            # The first difference over a period is the slope, whatever it is.
            line = np.concatenate([(p - np.arange(p)) / p, [1 / p, 0.0]])
            gain[t] = np.where(group.trend[:, None], line, gain[t])
        doubt[:, :p] += doubt[:, p, None]
        doubt[:, :, :p] += doubt[:, :, p, None]
        doubt[:, p + 1] *= phi[:, None]
        doubt[:, :, p + 1] *= phi[:, None]
        left = np.stack([own, -gain[t], spread[t][:, None] * gain[t] - moved], axis=2)
        doubt += left @ np.stack([own, moved, gain[t]], axis=1)
        if t == p:
            spread[t] = np.where(group.trend, np.inf, spread[t])
    return Gains(gain, spread, ahead)


def _carried(state, p: int, phi):
    """What a state becomes in one step without an error."""
    return np.concatenate(
        [state[:, :p] + state[:, p : p + 1], state[:, p : p + 1], (phi * state[:, p + 1])[:, None]], axis=1
    )


def _first_doubt(group: Candidates, follow):
    """Covariance of levels, slope and deviation where the first period's values are taken for its levels."""
    p, count = group.period, len(follow)
    # The response of the states to an error of 1 in each value, and to the deviation before the first.
    state, said = np.zeros((count, p + 2, p + 1)), np.zeros((count, p, p + 1))
    state[:, p + 1, p] = group.phi / np.sqrt(1 - group.phi**2)
    for t in range(p):
        said[:, t] = state[:, t] + state[:, p] + state[:, p + 1]
        said[:, t, t] += 1
        state[:, :p] += state[:, p, None]
        state[:, p + 1] *= group.phi[:, None]
        state[:, :, t] += follow
        state[:, t, t] += group.gamma
    state[:, :p] -= said
    return state @ np.swapaxes(state, 1, 2)


def _variances(group: Candidates, doubt, t: int, horizon: int) -> np.ndarray:
    """Variances (G, horizon) of the forecasts from a place: of errors to come, and of what is known of the state."""
    p, found = group.period, np.empty((len(group.alpha), horizon))
    errors = variances(group.alpha, group.beta, group.gamma, group.phi, horizon, p).T
    for h in range(1, horizon + 1):
        slot, back = (t + h - 1) % p, group.phi ** (h - 1)
        seen = doubt[:, :, slot] + h * doubt[:, :, p] + back[:, None] * doubt[:, :, p + 1]
        found[:, h - 1] = errors[h - 1] + seen[:, slot] + h * seen[:, p] + back * seen[:, p + 1]
    return found


class CandidateWalk:
    """All candidates of a group walking through series side by side: values (n, C), the longest first."""

    def __init__(self, group: Candidates, found: Gains, values, begin: int):
        """Where the first period's values are the levels; candidates are weighed from ``begin`` on."""
        self.group, self.found, self.values, self.begin = group, found, values, begin
        shape = (len(group.alpha), values.shape[1])
        self.level = np.repeat(values[: group.period, None], shape[0], axis=1)
        self.slope, self.away, self.squares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.early = self.squares

    def only(self, count: int) -> None:
        """Go on with the first series alone."""
        self.values = self.values[:, :count]
        for name in ("level", "slope", "away", "squares", "early"):
            setattr(self, name, getattr(self, name)[..., :count])

    def step(self, t: int) -> None:
        """Read the value at t."""
        p, gain = self.group.period, self.found.gain[t].T[..., None]
        error = self.values[t] - (self.level[t % p] + self.slope + self.away)
        self.squares = self.squares + error * error / self.found.spread[t][:, None]
        self.level = self.level + self.slope + gain[:p] * error
        self.slope = self.slope + gain[p] * error
        self.away = self.group.phi[:, None] * self.away + gain[p + 1] * error
        if t + 1 == self.begin:
            self.early = self.squares

    def ahead(self, t: int, horizon: int, part: slice) -> np.ndarray:
        """Forecasts (horizon, G, C) of some series when t values have come."""
        slope, away, back = self.slope[:, part], self.away[:, part], self.group.phi[:, None]
        return np.stack(
            [
                self.level[(t + h) % self.group.period][:, part] + (h + 1) * slope + back**h * away
                for h in range(horizon)
            ]
        )

    def known(self, t: int, guess, part: slice):
        """How likely each candidate made the values (log, (G, C)), the scale of its errors and degrees of freedom (G,).

        The likelihood is the product of the densities of Student's t that it gave to the values from ``begin`` to t, each
        from those before it. ``guess`` (C,) counts as one more square of an error.
        """
        df, fewer = (at + 1 - self.group.states[:, None] for at in (t, self.begin))
        squares, early = self.squares[:, part] + guess, self.early[:, part] + guess
        spread = (self.found.logs[t - 1] - self.found.logs[self.begin - 1])[:, None]
        logs = gammaln(df / 2) - gammaln(fewer / 2) - spread / 2 - df / 2 * np.log(squares) + fewer / 2 * np.log(early)
        return logs + np.log(self.group.share)[:, None], np.sqrt(squares / df), df[:, 0]
