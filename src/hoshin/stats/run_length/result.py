"""Run lengths as one result: how many points until a signal, for each shift of the process."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from hoshin.stats.errors import check_finite
from hoshin.stats.results import Result, Step


@dataclasses.dataclass(frozen=True, eq=False)
class RunLength(Result):
    """Average run length (``arl``) of a chart for each shift, in standard deviations of a plotted point.

    ``sd`` is the standard deviation of the run length where it was computed, ``interval`` that of a simulated average.
    """

    chart: str
    parameters: Mapping[str, Any]
    shifts: tuple[float, ...]
    arl: tuple[float, ...]
    method: str
    sd: tuple[float, ...] | None = None
    interval: tuple[tuple[float, float], ...] | None = None
    replicates: int | None = None
    assumptions: tuple[str, ...] = (
        "points are independent and normal",
        "center line and sigma are known, not estimated",
        "the shift is there from the first point on",
    )
    source: str = ""

    @property
    def false_alarm_rate(self) -> float:
        """One over the average run length without a shift, where shift 0 was asked for."""
        return 1 / self.arl[self.shifts.index(0.0)]

    def steps(self):
        """The parameters, then the average run length of each shift."""
        yield Step("method", value=self.method)
        for name, value in self.parameters.items():
            yield Step(name, value=value)
        for i, shift in enumerate(self.shifts):
            yield Step(f"average run length at a shift of {shift:g}", value=self.arl[i])
            if self.interval is not None:
                yield Step("its interval", value=self.interval[i])

    def explain(self):
        """The parameters and the average run length of each shift."""
        explanation = super().explain()
        sources = (self.source,) if self.source else ()
        return dataclasses.replace(explanation, title=f"Run length of {self.chart}", sources=sources)


@dataclasses.dataclass(frozen=True, eq=False)
class ChartDesign(Result):
    """The limit (and weight) of a chart that has a wanted average run length without a shift."""

    chart: str
    parameters: Mapping[str, float]
    arl0: float
    shift: float | None = None
    arl1: float | None = None
    source: str = ""

    title = "Design of a chart for a wanted average run length"

    def steps(self):
        """The parameters found and the run lengths they give."""
        for name, value in self.parameters.items():
            yield Step(name, value=value)
        yield Step("average run length without a shift", value=self.arl0)
        if self.arl1 is not None:
            yield Step(f"average run length at a shift of {self.shift:g}", value=self.arl1)


def shifts_of(shifts) -> tuple[float, ...]:
    """One shift or several, as a tuple of floats.

    >>> shifts_of(1)
    (1.0,)
    """
    return tuple(np.atleast_1d(check_finite(shifts, "shifts", ndim=(0, 1))).tolist())
