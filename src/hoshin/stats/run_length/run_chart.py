"""How many run charts until one signals: the exact chance of Anhoej's two rules."""

from __future__ import annotations

import numpy as np

from hoshin.stats.control_charts.run_chart import run_chart
from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length._nodes import in_groups
from hoshin.stats.run_length.result import FROM_THE_FIRST, Grid, RunLength, numbers_of, shifts_of

SOURCE = "J. Anhoej, A. V. Olesen, PLoS ONE 9 (2014), e113825; M. F. Schilling, Mathematics Magazine 85 (2012), 141-149"


def run_chart_arl(n, shares=(0.5,)) -> RunLength:
    """Average number of run charts, of ``n`` new points each about a fixed center line, until one signals.

    Estimand: ``1 / q``, q the chance that n independent points, each above the center with a share, have a run longer than
    ``round(log2 n) + 3`` or fewer crossings than the 5 % point of Binomial(n - 1, 1/2): counted exactly, point by point,
    over the length of the present run and the crossings so far.

    Parameters
    ----------
    n : one whole number or (C,) of many kinds of chart, the useful points of a chart, at least 2.
    shares : (S,) chances of a point to lie above the center line, 1/2 without a shift (the ``shifts`` of the result).

    Units: shares in 0..1; run lengths count charts of n points, not points.

    Assumes: independent points, none on the center line, which is that of earlier points.

    Errors: n below 2 or broken, a share outside 0..1.

    Source: J. Anhoej, A. V. Olesen, PLoS ONE 9 (2014), e113825.

    >>> [round(1 / arl, 3) for arl in run_chart_arl(24, shares=[0.5, 0.8]).arl]
    [0.066, 0.608]
    """
    n, shares = numbers_of(n, "n", at_least=2, whole=True), shifts_of(shares, "shares")
    if not all(0 <= share <= 1 for share in shares):
        raise StatisticsError("shares are {found}; chances from 0 to 1 are needed", found=shares)
    ends = np.concatenate([[0], np.cumsum(n)])
    # All of these points are useful, whatever else a chart of them would say.
    chart = run_chart(np.ones(ends[-1]), center=0.0, offsets=ends)
    longest, fewest = (limit.reshape(n.shape) for limit in (chart.longest_run_max, chart.crossings_min))
    grid = Grid(shares, {"n": n, "longest_run_max": longest, "crossings_min": fewest})
    chance = 1 - in_groups(grid.columns()[0], _quiet, *grid.columns()[1:], entries=lambda n: 4 * n * n.bit_length())
    return grid.geometric("the run chart", "exact count", chance, source=SOURCE, assumptions=FROM_THE_FIRST)


def _quiet(n: int, longest, fewest, above):
    """The chance of no signal, for each share; charts of as many points have the same limits."""
    longest, fewest = longest[0], fewest[0]
    side = np.stack([above, 1 - above])[:, None, None]
    # State: side, length of the present run - 1, crossings so far; one more axis for the shares.
    state = np.zeros((2, longest, n, above.size))
    state[:, 0, 0] = side[:, 0, 0]
    for _ in range(n - 1):
        after = np.zeros_like(state)
        after[:, 1:] = side * state[:, :-1]
        after[:, 0, 1:] = side[:, 0] * state[::-1, :, :-1].sum(axis=1)
        state = after
    return state[:, :, fewest:].sum(axis=(0, 1, 2))
