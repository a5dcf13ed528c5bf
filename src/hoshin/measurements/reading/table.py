"""What was read from a file: measurements in file order, with the names and labels the file uses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..columns import Columns
from .cells import Labels


@dataclass(frozen=True, eq=False)
class Table:
    """Measurements in file order, a wide row from left to right.

    `characteristic` is an index into `names`; `row` is the file's own row number; `subgroup` is -1 where there is none,
    the file's own number where all its subgroups are numbers, else counted from 0 in order of appearance, with the
    file's words in `subgroup_labels`.
    """

    names: tuple[str, ...]
    row: np.ndarray
    characteristic: np.ndarray
    time: np.ndarray
    value: np.ndarray
    size: np.ndarray
    subgroup: np.ndarray
    subgroup_labels: tuple[str, ...]
    lot: Labels
    gauge: Labels
    operator: Labels

    def __len__(self) -> int:
        return len(self.value)

    @property
    def missing(self) -> int:
        """How many measurements have no value."""
        return int(np.isnan(self.value).sum())

    def sequence(self, start: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        """The order within each characteristic, counted from `start` per characteristic (0 if not given)."""
        order = np.argsort(self.characteristic, kind="stable")
        grouped = self.characteristic[order]
        first = np.searchsorted(grouped, np.arange(len(self.names)))
        sequence = np.empty(len(self), np.int64)
        sequence[order] = np.arange(len(self)) - first[grouped]
        return sequence if start is None else sequence + np.asarray(start, np.int64)[self.characteristic]

    def columns(
        self,
        *,
        first_row: int,
        characteristics: Sequence[int],
        start: Sequence[int] | None = None,
        lots: Sequence[int] = (),
        gauges: Sequence[int] = (),
        operators: Sequence[int] = (),
    ) -> Columns:
        """The measurements as rows of the store: ids given per name and per label, row ids counted from `first_row`."""
        return Columns(
            row=np.arange(first_row, first_row + len(self)),
            characteristic=np.asarray(characteristics, np.int64)[self.characteristic],
            sequence=self.sequence(start),
            time=self.time,
            value=self.value,
            size=self.size,
            subgroup=self.subgroup,
            lot=_ids(self.lot, lots),
            gauge=_ids(self.gauge, gauges),
            operator=_ids(self.operator, operators),
        )


def _ids(labels: Labels, given: Sequence[int]) -> np.ndarray:
    if len(given) != len(labels.labels):
        raise ValueError(f"labels: found {len(given)} ids, accepted are {len(labels.labels)}, one per label")
    return labels.ids(given)
