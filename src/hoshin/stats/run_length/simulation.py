"""Run lengths by simulation: of any chart under any process, with limits known or estimated from a phase I, and to
check the equations of the other modules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from scipy.special import ndtri

from hoshin.stats.errors import StatisticsError, check_choice, check_fraction, check_number, check_whole
from hoshin.stats.rules import Rule
from hoshin.stats.run_length.ewma import check_weight
from hoshin.stats.run_length.result import RunLength, shifts_of
from hoshin.stats.signals import signals

SOURCE = "simulation with NumPy's PCG64"
ANY_PROCESS = ("points are those of the process simulated", "the shift is there from the first point on")
_BLOCK = 256
_FIRST = 64
_TOGETHER = 2000
_MOST_POINTS = 2_000_000_000


def simulate_chart(
    met: Callable,
    window: int | None = None,
    shifts=(0.0,),
    replicates: int = 10_000,
    seed: int = 0,
    confidence: float = 0.99,
    *,
    process: Callable | None = None,
    phase1: int | None = None,
    standard: float = 0.0,
    monitor: Callable | None = None,
) -> RunLength:
    """Average run length of any chart under any process, by simulating both.

    Estimand: the mean number of points up to and with the first signal, with an interval for the simulation's error,
    ``mean -+ z s / sqrt(replicates)``. The chart sees whole series from their first point, made longer until it signals.

    Parameters
    ----------
    met : the chart: a function of points (series, points, ...) that gives a chart of many characteristics
        (``control_charts``, ``multivariate``), each signal of any panel counting, or True where it signals.
    window : for a ``met`` that looks back at most so many points and knows no limits of its own: only they are carried
        on, which is quicker for long run lengths.
    shifts : (S,) handed to the process, one after the other.
    replicates : simulated series for each shift, at least 100.
    seed : of the generator; the same seed gives the same answer.
    confidence : of the interval of the average.
    process : ``process(random, (series, points), shift, before)`` gives points of that leading shape (with more axes for
        subgroups and variables); ``before`` are those already there, or None. Standard normal points plus the shift
        where it is not given.
    phase1 : so many points, at the shift ``standard``, first make a baseline of their own for each series.
    standard : the shift of phase I: 0, or the rate in control.
    monitor : ``monitor(points, baseline)``, the chart of phase II; ``met(points, baseline=baseline)`` where not given.

    Units: as the process gives them; run lengths count points.

    Assumes: what the process does; the shift is there from the first point on.

    Errors: an answer of another shape than the points, fewer than 100 replicates, a run length too long to simulate.

    Source: compared in the tests with the equations of this package.

    >>> def beyond_or_jump(z):  # individuals beyond 3 sigma, or moving range beyond D4 d2 = 3.686
    ...     jump = np.abs(np.diff(z, axis=1, prepend=z[:, :1]))
    ...     return (np.abs(z) > 3) | (jump > 3.686)
    >>> low, high = simulate_chart(beyond_or_jump, window=2, replicates=2000).interval[0]
    >>> low < 105.3 < high
    True
    >>> from hoshin.stats.control_charts import i_mr
    >>> limits_of_50 = simulate_chart(i_mr, shifts=[1.5], replicates=400, phase1=50)
    >>> low, high = limits_of_50.interval[0]
    >>> 10 < low < high < 30
    True
    """
    process = process or _normal
    if window is None:
        numbers = {} if phase1 is None else {"phase1": check_whole(phase1, "phase1", at_least=2)}
        lengths = partial(_by_series, met, process, phase1, check_number(standard, "standard"), monitor)
    else:
        numbers = {"window": check_whole(window, "window", at_least=1)}
        lengths = partial(_by_blocks, _windowed(met, window), process)
    return _simulated("the chart", numbers, lengths, shifts, replicates, seed, confidence, ANY_PROCESS)


def simulate_rules(
    rules: Sequence[Rule], shifts=(0.0,), replicates: int = 10_000, seed: int = 0, confidence: float = 0.99
) -> RunLength:
    """Average run length under any rules, by simulating independent normal points with known center and sigma.

    Estimand: the mean number of points until any rule is met, as in ``runs_rules_arl``, with its simulation's interval:
    "m of n" may be met by the first m points (on a chart, ``signals`` waits for n points to be there).

    Parameters
    ----------
    rules : at least one ``Rule``, each with its k.
    shifts : (S,) of the mean.
    replicates, seed, confidence : as in ``simulate_chart``.

    Units: shifts in standard deviations of a point; run lengths count points.

    Assumes: independent normal points, center and sigma known.

    Errors: no rule, a rule without k, fewer than 100 replicates.

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

    window = max(rule.window for rule in rules)
    decide = _windowed(met, window)

    def block(points, before):
        # Missing points before the first one let "m of n" be met by m points, as in the chain.
        return decide(points, np.full((len(points), window - 1), np.nan) if before is None else before)

    lengths = partial(_by_blocks, block, _normal)
    numbers = {"rules": tuple(rule.name for rule in rules)}
    return _simulated("the chart with rules", numbers, lengths, shifts, replicates, seed, confidence)


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
    """Average run length of a CUSUM chart by simulation.

    Estimand: as in ``cusum_arl``, the mean of simulated run lengths with its interval.

    Parameters
    ----------
    k, h, shifts, sided, fir : as in ``cusum_arl``, one chart.
    replicates, seed, confidence : as in ``simulate_chart``.

    Units: k, h, fir and shifts in standard deviations of a point; run lengths count points.

    Assumes: independent normal points, target and sigma known.

    Errors: h not above 0, k or fir negative, fewer than 100 replicates.

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

    numbers, lengths = {"k": k, "h": h, "sided": sided, "fir": fir}, partial(_by_blocks, block, _normal)
    return _simulated("the CUSUM chart", numbers, lengths, shifts, replicates, seed, confidence)


def simulate_ewma(
    lam: float,
    L: float,
    shifts=(0.0,),
    limits: str = "asymptotic",
    replicates: int = 10_000,
    seed: int = 0,
    confidence: float = 0.99,
) -> RunLength:
    """Average run length of an EWMA chart by simulation.

    Estimand: as in ``ewma_arl``, the mean of simulated run lengths with its interval.

    Parameters
    ----------
    lam, L, shifts, limits : as in ``ewma_arl``, one two-sided chart that begins at the target.
    replicates, seed, confidence : as in ``simulate_chart``.

    Units: shifts in standard deviations of a point, L in those of the EWMA; run lengths count points.

    Assumes: independent normal points, target and sigma known.

    Errors: a weight outside (0, 1], L not above 0, fewer than 100 replicates.

    Source: J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990), 1-12.

    >>> low, high = simulate_ewma(0.1, 2.814, shifts=[1], replicates=2000).interval[0]
    >>> low < 10.33 < high
    True
    """
    lam, width = check_weight(lam), check_number(L, "L", above=0)

    def beyond(z, share):
        return np.abs(z) > width * np.sqrt(share)

    block = _averaging(beyond, lam, check_choice(limits, ("asymptotic", "exact"), "limits"))
    numbers, lengths = {"lambda": lam, "L": width, "limits": limits}, partial(_by_blocks, block, _normal)
    return _simulated("the EWMA chart", numbers, lengths, shifts, replicates, seed, confidence)


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
    """Average run length of a multivariate EWMA chart by simulation.

    Estimand: as in ``mewma_arl``, the mean of simulated run lengths with its interval.

    Parameters
    ----------
    lam, h, p, shifts : as in ``mewma_arl``, one chart.
    limits : "asymptotic" or "exact".
    replicates, seed, confidence : as in ``simulate_chart``.

    Units: shifts in standard deviations; run lengths count rows.

    Assumes: independent, jointly normal rows, target and covariance known.

    Errors: a weight outside (0, 1], h not above 0, p below 1, fewer than 100 replicates.

    Source: C. A. Lowry, W. H. Woodall, C. W. Champ, S. E. Rigdon, Technometrics 34 (1992), 46-53.

    >>> low, high = simulate_mewma(0.1, 8.64, 2, shifts=[1], replicates=2000).interval[0]
    >>> low < 10.15 < high
    True
    """
    lam, h, p = check_weight(lam), check_number(h, "h", above=0), check_whole(p, "p", at_least=1)

    def rows(random, shape, shift, before):
        # The shift lies along the first variable; the statistic does not depend on the direction.
        points = random.standard_normal((*shape, p))
        points[..., 0] += shift
        return points

    def beyond(z, share):
        return np.square(z).sum(axis=2) > h * share

    block = _averaging(beyond, lam, check_choice(limits, ("asymptotic", "exact"), "limits"))
    numbers, lengths = {"lambda": lam, "h": h, "p": p, "limits": limits}, partial(_by_blocks, block, rows)
    return _simulated("the MEWMA chart", numbers, lengths, shifts, replicates, seed, confidence)


def _normal(random, shape, shift, before):
    return random.standard_normal(shape) + shift


def _averaging(beyond: Callable, lam: float, limits: str) -> Callable:
    """Blocks of an exponentially weighted average; ``beyond`` gets it with its variance."""

    def block(points, before):
        state, t = (np.zeros((len(points), *points.shape[2:])), 0) if before is None else before
        z = np.empty_like(points)
        for i in range(points.shape[1]):
            state = z[:, i] = (1 - lam) * state + lam * points[:, i]
        steps = t + 1 + np.arange(points.shape[1])
        share = lam / (2 - lam) * (1 - (1 - lam) ** (2 * steps) if limits == "exact" else np.ones(steps.size))
        return _first(beyond(z, share)), (state.copy(), t + points.shape[1])

    return block


def _windowed(met, window) -> Callable:
    """A decision on whole series as one on blocks: a window's worth of points is carried from block to block."""

    def block(points, before):
        whole = points if before is None else np.concatenate([before, points], axis=1)
        carried = 0 if before is None else before.shape[1]
        out = _signalled(met(whole), whole.shape[:2])
        return _first(out[:, carried:]), whole[:, max(0, whole.shape[1] - (window - 1)) :]

    return block


