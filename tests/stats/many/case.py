"""What a case of the contract is, and how its data are made and spoilt."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SIZES = (24, 40, 31)


def gap(columns):
    """The second entry of the first column is missing."""
    first = np.array(columns[0], dtype=float)
    first[1] = np.nan
    return first, *columns[1:]


def empty(columns):
    """The first column is missing altogether."""
    return np.full(np.shape(columns[0]), np.nan), *columns[1:]


def alike_all(columns):
    """Nothing varies."""
    return tuple(np.full(column.shape, 4.0) for column in columns)


def no_events(columns):
    """Nothing happened."""
    return np.zeros(columns[0].shape), *columns[1:]


def below_zero(columns):
    """A count below 0."""
    return -1.0 - np.asarray(columns[0], dtype=float), *columns[1:]


@dataclass
class Case:
    """One function with options: ``make(random, n)`` gives the columns of one characteristic with n entries.

    ``lengths`` is None where characteristics cannot differ in length; ``cuts`` gives offsets as the function takes
    them. ``spoil`` is None where no data are bad. ``plotted`` is a chart that is given even where it has no limits.
    """

    function: Callable
    make: Callable
    options: dict | None = None
    spoil: Callable = gap
    call: Callable | None = None
    lengths: tuple[int, ...] | None = SIZES
    cuts: Callable = lambda offsets: offsets[0]
    plotted: bool = False

    def __call__(self, *columns, **how):
        return (self.call or self.function)(*columns, **(self.options or {}), **how)


def normal(random, n):
    return (random.normal(10.0, 1.0, n),)


def samples(count, shift=0.3):
    return lambda random, n: tuple(random.normal(10.0 + shift * i, 1.0 + 0.2 * i, n) for i in range(count))


def skewed(random, n):
    return (random.gamma(3.0, 3.0, n),)


def groups(random, n):
    return (random.normal(10.0, 1.0, (n, 4)) + random.normal(0.0, 2.0, (n, 1)),)


def with_gap(random, n):
    values = random.normal(10.0, 1.0, n)
    values[5] = np.nan
    return (values,)


def counts(random, n):
    return (random.poisson(6.0, n).astype(float),)


def counts_of_sizes(random, n):
    return random.poisson(6.0, n).astype(float), random.integers(40, 60, n).astype(float)


def times(random, n):
    """Ages, what became of the units, and how many they are."""
    failed = (random.uniform(size=n) < 0.8).astype(float)
    return np.ceil(20 * random.weibull(1.5, n)), failed, random.integers(1, 4, n)


def numbers(*ranges):
    return lambda random, n: tuple(np.asarray(random.uniform(low, high)) for low, high in ranges)


def whole(*ranges):
    return lambda random, n: tuple(np.asarray(float(random.integers(low, high))) for low, high in ranges)


def of_numbers(function, make, spoil=below_zero, **options):
    return Case(function, make, options, spoil, lengths=None)
