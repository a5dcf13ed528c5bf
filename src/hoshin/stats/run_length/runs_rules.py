"""Run length of charts with runs rules, by the Markov chain of Champ and Woodall.

Each rule watches one or more patterns. What a pattern must remember of the past is small: a run its length, "m of n"
which of the last points could still count. All patterns together are the state; the zones between the rules' lines
are the moves; a signal ends the chain. States that cannot be told apart in their future are not kept apart: a point
too old to take part in any signal is forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import coo_array, identity
from scipy.sparse.linalg import splu
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError
from hoshin.stats.rules import Rule
from hoshin.stats.run_length.comparing import MOST_STATES, compared_chain, compared_lengths
from hoshin.stats.run_length.result import RunLength, shifts_of

SOURCE = "C. W. Champ, W. H. Woodall, Technometrics 29 (1987), 393-399"

# A pattern: the state it starts from, and a step (state, point, up or down from the one before) -> (state, signal).
Pattern = tuple[int, Callable[[int, float, int], tuple[int, bool]]]


def runs_rules_arl(rules: Sequence[Rule], shifts=(0.0,)) -> RunLength:
    """Average run length of a chart of independent points under any set of rules.

    Estimand: points until any rule is met, from the first point; "m of n" may be met by the first m points. Rules that
    look at zones alone make a Markov chain, ``L = (I - Q)^-1 1``. "trend" and "alternating" compare points with one
    another: where the last point lies within its zone is then carried as a density, ``g'(v) = p (mass elsewhere + int_0^v
    g)`` for a rise, and the chances of going on are summed, the last of them as a geometric series.

    Parameters
    ----------
    rules : at least one ``Rule`` (``hoshin.stats.rules``), each with its k: NELSON, WESTERN_ELECTRIC, AIAG or one's own.
    shifts : (S,) of the mean.

    Units: shifts in standard deviations of a point; run lengths count points.

    Assumes: independent normal points, center line and sigma known.

    Errors: no rule, a rule without k, rules that need more than 200,000 states (``simulate_rules`` has no such bound).

    Source: C. W. Champ, W. H. Woodall, Technometrics 29 (1987), 393-399, table 1 (225.44 for rules 1 and 2).

    >>> from hoshin.stats.rules import beyond, m_of_n, trend
    >>> result = runs_rules_arl([beyond(3), m_of_n(2, 3, 2)], shifts=[0, 1])
    >>> [round(arl, 2) for arl in result.arl]
    [225.44, 20.01]
    >>> round(runs_rules_arl([beyond(3), trend(6)]).arl[0], 2)
    198.62
    """
    rules = tuple(rules)
    if not rules:
        raise StatisticsError("no rule found; at least one is needed")
    patterns = [pattern for rule in rules for pattern in _patterns(rule)]
    cuts = np.array(sorted({cut for rule in rules for cut in _cuts(rule)}))
    shifts = shifts_of(shifts)
    comparing = any(rule.type in _COMPARING for rule in rules)
    chain = compared_chain(patterns, _representatives(cuts)) if comparing else _chain(patterns, _representatives(cuts))
    solve = compared_lengths if comparing else _solve
    arl, sd = zip(*(solve(*chain, _chances(cuts, shift)) for shift in shifts), strict=True)
    parameters = {"rules": tuple(rule.name for rule in rules), "states": chain[0]}
    return RunLength("the chart with runs rules", parameters, shifts, arl, "Markov chain", sd=sd, source=SOURCE)


_COMPARING = ("trend", "alternating")


def _cuts(rule: Rule):
    if rule.type in _COMPARING:
        return ()
    if rule.type == "same_side":
        return (0.0,)
    if rule.k is None:
        raise StatisticsError("rule {name} has no k; its line in sigma is needed, as in beyond(3)", name=rule.name)
    return (-rule.k, rule.k)


def _patterns(rule: Rule) -> list[Pattern]:
    k, n = rule.k, rule.n
    if rule.type == "beyond":
        return [(0, lambda _, z, way: (0, abs(z) > k))]
    if rule.type == "same_side":
        return [_run(n, lambda z: z > 0), _run(n, lambda z: z < 0)]
    if rule.type == "within":
        return [_run(n, lambda z: abs(z) < k)]
    if rule.type == "outside_either":
        return [_run(n, lambda z: abs(z) > k)]
    if rule.type == "outside_both":
        return [_mixed(n, k)]
    if rule.type == "m_of_n_beyond":
        return [_window(rule.m, n, lambda z: z > k), _window(rule.m, n, lambda z: z < -k)]
    if rule.type == "trend":
        return [_compared(n, 1)]
    if rule.type == "alternating":
        return [_compared(n, -1)]
    return []


def _run(n, inside) -> Pattern:
    def step(length, z, way):
        length = length + 1 if inside(z) else 0
        return length, length >= n

    return 0, step


def _window(m, n, inside) -> Pattern:
    """Bit j of the state: the point j + 1 ago counts. Bits that no signal can use any more are cleared."""

    def useful(bits):
        for age in range(n - 2, -1, -1):
            if bits >> age & 1 and all((bits & ((1 << (n - s)) - 1)).bit_count() + s < m for s in range(1, n - age)):
                bits &= ~(1 << age)
        return bits

    def step(bits, z, way):
        counts = inside(z)
        bits = (bits << 1 | counts) & ((1 << n) - 1)
        if counts and bits.bit_count() >= m:
            return 0, True
        return useful(bits & ((1 << (n - 1)) - 1)), False

    return 0, step


def _mixed(n, k) -> Pattern:
    """State: points in a row outside (up to n), and how many of the last are on one side (with its sign)."""

    def step(state, z, way):
        outside, side = divmod(state, 2 * n + 1)
        side -= n
        if abs(z) < k:
            return n, False
        sign = 1 if z > 0 else -1
        outside = min(n, outside + 1)
        side = sign * min(n, abs(side) + 1) if side * sign > 0 else sign
        return outside * (2 * n + 1) + side + n, outside >= n and abs(side) < n

    # Nothing outside and no side: a side of 0 is written as n.
    return n, step


def _compared(n, again) -> Pattern:
    """Steps in a row that go on the same way (again 1) or turn (again -1), with the sign of the last one."""

    def step(steps, z, way):
        steps = (abs(steps) + 1) * way if steps * way * again > 0 else way
        return steps, abs(steps) >= n - 1

    return 0, step


def _representatives(cuts):
    if not cuts.size:
        return np.zeros(1)
    return np.concatenate([[cuts[0] - 1], (cuts[1:] + cuts[:-1]) / 2, [cuts[-1] + 1]])


def _chain(patterns, points):
    """States found by walking from the start, and the moves (from, to, zone) that give no signal."""
    first = tuple(start for start, _ in patterns)
    number, waiting, moves = {first: 0}, [first], []
    while waiting:
        state = waiting.pop()
        for zone, z in enumerate(points):
            following, ends = [], False
            for (_, step), memory in zip(patterns, state, strict=True):
                memory, signal = step(memory, float(z), 0)
                following.append(memory)
                ends = ends or signal
            if ends:
                continue
            following = tuple(following)
            if following not in number:
                if len(number) >= MOST_STATES:
                    raise StatisticsError(
                        "the rules need more than {most} states; use simulate_rules", most=MOST_STATES
                    )
                number[following] = len(number)
                waiting.append(following)
            moves.append((number[state], number[following], zone))
    return len(number), np.array(moves, dtype=np.int64).reshape(-1, 3)


def _chances(cuts, shift):
    """How likely a point lies in each zone."""
    edges = np.concatenate([[-math.inf], cuts, [math.inf]]) - shift
    # The difference of two upper tails keeps its digits where that of two lower tails near 1 does not.
    return np.where(edges[:-1] > 0, ndtr(-edges[:-1]) - ndtr(-edges[1:]), ndtr(edges[1:]) - ndtr(edges[:-1]))


def _solve(states, moves, chances):
    going_on = coo_array((chances[moves[:, 2]], (moves[:, 0], moves[:, 1])), shape=(states, states)).tocsc()
    solved = splu((identity(states, format="csc") - going_on).tocsc())
    length = solved.solve(np.ones(states))
    second = solved.solve(2 * length)
    return float(length[0]), math.sqrt(max(0.0, float(second[0] - length[0] - length[0] ** 2)))