def _signalled(answer, shape) -> np.ndarray:
    """Where a chart signals: its own answer, or the signals of every panel of a chart of many characteristics."""
    if hasattr(answer, "panels") or hasattr(answer, "out"):
        out = np.zeros(shape, dtype=bool)
        for indices in [answer.out] if hasattr(answer, "out") else [panel.signals.indices for panel in answer.panels]:
            out.ravel()[indices] = True
        return out
    out = np.asarray(answer, dtype=bool)
    if out.shape != shape:
        raise StatisticsError(
            "met gives {found} for points of {needed}; one answer for each point is needed",
            found=out.shape,
            needed=shape,
        )
    return out


def _simulated(chart, parameters, lengths, shifts, replicates, seed, confidence, assumptions=None) -> RunLength:
    replicates, seed = check_whole(replicates, "replicates", at_least=100), check_whole(seed, "seed", at_least=0)
    z = float(ndtri((1 + check_fraction(confidence)) / 2))
    shifts = shifts_of(shifts)
    averages, spreads = [], []
    for i, shift in enumerate(shifts):
        random = np.random.Generator(np.random.PCG64([seed, i]))
        found = lengths(random, shift, replicates)
        averages.append(float(found.mean()))
        spreads.append(float(found.std(ddof=1)))
    errors = [z * spread / math.sqrt(replicates) for spread in spreads]
    return RunLength(
        chart,
        parameters | {"seed": seed, "confidence": float(confidence)},
        shifts,
        tuple(averages),
        "simulation",
        sd=tuple(spreads),
        interval=tuple((a - e, a + e) for a, e in zip(averages, errors, strict=True)),
        replicates=replicates,
        source=SOURCE,
        **({"assumptions": assumptions} if assumptions else {}),
    )


