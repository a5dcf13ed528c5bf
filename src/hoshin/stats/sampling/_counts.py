"""How many nonconforming items a sample holds: binomial, Poisson, hypergeometric."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtr, betaln, gammaln, pdtr, xlog1py, xlogy

from hoshin.stats.errors import StatisticsError, check_choice, check_finite, check_whole, first_place

DISTRIBUTIONS = ("binomial", "poisson", "hypergeom")


def check_distribution(distribution: str, lot_size, n: int) -> int | None:
    """The lot size as a whole number, where one is given; the hypergeometric distribution needs one."""
    check_choice(distribution, DISTRIBUTIONS, "distribution")
    if lot_size is None:
        if distribution == "hypergeom":
            raise StatisticsError("the hypergeometric distribution needs a lot size; none is given")
        return None
    size = check_whole(lot_size, "lot_size", at_least=1)
    if n > size:
        raise StatisticsError(
            "the plan draws {n} items from a lot of {size}; at most the lot is needed", n=n, size=size
        )
    return size


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


def at_most(c, n, p, distribution: str, lot_size: int | None = None) -> np.ndarray:
    """Probability of at most c nonconforming in n, broadcast over the arguments."""
    c = np.asarray(c, dtype=float)
    if distribution == "poisson":
        return np.where(c < 0, 0.0, pdtr(np.maximum(c, 0), n * np.asarray(p)))[()]
    if distribution == "binomial":
        inside = bdtr(np.clip(c, 0, n), np.asarray(n, dtype=np.int64), p)
        return np.where(c < 0, 0.0, np.where(c >= n, 1.0, inside))[()]
    found = np.rint(lot_size * np.asarray(p))
    top = int(np.max(c, initial=-1))
    x = np.arange(top + 1)
    mass = hypergeometric(x, np.asarray(n)[..., None], found[..., None], np.asarray(lot_size)[..., None])
    return np.minimum((mass * (x <= c[..., None])).sum(axis=-1), 1.0)[()]


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
