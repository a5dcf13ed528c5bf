"""Charts that several tests draw."""

import numpy as np

from hoshin.surfaces.drawing import Annotation, ChartData, Panel, Phase, Signal, Specification

HOSTILE = '"><script>alert(1)</script>&\x00\x1b ]]>'


def chart_of(size: int = 60, **changes) -> ChartData:
    """Individuals and moving range with one signal, a specification, a baseline and a remark."""
    values = 7.41 + 0.006 * np.sin(np.arange(size) * 1.7)
    values[size // 2] = 7.4345
    ranges = np.concatenate(([np.nan], np.abs(np.diff(values))))
    individuals = Panel(
        "Individuals",
        values,
        7.41,
        7.392,
        7.428,
        zones=True,
        specification=Specification(7.38, 7.41, 7.44),
        signals=[Signal(size // 2, "1", "one point beyond 3σ")],
        excluded=frozenset({3}),
        corrected=frozenset({5}),
        unit="mm",
    )
    given = {
        "title": "Bore diameter",
        "panels": [individuals, Panel("Moving range", ranges, 0.0068, 0.0, 0.0222)],
        "labels": [f"point {k}" for k in range(size)],
        "phases": [Phase("before", 0, size // 2, baseline=True), Phase("after", size // 2, size)],
        "annotations": [Annotation(size // 2, "insert changed")],
    }
    return ChartData(**{**given, **changes})
