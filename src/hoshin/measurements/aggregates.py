"""Summaries per characteristic that can be computed in parts and merged."""

from dataclasses import dataclass, fields

import numpy as np

from .columns import REAL, Columns
from .overlay import Reading, apply


@dataclass(frozen=True, kw_only=True, eq=False)
class Aggregates:
    """One entry per characteristic, ascending.

    `n` counts the values that count, `missing` the rows that count without a value, `excluded` the excluded rows.
    `mean`, `sd` (n − 1), `minimum` and `maximum` are over the n values, NaN where there are too few; `first` and `last`
    are the earliest and latest known time of rows that count.
    """

    characteristic: np.ndarray
    n: np.ndarray
    missing: np.ndarray
    excluded: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.characteristic)

    @classmethod
    def empty(cls) -> "Aggregates":
        return cls.of(apply(Columns.empty()))

    @classmethod
    def of(cls, reading: Reading) -> "Aggregates":
        """Summarise rows at hand."""
        rows = reading.columns
        characteristic, place = np.unique(rows.characteristic, return_inverse=True)
        values = rows.value[reading.counted]
        at = place[reading.counted]
        n = np.bincount(at, minlength=len(characteristic))
        mean = _divide(np.bincount(at, values, len(characteristic)), n)
        squares = np.bincount(at, (values - mean[at]) ** 2, len(characteristic))
        included = ~reading.excluded
        return cls(
            characteristic=characteristic,
            n=n,
            missing=np.bincount(place[included], minlength=len(characteristic)) - n,
            excluded=np.bincount(place[reading.excluded], minlength=len(characteristic)),
            mean=mean,
            sd=np.sqrt(_divide(squares, n - 1)),
            minimum=_extreme(np.fmin, at, values, len(characteristic)),
            maximum=_extreme(np.fmax, at, values, len(characteristic)),
            first=_extreme(np.fmin, place[included], rows.time[included], len(characteristic)),
            last=_extreme(np.fmax, place[included], rows.time[included], len(characteristic)),
        )

    def merge(self, other: "Aggregates") -> "Aggregates":
        """The summary of both sets of rows (Chan, Golub & LeVeque 1983, updating formulas for the variance)."""
        characteristic = np.union1d(self.characteristic, other.characteristic)
        a, b = self._spread(characteristic), other._spread(characteristic)
        n = a.n + b.n
        a_mean, b_mean = np.nan_to_num(a.mean), np.nan_to_num(b.mean)
        step = np.where((a.n > 0) & (b.n > 0), b_mean - a_mean, 0.0)
        mean = _divide(a.n * a_mean + b.n * b_mean, n)
        squares = a._squares + b._squares + step**2 * _divide(a.n * b.n, n, where_none=0.0)
        return Aggregates(
            characteristic=characteristic,
            n=n,
            missing=a.missing + b.missing,
            excluded=a.excluded + b.excluded,
            mean=mean,
            sd=np.sqrt(_divide(squares, n - 1)),
            minimum=np.fmin(a.minimum, b.minimum),
            maximum=np.fmax(a.maximum, b.maximum),
            first=np.fmin(a.first, b.first),
            last=np.fmax(a.last, b.last),
        )

    @property
    def _squares(self) -> np.ndarray:
        return np.nan_to_num(self.sd) ** 2 * np.maximum(self.n - 1, 0)

    def _spread(self, characteristic: np.ndarray) -> "Aggregates":
        place = np.searchsorted(characteristic, self.characteristic)
        spread = {}
        for column in fields(self):
            entries = getattr(self, column.name)
            spread[column.name] = np.full(len(characteristic), _NOTHING[entries.dtype.kind], entries.dtype)
            spread[column.name][place] = entries
        return Aggregates(**spread | {"characteristic": characteristic})


_NOTHING = {"i": 0, "f": np.nan, "M": np.datetime64("NaT", "us")}


def _divide(above: np.ndarray, below: np.ndarray, where_none: float = np.nan) -> np.ndarray:
    out = np.full(len(above), where_none, REAL)
    return np.divide(above, below, out=out, where=below > 0)


def _extreme(which: np.ufunc, place: np.ndarray, values: np.ndarray, length: int) -> np.ndarray:
    out = np.full(length, _NOTHING[values.dtype.kind], values.dtype)
    which.at(out, place, values)
    return out
