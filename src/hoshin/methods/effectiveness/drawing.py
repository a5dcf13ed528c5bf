"""Before and after as one drawing: the measure over time, the declared baseline and the later data, each at its level."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from hoshin.kernel.measuring.reading import measurements_of
from hoshin.kernel.records.record import Record
from hoshin.measurements.overlay import Reading
from hoshin.surfaces.drawing import ChartData, Panel, Phase

from .models import EffectivenessCheck
from .rules import Sample, conclusion_of, later_sample, level, sample

COUNTED = (EffectivenessCheck.Test.TWO_PROPORTIONS, EffectivenessCheck.Test.TWO_RATES)


def reading_of(check: Any) -> Reading:
    key = Record.objects.values_list("pk", flat=True).get(uid=check.characteristic_id)
    return measurements_of([key])


def chart_of(check: Any, reading: Reading | None = None) -> ChartData | None:
    """The drawing of a check; None while there are no data or no baseline is declared."""
    reading = reading if reading is not None else reading_of(check)
    if not len(reading):
        return None
    columns = reading.columns
    values = columns.value
    if check.test in COUNTED:
        values = values / np.where(np.isnan(columns.size), 1.0, columns.size)
    return ChartData(
        title=check.title,
        panels=(
            Panel(
                _("Measure"),
                values,
                center=_levels(check, reading),
                excluded=frozenset(np.flatnonzero(reading.excluded).tolist()),
            ),
        ),
        labels=_labels(columns),
        phases=_phases(check, columns.sequence),
        description=conclusion_of(check) or _("The data do not decide yet."),
    )


def _levels(check: Any, reading: Reading) -> Sequence[float]:
    """The level before and the level after, each over its own stretch."""
    number = reading.columns.sequence + 1
    line = np.full(len(number), np.nan)
    stretches = []
    if _has_baseline(check):
        before = sample(reading, check.baseline_first, check.baseline_last)
        stretches.append((check.baseline_first, check.baseline_last, before))
    if check.after_sequence is not None:
        stretches.append((check.after_sequence + 1, number.max(), later_sample(check, reading)))
    for first, last, some in stretches:
        if len(some) >= 2:
            line[(number >= first) & (number <= last)] = _height(check.test, some)
    return line


def _has_baseline(check: Any) -> bool:
    return check.baseline_first is not None and check.baseline_last is not None


def _height(test: str, some: Sample) -> float:
    """Where the line of a stretch lies; for spreads at the mean, for the points are values."""
    return float(some.values.mean() if test == EffectivenessCheck.Test.TWO_VARIANCES else level(test, some))


def _labels(columns: Any) -> list[str]:
    times = columns.time
    return [
        str(n + 1) if np.isnat(t) else str(t.astype("datetime64[D]"))
        for n, t in zip(columns.sequence, times, strict=True)
    ]


def _phases(check: Any, sequence: np.ndarray) -> list[Phase]:
    phases = []
    if _has_baseline(check):
        first, last = np.searchsorted(sequence + 1, [check.baseline_first, check.baseline_last + 1])
        phases.append(Phase(_("Before"), int(first), int(last), baseline=True))
    if check.after_sequence is not None:
        start = int(np.searchsorted(sequence, check.after_sequence))
        if start < len(sequence):
            phases.append(Phase(_("After the fix"), start, len(sequence)))
    return phases
