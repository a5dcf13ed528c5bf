"""What estimating the limits does to a chart's run length: averages with center and sigma from phase I."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammainccinv, gammaincinv, gammaln, ndtr

from hoshin.stats.run_length._nodes import hermite, in_blocks, nodes_on
from hoshin.stats.run_length.result import Grid, RunLength, numbers_of

SOURCE = (
    "W. A. Jensen, L. A. Jones-Farmer, C. W. Champ, W. H. Woodall, Journal of Quality Technology 38 (2006), 349-364"
)
ASSUMES = (
    "points are independent and normal",
    "limits come from m subgroups in control, sigma pooled over them",
    "the shift is there from the first point on",
)

# Of the mean and of the standard deviation of phase I.
_NODES = (64, 400)


def estimated_arl(m, n, k=3.0, shifts=(0.0,)) -> RunLength:
    """Average run length of an Xbar chart whose limits were estimated from ``m`` subgroups of ``n``.

    Estimand: ``E(1 / q(u, w))`` over the mean of phase I, u normal with variance 1/m in standard errors, and its pooled
    standard deviation, ``w^2 = chi-square / f`` with f = m(n-1): ``q = F(u - k w - d) + F(d - u - k w)``, d = shift sqrt(n).
    Infinite where f <= k^2: some phases I then give limits that nothing ever crosses.

    Parameters
    ----------
    m : one whole number or (C,) of many charts, subgroups of phase I, at least 1.
    n : one whole number or (C,), size of a subgroup, at least 2.
    k : one number or (C,), width of the limits in standard errors.
    shifts : (S,) of the mean.

    Units: shifts in sigma of a single value; run lengths count points.

    Assumes: independent normal values, phase I in control, sigma "pooled". Other estimators: ``simulate_chart`` with
    ``phase1``.

    Errors: m below 1, n below 2, k not above 0.

    Source: W. A. Jensen and others, Journal of Quality Technology 38 (2006), 349-364.

    >>> estimated_arl(m=[25, 100, 10_000], n=5).arl[:, 0].round(1)
    array([407.5, 375.9, 370.4])
    """
    numbers = {"m": numbers_of(m, "m", at_least=1, whole=True), "n": numbers_of(n, "n", at_least=2, whole=True)}
    grid = Grid(shifts, numbers | {"k": numbers_of(k, "k", above=0)})
    m, n, k, shift = grid.columns()
    arl = np.full(m.size, math.inf)
    crossed = m * (n - 1) > k * k
    if crossed.any():
        numbers = (m, m * (n - 1), k, shift * np.sqrt(n))
        arl[crossed] = in_blocks(_NODES[0] * _NODES[1], _expected, *(column[crossed] for column in numbers))
    return grid.result("the Xbar chart with estimated limits", "integration over phase I", arl,
                       source=SOURCE, assumptions=ASSUMES)  # fmt: skip


def _expected(m, f, k, d):
    # 1/q grows like exp(k^2 w^2 / 2), which takes k^2 from the rate at which the density of w falls.
    low = np.sqrt(gammaincinv(f / 2, 1e-17) * 2 / f)
    high = np.sqrt(gammainccinv(f / 2, 1e-17) * 2 / (f - k * k))
    w, share = nodes_on(low, high, _NODES[1])
    f = f[:, None]
    log_density = math.log(2) + f / 2 * np.log(f / 2) - gammaln(f / 2) + (f - 1) * np.log(w) - f * w * w / 2
    z, chance = hermite(_NODES[0])
    u = z[:, None] / np.sqrt(m)[:, None, None]
    width, d = (k[:, None] * w)[:, None], d[:, None, None]
    q = ndtr(u - width - d) + ndtr(d - u - width)
    inner = (np.exp(log_density[:, None] - np.log(q)) @ share[..., None])[..., 0]
    return inner @ (chance / math.sqrt(2 * math.pi))
