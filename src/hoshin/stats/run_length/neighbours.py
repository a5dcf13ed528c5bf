"""Run length of charts that compare a point with the one before: moving ranges."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.legendre import legvander

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import density, in_blocks, in_groups, legendre, nodes_on, run_lengths, told
from hoshin.stats.run_length.result import Grid, RunLength, limits_of, numbers_of

CROWDER = "S. V. Crowder, Journal of Quality Technology 19 (1987), 98-102"
_REACH = 9.0
_PER_PANEL = 20
_MOST_KINKS = 40
_MOST_PANELS = 100
_APART = 1e-9


def imr_arl(k=3.0, mr_ucl=3.6857, shifts=(0.0,), ratio=1.0, beside=0.0) -> RunLength:
    """Average run length of an individuals and moving range chart together, or of the moving ranges alone.

    Estimand: points until ``|x| > k`` or ``|x - x before| > mr_ucl``. With x the last point,
    ``L(x) = 1 + (1 - b) int f(y) L(y) dy`` over the y within both limits, f the normal density with the shift as mean and
    the ratio as standard deviation; the first point has no moving range.

    Parameters
    ----------
    k : one number or (C,) of many charts, limits of the individuals; infinite for the moving ranges alone.
    mr_ucl : one number or (C,), upper limit of the moving range of two, in units of sigma: D4 d2 = 3.686 for three sigma.
    shifts : (S,) of the mean.
    ratio : one number or (C,), sigma now over sigma before.
    beside : one number or (C,), the chance that an independent chart beside it signals at a point (the R of I-MR-R:
        ``1 / r_chart_arl(...)``).

    Units: limits and shifts in the sigma of before; run lengths count points.

    Assumes: independent normal points, center and sigma known. Also DNOM and Z-MR charts with known parts.

    Errors: limits or ratio not above 0, a chance outside 0..1. A run length beyond 1e12 is infinite.

    Source: S. V. Crowder, Journal of Quality Technology 19 (1987), 98-102.

    >>> [round(arl, 1) for arl in imr_arl(k=3, mr_ucl=3.6857, shifts=[0, 1]).arl]
    [105.3, 37.5]
    """
    numbers = {"k": limits_of(k, "k", above=0), "mr_ucl": numbers_of(mr_ucl, "mr_ucl", above=0)}
    numbers |= {"ratio": numbers_of(ratio, "ratio", above=0), "beside": numbers_of(beside, "beside", at_least=0)}
    if numbers["beside"].max() >= 1:
        raise StatisticsError("beside is {found}; a chance below 1 is needed", found=float(numbers["beside"].max()))
    grid = Grid(shifts, numbers)

    k, width, ratio, beside, shift = grid.columns()
    arl = in_blocks(_MOST_PANELS, _lengths, width, k, shift, ratio, 1 - beside)
    return grid.result("the I-MR chart", "integral equation", arl, source=CROWDER)


def _lengths(width, k, shift, ratio, go_on):
    """The chart that goes on while ``|x| <= k`` and ``|y - x| <= width``, and what is beside it does not signal."""
    low, high = np.maximum(-k, shift - _REACH * ratio), np.minimum(k, shift + _REACH * ratio)
    # Where no point is ever within the limits, the first one signals.
    length, within = np.ones(k.size), high - low > _APART
    if within.any():
        width, shift, ratio, go_on = (column[within] for column in (width, shift, ratio, go_on))
        edges, panels = _edges(low[within], high[within], width, ratio)
        length[within] = in_groups(panels, _solved, edges, width, shift, ratio, go_on, entries=_entries)
    return length


def _entries(panels: int) -> int:
    """Of the transition matrix, or of the polynomials at the parts of panels."""
    states = panels * _PER_PANEL
    return states * max(states, 2 * _PER_PANEL**2)


def _edges(low, high, width, ratio) -> tuple[np.ndarray, np.ndarray]:
    """Edges of panels, and how many panels: between the places where the run length of a chart has a bend.

    These are a limit, and what lies some widths from one. Edges beyond those of a chart lie on its upper limit.
    """
    steps = np.arange(_MOST_KINKS + 1) * width[:, None]
    low, high = low[:, None], high[:, None]
    bends = np.sort(np.concatenate([np.minimum(low + steps, high), np.maximum(high - steps, low)], axis=1), axis=1)
    again = np.diff(bends, axis=1, prepend=-np.inf) <= _APART
    bends = np.sort(np.where(again | (high - bends <= _APART), high, bends), axis=1)
    wide = np.diff(bends, axis=1)
    parts = np.ceil(wide / (3 * ratio[:, None])).astype(np.int64)
    panels = parts.sum(axis=1)
    row, bend = np.divmod(np.repeat(np.arange(parts.size), parts.ravel()), parts.shape[1])
    before = np.cumsum(parts, axis=1) - parts
    place = np.arange(row.size) - np.repeat(np.cumsum(panels) - panels, panels)
    edges = np.repeat(high, panels.max() + 1, axis=1)
    edges[row, place] = bends[row, bend] + (place - before[row, bend]) * (wide[row, bend] / parts[row, bend])
    return edges, panels


def _solved(panels, edges, width, shift, ratio, go_on):
    edges = edges[:, : panels + 1]
    shift, ratio = shift[:, None, None], ratio[:, None, None]
    nodes, weights = nodes_on(edges[:, :-1], edges[:, 1:], _PER_PANEL)
    chance = weights * density((nodes - shift) / ratio) / ratio
    transition = go_on[:, None, None] * _transition(edges, nodes, chance, width, shift, ratio)
    length = run_lengths(transition).reshape(nodes.shape)
    return told(1 + go_on * (chance * length).sum(axis=(1, 2)))


def _transition(edges, nodes, chance, width, shift, ratio) -> np.ndarray:
    """Chances of going from each state to the nodes of each panel, of which only a part may be within the limits."""
    charts, panels, _ = nodes.shape
    states = nodes.reshape(charts, -1, 1)
    reach = states + width[:, None, None] * (-1, 1)
    # The panels in which the reach of each state begins and ends; those between lie within it.
    ends = (edges[:, None, None, 1:-1] <= reach[..., None]).sum(axis=-1)
    between = (np.arange(panels) > ends[..., :1]) & (np.arange(panels) < ends[..., 1:])
    whole = np.where(between[..., None], chance[:, None], 0.0)
    row = np.arange(charts)[:, None, None]
    start, stop = edges[row, ends], edges[row, ends + 1]
    points, weights = nodes_on(*(np.clip(end[..., None], start, stop) for end in np.moveaxis(reach, -1, 0)), _PER_PANEL)
    weights = weights * density((points - shift[..., None]) / ratio[..., None]) / ratio[..., None]
    # Values between the nodes of a panel: by their Legendre polynomials.
    within = 2 * (points - start[..., None]) / (stop - start)[..., None] - 1
    places, shares = legendre(_PER_PANEL)
    order = np.arange(_PER_PANEL)
    to_polynomials = legvander(places, _PER_PANEL - 1).T * shares * (order[:, None] + 0.5)
    moments = (weights[..., None, :] @ legvander(within, _PER_PANEL - 1))[..., 0, :]
    parts = moments @ to_polynomials
    # Where one panel holds both ends they are the same part of it.
    for end in (1, 0):
        np.put_along_axis(whole, ends[..., end, None, None], parts[..., end, None, :], axis=2)
    return whole.reshape(charts, states.shape[1], -1)
