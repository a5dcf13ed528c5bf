"""The chain of rules that compare a point with the one before: where the last point lies within its zone matters too.

A state is the zone of the last point with what the patterns remember. Within it the last point has a density over the
zone, scaled so that a new point is uniform there. The density is carried at Gauss-Legendre nodes: a rise within a zone
can only come from the part below, a fall from the part above.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial.legendre import legvander
from scipy.sparse import coo_array

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import legendre

MOST_STATES = 200_000
_NODES = 10
_MOST_STEPS = 100_000


def compared_chain(patterns, points) -> tuple[int, np.ndarray, np.ndarray]:
    """The number of states, the zone of each, and the moves (from, to, way): 0 from another zone, +1 and -1 within one.

    >>> never = (0, lambda memory, z, way: (0, False))
    >>> compared_chain([never], np.zeros(1))[2].tolist()
    [[0, 1, 0], [1, 1, 1], [1, 1, -1]]
    """
    start = (-1, *(memory for memory, _ in patterns))
    steps = [_remembering(step) for _, step in patterns]
    number, waiting, moves, zones = {start: 0}, [start], [], [-1]
    while waiting:
        state = waiting.pop()
        here, memories = state[0], state[1:]
        for zone, z in enumerate(points.tolist()):
            for way in (0,) if here < 0 else (1, -1) if zone == here else (1,) if zone > here else (-1,):
                after = _after(steps, memories, z, way)
                if after is None:
                    continue
                following = (zone, *after)
                if following not in number:
                    if len(number) >= MOST_STATES:
                        raise StatisticsError(
                            "the rules need more than {most} states; use simulate_rules", most=MOST_STATES
                        )
                    number[following] = len(number)
                    zones.append(zone)
                    waiting.append(following)
                moves.append((number[state], number[following], way if zone == here else 0))
    return len(number), np.array(zones), np.array(moves, dtype=np.int64).reshape(-1, 3)


def compared_lengths(states, zones, moves, chances) -> tuple[float, float]:
    """Mean and standard deviation of the run length, given how likely a point lies in each zone.

    >>> never = (0, lambda memory, z, way: (0, False))
    >>> [round(found, 4) for found in compared_lengths(*compared_chain([never], np.zeros(2)), np.array([0.9, 0.0]))]
    [10.0, 9.4868]
    """
    whole, up, down = (_matrix(states, zones, moves, way, chances) for way in (0, 1, -1))
    _, weights = legendre(_NODES)
    weights = weights / 2
    below = _integral().T
    density = np.zeros((states, _NODES))
    # Before the first point everything is in the state of the start.
    density[0] = 1.0
    total, moment, before, shrinks = 1.0, 1.0, 1.0, math.nan
    for step in range(1, _MOST_STEPS):
        mass, lower = density @ weights, density @ below
        density = (whole @ mass)[:, None] + up @ lower + down @ (mass[:, None] - lower)
        alive = float((density @ weights).sum())
        ratio, last = (alive / before if before > 0 else 0.0), shrinks
        shrinks = ratio
        total, moment, before = total + alive, moment + (2 * step + 1) * alive, alive
        if alive < 1e-17 or (step > 50 and abs(ratio - last) < 1e-14 * (1 - ratio) + 4e-16):
            break
    # From here on the chances of going on are a geometric series.
    rest = alive * shrinks / (1 - shrinks) if shrinks < 1 else math.inf
    total += rest
    moment += rest * (2 * step + 1 + 2 / (1 - shrinks)) if rest else 0.0
    return total, math.sqrt(max(0.0, moment - total**2))


def _remembering(step):
    """A pattern's step that is worked out once for each state and point."""
    known = {}

    def remembered(memory, z, way):
        key = (memory, z, way)
        if key not in known:
            known[key] = step(memory, z, way)
        return known[key]

    return remembered


def _after(steps, memories, z, way):
    """What each pattern remembers next, or None where one signals."""
    after = []
    for step, memory in zip(steps, memories, strict=True):
        memory, signal = step(memory, z, way)
        if signal:
            return None
        after.append(memory)
    return after


def _matrix(states, zones, moves, way, chances):
    chosen = moves[moves[:, 2] == way]
    return coo_array((chances[zones[chosen[:, 1]]], (chosen[:, 1], chosen[:, 0])), shape=(states, states)).tocsr()


def _integral() -> np.ndarray:
    """Values at the nodes of [0, 1] to the integrals from 0 to each node, by Legendre polynomials."""
    nodes, weights = legendre(_NODES)
    order = np.arange(_NODES)[:, None]
    to_polynomials = legvander(nodes, _NODES - 1).T * weights * (order + 0.5)
    higher = legvander(nodes, _NODES)
    lower = np.concatenate([-np.ones((_NODES, 1)), higher[:, : _NODES - 1]], axis=1)
    return (higher[:, 1:] - lower) / (2 * order.T + 1) / 2 @ to_polynomials
