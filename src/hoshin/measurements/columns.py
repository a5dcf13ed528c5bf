"""Measurement rows as NumPy columns: the row layout of the whole measurement history."""

import hashlib
from dataclasses import dataclass
from typing import Self

import numpy as np

INTEGER, REAL, TIME = np.dtype("int64"), np.dtype("float64"), np.dtype("datetime64[us]")
# Squares of differences, and sums of them, stay finite below this.
LARGEST = 1e100
MISSING_TIME = np.datetime64("NaT", "us")

# Every column in the order of the file and of the fingerprint: its type, and what stands where nothing is given.
LAYOUT = {
    "row": (INTEGER, None),
    "characteristic": (INTEGER, None),
    "sequence": (INTEGER, None),
    "time": (TIME, MISSING_TIME),
    "value": (REAL, None),
    "size": (REAL, np.nan),
    "subgroup": (INTEGER, -1),
    "lot": (INTEGER, 0),
    "gauge": (INTEGER, 0),
    "operator": (INTEGER, 0),
}
FINGERPRINT_VERSION = b"hoshin measurement columns 1\n"


class ColumnsError(ValueError):
    """Arrays that are no measurement columns; says which column, what was found and what is accepted."""


def _integers(name: str, array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "iu":
        raise ColumnsError(f"{name}: found {array.dtype}, accepted are integers")
    if array.dtype.kind == "u" and array.size and int(array.max()) > np.iinfo(np.int64).max:
        raise ColumnsError(f"{name}: found {int(array.max())}, accepted are integers below 2^63")
    return array.astype(INTEGER, copy=False)


def _reals(name: str, array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "iuf":
        raise ColumnsError(f"{name}: found {array.dtype}, accepted are real numbers, NaN where missing")
    array = array.astype(REAL, copy=False)
    if (far := np.abs(array) > LARGEST).any():
        found = array[far.argmax()]
        raise ColumnsError(f"{name}: found {found} at {far.argmax()}, accepted are numbers up to {LARGEST:g} or NaN")
    return array


def _times(name: str, array: np.ndarray) -> np.ndarray:
    if array.dtype.kind != "M":
        raise ColumnsError(f"{name}: found {array.dtype}, accepted is datetime64 in UTC, NaT where missing")
    return array.astype(TIME, copy=False)


_CONVERT = {INTEGER: _integers, REAL: _reals, TIME: _times}


def _column(name: str, given, length: int) -> np.ndarray:
    dtype, default = LAYOUT[name]
    if given is None:
        if default is None:
            raise ColumnsError(f"{name}: nothing given, this column has no default")
        return np.full(length, default, dtype)
    array = np.asarray(given)
    if array.ndim != 1:
        raise ColumnsError(f"{name}: found {array.ndim} dimensions, accepted is one")
    if len(array) != length:
        raise ColumnsError(f"{name}: found {len(array)} rows, accepted are {length} as in row")
    return _CONVERT[dtype](name, array) if length else np.empty(0, dtype)


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """Measurements as equally long arrays; a column left out is filled with its "not given" value.

    `row` is the unique id, `sequence` the order within a characteristic, `time` is UTC (NaT = missing), `value` may be
    NaN (missing stays missing), `size` is the sample size or area of opportunity (NaN = not given), `subgroup` -1 is
    none, and `lot`, `gauge` and `operator` are ids with 0 = none.
    """

    row: np.ndarray
    characteristic: np.ndarray
    sequence: np.ndarray
    value: np.ndarray
    time: np.ndarray | None = None
    size: np.ndarray | None = None
    subgroup: np.ndarray | None = None
    lot: np.ndarray | None = None
    gauge: np.ndarray | None = None
    operator: np.ndarray | None = None

    def __post_init__(self):
        length = np.size(self.row)
        for name in LAYOUT:
            array = _column(name, getattr(self, name), length).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.row)

    def arrays(self) -> dict[str, np.ndarray]:
        """Name to array, in the order of the layout."""
        return {name: getattr(self, name) for name in LAYOUT}

    @classmethod
    def empty(cls) -> Self:
        return cls(**{name: np.empty(0, dtype) for name, (dtype, _) in LAYOUT.items()})

    @classmethod
    def concatenate(cls, *parts: "Columns") -> Self:
        """The rows of all parts, in the order given."""
        if not parts:
            return cls.empty()
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in LAYOUT})

    def take(self, which: np.ndarray) -> Self:
        """The rows chosen by a mask or by positions."""
        return type(self)(**{name: array[which] for name, array in self.arrays().items()})

    def replace(self, **arrays: np.ndarray) -> Self:
        """The same rows with some columns exchanged."""
        return type(self)(**(self.arrays() | arrays))

    def is_sorted(self) -> bool:
        same = self.characteristic[1:] == self.characteristic[:-1]
        later = (self.sequence[1:] > self.sequence[:-1]) | (
            (self.sequence[1:] == self.sequence[:-1]) & (self.row[1:] >= self.row[:-1])
        )
        return bool(np.all((self.characteristic[1:] > self.characteristic[:-1]) | (same & later)))

    def sorted(self) -> Self:
        """The rows by characteristic, then sequence, then row."""
        return self if self.is_sorted() else self.take(np.lexsort((self.row, self.sequence, self.characteristic)))

    def check_unique(self) -> None:
        """Refuse columns in which a row id stands twice."""
        if np.all(self.row[1:] > self.row[:-1]):
            return
        ordered = np.sort(self.row)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        if twice.size:
            raise ColumnsError(f"row: found {int(twice[0])} more than once, accepted are unique ids")

    def equals(self, other: "Columns") -> bool:
        """Same rows in the same order; missing equals missing."""
        return len(self) == len(other) and all(
            np.array_equal(mine, getattr(other, name), equal_nan=mine.dtype != INTEGER)
            for name, mine in self.arrays().items()
        )

    def fingerprint(self) -> str:
        """SHA-256 over the canonical bytes of the rows in order of their ids: the same however the rows are ordered.

        The bytes are a version line, the number of rows, then each column of the layout as little-endian 64-bit
        numbers: times as microseconds since 1970 (missing: the smallest integer), missing numbers as the one quiet NaN.
        """
        ordered = self.take(np.argsort(self.row, kind="stable"))
        digest = hashlib.sha256(FINGERPRINT_VERSION + len(self).to_bytes(8, "little"))
        for array in ordered.arrays().values():
            digest.update(_canonical_bytes(array))
        return digest.hexdigest()


def _canonical_bytes(array: np.ndarray) -> bytes:
    if array.dtype == REAL:
        return np.where(np.isnan(array), np.nan, array + 0.0).astype("<f8").tobytes()
    return array.astype("<i8").tobytes()
