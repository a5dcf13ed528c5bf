"""Run lengths by simulation: for rules that no chain holds, and to check the equations of the other modules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtri

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number, check_whole
from hoshin.stats.rules import Rule
from hoshin.stats.run_length.ewma import check_weight
from hoshin.stats.run_length.result import RunLength, shifts_of
from hoshin.stats.signals import signals

SOURCE = "simulation with NumPy's PCG64"
_BLOCK = 256
_MOST_POINTS = 2_000_000_000


def simulate_rules(
    rules: Sequence[Rule], shifts=(0.0,), replicates: int = 10_000, seed: int = 0, confidence: float = 0.99
) -> RunLength:
    """Average run length under any rules, by simulating independent normal points with known center and sigma.

    Estimand and rules as in ``runs_rules_arl``, with "trend" and "alternating" too. ``interval`` holds the simulated
    average's error at ``confidence``.

    Parameters: rules with their k, ``replicates`` >= 100, ``seed`` of the generator.

    Source: C. W. Champ, W. H. Woodall, Technometrics 29 (1987), 393-399 (simulated check of their chain).

    >>> from hoshin.stats.rules import beyond, trend
    >>> result = simulate_rules([beyond(3), trend(6)], replicates=2000, seed=1)
    >>> low, high = result.interval[0]
    >>> low < result.arl[0] < high < 370
    True
    """
    rules = tuple(rules)
    if not rules:
        raise StatisticsError("no rule found; at least one is needed")
    unknown = [rule.name for rule in rules if rule.type == "beyond" and rule.k is None]
    if unknown:
        raise StatisticsError("rule {name} has no k; its line in sigma is needed, as in beyond(3)", name=unknown[0])

    def met(points):
        out = np.zeros(points.shape, dtype=bool)
        out.ravel()[signals(points, 0.0, 1.0, rules).indices] = True
        return out

    parameters = {"rules": tuple(rule.name for rule in rules)}
    window = max(rule.window for rule in rules)
    return _simulate("the chart with rules", parameters, _windowed(met, window), shifts, replicates, seed, confidence)


def simulate_chart(
    met: Callable[[np.ndarray], np.ndarray],
    window: int,
    shifts=(0.0,),
    replicates: int = 10_000,
    seed: int = 0,
    confidence: float = 0.99,
) -> RunLength:
    """Average run length of any chart whose decision looks at the last ``window`` standardised points.

    ``met`` gets points as (series, points) and says for each point whether the chart signals there; a signal that
    depends on points before the first one must be False. So a moving average, an individuals chart together with its
    moving ranges, or an own rule can be tried.

    Parameters: ``window`` >= 1; the others as in ``simulate_rules``.

    Source: simulation; compared in the tests with the equations of this package.

    >>> def beyond_or_jump(z):  # individuals beyond 3 sigma, or moving range beyond D4 d2 = 3.686
    ...     jump = np.abs(np.diff(z, axis=1, prepend=z[:, :1]))
    ...     return (np.abs(z) > 3) | (jump > 3.686)
    >>> low, high = simulate_chart(beyond_or_jump, window=2, replicates=2000).interval[0]
    >>> 90 < low < high < 150
    True
    """
    window = check_whole(window, "window", at_least=1)
    return _simulate("the chart", {"window": window}, _windowed(met, window), shifts, replicates, seed, confidence)


def simulate_cusum(
    k: float,
    h: float,
    shifts=(0.0,),
    sided: str = "two",
    fir: float = 0.0,
    replicates: int = 10_000,
    seed: int = 0,
    confidence: float = 0.99,
) -> RunLength:
    """Average run length of a CUSUM chart by simulation; parameters as in ``cusum_arl``.

    Source: E. S. Page, Biometrika 41 (1954), 100-115.

    >>> low, high = simulate_cusum(0.5, 4, shifts=[1], replicates=2000).interval[0]
    >>> low < 8.38 < high
    True
    """
    k, h = check_number(k, "k", at_least=0), check_number(h, "h", above=0)
    fir = check_number(fir, "fir", at_least=0)
    check_choice(sided, ("two", "one"), "sided")

    def block(points, before):
        up, down = (np.full(len(points), fir),) * 2 if before is None else before
        out = np.zeros(points.shape, dtype=bool)
        for t in range(points.shape[1]):
            up = np.maximum(0, up + points[:, t] - k)
            down = np.maximum(0, down - points[:, t] - k)
            out[:, t] = (up > h) | ((down > h) if sided == "two" else False)
        return _first(out), (up, down)

    parameters = {"k": k, "h": h, "sided": sided, "fir": fir}
    return _simulate("the CUSUM chart", parameters, block, shifts, replicates, seed, confidence)


def simulate_ewma(
    lam: float,
    L: float,
    shifts=(0.0,),
    limits: str = "asymptotic",
    replicates: int = 10_000,
    seed: int = 0,
    confidence: float = 0.99,
) -> RunLength:
    """Average run length of an EWMA chart by simulation; parameters as in ``ewma_arl``.

    Source: J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990), 1-12.

    >>> low, high = simulate_ewma(0.1, 2.814, shifts=[1], replicates=2000).interval[0]
    >>> low < 10.33 < high
    True
    """
    lam, width = check_weight(lam), check_number(L, "L", above=0)
    check_choice(limits, ("asymptotic", "exact"), "limits")

    def block(points, before):
        state, t = (np.zeros(len(points)), 0) if before is None else before
        z, state = _averages(points, state, lam)
        steps = t + 1 + np.arange(points.shape[1])
        bound = width * np.sqrt(lam / (2 - lam) * (1 - (1 - lam) ** (2 * steps) if limits == "exact" else 1.0))
        return _first(np.abs(z) > bound), (state, t + points.shape[1])

    parameters = {"lambda": lam, "L": width, "limits": limits}
    return _simulate("the EWMA chart", parameters, block, shifts, replicates, seed, confidence)


def simulate_mewma(
    lam: float,
    h: float,
    p: int,
    shifts=(0.0,),
    limits: str = "asymptotic",
    replicates: int = 10_000,
    seed: int = 0,
    confidence: float = 0.99,
) -> RunLength:
    """Average run length of a multivariate EWMA chart by simulation; parameters as in ``mewma_arl``.

    Source: C. A. Lowry and others, Technometrics 34 (1992), 46-53.

    >>> low, high = simulate_mewma(0.1, 8.64, 2, shifts=[1], replicates=2000).interval[0]
    >>> low < 10.15 < high
    True
    """
    lam, h, p = check_weight(lam), check_number(h, "h", above=0), check_whole(p, "p", at_least=1)
    check_choice(limits, ("asymptotic", "exact"), "limits")

    def block(points, before):
        # The shift lies along the first variable; the statistic does not depend on the direction.
        state, t = (np.zeros((len(points), p)), 0) if before is None else before
        z, state = _averages(points, state, lam)
        steps = t + 1 + np.arange(points.shape[1])
        scale = lam / (2 - lam) * (1 - (1 - lam) ** (2 * steps) if limits == "exact" else np.ones(len(steps)))
        return _first(np.square(z).sum(axis=2) > h * scale), (state, t + points.shape[1])

    parameters = {"lambda": lam, "h": h, "p": p, "limits": limits}
    return _simulate("the MEWMA chart", parameters, block, shifts, replicates, seed, confidence, variables=p)


def _windowed(met, window) -> Callable:
    """A decision on whole series as one on blocks: a window's worth of points is carried from block to block."""

    def block(points, before):
        whole = points if before is None else np.hstack([before, points])
        carried = 0 if before is None else before.shape[1]
        out = np.asarray(met(whole), dtype=bool)
        if out.shape != whole.shape:
            raise StatisticsError(
                "met gives {found} for points of {needed}; one answer for each point is needed",
                found=out.shape,
                needed=whole.shape,
            )
        return _first(out[:, carried:]), whole[:, max(0, whole.shape[1] - (window - 1)) :]

    return block


