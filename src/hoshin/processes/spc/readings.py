"""Readings: the measurements of many characteristics in one scan, taken apart by characteristic."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hoshin.kernel.measuring.models import HotRow
from hoshin.kernel.measuring.reading import MANY, folder, hot_columns, live_segments, measurements_of, overlay_of
from hoshin.measurements.overlay import Reading
from hoshin.measurements.scan import scan

# What charts are computed from; lots, gauges and operators are read where one characteristic is shown.
COLUMNS = ("row", "characteristic", "sequence", "time", "value", "size", "subgroup")


def reading_of(characteristic: Any) -> Reading:
    """All measurements of one characteristic, with all that is known of each."""
    return measurements_of([characteristic.pk])


def readings_of(characteristics: Sequence[Any], columns: Sequence[str] | None = COLUMNS) -> Mapping[int, Reading]:
    """The measurements of many characteristics by their keys: one scan, whatever their number. None: all columns."""
    keys = sorted({row.pk for row in characteristics})
    if not keys:
        return {}
    hot = HotRow.objects.all()
    if len(keys) <= MANY:
        hot = hot.filter(characteristic__in=keys)
    whole = scan(
        folder(), live_segments(), hot=hot_columns(hot), overlay=overlay_of(keys),
        characteristics=np.array(keys, np.int64), columns=columns,
    )  # fmt: skip
    cuts = np.searchsorted(whole.columns.characteristic, [*keys, keys[-1] + 1])
    return {key: whole.take(slice(cuts[i], cuts[i + 1])) for i, key in enumerate(keys)}
