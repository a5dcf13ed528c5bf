"""How many nonconforming items a sample holds: binomial, Poisson, hypergeometric."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, betaln, gammaln, pdtr, xlog1py, xlogy

from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import StatisticsError, check_choice, check_each, check_finite, first_place

DISTRIBUTIONS = ("binomial", "poisson", "hypergeom")
# So many terms of a sum are computed at once.
_BLOCK = 1_000_000


def read_lots(refusals: Refusals, distribution: str, lot_size, drawn=None) -> np.ndarray:
    """The lot size of each characteristic, NaN where none is given; the hypergeometric distribution needs one.

    Lots smaller than what is ``drawn`` from them are refused.
    """
    check_choice(distribution, DISTRIBUTIONS, "distribution")
    sizes = check_each(lot_size, "lot_size", refusals.count, "characteristics" if drawn is None else "plans")
    if distribution == "hypergeom":
        refusals.refuse(np.isnan(sizes), "the hypergeometric distribution needs a lot size; none is given")
    refusals.refuse_not_whole(sizes, "lot_size", 1)
    if drawn is not None:
        words = "the plan draws {n} items from a lot of {size:.0f}; at most the lot is needed"
        refusals.refuse(drawn > sizes, words, n=drawn, size=sizes)
    return sizes


def check_quality(p, distribution: str, name: str = "p") -> np.ndarray:
    """Shares nonconforming within 0..1; nonconformities per item (Poisson) of 0 or more."""
    array = check_finite(p, name)
    wrong = (array < 0) | ((array > 1) if distribution != "poisson" else False)
    if wrong.any():
        raise StatisticsError(
            "{name} is {found}; {needed} is needed",
            name=name,
            found=float(np.atleast_1d(array)[first_place(np.atleast_1d(wrong))]),
            needed="a number of 0 or more" if distribution == "poisson" else "a share between 0 and 1",
        )
    return array


def at_most(c, n, p, distribution: str, lot_size=None) -> np.ndarray:
    """Probability of at most c nonconforming in n, broadcast over the arguments."""
    c = np.asarray(c, dtype=float)
    if distribution == "poisson":
        return np.where(c < 0, 0.0, pdtr(np.maximum(c, 0), n * np.asarray(p)))[()]
    if distribution == "binomial":
        inside = bdtr(np.clip(c, 0, n), np.asarray(n, dtype=np.int64), p)
        return np.where(c < 0, 0.0, np.where(c >= n, 1.0, inside))[()]
    n, found, lot_size = (np.asarray(x, dtype=float) for x in (n, np.rint(lot_size * np.asarray(p)), lot_size))
    shape = np.broadcast_shapes(c.shape, n.shape, found.shape)
    x, total = np.arange(int(np.max(c, initial=-1)) + 1), np.zeros(shape)
    step = max(1, _BLOCK // max(total.size, 1))
    for part in (x[i : i + step] for i in range(0, x.size, step)):
        mass = hypergeometric(part, n[..., None], found[..., None], lot_size[..., None])
        total += (mass * (part <= c[..., None])).sum(axis=-1)
    return np.minimum(total, 1.0)[()]


def exactly(x, n, p, distribution: str) -> np.ndarray:
    """Binomial or Poisson probability of exactly x nonconforming in n."""
    x, p = np.asarray(x, dtype=float), np.asarray(p, dtype=float)
    if distribution == "poisson":
        return np.exp(xlogy(x, n * p) - n * p - gammaln(x + 1))
    possible = x <= n
    x = np.minimum(x, n)
    return possible * np.exp(xlogy(x, p) + xlog1py(n - x, -p) - np.log(n + 1) - betaln(n - x + 1, x + 1))


def hypergeometric(x, n, found, lot_size) -> np.ndarray:
    """Probability of exactly x in a sample of n from a lot that holds ``found``."""
    possible = (x >= 0) & (x <= n) & (x <= found) & (n - x <= lot_size - found)
    inside = [np.where(possible, value, 0) for value in np.broadcast_arrays(x, found, n, lot_size)]
    x, found, n, lot_size = inside
    log = _log_choose(found, x) + _log_choose(lot_size - found, n - x) - _log_choose(lot_size, n)
    return np.where(possible, np.exp(log), 0.0)


def _log_choose(n, k):
    return -np.log1p(n) - betaln(n - k + 1.0, k + 1.0)