def _by_blocks(block: Callable, process: Callable, random, shift, replicates) -> np.ndarray:
    """Run length of each replicate; those without a signal go on with the next block."""
    lengths, alive, done, before, last = np.zeros(replicates), np.arange(replicates), 0, None, None
    while alive.size:
        points = process(random, (alive.size, _BLOCK), shift, last)
        first, after = block(points, before)
        found = first >= 0
        lengths[alive[found]] = done + first[found] + 1
        before, last = _of_those(after, ~found), points[~found]
        alive, done = alive[~found], done + _BLOCK
        _refuse_endless(done, replicates, alive.size)
    return lengths


def _by_series(chart, process, phase1, standard, monitor, random, shift, replicates) -> np.ndarray:
    """Run length of each replicate, the chart seeing each series from its beginning, made twice as long in turn."""
    monitor = monitor or (lambda points, baseline: chart(points, baseline=baseline))
    lengths = np.zeros(replicates)
    for low in range(0, replicates, _TOGETHER):
        alive = np.arange(low, min(low + _TOGETHER, replicates))
        baseline = None
        if phase1 is not None:
            baseline = chart(process(random, (alive.size, phase1), standard, None)).baseline
        points, length, done = None, _FIRST, 0
        while alive.size:
            more = process(random, (alive.size, length - done), shift, points)
            points = more if points is None else np.concatenate([points, more], axis=1)
            answer = chart(points) if baseline is None else monitor(points, baseline)
            first = _first(_signalled(answer, points.shape[:2]))
            found = first >= 0
            lengths[alive[found]] = first[found] + 1
            points, alive = points[~found], alive[~found]
            baseline = None if baseline is None else baseline[np.flatnonzero(~found)]
            length, done = 2 * length, length
            _refuse_endless(done, _TOGETHER, alive.size)
    return lengths


def _refuse_endless(done: int, together: int, left: int) -> None:
    if left and done * together > _MOST_POINTS:
        raise StatisticsError(
            "no signal in {done} points for {left} of {all} replicates; the run length is too long to simulate",
            done=done,
            left=left,
            all=together,
        )


def _of_those(carried, keep):
    if isinstance(carried, tuple):
        return tuple(_of_those(part, keep) for part in carried)
    return carried[keep] if isinstance(carried, np.ndarray) else carried


def _first(out: np.ndarray) -> np.ndarray:
    """Index of the first signal in each row, -1 where there is none."""
    place = np.argmax(out, axis=1)
    return np.where(out.any(axis=1), place, -1)