def _simulate(
    chart, parameters, block: Callable, shifts, replicates, seed, confidence, variables: int | None = None
) -> RunLength:
    replicates = check_whole(replicates, "replicates", at_least=100)
    z = float(ndtri((1 + check_fraction(confidence)) / 2))
    shifts = shifts_of(shifts)
    averages, spreads = [], []
    for i, shift in enumerate(shifts):
        random = np.random.Generator(np.random.PCG64([check_whole(seed, "seed", at_least=0), i]))
        lengths = _lengths(block, random, shift, replicates, variables)
        averages.append(float(lengths.mean()))
        spreads.append(float(lengths.std(ddof=1)))
    errors = [z * spread / math.sqrt(replicates) for spread in spreads]
    return RunLength(
        chart,
        parameters | {"seed": int(seed), "confidence": float(confidence)},
        shifts,
        tuple(averages),
        "simulation",
        sd=tuple(spreads),
        interval=tuple((a - e, a + e) for a, e in zip(averages, errors, strict=True)),
        replicates=replicates,
        source=SOURCE,
    )


def _lengths(block, random, shift, replicates, variables) -> np.ndarray:
    """Run length of each replicate; those without a signal go on with the next block."""
    lengths, alive, done, before = np.zeros(replicates), np.arange(replicates), 0, None
    while alive.size:
        points = random.standard_normal((alive.size, _BLOCK, *(() if variables is None else (variables,))))
        if variables is None:
            points += shift
        else:
            points[..., 0] += shift
        first, after = block(points, before)
        found = first >= 0
        lengths[alive[found]] = done + first[found] + 1
        before = _of_those(after, ~found)
        alive, done = alive[~found], done + _BLOCK
        if done * replicates > _MOST_POINTS:
            raise StatisticsError(
                "no signal in {done} points for {left} of {all} replicates; the run length is too long to simulate",
                done=done,
                left=alive.size,
                all=replicates,
            )
    return lengths


def _of_those(carried, keep):
    if isinstance(carried, tuple):
        return tuple(_of_those(part, keep) for part in carried)
    return carried[keep] if isinstance(carried, np.ndarray) else carried


def _first(out: np.ndarray) -> np.ndarray:
    """Index of the first signal in each row, -1 where there is none."""
    place = np.argmax(out, axis=1)
    return np.where(out.any(axis=1), place, -1)


def _averages(points, state, lam):
    """The exponentially weighted averages along the points, and the last one."""
    averages = np.empty_like(points)
    for t in range(points.shape[1]):
        state = averages[:, t] = (1 - lam) * state + lam * points[:, t]
    return averages, averages[:, -1].copy()
