"""How many pieces until pre-control stops a process that runs: the chain of its two zones."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from hoshin.stats.errors import StatisticsError
from hoshin.stats.run_length.result import Grid, RunLength, numbers_of, shifts_of

SOURCE = "S. H. Steiner, Quality Engineering 10 (1997), 65-74"


def precontrol_arl(lsl, usl, sigma, means) -> RunLength:
    """Average number of pieces until pre-control stops a running process: a red piece, or two yellow ones in a row.

    Estimand: ``(1 + y) / (1 - g - g y)``, g the chance of a piece in the middle half of the specification, y of one in the
    other half, from the first piece after the set-up was qualified.

    Parameters
    ----------
    lsl, usl : one number or (C,) of many characteristics, the specification.
    sigma : one number or (C,), standard deviation of the pieces, above 0.
    means : (S,) true levels of the process (the ``shifts`` of the result).

    Units: specification, sigma and means in the unit of the values; run lengths count pieces.

    Assumes: independent normal pieces, a constant level.

    Errors: lsl not below usl, sigma not above 0, a missing mean.

    Source: S. H. Steiner, Quality Engineering 10 (1997), 65-74.

    >>> [round(arl, 1) for arl in precontrol_arl(lsl=-4.0, usl=4.0, sigma=1.0, means=[0.0, 1.0]).arl]
    [490.6, 43.3]
    """
    lsl, usl = numbers_of(lsl, "lsl"), numbers_of(usl, "usl")
    grid = Grid(shifts_of(means, "means"), {"lsl": lsl, "usl": usl, "sigma": numbers_of(sigma, "sigma", above=0)})
    lsl, usl, sigma, mean = grid.columns()
    crossed = np.flatnonzero(~(lsl < usl))
    if crossed.size:
        low, high = (float(limit[crossed[0]]) for limit in (lsl, usl))
        raise StatisticsError("lsl is {lsl} and usl is {usl}; lsl must be below usl", lsl=low, usl=high)
    quarter = (usl - lsl) / 4
    green, inside = (
        ndtr((usl - edge - mean) / sigma) - ndtr((lsl + edge - mean) / sigma)
        for edge in (quarter, np.zeros_like(quarter))
    )
    yellow = inside - green
    with np.errstate(divide="ignore"):
        arl = (1 + yellow) / (1 - green - green * yellow)
    return grid.result("pre-control", "Markov chain", arl, source=SOURCE)
